package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/client"
	distribution "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	slashing "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
)

func (r *run) txDistribution() *cobra.Command {
	return newGroup("distribution", "Take rewards",
		r.txWithdrawRewards(), r.txWithdrawAllRewards(), r.txWithdrawCommission(), r.txSetWithdrawAddress(),
		r.txFundPool(), r.txFundRewards())
}

func withdrawal(delegator, operator string) chain.Message {
	return &distribution.MsgWithdrawDelegatorReward{DelegatorAddress: delegator, ValidatorAddress: operator}
}

func (r *run) txWithdrawRewards() *cobra.Command {
	return r.transact(transact{
		use: "withdraw-rewards OPERATOR", short: "Take what a delegation earned", args: cobra.ExactArgs(1),
		long:    "Take what the sender's delegation to a validator earned. With --commission its\noperator takes the commission too.",
		example: "  weft tx distribution withdraw-rewards weftvaloper1… --from alice\n  weft tx distribution withdraw-rewards weftvaloper1… --commission --from operator",
		flags: func(f *pflag.FlagSet) {
			rewardGas(f)
			f.Bool("commission", false, "take the validator's commission as well; its operator signs")
		},
		check: func(o options, args []string) (maker, error) {
			return func(s sender) ([]chain.Message, error) {
				operator, err := s.operator("validator", args[0])
				if err != nil {
					return nil, err
				}
				list := []chain.Message{withdrawal(s.address, operator)}
				if !o.GetBool("commission") {
					return list, nil
				}
				own, err := operatorOf(s.prefix, s.address)
				if err == nil && own != operator {
					err = usage("--commission: %s is not the operator %s; only the operator takes its commission", s.address, operator)
				}
				return append(list, &distribution.MsgWithdrawValidatorCommission{ValidatorAddress: operator}), err
			}, nil
		},
	})
}

func (r *run) txWithdrawCommission() *cobra.Command {
	return r.transact(transact{
		use: "withdraw-validator-commission [OPERATOR]", aliases: []string{"withdraw-commission"}, short: "Take a validator's commission", args: cobra.MaximumNArgs(1), flags: rewardGas,
		example: "  weft tx distribution withdraw-validator-commission --from operator",
		check: func(_ options, args []string) (maker, error) {
			return func(s sender) ([]chain.Message, error) {
				operator, err := operatorOf(s.prefix, s.address)
				if err == nil && len(args) == 1 {
					operator, err = s.operator("validator", args[0])
				}
				return []chain.Message{&distribution.MsgWithdrawValidatorCommission{ValidatorAddress: operator}}, err
			}, nil
		},
	})
}

func (r *run) txWithdrawAllRewards() *cobra.Command {
	return r.transact(transact{
		use: "withdraw-all-rewards", short: "Take what all delegations of an account earned", args: cobra.NoArgs, flags: rewardGas,
		long:    "Take what all delegations of the sender earned, in one transaction. It asks the\nnode for the validators, so it does not work with --offline.",
		example: "  weft tx distribution withdraw-all-rewards --from alice",
		check: func(o options, _ []string) (maker, error) {
			if o.GetBool("offline") {
				return nil, usage("--offline: withdraw-all-rewards asks the node which validators there are; name them one by one with withdraw-rewards")
			}
			return func(s sender) ([]chain.Message, error) { return r.allWithdrawals(o, s.address) }, nil
		},
	})
}

// allWithdrawals makes a message for each validator that an account has stake
// with.
func (r *run) allWithdrawals(o options, delegator string) ([]chain.Message, error) {
	node, err := client.New(o.GetString("node"))
	if err != nil {
		return nil, err
	}
	ctx, cancel := r.within(callPatience)
	defer cancel()
	res := &distribution.QueryDelegatorValidatorsResponse{}
	req := &distribution.QueryDelegatorValidatorsRequest{DelegatorAddress: delegator}
	if err := node.Query(ctx, distributionQuery+"DelegatorValidators", 0, req, res); err != nil {
		return nil, err
	}
	if len(res.Validators) == 0 {
		return nil, hint(usage("%s has no delegations, so there are no rewards to take", delegator), "weft query staking delegations %s shows delegations.", delegator)
	}
	var list []chain.Message
	for _, operator := range res.Validators {
		list = append(list, withdrawal(delegator, operator))
	}
	return list, nil
}

func (r *run) txSetWithdrawAddress() *cobra.Command {
	return r.transact(transact{
		use: "set-withdraw-addr ADDRESS", short: "Say where the rewards of an account go", args: cobra.ExactArgs(1),
		example: "  weft tx distribution set-withdraw-addr bob --from alice",
		check: func(_ options, args []string) (maker, error) {
			return func(s sender) ([]chain.Message, error) {
				to, err := s.resolve("address", args[0])
				return []chain.Message{&distribution.MsgSetWithdrawAddress{DelegatorAddress: s.address, WithdrawAddress: to}}, err
			}, nil
		},
	})
}

func (r *run) txFundPool() *cobra.Command {
	return r.transact(transact{
		use: "fund-community-pool AMOUNT", short: "Give coins to the community pool", args: cobra.ExactArgs(1),
		example: "  weft tx distribution fund-community-pool 1000uweft --from alice",
		check: func(_ options, args []string) (maker, error) {
			coins, err := coinsArg(args[0])
			return func(s sender) ([]chain.Message, error) {
				return []chain.Message{&distribution.MsgFundCommunityPool{Amount: wire.ProtoCoins(coins), Depositor: s.address}}, nil
			}, err
		},
	})
}

func (r *run) txFundRewards() *cobra.Command {
	return r.transact(transact{
		use: "fund-validator-rewards-pool OPERATOR AMOUNT", short: "Give coins to those who delegated to a validator", args: cobra.ExactArgs(2), flags: rewardGas,
		example: "  weft tx distribution fund-validator-rewards-pool weftvaloper1… 1000uweft --from alice",
		check: func(_ options, args []string) (maker, error) {
			coins, err := coinsArg(args[1])
			return func(s sender) ([]chain.Message, error) {
				operator, err := s.operator("validator", args[0])
				return []chain.Message{&distribution.MsgDepositValidatorRewardsPool{
					Depositor: s.address, ValidatorAddress: operator, Amount: wire.ProtoCoins(coins),
				}}, err
			}, err
		},
	})
}

func (r *run) txSlashing() *cobra.Command {
	return newGroup("slashing", "Return from jail", r.transact(transact{
		use: "unjail", short: "Let a validator out of jail when its time is over", args: cobra.NoArgs,
		long:    "End the absence of the validator whose operator signs. Who signed two blocks of\none height never returns. Make sure that its node runs and has caught up.",
		example: "  weft tx slashing unjail --from operator",
		check: func(options, []string) (maker, error) {
			return func(s sender) ([]chain.Message, error) {
				operator, err := operatorOf(s.prefix, s.address)
				return []chain.Message{&slashing.MsgUnjail{ValidatorAddr: operator}}, err
			}, nil
		},
	}))
}
