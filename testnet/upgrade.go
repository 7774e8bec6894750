package testnet

import (
	"context"
	"errors"
	"fmt"
	"time"

	upgrade "github.com/weftchain/weft/proto/cosmos/upgrade/v1beta1"
)

// Upgrader is a Launcher that has a second binary.
type Upgrader interface {
	// HasNext says why there is none.
	HasNext() error
	// UseNext has a node start with the second binary from now on.
	UseNext(n Node) error
	// Supervise has all nodes start under weft start --supervise.
	Supervise()
	// PutNext puts the second binary where a supervised node looks for that of an
	// upgrade, and returns the info of a plan for it.
	PutNext(n Node, name string) (info string, err error)
}

var errNoUpgrader = errors.New("there is no second binary: weft testnet run --next-binary FILE")

func (r *Runner) upgrader() (Upgrader, error) {
	u, ok := r.Launcher.(Upgrader)
	if !ok {
		return nil, errNoUpgrader
	}
	return u, nil
}

// planGas is the gas of the transaction that plans an upgrade.
const planGas = 200_000

// plan has the chain's authority, the account of the first validator, plan an
// upgrade.
func (r *Runner) plan(ctx context.Context, s *Step) error {
	layout := r.s.Layout()
	info := ""
	if r.Manifest.Supervise {
		u, err := r.upgrader()
		if err != nil {
			return err
		}
		for _, n := range layout.Nodes {
			if info, err = u.PutNext(n, s.Upgrade); err != nil {
				return err
			}
		}
		r.swapped = true
	}
	who := layout.Keys[0]
	height := highest(r.heights(ctx)) + s.Count
	_, err := r.hands().transact(ctx, who, planGas, &upgrade.MsgSoftwareUpgrade{
		Authority: who.Address, Plan: upgrade.Plan{Name: s.Upgrade, Height: height, Info: info},
	})
	if err != nil {
		return fmt.Errorf("the plan: %w", err)
	}
	r.say(fmt.Sprintf("upgrade %s is planned for block %d", s.Upgrade, height))
	return nil
}

// halted waits until a node ended by itself, as it must at an upgrade.
func (r *Runner) halted(ctx context.Context, name string, within time.Duration) error {
	st, err := r.ended(ctx, name, within)
	if err == nil {
		r.say(name + " halted: " + st.Exit)
	}
	return err
}

// applied waits until a node tells that an upgrade was done.
func (r *Runner) applied(ctx context.Context, name, plan string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	l := r.s.Layout()
	n, err := l.Find(name)
	if err != nil {
		return err
	}
	for {
		c, err := dial(n.URL())
		var res upgrade.QueryAppliedPlanResponse
		if err == nil {
			err = c.Query(ctx, "/cosmos.upgrade.v1beta1.Query/AppliedPlan", 0, &upgrade.QueryAppliedPlanRequest{Name: plan}, &res)
		}
		if err == nil && res.Height > 0 {
			return nil
		}
		if wait(ctx, 100*time.Millisecond) != nil {
			return fmt.Errorf("%s did not do upgrade %s (%v)", name, plan, err)
		}
	}
}

// useNext has a node start with the second binary.
func (r *Runner) useNext(name string) error {
	u, err := r.upgrader()
	if err != nil {
		return err
	}
	l := r.s.Layout()
	n, err := l.Find(name)
	if err != nil {
		return err
	}
	return u.UseNext(*n)
}
