package service

import (
	"context"
	"strings"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	gogotypes "github.com/cosmos/gogoproto/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	querypb "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	cmtpb "github.com/weftchain/weft/proto/cosmos/base/tendermint/v1beta1"
	ed25519pb "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
)

func (s *Services) blockMethods() map[string]method {
	const service = "/cosmos.base.tendermint.v1beta1.Service/"
	return map[string]method{
		service + "GetNodeInfo":             serve(s.nodeInfo),
		service + "GetSyncing":              serve(s.syncing),
		service + "GetLatestBlock":          serve(s.latestBlock),
		service + "GetBlockByHeight":        serve(s.blockByHeight),
		service + "GetLatestValidatorSet":   serve(s.latestValidators),
		service + "GetValidatorSetByHeight": serve(s.validatorsByHeight),
		service + "GetBlockResults":         serve(s.blockResults),
		service + "GetLatestBlockResults":   serve(s.latestBlockResults),
	}
}

// heightError sorts what CometBFT says of a height that it does not have.
func heightError(err error) error {
	text := err.Error()
	switch {
	case strings.Contains(text, "height must be greater"), strings.Contains(text, "must be less than or equal"):
		return invalid("%s", text)
	case strings.Contains(text, "is not available"), strings.Contains(text, "could not find"), strings.Contains(text, "couldn't find"):
		return status.Error(codes.NotFound, text)
	}
	return unavailable(err)
}

// block returns the block of a height, which must be there.
func (s *Services) block(ctx context.Context, height int64) (*coretypes.ResultBlock, error) {
	if height < 1 {
		return nil, invalid("height must be greater than 0, but got %d", height)
	}
	return s.someBlock(ctx, &height)
}

// someBlock returns the latest block for nil.
func (s *Services) someBlock(ctx context.Context, height *int64) (*coretypes.ResultBlock, error) {
	res, err := s.o.Comet.Block(ctx, height)
	if err != nil {
		return nil, heightError(err)
	}
	if res.Block == nil {
		return nil, status.Error(codes.NotFound, "there is no block yet, or it is no longer here")
	}
	return res, nil
}

func (s *Services) latestBlock(ctx context.Context, _ *cmtpb.GetLatestBlockRequest) (*cmtpb.GetLatestBlockResponse, error) {
	res, err := s.someBlock(ctx, nil)
	if err != nil {
		return nil, err
	}
	b, err := s.describe(res)
	if err != nil {
		return nil, err
	}
	return &cmtpb.GetLatestBlockResponse{BlockId: b.BlockId, Block: b.Block, SdkBlock: b.SdkBlock}, nil
}

func (s *Services) blockByHeight(ctx context.Context, req *cmtpb.GetBlockByHeightRequest) (*cmtpb.GetBlockByHeightResponse, error) {
	res, err := s.block(ctx, req.Height)
	if err != nil {
		return nil, err
	}
	return s.describe(res)
}

// describe tells a block in both forms: as CometBFT has it, and with the
// proposer's address in bech32.
func (s *Services) describe(res *coretypes.ResultBlock) (*cmtpb.GetBlockByHeightResponse, error) {
	prefix, err := s.prefix()
	if err != nil {
		return nil, err
	}
	block, err := res.Block.ToProto()
	if err != nil {
		return nil, status.Errorf(codes.Internal, "block %d: %v", res.Block.Height, err)
	}
	id := res.BlockID.ToProto()
	h := block.Header
	return &cmtpb.GetBlockByHeightResponse{BlockId: &id, Block: block, SdkBlock: &cmtpb.Block{
		Header: cmtpb.Header{
			Version: h.Version, ChainId: h.ChainID, Height: h.Height, Time: h.Time, LastBlockId: h.LastBlockId,
			LastCommitHash: h.LastCommitHash, DataHash: h.DataHash, ValidatorsHash: h.ValidatorsHash,
			NextValidatorsHash: h.NextValidatorsHash, ConsensusHash: h.ConsensusHash, AppHash: h.AppHash,
			LastResultsHash: h.LastResultsHash, EvidenceHash: h.EvidenceHash,
			ProposerAddress: prefix.Consensus(chain.Address(h.ProposerAddress)),
		},
		Data: block.Data, Evidence: block.Evidence, LastCommit: block.LastCommit,
	}}, nil
}

func (s *Services) latestValidators(ctx context.Context, req *cmtpb.GetLatestValidatorSetRequest) (*cmtpb.GetLatestValidatorSetResponse, error) {
	latest, err := s.o.Comet.Status(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	height := max(latest.SyncInfo.LatestBlockHeight, 1)
	res, err := s.validators(ctx, height, req.Pagination)
	if err != nil {
		return nil, err
	}
	return &cmtpb.GetLatestValidatorSetResponse{BlockHeight: res.BlockHeight, Validators: res.Validators, Pagination: res.Pagination}, nil
}

func (s *Services) validatorsByHeight(ctx context.Context, req *cmtpb.GetValidatorSetByHeightRequest) (*cmtpb.GetValidatorSetByHeightResponse, error) {
	if req.Height < 1 {
		return nil, invalid("height must be greater than 0, but got %d", req.Height)
	}
	return s.validators(ctx, req.Height, req.Pagination)
}

// validators returns the validators of a height from an offset on. CometBFT
// counts pages of a fixed size, so what lies across two of them takes two calls.
func (s *Services) validators(ctx context.Context, height int64, page *querypb.PageRequest) (*cmtpb.GetValidatorSetByHeightResponse, error) {
	offset, limit, err := listWindow(page)
	if err != nil {
		return nil, err
	}
	all, total, err := s.window(ctx, height, offset, limit)
	if err != nil {
		return nil, err
	}
	prefix, err := s.prefix()
	if err != nil {
		return nil, err
	}
	res := &cmtpb.GetValidatorSetByHeightResponse{BlockHeight: height, Pagination: &querypb.PageResponse{Total: uint64(total)}}
	for _, v := range all {
		key, err := (&ed25519pb.PubKey{Key: v.PubKey.Bytes()}).Marshal()
		if err != nil {
			return nil, err
		}
		res.Validators = append(res.Validators, &cmtpb.Validator{
			Address:     prefix.Consensus(chain.Address(v.Address)),
			PubKey:      &gogotypes.Any{TypeUrl: "/cosmos.crypto.ed25519.PubKey", Value: key},
			VotingPower: v.VotingPower, ProposerPriority: v.ProposerPriority,
		})
	}
	return res, nil
}

// listWindow reads a page of a list that has no keys.
func listWindow(page *querypb.PageRequest) (offset, limit int, err error) {
	limit = maxPage
	if page == nil {
		return 0, limit, nil
	}
	if len(page.Key) > 0 || page.Reverse {
		return 0, 0, invalid("validators are paged by offset and limit")
	}
	const maxOffset = 10_000
	if page.Offset > maxOffset {
		return 0, 0, invalid("offset %d is above %d", page.Offset, maxOffset)
	}
	if page.Limit > 0 {
		limit = int(min(page.Limit, maxPage))
	}
	return int(page.Offset), limit, nil
}

func (s *Services) window(ctx context.Context, height int64, offset, limit int) (found []*cmttypes.Validator, total int, err error) {
	size := maxPage
	for page := offset/size + 1; len(found) < limit; page++ {
		res, err := s.o.Comet.Validators(ctx, &height, &page, &size)
		switch {
		case err != nil && strings.Contains(err.Error(), "page should be within"):
			return found, total, nil // behind the end
		case err != nil:
			return nil, 0, heightError(err)
		}
		total = res.Total
		list := res.Validators
		if skip := offset - (page-1)*size; skip > 0 {
			list = list[min(skip, len(list)):]
		}
		found = append(found, list[:min(len(list), limit-len(found))]...)
		if page*size >= total {
			return found, total, nil
		}
	}
	return found, total, nil
}

func (s *Services) blockResults(ctx context.Context, req *cmtpb.GetBlockResultsRequest) (*cmtpb.GetBlockResultsResponse, error) {
	if req.Height < 1 {
		return nil, invalid("height must be greater than 0, but got %d", req.Height)
	}
	return s.results(ctx, &req.Height)
}

func (s *Services) latestBlockResults(ctx context.Context, _ *cmtpb.GetLatestBlockResultsRequest) (*cmtpb.GetLatestBlockResultsResponse, error) {
	res, err := s.results(ctx, nil)
	if err != nil {
		return nil, err
	}
	return (*cmtpb.GetLatestBlockResultsResponse)(res), nil
}

func (s *Services) results(ctx context.Context, height *int64) (*cmtpb.GetBlockResultsResponse, error) {
	res, err := s.o.Comet.BlockResults(ctx, height)
	if err != nil {
		return nil, heightError(err)
	}
	out := &cmtpb.GetBlockResultsResponse{
		Height: res.Height, TxsResults: res.TxsResults, ConsensusParamUpdates: res.ConsensusParamUpdates, AppHash: res.AppHash,
	}
	for i := range res.FinalizeBlockEvents {
		out.FinalizeBlockEvents = append(out.FinalizeBlockEvents, &res.FinalizeBlockEvents[i])
	}
	for i := range res.ValidatorUpdates {
		out.ValidatorUpdates = append(out.ValidatorUpdates, &res.ValidatorUpdates[i])
	}
	return out, nil
}
