package cli

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/app/lottery/proof"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/node"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

func validatorHomeFlag(f *pflag.FlagSet) {
	f.String("validator-home", "", "home of the node whose key signs blocks (default: --home)")
}

// validatorKey is the key of the node of --validator-home, or of --home.
func (o options) validatorKey() (node.ValidatorKey, error) {
	home := o.GetString("validator-home")
	if home == "" {
		var err error
		if home, err = o.home(); err != nil {
			return node.ValidatorKey{}, err
		}
	}
	key, err := node.ReadValidatorKey(home)
	if err != nil {
		return key, fail(exitConfig, "%w", err)
	}
	return key, nil
}

// lotteryStatus asks the node of --node how things stand, and which chain it is.
func (r *run) lotteryStatus(o options) (*lottery.QueryStatusResponse, string, error) {
	c, err := client.New(o.GetString("node"))
	if err != nil {
		return nil, "", err
	}
	ctx, cancel := context.WithTimeout(r.ctx, callPatience)
	defer cancel()
	status, err := c.Status(ctx)
	if err != nil {
		return nil, "", err
	}
	var res lottery.QueryStatusResponse
	err = c.Query(ctx, lotteryQuery+"Status", 0, &lottery.QueryStatusRequest{}, &res)
	return &res, status.NodeInfo.Network, err
}

// signedBy is the address that a maker's sender has.
func signedBy(s sender) (chain.Address, error) { return s.prefix.ParseAccount(s.address) }

func (r *run) lotteryRegister() *cobra.Command {
	return r.transact(transact{
		use: "register", short: "Register an account as an operator, with the key of its node", args: cobra.NoArgs,
		long:    "Tie the key with which a node signs blocks to an account, so that tickets which\nname the account can win seats. The key proves that the account may.",
		example: "  weft lottery register --from alice --validator-home ~/.weft",
		flags: func(f *pflag.FlagSet) {
			validatorHomeFlag(f)
			f.String("moniker", "", "name of the operator")
		},
		check: func(o options, _ []string) (maker, error) {
			key, err := o.validatorKey()
			if err != nil {
				return nil, err
			}
			_, chainID, err := r.lotteryStatus(o)
			return func(s sender) ([]chain.Message, error) {
				operator, err := signedBy(s)
				if err != nil {
					return nil, err
				}
				sig, err := key.Sign(proof.Possession(chainID, operator, key.PubKey()))
				return []chain.Message{&lottery.MsgRegisterOperator{
					Operator: s.address, ConsPubkey: key.PubKey(), Moniker: o.GetString("moniker"), PopSignature: sig,
				}}, err
			}, err
		},
	})
}

func (r *run) lotteryReady() *cobra.Command {
	return r.transact(transact{
		use: "ready", short: "Say that the key of a winner is there, so that its seats get power", args: cobra.NoArgs,
		long:  "After an epoch is settled its winners have some blocks to show that their node's\nkey is there. Who has power from earlier epochs need not.",
		flags: validatorHomeFlag,
		check: func(o options, _ []string) (maker, error) {
			key, err := o.validatorKey()
			if err != nil {
				return nil, err
			}
			st, chainID, err := r.lotteryStatus(o)
			if err == nil && (st.Previous == nil || st.Previous.Stage != lottery.StageSettled) {
				err = fail(exitRejected, "no win can be answered now: epoch %d is mined, and the one before is not between settlement and activation", st.Current.Epoch)
			}
			return func(s sender) ([]chain.Message, error) {
				operator, err := signedBy(s)
				if err != nil {
					return nil, err
				}
				sig, err := key.Sign(proof.Ready(chainID, operator, st.Previous.Epoch, st.Current.Seed))
				return []chain.Message{&lottery.MsgReady{Operator: s.address, Epoch: st.Previous.Epoch, ConsSignature: sig}}, err
			}, err
		},
	})
}

func (r *run) lotteryUnjail() *cobra.Command {
	return r.transact(transact{
		use: "unjail", short: "Come back from jail", args: cobra.NoArgs, flags: validatorHomeFlag,
		check: func(o options, _ []string) (maker, error) {
			key, err := o.validatorKey()
			if err != nil {
				return nil, err
			}
			st, chainID, err := r.lotteryStatus(o)
			return func(s sender) ([]chain.Message, error) {
				operator, err := signedBy(s)
				if err != nil {
					return nil, err
				}
				sig, err := key.Sign(proof.Unjail(chainID, operator, st.Current.Epoch, st.Current.Seed))
				return []chain.Message{&lottery.MsgUnjail{Operator: s.address, Epoch: st.Current.Epoch, ConsSignature: sig}}, err
			}, err
		},
	})
}

func (r *run) lotteryRetire() *cobra.Command {
	return r.transact(transact{
		use: "retire", short: "Give up all seats, for good", args: cobra.NoArgs,
		check: func(options, []string) (maker, error) {
			return func(s sender) ([]chain.Message, error) {
				return []chain.Message{&lottery.MsgRetireOperator{Operator: s.address}}, nil
			}, nil
		},
	})
}
