package testnet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	"github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// DefaultStake is what a validator of a network on one machine stakes, in units.
const DefaultStake = 1_000_000_000_000

// Gas of the transactions that change who validates.
const (
	fundGas  = 200_000
	stakeGas = 600_000
)

// Join says who becomes a validator, and how.
type Join struct {
	Node  string // that validates; "" adds one
	Sync  bool   // the new node begins with a snapshot
	Stake int64  // units; 0 is DefaultStake
	From  string // name of the account that pays the stake; "" is one with coins
}

// Joined is a validator that joined a network.
type Joined struct {
	Node     string `json:"node"`
	URL      string `json:"url"`
	Account  string `json:"account"`  // name of the key that operates it
	Address  string `json:"address"`  // of that account
	Operator string `json:"operator"` // address of the validator
	Stake    string `json:"stake"`
	Paid     string `json:"paid,omitempty"`    // hash of the transaction that funded the account
	Created  string `json:"created,omitempty"` // hash of the one that made it a validator
	Power    int64  `json:"power"`
	Signed   int64  `json:"signed"` // the first block that is known to have its vote
}

// ErrValidates says that there is nothing to do.
var ErrValidates = errors.New("it validates already")

// operatorOf is the name of the account that operates the validator of a node.
func operatorOf(node string) string { return "validator" + strings.TrimPrefix(node, "node") }

// AddValidator makes a validator of a node of a network that runs, of a new one
// unless one is named, and returns when a block has its vote. What an earlier call
// has done is not done again: after an error it can be called with the node.
func AddValidator(ctx context.Context, h Hands, j Join, say func(string)) (out Joined, err error) {
	if j.Stake == 0 {
		j.Stake = DefaultStake
	}
	if j.Stake < 0 || j.Stake > MaxStake {
		return out, fmt.Errorf("a stake of %d: must be 1 to %d", j.Stake, int64(MaxStake))
	}
	added := j.Node == ""
	if err := h.prepare(ctx, &j); err != nil {
		return out, err
	}
	out.Node = j.Node
	if added {
		say(j.Node + " runs")
	}
	if err := h.join(ctx, j, &out, say); err != nil {
		if errors.Is(err, ErrValidates) {
			return out, fmt.Errorf("%s: %w", j.Node, err)
		}
		return out, fmt.Errorf("%s runs and does not validate: %w", j.Node, err)
	}
	return out, nil
}

// prepare has the node run and its operator have a key.
func (h Hands) prepare(ctx context.Context, j *Join) error {
	l, err := h.Layout()
	if err != nil {
		return err
	}
	if j.From != "" {
		if _, err := l.account(j.From); err != nil {
			return err
		}
	}
	states, err := h.Do(ctx, Deed{Do: "states"})
	if err != nil {
		return err
	}
	if j.Node == "" {
		if states, err = h.Do(ctx, Deed{Do: "add", Sync: j.Sync}); err != nil {
			return err
		}
		j.Node = states[len(states)-1].Name
	} else if _, err := l.Find(j.Node); err != nil {
		return err
	}
	if i := slices.IndexFunc(states, func(st State) bool { return st.Name == j.Node }); i < 0 || states[i].Mode != Running {
		return fmt.Errorf("%s does not run: start it first", j.Node)
	}
	_, err = h.Do(ctx, Deed{Do: "account", Node: j.Node})
	return err
}

// join has a node that runs become a validator.
func (h Hands) join(ctx context.Context, j Join, out *Joined, say func(string)) error {
	l, err := h.Layout()
	if err != nil {
		return err
	}
	n, err := l.Find(j.Node)
	if err != nil {
		return err
	}
	who, err := l.account(operatorOf(j.Node))
	if err != nil {
		return err
	}
	address, err := loadPrefix.ParseAccount(who.Address)
	if err != nil {
		return err
	}
	stake := base.Coin{Denom: l.Denom, Amount: strconv.FormatInt(j.Stake, 10)}
	out.URL, out.Account, out.Address = n.URL(), who.Name, who.Address
	out.Operator, out.Stake = loadPrefix.Validator(address), stake.Amount+stake.Denom
	c, err := h.caughtUp(ctx, n)
	if err != nil {
		return err
	}
	st, err := c.Status(ctx)
	if err != nil {
		return err
	}
	if st.ValidatorInfo.VotingPower > 0 {
		return ErrValidates
	}
	known, err := h.validator(ctx, out.Operator)
	if err != nil {
		return err
	}
	if known == nil {
		if out.Paid, err = h.fund(ctx, l, j.From, *who, j.Stake); err != nil {
			return err
		}
		msg, err := NewValidator(j.Node, address, st.ValidatorInfo.PubKey.Bytes(), stake)
		if err != nil {
			return err
		}
		if out.Created, err = h.transact(ctx, *who, stakeGas, msg); err != nil {
			return err
		}
		say(fmt.Sprintf("%s stakes %s and asks to validate with %s", who.Name, out.Stake, j.Node))
	}
	return h.votes(ctx, c, st.ValidatorInfo.Address.String(), out)
}

// caughtUp waits until a node has what the others have.
func (h Hands) caughtUp(ctx context.Context, n *Node) (*client.Client, error) {
	c, err := dial(n.URL())
	if err != nil {
		return nil, err
	}
	states, err := h.Do(ctx, Deed{Do: "states"})
	if err != nil {
		return nil, err
	}
	l, err := h.Layout()
	if err != nil {
		return nil, err
	}
	goal := int64(1)
	for _, other := range Report(ctx, l, states) {
		goal = max(goal, other.Height)
	}
	if err := AwaitHeight(ctx, n.URL(), goal); err != nil {
		return nil, err
	}
	for {
		st, err := c.Status(ctx)
		if err == nil && !st.SyncInfo.CatchingUp {
			return c, nil
		}
		if wait(ctx, 50*time.Millisecond) != nil {
			return nil, fmt.Errorf("%s still catches up with the others (%w)", n.Name, errors.Join(err, ctx.Err()))
		}
	}
}

// validator returns what the chain knows of an operator, nil if nothing.
func (h Hands) validator(ctx context.Context, operator string) (*staking.Validator, error) {
	c, err := h.client(ctx)
	if err != nil {
		return nil, err
	}
	var res staking.QueryValidatorsResponse
	if err := c.Query(ctx, "/cosmos.staking.v1beta1.Query/Validators", 0, &staking.QueryValidatorsRequest{}, &res); err != nil {
		return nil, err
	}
	for i := range res.Validators {
		if res.Validators[i].OperatorAddress == operator {
			return &res.Validators[i], nil
		}
	}
	return nil, nil
}

// fund gives an account what it lacks to stake.
func (h Hands) fund(ctx context.Context, l *Layout, from string, to Account, units int64) (string, error) {
	c, err := h.client(ctx)
	if err != nil {
		return "", err
	}
	has, err := c.Balance(ctx, to.Address, l.Denom)
	if err != nil {
		return "", err
	}
	if has.Cmp(chain.NewAmount(uint64(units))) >= 0 {
		return "", nil
	}
	if from == "" {
		from = l.Keys[0].Name
		if _, err := l.account("account0"); err == nil {
			from = "account0"
		}
	}
	payer, err := l.account(from)
	if err != nil {
		return "", err
	}
	return h.transact(ctx, *payer, fundGas, &bank.MsgSend{
		FromAddress: payer.Address, ToAddress: to.Address,
		Amount: []base.Coin{{Denom: l.Denom, Amount: strconv.FormatInt(units, 10)}},
	})
}

// votes waits until a block has the vote of a validator.
func (h Hands) votes(ctx context.Context, c *client.Client, validator string, out *Joined) error {
	for {
		st, err := c.Status(ctx)
		if err == nil && st.ValidatorInfo.VotingPower > 0 {
			out.Power = st.ValidatorInfo.VotingPower
			height := st.SyncInfo.LatestBlockHeight - 1
			if vote, _, err := voteOf(ctx, c, height, validator); err == nil && vote != nil {
				out.Signed = height
				return nil
			}
		}
		if wait(ctx, 100*time.Millisecond) != nil {
			why := "no block has its vote"
			if out.Power == 0 {
				why = "its stake is not among the highest"
			}
			return errors.Join(fmt.Errorf("%s is a validator, but %s", out.Operator, why), err)
		}
	}
}

// NewValidator is the message by which an operator stands for election with a
// node, on the terms that gentx proposes.
func NewValidator(moniker string, operator chain.Address, consensus []byte, stake base.Coin) (*staking.MsgCreateValidator, error) {
	pub, err := (&ed25519.PubKey{Key: consensus}).Marshal()
	if err != nil {
		return nil, err
	}
	var rates [3]base.Dec
	for i, text := range []string{"0.1", "0.2", "0.01"} {
		if rates[i], err = base.ParseDec(text); err != nil {
			return nil, err
		}
	}
	return &staking.MsgCreateValidator{
		Description:       staking.Description{Moniker: moniker},
		Commission:        staking.CommissionRates{Rate: rates[0], MaxRate: rates[1], MaxChangeRate: rates[2]},
		MinSelfDelegation: "1",
		DelegatorAddress:  loadPrefix.Account(operator), ValidatorAddress: loadPrefix.Validator(operator),
		Pubkey: &types.Any{TypeUrl: "/cosmos.crypto.ed25519.PubKey", Value: pub}, Value: stake,
	}, nil
}
