package feegrant

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	feegrant "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
)

// Accounts is what feegrant asks of auth.
type Accounts interface {
	// Load reads an account and reports whether it is there.
	Load(env *chain.Env, addr chain.Address) (bool, error)
	// Create makes a base account.
	Create(env *chain.Env, addr chain.Address) error
}

// Bank is what feegrant asks of bank.
type Bank interface {
	// Blocked reports whether addr is a module's account, which nobody may make
	// another account of.
	Blocked(addr chain.Address) bool
}

// Verdicts of codespace "feegrant", with the reference's numbers.
var (
	ErrFeeLimitExceeded  = chain.NewError("feegrant", 2, "fee limit exceeded")
	ErrFeeLimitExpired   = chain.NewError("feegrant", 3, "fee allowance expired")
	ErrInvalidDuration   = chain.NewError("feegrant", 4, "invalid duration")
	ErrNoAllowance       = chain.NewError("feegrant", 5, "no allowance")
	ErrNoMessages        = chain.NewError("feegrant", 6, "allowed messages are empty")
	ErrMessageNotAllowed = chain.NewError("feegrant", 7, "message not allowed")
)

// Feegrant is the module.
type Feegrant struct {
	Accounts Accounts
	Bank     Bank
}

// pair is who allows and who may use it.
type pair struct{ granter, grantee chain.Address }

func (p pair) key() []byte { return layout.FeeAllowance(p.grantee, p.granter) }

// event names both sides of an allowance.
func (p pair) event(env *chain.Env, typ string) {
	env.Events.Emit(chain.NewEvent(typ, "granter", env.Bech32().Account(p.granter), "grantee", env.Bech32().Account(p.grantee)))
}

// get reads an allowance, nil if there is none.
func get(env *chain.Env, p pair) (allowance, error) {
	raw, err := env.Store(layout.Feegrant).Get(p.key())
	if err != nil || raw == nil {
		return nil, err
	}
	var grant feegrant.Grant
	if err := grant.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("allowance in state: %v", err) // a fault: the state is broken
	}
	a, err := unpack(grant.Allowance)
	if err != nil {
		return nil, fmt.Errorf("allowance in state: %v", err)
	}
	return a, nil
}

// find is get for an allowance that must be there.
func find(env *chain.Env, p pair) (allowance, error) {
	a, err := get(env, p)
	if err == nil && a == nil {
		err = fmt.Errorf("fee-grant not found: %w", chain.ErrNotFound)
	}
	return a, err
}

// put writes an allowance.
func put(env *chain.Env, p pair, a allowance) error {
	packed, err := pack(a)
	if err != nil {
		return err
	}
	grant := &feegrant.Grant{
		Granter: env.Bech32().Account(p.granter), Grantee: env.Bech32().Account(p.grantee), Allowance: packed,
	}
	raw, err := grant.Marshal()
	if err != nil {
		return err
	}
	return env.Store(layout.Feegrant).Set(p.key(), raw)
}

// remove deletes an allowance and what the queue has of it, with the store
// accesses of the reference, which reads it anew.
func remove(env *chain.Env, p pair) error {
	a, err := find(env, p)
	if err != nil {
		return err
	}
	store := env.Store(layout.Feegrant)
	if err := store.Delete(p.key()); err != nil {
		return err
	}
	if end := a.ends(); end != nil {
		if err := store.Delete(layout.FeeAllowanceEnd(*end, p.grantee, p.granter)); err != nil {
			return err
		}
	}
	p.event(env, "revoke_feegrant")
	return nil
}

// Use takes a fee off what granter allows grantee, for a transaction with
// messages of these types. An allowance that is used up is deleted. The error
// wraps chain.ErrNotFound or one of this package.
func (m *Feegrant) Use(env *chain.Env, granter, grantee chain.Address, fee chain.Coins, msgs []string) error {
	p := pair{granter, grantee}
	a, err := find(env, p)
	if err != nil {
		return err
	}
	spent, err := a.accept(env, fee, msgs)
	if err != nil {
		return err
	}
	if spent {
		if err := remove(env, p); err != nil {
			return err
		}
		p.event(env, "use_feegrant")
		return nil
	}
	p.event(env, "use_feegrant")
	// The reference reads the old one once more before it writes.
	if _, err := env.Store(layout.Feegrant).Get(p.key()); err != nil {
		return err
	}
	if err := put(env, p, a); err != nil {
		return err
	}
	p.event(env, "update_feegrant")
	return nil
}
