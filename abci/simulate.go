package abci

import (
	"bytes"

	"github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/gogoproto/jsonpb"
	gogotypes "github.com/cosmos/gogoproto/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	abcipb "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
)

// simulatePath is the one method of the tx service that clients call through
// abci_query.
const simulatePath = "/cosmos.tx.v1beta1.Service/Simulate"

func (s *Server) simulate(req *types.RequestQuery) *types.ResponseQuery {
	var in txpb.SimulateRequest
	if err := in.Unmarshal(req.Data); err != nil {
		return refusal(req, status.Errorf(codes.InvalidArgument, "request: %v", err))
	}
	raw := in.TxBytes
	if in.Tx != nil && raw == nil {
		var err error
		if raw, err = in.Tx.Marshal(); err != nil {
			return refusal(req, status.Errorf(codes.InvalidArgument, "tx: %v", err))
		}
	}
	if len(raw) == 0 {
		return refusal(req, status.Error(codes.InvalidArgument, "empty txBytes is not allowed"))
	}
	gas, result, err := s.dryRun(raw)
	if err != nil {
		return refusal(req, err)
	}
	return s.answer(req, &txpb.SimulateResponse{GasInfo: &gas, Result: result})
}

func (s *Server) simulateJSON(req *types.RequestQuery) *types.ResponseQuery {
	gas, result, err := s.dryRun(req.Data)
	if err != nil {
		return refusal(req, err)
	}
	var text bytes.Buffer
	m := jsonpb.Marshaler{OrigName: true, EmitDefaults: true}
	if err := m.Marshal(&text, &abcipb.SimulationResponse{GasInfo: gas, Result: result}); err != nil {
		return refusal(req, err)
	}
	height, _ := s.app.Info()
	return &types.ResponseQuery{Height: height, Value: text.Bytes()}
}

// dryRun simulates. A transaction that fails is an error with the gas that it
// used, as the reference tells it.
func (s *Server) dryRun(raw []byte) (abcipb.GasInfo, *abcipb.Result, error) {
	res, err := s.app.Simulate(raw)
	if err != nil {
		return abcipb.GasInfo{}, nil, err
	}
	gas := abcipb.GasInfo{GasWanted: res.GasWanted, GasUsed: res.GasUsed}
	if !res.OK() {
		return gas, nil, status.Errorf(codes.Unknown, "%s with gas used: '%d'", res.Log, res.GasUsed)
	}
	result := &abcipb.Result{Data: res.Data, Log: res.Log, Events: events(res.Events)}
	for _, r := range res.Responses {
		result.MsgResponses = append(result.MsgResponses, &gogotypes.Any{TypeUrl: r.TypeURL, Value: r.Value})
	}
	return gas, result, nil
}

func (s *Server) answer(req *types.RequestQuery, m chain.Message) *types.ResponseQuery {
	value, err := m.Marshal()
	if err != nil {
		return refusal(req, err)
	}
	height, _ := s.app.Info()
	return &types.ResponseQuery{Height: height, Value: value}
}
