package testnet

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/weftchain/weft/client"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// hands reach the network of a run.
func (r *Runner) hands() Hands {
	return Hands{
		Do: func(_ context.Context, d Deed) ([]State, error) { return r.s.Do(d) },
		Layout: func() (*Layout, error) {
			l := r.s.Layout()
			return &l, nil
		},
	}
}

// addValidator does the step of that name.
func (r *Runner) addValidator(ctx context.Context, s *Step, name string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(s.Within))
	defer cancel()
	// The load's accounts are left alone.
	j := Join{Node: name, Sync: s.Sync, Stake: s.Stake, From: r.s.Layout().Keys[0].Name}
	joined, err := AddValidator(ctx, r.hands(), j, r.say)
	if err != nil {
		return err
	}
	r.moved[joined.Node] = !r.moved[joined.Node]
	r.say(fmt.Sprintf("%s validates with power %d: block %d has its vote", joined.Node, joined.Power, joined.Signed))
	return nil
}

// leave has the validator of a node take back all that its operator staked, and
// waits until it has no vote.
func (r *Runner) leave(ctx context.Context, name string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	l := r.s.Layout()
	who, err := l.account(operatorOf(name))
	if err != nil {
		return fmt.Errorf("%s is not the node of a validator", name)
	}
	address, err := loadPrefix.ParseAccount(who.Address)
	if err != nil {
		return err
	}
	c, _, err := r.anyClient(0)
	if err != nil {
		return err
	}
	operator := loadPrefix.Validator(address)
	var has staking.QueryDelegationResponse
	err = c.Query(ctx, "/cosmos.staking.v1beta1.Query/Delegation", 0, &staking.QueryDelegationRequest{DelegatorAddr: who.Address, ValidatorAddr: operator}, &has)
	if err != nil {
		return fmt.Errorf("the stake of %s: %w", who.Name, err)
	}
	_, err = r.hands().transact(ctx, *who, stakeGas, &staking.MsgUndelegate{
		DelegatorAddress: who.Address, ValidatorAddress: operator,
		Amount: base.Coin{Denom: l.Denom, Amount: has.DelegationResponse.Balance.Amount},
	})
	if err != nil {
		return err
	}
	for {
		names, err := r.validators(ctx)
		if err == nil && !slices.Contains(names, name) {
			r.moved[name] = !r.moved[name]
			r.say("these validate: " + strings.Join(names, ", "))
			return nil
		}
		if wait(ctx, 100*time.Millisecond) != nil {
			return fmt.Errorf("%s still validates (%v)", name, err)
		}
	}
}

// validators lists the nodes whose keys are in the validator set, as a running
// node tells it. Keys of no node stand at the end.
func (r *Runner) validators(ctx context.Context) ([]string, error) {
	c, _, err := r.anyClient(0)
	if err != nil {
		return nil, err
	}
	st, err := c.Status(ctx)
	if err != nil {
		return nil, err
	}
	set, err := c.Validators(ctx, st.SyncInfo.LatestBlockHeight, 1, MaxNodes)
	if err != nil {
		return nil, err
	}
	l := r.s.Layout()
	var names []string
	for _, n := range l.Nodes {
		if n.Consensus == "" {
			continue
		}
		i := slices.IndexFunc(set.Validators, func(v *cmttypes.Validator) bool { return v.Address.String() == n.Consensus })
		if i >= 0 && !slices.Contains(names, n.Name) {
			names = append(names, n.Name)
		}
	}
	return names, nil
}

// validate waits until exactly these nodes validate.
func (r *Runner) validate(ctx context.Context, want []string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	want = slices.Sorted(slices.Values(want))
	for {
		names, err := r.validators(ctx)
		if slices.Sort(names); err == nil && slices.Equal(names, want) {
			return nil
		}
		if wait(ctx, 100*time.Millisecond) != nil {
			return fmt.Errorf("%s validate (%v)", strings.Join(names, ", "), err)
		}
	}
}

// voteOf returns the vote of a validator for the block of a height, nil if the
// next block has none, and all votes that it has.
func voteOf(ctx context.Context, c *client.Client, height int64, validator string) (*cmttypes.CommitSig, []cmttypes.CommitSig, error) {
	if height < 1 {
		return nil, nil, nil
	}
	res, err := c.RPC().Commit(ctx, &height)
	if err != nil {
		return nil, nil, err
	}
	votes := res.Commit.Signatures
	for i := range votes {
		if votes[i].BlockIDFlag == cmttypes.BlockIDFlagCommit && votes[i].ValidatorAddress.String() == validator {
			return &votes[i], votes, nil
		}
	}
	return nil, votes, nil
}
