package abci

import (
	"context"

	"github.com/cometbft/cometbft/abci/types"
)

// CheckTx judges whether a transaction may wait for a block, when it comes and
// again after each block.
func (s *Server) CheckTx(_ context.Context, req *types.RequestCheckTx) (res *types.ResponseCheckTx, err error) {
	defer s.guard("check transaction", &err)
	c, err := s.app.Check(req.Tx)
	if err != nil {
		return nil, s.fault("check transaction", err)
	}
	s.counts.check(req.Type == types.CheckTxType_Recheck, c.OK())
	return &types.ResponseCheckTx{
		Code: c.Code, Codespace: c.Codespace, Log: c.Log, Info: c.Info, Data: c.Data,
		GasWanted: int64(c.GasWanted), GasUsed: int64(c.GasUsed), Events: events(c.Events),
	}, nil
}
