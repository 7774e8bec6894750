package client

import (
	"encoding/hex"
	"errors"
	"fmt"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/cosmos/gogoproto/types"

	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
)

// ErrHash says that a text is not a transaction's hash.
var ErrHash = errors.New("a transaction's hash has 64 hexadecimal digits")

// ParseHash reads a transaction's hash in upper or lower case.
func ParseHash(text string) ([]byte, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != 32 {
		return nil, fmt.Errorf("%.80q: %w", text, ErrHash)
	}
	return raw, nil
}

// TxResponse returns the result of a transaction in the form of the Cosmos
// SDK, without the transaction itself and without the time of its block.
func TxResponse(res *coretypes.ResultTx) *abci.TxResponse {
	r := res.TxResult
	return &abci.TxResponse{
		Height: res.Height, Txhash: res.Hash.String(), Codespace: r.Codespace, Code: r.Code,
		Data: fmt.Sprintf("%X", r.Data), RawLog: r.Log, Info: r.Info,
		GasWanted: r.GasWanted, GasUsed: r.GasUsed, Events: r.Events,
	}
}

// DecodeTx returns the readable form of a transaction's bytes: what JSON shows.
func DecodeTx(raw []byte) (*txpb.Tx, error) {
	var t txpb.Tx // the same fields as TxRaw, with the two inner messages decoded
	if err := t.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("a transaction that cannot be read: %w", err)
	}
	return &t, nil
}

// WithTx puts the transaction into a response, as queries for it show it.
func WithTx(res *abci.TxResponse, raw []byte) (*abci.TxResponse, error) {
	t, err := DecodeTx(raw)
	if err != nil {
		return nil, err
	}
	value, err := t.Marshal()
	if err != nil {
		return nil, err
	}
	res.Tx = &types.Any{TypeUrl: "/cosmos.tx.v1beta1.Tx", Value: value}
	return res, nil
}
