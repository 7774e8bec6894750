package abci

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/encoding"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain"
)

// InitChain takes genesis. CometBFT may call it again after a crash before the
// first block.
func (s *Server) InitChain(_ context.Context, req *types.RequestInitChain) (res *types.ResponseInitChain, err error) {
	defer s.guard("genesis", &err)
	if err := s.checkGenesis(req); err != nil {
		return nil, s.fault("genesis", err)
	}
	var maxGas uint64
	if p := req.ConsensusParams; p != nil && p.Block != nil && p.Block.MaxGas > 0 {
		maxGas = uint64(p.Block.MaxGas)
	}
	updates, hash, err := s.app.InitGenesis(req.AppStateBytes, req.Time, req.InitialHeight, maxGas)
	if err != nil {
		return nil, s.fault("genesis", err)
	}
	if len(updates) == 0 {
		return nil, s.fault("genesis", errors.New("no validator: make one with weft genesis gentx, then weft genesis collect-gentxs"))
	}
	validators, err := validatorUpdates(updates)
	if err != nil {
		return nil, s.fault("genesis", err)
	}
	return &types.ResponseInitChain{Validators: validators, AppHash: hash}, nil
}

// checkGenesis refuses what a genesis may ask of CometBFT and weft does not do.
func (s *Server) checkGenesis(req *types.RequestInitChain) error {
	if id := s.app.ChainID(); req.ChainId != id {
		return fmt.Errorf("chain id %q, this node was built for %q", req.ChainId, id)
	}
	p := req.ConsensusParams
	if p == nil {
		return nil
	}
	if p.Abci != nil && p.Abci.VoteExtensionsEnableHeight != 0 {
		return fmt.Errorf("consensus_params.abci.vote_extensions_enable_height is %d, must be 0: there are no vote extensions", p.Abci.VoteExtensionsEnableHeight)
	}
	if p.Validator != nil && !slices.Equal(p.Validator.PubKeyTypes, []string{cmttypes.ABCIPubKeyTypeEd25519}) {
		return fmt.Errorf("consensus_params.validator.pub_key_types is %q, must be [%q]", p.Validator.PubKeyTypes, cmttypes.ABCIPubKeyTypeEd25519)
	}
	return nil
}

func validatorUpdates(updates []app.Update) ([]types.ValidatorUpdate, error) {
	out := make([]types.ValidatorUpdate, len(updates))
	for i, u := range updates {
		key, err := encoding.PubKeyToProto(ed25519.PubKey(u.PubKey))
		if err != nil {
			return nil, err
		}
		out[i] = types.ValidatorUpdate{PubKey: key, Power: u.Power}
	}
	return out, nil
}

// PrepareProposal chooses the transactions of this node's proposal.
func (s *Server) PrepareProposal(_ context.Context, req *types.RequestPrepareProposal) (res *types.ResponsePrepareProposal, err error) {
	defer s.guard("prepare proposal", &err)
	txs, err := s.app.Prepare(req.Txs, req.MaxTxBytes)
	if err != nil {
		return nil, s.fault("prepare proposal", err)
	}
	return &types.ResponsePrepareProposal{Txs: txs}, nil
}

// ProcessProposal judges a proposal.
func (s *Server) ProcessProposal(_ context.Context, req *types.RequestProcessProposal) (res *types.ResponseProcessProposal, err error) {
	defer s.guard("process proposal", &err)
	ok, err := s.app.Process(req.Txs)
	if err != nil {
		return nil, s.fault("process proposal", err)
	}
	status := types.ResponseProcessProposal_ACCEPT
	if !ok {
		status = types.ResponseProcessProposal_REJECT
	}
	return &types.ResponseProcessProposal{Status: status}, nil
}

// FinalizeBlock executes a decided block; Commit makes it durable.
func (s *Server) FinalizeBlock(_ context.Context, req *types.RequestFinalizeBlock) (res *types.ResponseFinalizeBlock, err error) {
	defer s.guard("finalize block", &err)
	s.executing.Store(true)
	started := time.Now()
	out, err := s.app.Execute(BlockInput(req))
	if err != nil {
		return nil, s.fault("finalize block", err)
	}
	updates, err := validatorUpdates(out.Updates)
	if err != nil {
		return nil, s.fault("finalize block", err)
	}
	res = &types.ResponseFinalizeBlock{
		TxResults: make([]*types.ExecTxResult, len(out.Txs)), Events: events(out.Events),
		ValidatorUpdates: updates, AppHash: out.AppHash,
	}
	for i, r := range out.Txs {
		res.TxResults[i] = &types.ExecTxResult{
			Code: r.Code, Codespace: r.Codespace, Log: r.Log, Info: r.Info, Data: r.Data,
			GasWanted: int64(r.GasWanted), GasUsed: int64(r.GasUsed), Events: events(r.Events),
		}
	}
	s.block = summary(req.Height, out, time.Since(started))
	return res, nil
}

// BlockInput is what the application is told of a block.
func BlockInput(req *types.RequestFinalizeBlock) app.BlockInput {
	return app.BlockInput{
		Height: req.Height, Time: req.Time, Hash: req.Hash, Proposer: req.ProposerAddress, Txs: req.Txs,
		NextValidatorsHash: req.NextValidatorsHash,
		Votes:              votes(req.DecidedLastCommit), Misbehaviour: misbehaviour(req.Misbehavior),
	}
}

// votes are those of the commit that the block itself carries, so they are the
// same on every node.
func votes(commit types.CommitInfo) []chain.Vote {
	out := make([]chain.Vote, len(commit.Votes))
	for i, v := range commit.Votes {
		out[i] = chain.Vote{
			Validator: chain.Address(v.Validator.Address), Power: v.Validator.Power,
			Signed: v.BlockIdFlag != cmtproto.BlockIDFlagAbsent,
		}
	}
	return out
}

func misbehaviour(list []types.Misbehavior) []chain.Misbehaviour {
	out := make([]chain.Misbehaviour, len(list))
	for i, m := range list {
		out[i] = chain.Misbehaviour{
			Validator: chain.Address(m.Validator.Address), Power: m.Validator.Power, Height: m.Height, Time: m.Time.UTC(),
		}
	}
	return out
}

func summary(height int64, out app.BlockResult, took time.Duration) Committed {
	c := Committed{Height: height, Txs: len(out.Txs), AppHash: out.AppHash, Took: took}
	for _, r := range out.Txs {
		c.GasUsed += r.GasUsed
		if !r.OK() {
			c.Failed++
		}
	}
	return c
}

// Commit makes the executed block durable.
func (s *Server) Commit(context.Context, *types.RequestCommit) (res *types.ResponseCommit, err error) {
	defer s.guard("commit", &err)
	defer s.executing.Store(false)
	started := time.Now()
	if err := s.app.Commit(); err != nil {
		return nil, s.fault("commit", err)
	}
	if s.opts.Committed != nil {
		s.block.Commit = time.Since(started)
		s.block.Took += s.block.Commit
		s.opts.Committed(s.block)
	}
	s.makeSnapshot()
	res = &types.ResponseCommit{}
	if s.opts.Retain != nil {
		height, _ := s.app.Info()
		res.RetainHeight = s.opts.Retain(height)
	}
	return res, nil
}
