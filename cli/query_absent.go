package cli

import (
	"github.com/spf13/cobra"

	"github.com/weftchain/weft/chain"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	distribution "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	gov "github.com/weftchain/weft/proto/cosmos/gov/v1"
	mint "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
	slashing "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
)

// Modules that wallets and explorers of the ecosystem ask for, though a chain of
// weft may have nothing to tell.
const (
	slashingQuery     = "/cosmos.slashing.v1beta1.Query/"
	distributionQuery = "/cosmos.distribution.v1beta1.Query/"
	mintQuery         = "/cosmos.mint.v1beta1.Query/"
	govQuery          = "/cosmos.gov.v1.Query/"
)

func (r *run) querySlashing() *cobra.Command {
	return newGroup("slashing", "Validators that were absent or signed twice",
		r.queryOf(method("params", "Parameters of slashing", slashingQuery+"Params",
			nothing[slashing.QueryParamsRequest](),
			empty[slashing.QueryParamsResponse]())),
		r.queryOf(method("signing-info CONSENSUS_ADDRESS", "How reliably one validator signs", slashingQuery+"SigningInfo",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &slashing.QuerySigningInfoRequest{ConsAddress: a[0]}
			},
			empty[slashing.QuerySigningInfoResponse]())),
		r.queryOf(pages("signing-infos", "How reliably all validators sign", slashingQuery+"SigningInfos",
			func(_ []string, p *page.PageRequest) chain.Message {
				return &slashing.QuerySigningInfosRequest{Pagination: p}
			},
			empty[slashing.QuerySigningInfosResponse]())),
	)
}

func (r *run) queryDistribution() *cobra.Command {
	return newGroup("distribution", "Rewards of validators and delegators",
		r.queryOf(method("params", "Parameters of rewards", distributionQuery+"Params",
			nothing[distribution.QueryParamsRequest](),
			empty[distribution.QueryParamsResponse]())),
		r.queryOf(method("validator-outstanding-rewards OPERATOR", "What a validator and its delegators have not taken yet", distributionQuery+"ValidatorOutstandingRewards",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &distribution.QueryValidatorOutstandingRewardsRequest{ValidatorAddress: a[0]}
			},
			empty[distribution.QueryValidatorOutstandingRewardsResponse]())),
		r.queryOf(method("commission OPERATOR", "What a validator earned for itself", distributionQuery+"ValidatorCommission",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &distribution.QueryValidatorCommissionRequest{ValidatorAddress: a[0]}
			},
			empty[distribution.QueryValidatorCommissionResponse]())),
		r.queryOf(method("rewards-by-validator DELEGATOR OPERATOR", "What a delegator earned with one validator", distributionQuery+"DelegationRewards",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &distribution.QueryDelegationRewardsRequest{DelegatorAddress: a[0], ValidatorAddress: a[1]}
			},
			empty[distribution.QueryDelegationRewardsResponse]())),
		r.queryOf(method("rewards DELEGATOR", "What a delegator earned in all", distributionQuery+"DelegationTotalRewards",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &distribution.QueryDelegationTotalRewardsRequest{DelegatorAddress: a[0]}
			},
			empty[distribution.QueryDelegationTotalRewardsResponse]())),
		r.queryOf(method("delegator-validators DELEGATOR", "The validators of a delegator", distributionQuery+"DelegatorValidators",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &distribution.QueryDelegatorValidatorsRequest{DelegatorAddress: a[0]}
			},
			empty[distribution.QueryDelegatorValidatorsResponse]())),
		r.queryOf(method("delegator-withdraw-address DELEGATOR", "Who gets the rewards of a delegator", distributionQuery+"DelegatorWithdrawAddress",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &distribution.QueryDelegatorWithdrawAddressRequest{DelegatorAddress: a[0]}
			},
			empty[distribution.QueryDelegatorWithdrawAddressResponse]())),
		r.queryOf(method("community-pool", "What belongs to all", distributionQuery+"CommunityPool",
			nothing[distribution.QueryCommunityPoolRequest](),
			empty[distribution.QueryCommunityPoolResponse]())),
	)
}

func (r *run) queryMint() *cobra.Command {
	return newGroup("mint", "New coins",
		r.queryOf(method("params", "Parameters of new coins", mintQuery+"Params",
			nothing[mint.QueryParamsRequest](),
			empty[mint.QueryParamsResponse]())),
		r.queryOf(method("inflation", "How many coins are made in a year, as a part of all", mintQuery+"Inflation",
			nothing[mint.QueryInflationRequest](),
			empty[mint.QueryInflationResponse]())),
		r.queryOf(method("annual-provisions", "How many coins are made in a year", mintQuery+"AnnualProvisions",
			nothing[mint.QueryAnnualProvisionsRequest](),
			empty[mint.QueryAnnualProvisionsResponse]())),
	)
}

func (r *run) queryGov() *cobra.Command {
	return newGroup("gov", "Government: a chain of weft has none",
		r.queryOf(method("params", "Parameters of votes", govQuery+"Params",
			nothing[gov.QueryParamsRequest](),
			empty[gov.QueryParamsResponse]())),
	)
}
