package cli

import (
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	distribution "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	slashing "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
)

const (
	slashingQuery     = "/cosmos.slashing.v1beta1.Query/"
	distributionQuery = "/cosmos.distribution.v1beta1.Query/"
)

func (r *run) querySlashing() *cobra.Command {
	return newGroup("slashing", "Validators that were absent or signed twice",
		r.queryOf(method("params", "Parameters of slashing", slashingQuery+"Params",
			nothing[slashing.QueryParamsRequest](),
			empty[slashing.QueryParamsResponse]())),
		r.querySigningInfo(),
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
		r.queryOf(method("validator-distribution-info OPERATOR", "What a validator earned with its own stake and as commission", distributionQuery+"ValidatorDistributionInfo",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &distribution.QueryValidatorDistributionInfoRequest{ValidatorAddress: a[0]}
			},
			empty[distribution.QueryValidatorDistributionInfoResponse]())),
		r.querySlashes(),
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

// querySigningInfo takes the address of a key that signs blocks, or the key.
func (r *run) querySigningInfo() *cobra.Command {
	c := method("signing-info CONSENSUS_ADDRESS", "How reliably one validator signs", slashingQuery+"SigningInfo", nil, empty[slashing.QuerySigningInfoResponse]())
	c.example = "  weft query slashing signing-info weftvalcons1… -o json\n  weft query slashing signing-info \"$(weft comet show-validator)\""
	c.flags = func(f *pflag.FlagSet) {
		prefixFlag(f)
	}
	c.choose = func(o options, c *call) {
		c.req = func(a []string, _ *page.PageRequest) (chain.Message, error) {
			if !strings.HasPrefix(strings.TrimSpace(a[0]), "{") {
				return &slashing.QuerySigningInfoRequest{ConsAddress: a[0]}, nil
			}
			key, err := parseConsensusKey("the key", a[0])
			if err != nil {
				return nil, err
			}
			prefix, err := r.askPrefix(o)
			return &slashing.QuerySigningInfoRequest{ConsAddress: prefix.Consensus(consensusAddress(key))}, err
		}
	}
	return r.queryOf(c)
}

func (r *run) querySlashes() *cobra.Command {
	c := pages("slashes OPERATOR [START] [END]", "When a validator lost which part of its stake", distributionQuery+"ValidatorSlashes", nil, empty[distribution.QueryValidatorSlashesResponse]())
	c.example, c.args = "  weft query distribution slashes weftvaloper1… 0 100 -o json", cobra.RangeArgs(1, 3)
	c.req = func(a []string, p *page.PageRequest) (chain.Message, error) {
		req := &distribution.QueryValidatorSlashesRequest{ValidatorAddress: a[0], EndingHeight: math.MaxInt64, Pagination: p}
		for i, into := range []*uint64{&req.StartingHeight, &req.EndingHeight} {
			if len(a) <= i+1 {
				break
			}
			n, err := strconv.ParseUint(a[i+1], 10, 64)
			if err != nil {
				return nil, usage("%.40q is not a whole number", a[i+1])
			}
			*into = n
		}
		return req, nil
	}
	return r.queryOf(c)
}
