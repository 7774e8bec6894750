package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/client/keyring"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

func (r *run) txStaking() *cobra.Command {
	return newGroup("staking", "Validate, and put coins behind those who do",
		r.txCreateValidator(), r.txEditValidator(), r.txDelegate(), r.txRedelegate(), r.txUnbond(), r.txCancelUnbond())
}

// operator returns the operator address that an argument means: such an
// address, the account of the operator, or the name of its key.
func (s sender) operator(what, text string) (string, error) {
	_, err := s.prefix.ParseValidator(text)
	if err == nil {
		return text, nil
	}
	if keyring.CheckName(text) != nil || strings.HasPrefix(text, string(s.prefix)+"valoper1") {
		return "", usage("%s %.100q: %w", what, text, err)
	}
	account, err := s.resolve(what, text)
	if err != nil {
		return "", hint(err, "Operator addresses begin with %svaloper1; weft query staking validators lists them.", s.prefix)
	}
	return operatorOf(s.prefix, account)
}

// operatorOf is the operator address of an account.
func operatorOf(prefix chain.Bech32, account string) (string, error) {
	address, err := prefix.ParseAccount(account)
	return prefix.Validator(address), err
}

// rewardGas raises the default of --gas-adjustment for messages that pay
// rewards: there may be none when the transaction is simulated, and some when a
// block later it runs.
func rewardGas(f *pflag.FlagSet) {
	const factor = "1.5"
	flag := f.Lookup("gas-adjustment")
	flag.DefValue = factor
	_ = flag.Value.Set(factor) // a string takes anything
}

// stakeArg reads one coin, such as 5uweft.
func stakeArg(text string) (chain.Coin, error) {
	coin, err := chain.ParseCoin(text)
	if err != nil {
		return coin, usage("the amount %.80q: %w", text, err)
	}
	if coin.Amount.IsZero() {
		return coin, usage("the amount %.80q is zero", text)
	}
	return coin, nil
}

func (r *run) txDelegate() *cobra.Command {
	return r.transact(transact{
		use: "delegate OPERATOR AMOUNT", short: "Put coins behind a validator", args: cobra.ExactArgs(2), flags: rewardGas,
		long:    "Put coins behind a validator. They earn rewards, and are slashed if it\nmisbehaves. OPERATOR is the validator's address, or the name of its key.",
		example: "  weft tx staking delegate weftvaloper1… 1000000uweft --from alice",
		check: func(_ options, args []string) (maker, error) {
			coin, err := stakeArg(args[1])
			return func(s sender) ([]chain.Message, error) {
				to, err := s.operator("validator", args[0])
				return []chain.Message{&staking.MsgDelegate{DelegatorAddress: s.address, ValidatorAddress: to, Amount: wire.ProtoCoin(coin)}}, err
			}, err
		},
	})
}

func (r *run) txRedelegate() *cobra.Command {
	return r.transact(transact{
		use: "redelegate FROM_OPERATOR TO_OPERATOR AMOUNT", short: "Move coins from one validator to another", args: cobra.ExactArgs(3), flags: rewardGas,
		long:    "Move coins from behind one validator to another, without waiting. What the\nfirst did wrong before can still be slashed until the unbonding time is over;\ntill then the coins cannot be moved on.",
		example: "  weft tx staking redelegate weftvaloper1src… weftvaloper1dst… 1000000uweft --from alice",
		check: func(_ options, args []string) (maker, error) {
			coin, err := stakeArg(args[2])
			return func(s sender) ([]chain.Message, error) {
				from, err := s.operator("source validator", args[0])
				if err != nil {
					return nil, err
				}
				to, err := s.operator("destination validator", args[1])
				return []chain.Message{&staking.MsgBeginRedelegate{
					DelegatorAddress: s.address, ValidatorSrcAddress: from, ValidatorDstAddress: to, Amount: wire.ProtoCoin(coin),
				}}, err
			}, err
		},
	})
}

func (r *run) txUnbond() *cobra.Command {
	return r.transact(transact{
		use: "unbond OPERATOR AMOUNT", aliases: []string{"undelegate"}, short: "Begin to take coins back from a validator", args: cobra.ExactArgs(2), flags: rewardGas,
		long:    "Begin to take coins back. They are free when the unbonding time is over (weft\nquery staking params); the result says when. Till then they can be slashed for\nwhat the validator did before.",
		example: "  weft tx staking unbond weftvaloper1… 1000000uweft --from alice",
		check: func(_ options, args []string) (maker, error) {
			coin, err := stakeArg(args[1])
			return func(s sender) ([]chain.Message, error) {
				from, err := s.operator("validator", args[0])
				return []chain.Message{&staking.MsgUndelegate{DelegatorAddress: s.address, ValidatorAddress: from, Amount: wire.ProtoCoin(coin)}}, err
			}, err
		},
	})
}

func (r *run) txCancelUnbond() *cobra.Command {
	return r.transact(transact{
		use: "cancel-unbond OPERATOR AMOUNT CREATION_HEIGHT", aliases: []string{"cancel-unbonding"}, short: "Put coins back that are on their way out", args: cobra.ExactArgs(3), flags: rewardGas,
		long:    "Put coins that are being taken back behind their validator again. The height\nsays which: weft query staking unbonding-delegation shows it as creation_height.",
		example: "  weft tx staking cancel-unbond weftvaloper1… 1000000uweft 1234 --from alice",
		check: func(_ options, args []string) (maker, error) {
			coin, err := stakeArg(args[1])
			if err != nil {
				return nil, err
			}
			height, err := strconv.ParseInt(args[2], 10, 64)
			if err != nil || height < 1 {
				return nil, usage("the height %.40q is not a whole number from 1", args[2])
			}
			return func(s sender) ([]chain.Message, error) {
				at, err := s.operator("validator", args[0])
				return []chain.Message{&staking.MsgCancelUnbondingDelegation{
					DelegatorAddress: s.address, ValidatorAddress: at, Amount: wire.ProtoCoin(coin), CreationHeight: height,
				}}, err
			}, nil
		},
	})
}
