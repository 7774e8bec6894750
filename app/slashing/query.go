package slashing

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	slashing "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
)

// Queries lists the methods of cosmos.slashing.v1beta1.Query.
func (s *Slashing) Queries() []chain.Route {
	const service = "/cosmos.slashing.v1beta1.Query/"
	return []chain.Route{
		chain.NewQuery(service+"Params", s.queryParams),
		chain.NewQuery(service+"SigningInfo", s.queryInfo),
		chain.NewQuery(service+"SigningInfos", s.queryInfos),
	}
}

func (s *Slashing) queryParams(env *chain.Env, _ *slashing.QueryParamsRequest) (*slashing.QueryParamsResponse, error) {
	p, err := s.Params(env)
	return &slashing.QueryParamsResponse{Params: p}, err
}

func (s *Slashing) queryInfo(env *chain.Env, req *slashing.QuerySigningInfoRequest) (*slashing.QuerySigningInfoResponse, error) {
	cons, err := env.Bech32().ParseConsensus(req.ConsAddress)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	info, err := s.Info(env, cons)
	if err == nil && info == nil {
		err = status.Errorf(codes.NotFound, "SigningInfo not found for validator %s", req.ConsAddress)
	}
	if err != nil {
		return nil, err
	}
	return &slashing.QuerySigningInfoResponse{ValSigningInfo: *info}, nil
}

func (s *Slashing) queryInfos(env *chain.Env, req *slashing.QuerySigningInfosRequest) (*slashing.QuerySigningInfosResponse, error) {
	res := &slashing.QuerySigningInfosResponse{Info: []slashing.ValidatorSigningInfo{}}
	var err error
	res.Pagination, err = wire.Page(env.Store(layout.Slashing), layout.SlashingInfoPrefix, req.Pagination, wire.PageRules{},
		func(_, value []byte) (bool, error) {
			var info slashing.ValidatorSigningInfo
			err := info.Unmarshal(value)
			res.Info = append(res.Info, info)
			return true, err
		})
	return res, err
}
