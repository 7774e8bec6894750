package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
)

func (r *run) txBank() *cobra.Command {
	return newGroup("bank", "Send coins", r.txSend(), r.txMultiSend())
}

func (r *run) txSend() *cobra.Command {
	return r.transact(transact{
		use: "send FROM TO AMOUNT", short: "Send coins from one account to another", args: cobra.ExactArgs(3),
		example: "  weft tx bank send alice weft1… 1000uweft\n  weft tx bank send alice bob 1000uweft --dry-run",
		long:    "Send coins. FROM is the name or address of a key, TO an address or the name\nof a key, AMOUNT such as 5uweft or 5uweft,7uatom.",
		from:    func(args []string) string { return args[0] },
		check: func(_ options, args []string) (maker, error) {
			coins, err := coinsArg(args[2])
			return func(s sender) ([]chain.Message, error) {
				to, err := s.resolve("recipient", args[1])
				return []chain.Message{&bank.MsgSend{FromAddress: s.address, ToAddress: to, Amount: wire.ProtoCoins(coins)}}, err
			}, err
		},
	})
}

func (r *run) txMultiSend() *cobra.Command {
	return r.transact(transact{
		use: "multi-send FROM TO... AMOUNT", short: "Send the same amount to several accounts", args: cobra.MinimumNArgs(3),
		example: "  weft tx bank multi-send alice bob carol 1000uweft --split",
		long:    "Send coins from one account to each of several others. With --split the\namount is divided among them, else each gets all of it.",
		flags: func(f *pflag.FlagSet) {
			f.Bool("split", false, "divide the amount equally; what does not divide is not sent")
		},
		from: func(args []string) string { return args[0] },
		check: func(o options, args []string) (maker, error) {
			each, total, err := shares(args[len(args)-1], uint64(len(args)-2), o.GetBool("split"))
			return func(s sender) ([]chain.Message, error) {
				msg := &bank.MsgMultiSend{Inputs: []bank.Input{{Address: s.address, Coins: wire.ProtoCoins(total)}}}
				for _, who := range args[1 : len(args)-1] {
					to, err := s.resolve("recipient", who)
					if err != nil {
						return nil, err
					}
					msg.Outputs = append(msg.Outputs, bank.Output{Address: to, Coins: wire.ProtoCoins(each)})
				}
				return []chain.Message{msg}, nil
			}, err
		},
	})
}

// shares returns what each of n recipients gets and the sum of it.
func shares(amount string, n uint64, split bool) (each, total chain.Coins, err error) {
	coins, err := coinsArg(amount)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range coins {
		if split {
			c.Amount, _ = c.Amount.MulDiv(chain.NewAmount(1), chain.NewAmount(n))
			if c.Amount.IsZero() {
				return nil, nil, usage("%s is too little to split among %d", c.Denom, n)
			}
		}
		sum, ok := c.Amount.MulDiv(chain.NewAmount(n), chain.NewAmount(1))
		if !ok {
			return nil, nil, usage("%d times %s is above 2^256-1", n, c)
		}
		each = append(each, c)
		total = append(total, chain.Coin{Denom: c.Denom, Amount: sum})
	}
	return each, total, nil
}

// accessAddresses reads a comma-separated list of addresses.
func accessAddresses(s sender, text string) ([]string, error) {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		address, err := s.resolve("address", strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		list = append(list, address)
	}
	return list, nil
}
