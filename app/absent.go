package app

import (
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	distribution "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	govv1 "github.com/weftchain/weft/proto/cosmos/gov/v1"
	gov "github.com/weftchain/weft/proto/cosmos/gov/v1beta1"
	mint "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
	slashing "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
)

// Explorers and wallets ask every chain for slashing, rewards, inflation and
// proposals, and show errors where they get none. This chain has none of these,
// and that is what the answers say: nobody is slashed, nothing is rewarded or
// minted, nothing is proposed. Contracts get these answers from app/wasm, not
// from here.

// none is zero with 18 places, as it stands on the wire.
const none = "0"

// zero is zero in the text form that gov has on the wire.
const zero = "0.000000000000000000"

// absentQueries lists the methods of modules that this chain does not have.
func (a *App) absentQueries() []chain.Route {
	const (
		slashingQuery = "/cosmos.slashing.v1beta1.Query/"
		distrQuery    = "/cosmos.distribution.v1beta1.Query/"
		mintQuery     = "/cosmos.mint.v1beta1.Query/"
		govQuery      = "/cosmos.gov.v1beta1.Query/"
		govV1Query    = "/cosmos.gov.v1.Query/"
	)
	return []chain.Route{
		chain.NewQuery(slashingQuery+"Params", slashingParams),
		chain.NewQuery(slashingQuery+"SigningInfo", signingInfo),
		chain.NewQuery(slashingQuery+"SigningInfos", signingInfos),
		chain.NewQuery(distrQuery+"Params", distributionParams),
		chain.NewQuery(distrQuery+"ValidatorOutstandingRewards", outstandingRewards),
		chain.NewQuery(distrQuery+"ValidatorCommission", validatorCommission),
		chain.NewQuery(distrQuery+"DelegationRewards", delegationRewards),
		chain.NewQuery(distrQuery+"DelegationTotalRewards", delegationTotalRewards),
		chain.NewQuery(distrQuery+"DelegatorValidators", a.delegatorValidators),
		chain.NewQuery(distrQuery+"DelegatorWithdrawAddress", withdrawAddress),
		chain.NewQuery(distrQuery+"CommunityPool", communityPool),
		chain.NewQuery(mintQuery+"Params", mintParams),
		chain.NewQuery(mintQuery+"Inflation", inflation),
		chain.NewQuery(mintQuery+"AnnualProvisions", annualProvisions),
		chain.NewQuery(govQuery+"Params", govParams),
		chain.NewQuery(govQuery+"Proposal", govProposal),
		chain.NewQuery(govQuery+"Proposals", govProposals),
		chain.NewQuery(govV1Query+"Params", govV1Params),
		chain.NewQuery(govV1Query+"Proposal", govV1Proposal),
		chain.NewQuery(govV1Query+"Proposals", govV1Proposals),
	}
}

// slashingParams say that of one block none has to be signed.
func slashingParams(*chain.Env, *slashing.QueryParamsRequest) (*slashing.QueryParamsResponse, error) {
	return &slashing.QueryParamsResponse{Params: slashing.Params{
		SignedBlocksWindow: 1, MinSignedPerWindow: []byte(none),
		SlashFractionDoubleSign: []byte(none), SlashFractionDowntime: []byte(none),
	}}, nil
}

func signingInfo(env *chain.Env, req *slashing.QuerySigningInfoRequest) (*slashing.QuerySigningInfoResponse, error) {
	if _, err := env.Bech32().ParseConsensus(req.ConsAddress); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return nil, status.Errorf(codes.NotFound, "SigningInfo not found for validator %s", req.ConsAddress)
}

func signingInfos(*chain.Env, *slashing.QuerySigningInfosRequest) (*slashing.QuerySigningInfosResponse, error) {
	return &slashing.QuerySigningInfosResponse{Pagination: &query.PageResponse{}}, nil
}

func distributionParams(*chain.Env, *distribution.QueryParamsRequest) (*distribution.QueryParamsResponse, error) {
	return &distribution.QueryParamsResponse{Params: distribution.Params{
		CommunityTax: none, BaseProposerReward: none, BonusProposerReward: none,
	}}, nil
}

func checkValidator(env *chain.Env, address string) error {
	if _, err := env.Bech32().ParseValidator(address); err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	return nil
}

func checkDelegator(env *chain.Env, address string) error {
	if _, err := env.Bech32().ParseAccount(address); err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	return nil
}

func outstandingRewards(env *chain.Env, req *distribution.QueryValidatorOutstandingRewardsRequest) (*distribution.QueryValidatorOutstandingRewardsResponse, error) {
	return &distribution.QueryValidatorOutstandingRewardsResponse{}, checkValidator(env, req.ValidatorAddress)
}

func validatorCommission(env *chain.Env, req *distribution.QueryValidatorCommissionRequest) (*distribution.QueryValidatorCommissionResponse, error) {
	return &distribution.QueryValidatorCommissionResponse{}, checkValidator(env, req.ValidatorAddress)
}

func delegationRewards(env *chain.Env, req *distribution.QueryDelegationRewardsRequest) (*distribution.QueryDelegationRewardsResponse, error) {
	if err := checkDelegator(env, req.DelegatorAddress); err != nil {
		return nil, err
	}
	return &distribution.QueryDelegationRewardsResponse{}, checkValidator(env, req.ValidatorAddress)
}

func delegationTotalRewards(env *chain.Env, req *distribution.QueryDelegationTotalRewardsRequest) (*distribution.QueryDelegationTotalRewardsResponse, error) {
	return &distribution.QueryDelegationTotalRewardsResponse{}, checkDelegator(env, req.DelegatorAddress)
}

// delegatorValidators are the validators that staking knows.
func (a *App) delegatorValidators(env *chain.Env, req *distribution.QueryDelegatorValidatorsRequest) (*distribution.QueryDelegatorValidatorsResponse, error) {
	if err := checkDelegator(env, req.DelegatorAddress); err != nil {
		return nil, err
	}
	list, err := a.staking.Delegated(env, req.DelegatorAddress)
	return &distribution.QueryDelegatorValidatorsResponse{Validators: list}, err
}

// withdrawAddress is the delegator itself, as long as it has said nothing else,
// which it cannot here.
func withdrawAddress(env *chain.Env, req *distribution.QueryDelegatorWithdrawAddressRequest) (*distribution.QueryDelegatorWithdrawAddressResponse, error) {
	return &distribution.QueryDelegatorWithdrawAddressResponse{WithdrawAddress: req.DelegatorAddress}, checkDelegator(env, req.DelegatorAddress)
}

func communityPool(*chain.Env, *distribution.QueryCommunityPoolRequest) (*distribution.QueryCommunityPoolResponse, error) {
	return &distribution.QueryCommunityPoolResponse{}, nil
}

// blocksPerYear is the reference's default; it divides a yearly zero.
const blocksPerYear = 6_311_520

func mintParams(env *chain.Env, _ *mint.QueryParamsRequest) (*mint.QueryParamsResponse, error) {
	return &mint.QueryParamsResponse{Params: mint.Params{
		MintDenom: env.Block.Params.BaseDenom, BlocksPerYear: blocksPerYear,
		InflationRateChange: none, InflationMax: none, InflationMin: none, GoalBonded: none,
	}}, nil
}

func inflation(*chain.Env, *mint.QueryInflationRequest) (*mint.QueryInflationResponse, error) {
	return &mint.QueryInflationResponse{Inflation: []byte(none)}, nil
}

func annualProvisions(*chain.Env, *mint.QueryAnnualProvisionsRequest) (*mint.QueryAnnualProvisionsResponse, error) {
	return &mint.QueryAnnualProvisionsResponse{AnnualProvisions: []byte(none)}, nil
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
