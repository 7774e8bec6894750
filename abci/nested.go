package abci

import (
	"strings"

	"github.com/cometbft/cometbft/abci/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/app"
	cmtpb "github.com/weftchain/weft/proto/cosmos/base/tendermint/v1beta1"
)

// nestedPath is the method that carries a query of the ABCI door through the
// others.
const nestedPath = "/cosmos.base.tendermint.v1beta1.Service/ABCIQuery"

// Methods lists the methods that a Server answers itself, beside those of the
// application and of Options.Node.
func Methods() []string { return []string{simulatePath, nestedPath} }

// nested answers a query inside a query, in the turn of the outer one. What has
// a method of its own is called by that.
func (s *Server) nested(q app.Query) (app.Answer, error) {
	var in cmtpb.ABCIQueryRequest
	if err := in.Unmarshal(q.Data); err != nil {
		return app.Answer{}, status.Errorf(codes.InvalidArgument, "request: %v", err)
	}
	if !strings.HasPrefix(in.Path, "/store/") && !strings.HasPrefix(in.Path, "/app/") {
		return app.Answer{}, status.Errorf(codes.InvalidArgument,
			"unexpected query path %.100q: must begin with /store/ or /app/; call other methods themselves", in.Path)
	}
	req := &types.RequestQuery{Path: in.Path, Data: in.Data, Height: in.Height, Prove: in.Prove}
	inner := app.Query{Path: in.Path, Data: in.Data, Height: in.Height, Prove: in.Prove}
	var ans app.Answer
	var err error
	switch in.Path {
	case simulateJSONPath:
		ans, err = s.simulateJSON(inner)
	case versionPath:
		ans, err = s.latest([]byte(s.opts.Version), nil)
	default:
		ans, err = s.app.Query(inner)
	}
	r := response(req, ans, err)
	out := &cmtpb.ABCIQueryResponse{Code: r.Code, Log: r.Log, Key: r.Key, Value: r.Value, Height: r.Height, Codespace: r.Codespace}
	if r.ProofOps != nil {
		out.ProofOps = &cmtpb.ProofOps{}
		for _, op := range r.ProofOps.Ops {
			out.ProofOps.Ops = append(out.ProofOps.Ops, cmtpb.ProofOp{Type: op.Type, Key: op.Key, Data: op.Data})
		}
	}
	value, err := out.Marshal()
	return s.latest(value, err)
}
