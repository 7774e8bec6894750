// Package upgrade knows how a chain changes its binary: the authority plans a
// name and a height, every node halts before that block unless its binary knows
// the name, and the binary that does makes it. It has the messages and queries
// of cosmos.upgrade.v1beta1. What a node does when it halts, and where the new
// binary comes from, is left to node and cli.
package upgrade

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	upgrade "github.com/weftchain/weft/proto/cosmos/upgrade/v1beta1"
)

// Migration changes the state for the rules of a new binary, before the first
// block of it.
type Migration func(env *chain.Env) error

// Upgrade is the module. Known are the upgrades that this binary was built for, by
// name: the binary makes the blocks from these on, and none before. A nil Migration
// changes no state.
type Upgrade struct {
	Known map[string]Migration
}

// Needed says that the next block belongs to another binary. It is no verdict: the
// node halts with it.
type Needed struct {
	Name   string
	Height int64
	Info   string // of the plan
}

// Error says what to do.
func (n *Needed) Error() string {
	return fmt.Sprintf("upgrade %q is due: block %d is the first of a new binary, and this one does not know that name. "+
		"Nothing of the block is executed. Start the node with the binary of the upgrade", n.Name, n.Height)
}

// ErrWrongBinary says that this binary cannot go on with the state at hand.
var ErrWrongBinary = errors.New("this is not the binary for the state")

// Plan returns the plan, nil if there is none.
func (u *Upgrade) Plan(env *chain.Env) (*upgrade.Plan, error) {
	raw, err := env.FreeStore(layout.Params).Get(layout.UpgradePlan)
	if err != nil || raw == nil {
		return nil, err
	}
	plan := &upgrade.Plan{}
	if err := plan.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("upgrade plan in state: %v", err) // a fault
	}
	return plan, nil
}

// CheckBinary refuses a binary that cannot make the block after env's state: one
// that the plan due there is unknown to (the error is Needed), one that does not
// know the last upgrade that was done, and one that is for a plan still to come.
func (u *Upgrade) CheckBinary(env *chain.Env, next int64) error {
	plan, err := u.Plan(env)
	if err != nil {
		return err
	}
	if plan != nil {
		_, known := u.Known[plan.Name]
		switch {
		case plan.Height == next && !known:
			return &Needed{plan.Name, plan.Height, plan.Info}
		case plan.Height > next && known:
			return fmt.Errorf("%w: it is for upgrade %q from block %d on, the next block is %d: run the binary before it until then",
				ErrWrongBinary, plan.Name, plan.Height, next)
		}
	}
	name, height, err := u.last(env)
	if err != nil || name == "" {
		return err
	}
	if _, known := u.Known[name]; !known {
		return fmt.Errorf("%w: upgrade %q was done at block %d, and it does not know that name: run the binary of that upgrade or a later one",
			ErrWrongBinary, name, height)
	}
	return nil
}

// BeginBlock does the upgrade that is due in this block, before anything else in
// it. The error is Needed if this binary does not know it.
func (u *Upgrade) BeginBlock(env *chain.Env) error {
	plan, err := u.Plan(env)
	if err != nil || plan == nil || plan.Height != env.Block.Height {
		return err
	}
	migrate, known := u.Known[plan.Name]
	if !known {
		return &Needed{plan.Name, plan.Height, plan.Info}
	}
	if migrate != nil {
		if err := migrate(env); err != nil {
			return fmt.Errorf("upgrade %q: %w", plan.Name, err)
		}
	}
	store := env.FreeStore(layout.Params)
	if err := store.Delete(layout.UpgradePlan); err != nil {
		return err
	}
	return store.Set(layout.UpgradeDone(plan.Height, plan.Name), []byte{1})
}

// last is the upgrade that was done last.
func (u *Upgrade) last(env *chain.Env) (name string, height int64, err error) {
	err = u.done(env, true, func(n string, h int64) bool {
		name, height = n, h
		return false
	})
	return name, height, err
}

// applied is the height at which an upgrade was done, 0 if it was not.
func (u *Upgrade) applied(env *chain.Env, name string) (height int64, err error) {
	err = u.done(env, false, func(n string, h int64) bool {
		if n == name {
			height = h
		}
		return height == 0
	})
	return height, err
}

// done visits what was done, by height, until visit says enough.
func (u *Upgrade) done(env *chain.Env, reverse bool, visit func(name string, height int64) bool) (err error) {
	prefix := layout.UpgradeDonePrefix
	it, err := env.FreeStore(layout.Params).Iterate(prefix, chain.PrefixEnd(prefix), reverse)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for it.Valid() {
		key := it.Key()[len(prefix):]
		if len(key) < 8 {
			return fmt.Errorf("upgrade key %X in state is too short", it.Key()) // a fault
		}
		if !visit(string(key[8:]), int64(binary.BigEndian.Uint64(key))) {
			return nil
		}
		if err := it.Next(); err != nil {
			return err
		}
	}
	return nil
}
