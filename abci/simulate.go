package abci

import (
	gogotypes "github.com/cosmos/gogoproto/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/app"
	abcipb "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/proto/protojson"
)

// simulatePath is the method of the tx service that is answered here and not
// by Options.Node: it runs in the application.
const simulatePath = "/cosmos.tx.v1beta1.Service/Simulate"

// Paths of the reference that are no methods.
const (
	simulateJSONPath = "/app/simulate"
	versionPath      = "/app/version"
)

func (s *Server) simulate(q app.Query) (app.Answer, error) {
	var in txpb.SimulateRequest
	if err := in.Unmarshal(q.Data); err != nil {
		return app.Answer{}, status.Errorf(codes.InvalidArgument, "request: %v", err)
	}
	raw := in.TxBytes
	if in.Tx != nil && raw == nil {
		var err error
		if raw, err = in.Tx.Marshal(); err != nil {
			return app.Answer{}, status.Errorf(codes.InvalidArgument, "tx: %v", err)
		}
	}
	if len(raw) == 0 {
		return app.Answer{}, status.Error(codes.InvalidArgument, "empty txBytes is not allowed")
	}
	gas, result, err := s.dryRun(raw)
	if err != nil {
		return app.Answer{}, err
	}
	value, err := (&txpb.SimulateResponse{GasInfo: &gas, Result: result}).Marshal()
	return s.latest(value, err)
}

func (s *Server) simulateJSON(q app.Query) (app.Answer, error) {
	gas, result, err := s.dryRun(q.Data)
	if err != nil {
		return app.Answer{}, err
	}
	text, err := protojson.Marshal(&abcipb.SimulationResponse{GasInfo: gas, Result: result})
	return s.latest(text, err)
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
