package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

const stakingQuery = "/cosmos.staking.v1beta1.Query/"

func (r *run) queryStaking() *cobra.Command {
	return newGroup("staking", "Validators and delegations",
		r.queryValidators(), r.queryHistoricalInfo(),
		r.queryOf(method("validator OPERATOR", "One validator", stakingQuery+"Validator",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &staking.QueryValidatorRequest{ValidatorAddr: a[0]}
			},
			empty[staking.QueryValidatorResponse]())),
		r.queryOf(pages("delegations-to OPERATOR", "Who delegated to one validator", stakingQuery+"ValidatorDelegations",
			func(a []string, p *page.PageRequest) chain.Message {
				return &staking.QueryValidatorDelegationsRequest{ValidatorAddr: a[0], Pagination: p}
			},
			empty[staking.QueryValidatorDelegationsResponse]())),
		r.queryOf(pages("unbonding-delegations-from OPERATOR", "What leaves one validator", stakingQuery+"ValidatorUnbondingDelegations",
			func(a []string, p *page.PageRequest) chain.Message {
				return &staking.QueryValidatorUnbondingDelegationsRequest{ValidatorAddr: a[0], Pagination: p}
			},
			empty[staking.QueryValidatorUnbondingDelegationsResponse]())),
		r.queryOf(method("delegation DELEGATOR OPERATOR", "What one account delegated to one validator", stakingQuery+"Delegation",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &staking.QueryDelegationRequest{DelegatorAddr: a[0], ValidatorAddr: a[1]}
			},
			empty[staking.QueryDelegationResponse]())),
		r.queryOf(method("unbonding-delegation DELEGATOR OPERATOR", "What one account takes back from one validator", stakingQuery+"UnbondingDelegation",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &staking.QueryUnbondingDelegationRequest{DelegatorAddr: a[0], ValidatorAddr: a[1]}
			},
			empty[staking.QueryUnbondingDelegationResponse]())),
		r.queryOf(pages("delegations DELEGATOR", "What one account delegated", stakingQuery+"DelegatorDelegations",
			func(a []string, p *page.PageRequest) chain.Message {
				return &staking.QueryDelegatorDelegationsRequest{DelegatorAddr: a[0], Pagination: p}
			},
			empty[staking.QueryDelegatorDelegationsResponse]())),
		r.queryOf(pages("delegator-validators DELEGATOR", "The validators of one account", stakingQuery+"DelegatorValidators",
			func(a []string, p *page.PageRequest) chain.Message {
				return &staking.QueryDelegatorValidatorsRequest{DelegatorAddr: a[0], Pagination: p}
			},
			empty[staking.QueryDelegatorValidatorsResponse]())),
		r.queryOf(method("delegator-validator DELEGATOR OPERATOR", "One validator of one account", stakingQuery+"DelegatorValidator",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &staking.QueryDelegatorValidatorRequest{DelegatorAddr: a[0], ValidatorAddr: a[1]}
			},
			empty[staking.QueryDelegatorValidatorResponse]())),
		r.queryOf(pages("unbonding-delegations DELEGATOR", "What one account takes back", stakingQuery+"DelegatorUnbondingDelegations",
			func(a []string, p *page.PageRequest) chain.Message {
				return &staking.QueryDelegatorUnbondingDelegationsRequest{DelegatorAddr: a[0], Pagination: p}
			},
			empty[staking.QueryDelegatorUnbondingDelegationsResponse]())),
		r.queryRedelegations(),
		r.queryOf(method("pool", "What is staked in all", stakingQuery+"Pool",
			nothing[staking.QueryPoolRequest](),
			empty[staking.QueryPoolResponse]())),
		r.queryOf(method("params", "Parameters of staking", stakingQuery+"Params",
			nothing[staking.QueryParamsRequest](),
			empty[staking.QueryParamsResponse]())),
	)
}

func (r *run) queryValidators() *cobra.Command {
	c := pages("validators", "All validators", stakingQuery+"Validators", nil, empty[staking.QueryValidatorsResponse]())
	c.flags = func(f *pflag.FlagSet) {
		f.String("status", "", "only these: BOND_STATUS_BONDED, BOND_STATUS_UNBONDING or BOND_STATUS_UNBONDED")
	}
	c.choose = func(o options, c *call) {
		c.req = func(_ []string, p *page.PageRequest) (chain.Message, error) {
			return &staking.QueryValidatorsRequest{Status: o.GetString("status"), Pagination: p}, nil
		}
	}
	return r.queryOf(c)
}

func (r *run) queryHistoricalInfo() *cobra.Command {
	c := method("historical-info HEIGHT", "The validators of a past block", stakingQuery+"HistoricalInfo", nil, empty[staking.QueryHistoricalInfoResponse]())
	c.req = func(a []string, _ *page.PageRequest) (chain.Message, error) {
		height, err := heightArg(a)
		return &staking.QueryHistoricalInfoRequest{Height: height}, err
	}
	return r.queryOf(c)
}

// queryRedelegations asks for those between two validators, or for all of an
// account.
func (r *run) queryRedelegations() *cobra.Command {
	c := pages("redelegation DELEGATOR FROM_OPERATOR TO_OPERATOR", "What one account moves between validators", stakingQuery+"Redelegations", nil, empty[staking.QueryRedelegationsResponse]())
	c.aliases, c.args = []string{"redelegations"}, cobra.RangeArgs(1, 3)
	c.req = func(a []string, p *page.PageRequest) (chain.Message, error) {
		req := &staking.QueryRedelegationsRequest{DelegatorAddr: a[0], Pagination: p}
		if len(a) > 1 {
			req.SrcValidatorAddr = a[1]
		}
		if len(a) > 2 {
			req.DstValidatorAddr = a[2]
		}
		return req, nil
	}
	return r.queryOf(c)
}
