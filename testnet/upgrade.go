package testnet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client/keyring"
	upgrade "github.com/weftchain/weft/proto/cosmos/upgrade/v1beta1"
	"github.com/weftchain/weft/tx"
)

// Upgrader is a Launcher that has a second binary.
type Upgrader interface {
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
	c, _, err := r.anyClient(0)
	if err != nil {
		return err
	}
	who := layout.Keys[0]
	secret, err := keyring.FromMnemonic(who.Mnemonic, "", who.Path)
	if err != nil {
		return err
	}
	key, err := tx.NewPrivKey(secret[:])
	if err != nil {
		return err
	}
	number, sequence, err := c.Account(ctx, who.Address)
	if err != nil {
		return err
	}
	height := highest(r.heights(ctx)) + s.Count
	raw, err := tx.Builder{
		Msgs:     []chain.Message{&upgrade.MsgSoftwareUpgrade{Authority: who.Address, Plan: upgrade.Plan{Name: s.Upgrade, Height: height, Info: info}}},
		GasLimit: planGas,
	}.Sign(key, layout.ChainID, number, sequence)
	if err != nil {
		return err
	}
	sent, err := c.Broadcast(ctx, raw)
	if err != nil {
		return err
	}
	done, err := c.Wait(ctx, sent.Txhash)
	if err != nil {
		return err
	}
	if done.Code != 0 {
		return fmt.Errorf("the plan was refused: %s", done.RawLog)
	}
	r.say(fmt.Sprintf("upgrade %s is planned for block %d", s.Upgrade, height))
	return nil
}

// halted waits until a node ended by itself, as it must at an upgrade.
func (r *Runner) halted(ctx context.Context, name string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		for _, st := range r.s.states() {
			if st.Name == name && st.Mode == Failed {
				r.say(name + " halted: " + st.Exit)
				return nil
			}
		}
		if wait(ctx, 50*time.Millisecond) != nil {
			return fmt.Errorf("%s goes on", name)
		}
	}
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
