package service

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cometbft/cometbft/mempool"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	abcipb "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

func (s *Services) txMethods() map[string]method {
	const service = "/cosmos.tx.v1beta1.Service/"
	return map[string]method{
		service + "GetTx":           serve(s.getTx),
		service + "BroadcastTx":     serve(s.broadcast),
		service + "GetTxsEvent":     serve(s.search),
		service + "GetBlockWithTxs": serve(s.blockWithTxs),
		service + "TxDecode":        serve(s.decode),
		service + "TxEncode":        serve(s.encode),
		service + "TxEncodeAmino":   serve(noAminoEncoding),
		service + "TxDecodeAmino":   serve(noAminoDecoding),
	}
}

func (s *Services) getTx(ctx context.Context, req *txpb.GetTxRequest) (*txpb.GetTxResponse, error) {
	if req.Hash == "" {
		return nil, invalid("tx hash cannot be empty")
	}
	hash, err := hex.DecodeString(req.Hash)
	if err != nil || len(hash) != 32 {
		return nil, invalid("tx hash %.80q: %v", req.Hash, client.ErrHash)
	}
	found, err := s.o.Comet.Tx(ctx, hash, false)
	switch {
	case err != nil && strings.Contains(err.Error(), "not found"):
		return nil, status.Errorf(codes.NotFound, "tx not found: %s", req.Hash)
	case err != nil:
		return nil, unavailable(err)
	}
	t, res, err := s.response(ctx, found, map[int64]string{})
	return &txpb.GetTxResponse{Tx: t, TxResponse: res}, err
}

// response tells a transaction and its result. Block times that it had to look
// up are kept in times.
func (s *Services) response(ctx context.Context, found *coretypes.ResultTx, times map[int64]string) (*txpb.Tx, *abcipb.TxResponse, error) {
	t, err := client.DecodeTx(found.Tx)
	if err != nil { // a proposer may put anything into a block
		t = &txpb.Tx{}
	}
	res := client.TxResponse(found)
	if err == nil {
		if res, err = client.WithTx(res, found.Tx); err != nil {
			return nil, nil, status.Errorf(codes.Internal, "transaction %s: %v", found.Hash, err)
		}
	}
	at, known := times[found.Height]
	if !known {
		header, err := s.o.Comet.Header(ctx, &found.Height)
		if err != nil || header.Header == nil {
			return nil, nil, status.Errorf(codes.NotFound, "block %d of transaction %s is no longer here", found.Height, found.Hash)
		}
		at = header.Header.Time.UTC().Format(time.RFC3339)
		times[found.Height] = at
	}
	res.Timestamp = at
	return t, res, nil
}

func (s *Services) broadcast(ctx context.Context, req *txpb.BroadcastTxRequest) (*txpb.BroadcastTxResponse, error) {
	if len(req.TxBytes) == 0 {
		return nil, invalid("invalid empty tx")
	}
	raw := cmttypes.Tx(req.TxBytes)
	var res *coretypes.ResultBroadcastTx
	var err error
	switch req.Mode {
	case txpb.BroadcastMode_BROADCAST_MODE_SYNC:
		res, err = s.o.Comet.BroadcastTxSync(ctx, raw)
	case txpb.BroadcastMode_BROADCAST_MODE_ASYNC:
		res, err = s.o.Comet.BroadcastTxAsync(ctx, raw)
	default:
		return nil, invalid("unsupported return type %s; supported types: sync, async", req.Mode)
	}
	if err == nil {
		return &txpb.BroadcastTxResponse{TxResponse: &abcipb.TxResponse{
			Code: res.Code, Codespace: res.Codespace, Data: fmt.Sprintf("%X", []byte(res.Data)), RawLog: res.Log, Txhash: res.Hash.String(),
		}}, nil
	}
	refusal := mempoolRefusal(err)
	if refusal == nil {
		return nil, unavailable(err)
	}
	return &txpb.BroadcastTxResponse{TxResponse: &abcipb.TxResponse{
		Code: refusal.Code, Codespace: refusal.Codespace, RawLog: refusal.Error(), Txhash: fmt.Sprintf("%X", raw.Hash()),
	}}, nil
}

// mempoolRefusal finds the code that clients know for what CometBFT's mempool
// refuses before the application sees it.
func mempoolRefusal(err error) *chain.Error {
	var large mempool.ErrTxTooLarge
	var full mempool.ErrMempoolIsFull
	switch {
	case errors.Is(err, mempool.ErrTxInCache):
		return chain.ErrTxInMempool
	case errors.As(err, &full):
		return chain.ErrMempoolFull
	case errors.As(err, &large):
		return chain.ErrTxTooLarge
	}
	return nil
}

func (s *Services) decode(_ context.Context, req *txpb.TxDecodeRequest) (*txpb.TxDecodeResponse, error) {
	if len(req.TxBytes) == 0 {
		return nil, invalid("invalid empty tx bytes")
	}
	d, err := tx.Decode(req.TxBytes, s.o.MaxTxBytes)
	if err != nil {
		return nil, invalid("%v", err)
	}
	return &txpb.TxDecodeResponse{Tx: &txpb.Tx{Body: &d.Body, AuthInfo: &d.AuthInfo, Signatures: d.Raw.Signatures}}, nil
}

func (s *Services) encode(_ context.Context, req *txpb.TxEncodeRequest) (*txpb.TxEncodeResponse, error) {
	if req.Tx == nil || req.Tx.Body == nil {
		return nil, invalid("invalid empty tx")
	}
	raw, err := req.Tx.Marshal()
	if err != nil {
		return nil, invalid("tx: %v", err)
	}
	if _, err := tx.Decode(raw, s.o.MaxTxBytes); err != nil {
		return nil, invalid("%v", err)
	}
	return &txpb.TxEncodeResponse{TxBytes: raw}, nil
}

// noAmino says why there is no amino transaction: it is the form of chains
// before 2021. Documents to sign in amino JSON are another thing and work.
const noAmino = "amino-encoded transactions are not supported: use TxEncode and TxDecode"

func noAminoEncoding(context.Context, *txpb.TxEncodeAminoRequest) (*txpb.TxEncodeAminoResponse, error) {
	return nil, status.Error(codes.Unimplemented, noAmino)
}

func noAminoDecoding(context.Context, *txpb.TxDecodeAminoRequest) (*txpb.TxDecodeAminoResponse, error) {
	return nil, status.Error(codes.Unimplemented, noAmino)
}
