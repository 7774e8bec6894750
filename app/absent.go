package app

import (
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	govv1 "github.com/weftchain/weft/proto/cosmos/gov/v1"
	gov "github.com/weftchain/weft/proto/cosmos/gov/v1beta1"
)

// Explorers and wallets ask every chain for proposals, and show errors where
// they get none. This chain has none, and that is what the answers say.

// none is zero with 18 places, as it stands on the wire.
const none = "0"

// zero is zero in the text form that gov has on the wire.
const zero = "0.000000000000000000"

// absentQueries lists the methods of modules that this chain does not have.
func (a *App) absentQueries() []chain.Route {
	const (
		govQuery   = "/cosmos.gov.v1beta1.Query/"
		govV1Query = "/cosmos.gov.v1.Query/"
	)
	return []chain.Route{
		chain.NewQuery(govQuery+"Params", govParams),
		chain.NewQuery(govQuery+"Proposal", govProposal),
		chain.NewQuery(govQuery+"Proposals", govProposals),
		chain.NewQuery(govV1Query+"Params", govV1Params),
		chain.NewQuery(govV1Query+"Proposal", govV1Proposal),
		chain.NewQuery(govV1Query+"Proposals", govV1Proposals),
	}
}

func checkParamsType(kind string) error {
	switch kind {
	case "voting", "tallying", "deposit":
		return nil
	}
	return status.Errorf(codes.InvalidArgument, "%.60s is not a valid parameter type: must be voting, tallying or deposit", kind)
}

func govParams(_ *chain.Env, req *gov.QueryParamsRequest) (*gov.QueryParamsResponse, error) {
	return &gov.QueryParamsResponse{TallyParams: gov.TallyParams{
		Quorum: []byte(none), Threshold: []byte(none), VetoThreshold: []byte(none),
	}}, checkParamsType(req.ParamsType)
}

func govProposal(_ *chain.Env, req *gov.QueryProposalRequest) (*gov.QueryProposalResponse, error) {
	return nil, noProposal(req.ProposalId)
}

func govProposals(*chain.Env, *gov.QueryProposalsRequest) (*gov.QueryProposalsResponse, error) {
	return &gov.QueryProposalsResponse{Pagination: &query.PageResponse{}}, nil
}

func noProposal(id uint64) error {
	if id == 0 {
		return status.Error(codes.InvalidArgument, "proposal id can not be 0")
	}
	return status.Errorf(codes.NotFound, "proposal %d doesn't exist", id)
}

func govV1Params(_ *chain.Env, req *govv1.QueryParamsRequest) (*govv1.QueryParamsResponse, error) {
	if req.ParamsType != "" { // none: all that v1 has in one
		if err := checkParamsType(req.ParamsType); err != nil {
			return nil, err
		}
	}
	never := time.Duration(0)
	res := &govv1.QueryParamsResponse{Params: &govv1.Params{
		MinDeposit: []base.Coin{}, ExpeditedMinDeposit: []base.Coin{},
		MaxDepositPeriod: &never, VotingPeriod: &never, ExpeditedVotingPeriod: &never,
		Quorum: zero, Threshold: zero, VetoThreshold: zero, ExpeditedThreshold: zero,
		MinInitialDepositRatio: zero, ProposalCancelRatio: zero, MinDepositRatio: zero,
	}}
	switch req.ParamsType {
	case "voting":
		res.VotingParams = &govv1.VotingParams{VotingPeriod: &never}
	case "deposit":
		res.DepositParams = &govv1.DepositParams{MaxDepositPeriod: &never}
	case "tallying":
		res.TallyParams = &govv1.TallyParams{Quorum: zero, Threshold: zero, VetoThreshold: zero}
	}
	return res, nil
}

func govV1Proposal(_ *chain.Env, req *govv1.QueryProposalRequest) (*govv1.QueryProposalResponse, error) {
	return nil, noProposal(req.ProposalId)
}

func govV1Proposals(*chain.Env, *govv1.QueryProposalsRequest) (*govv1.QueryProposalsResponse, error) {
	return &govv1.QueryProposalsResponse{Pagination: &query.PageResponse{}}, nil
}
