package feegrant

import (
	"errors"
	"fmt"
	"strings"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	feegrant "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
)

// Messages lists the messages of cosmos.feegrant.v1beta1.Msg.
func (m *Feegrant) Messages() []chain.Route {
	const pkg = "/cosmos.feegrant.v1beta1."
	return []chain.Route{
		chain.NewMsg(pkg+"MsgGrantAllowance", checkGrant, m.grantAllowance),
		chain.NewMsg(pkg+"MsgRevokeAllowance", nil, m.revokeAllowance),
		chain.NewMsg(pkg+"MsgPruneAllowances", nil, m.pruneAllowances),
	}
}

// checkGrant refuses what the reference does not decode: something else in the
// place of an allowance. All other rules are the handler's, as there.
func checkGrant(_ *chain.Block, msg *feegrant.MsgGrantAllowance) error {
	if _, err := unpack(msg.Allowance); err != nil && !errors.Is(err, ErrNoAllowance) {
		return err
	}
	return nil
}

// parties reads both addresses of a message.
func parties(prefix chain.Bech32, granter, grantee string) (p pair, err error) {
	if p.grantee, err = prefix.ParseAccount(grantee); err != nil {
		return p, fmt.Errorf("grantee: %w", err)
	}
	if p.granter, err = prefix.ParseAccount(granter); err != nil {
		return p, fmt.Errorf("granter: %w", err)
	}
	return p, nil
}

func (m *Feegrant) grantAllowance(env *chain.Env, msg *feegrant.MsgGrantAllowance) (*feegrant.MsgGrantAllowanceResponse, error) {
	if strings.EqualFold(msg.Grantee, msg.Granter) {
		return nil, fmt.Errorf("cannot self-grant fee authorization: %w", chain.ErrInvalidAddress)
	}
	p, err := parties(env.Bech32(), msg.Granter, msg.Grantee)
	if err != nil {
		return nil, err
	}
	for range 2 { // the reference looks twice, and pays for both
		old, err := get(env, p)
		if err != nil {
			return nil, err
		}
		if old != nil {
			return nil, fmt.Errorf("fee allowance already exists: %w", chain.ErrInvalidRequest)
		}
	}
	a, err := unpack(msg.Allowance)
	if err != nil {
		return nil, err
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	if err := m.ensure(env, p.grantee); err != nil {
		return nil, err
	}
	if end := a.ends(); end != nil && end.Before(env.Block.Time) {
		return nil, fmt.Errorf("expiration is before current block time: %w", chain.ErrInvalidRequest)
	}
	if err := enter(env, p, a); err != nil {
		return nil, err
	}
	p.event(env, "set_feegrant")
	return &feegrant.MsgGrantAllowanceResponse{}, nil
}

// ensure makes the account of who is allowed something, unless it is there: he
// may sign without ever having received a coin.
func (m *Feegrant) ensure(env *chain.Env, grantee chain.Address) error {
	found, err := m.Accounts.Load(env, grantee)
	if err != nil || found {
		return err
	}
	if m.Bank.Blocked(grantee) {
		return fmt.Errorf("%s is not allowed to receive funds: %w", env.Bech32().Account(grantee), chain.ErrUnauthorized)
	}
	return m.Accounts.Create(env, grantee)
}

// enter writes a new allowance, and its end into the queue.
func enter(env *chain.Env, p pair, a allowance) error {
	if end := a.ends(); end != nil {
		key := layout.FeeAllowanceEnd(*end, p.grantee, p.granter)
		if err := env.Store(layout.Feegrant).Set(key, []byte{1}); err != nil {
			return err
		}
	}
	return put(env, p, a)
}

func (m *Feegrant) revokeAllowance(env *chain.Env, msg *feegrant.MsgRevokeAllowance) (*feegrant.MsgRevokeAllowanceResponse, error) {
	if msg.Grantee == msg.Granter {
		return nil, fmt.Errorf("addresses must be different: %w", chain.ErrInvalidAddress)
	}
	p, err := parties(env.Bech32(), msg.Granter, msg.Grantee)
	if err != nil {
		return nil, err
	}
	return &feegrant.MsgRevokeAllowanceResponse{}, remove(env, p)
}

func (m *Feegrant) pruneAllowances(env *chain.Env, msg *feegrant.MsgPruneAllowances) (*feegrant.MsgPruneAllowancesResponse, error) {
	if err := prune(env, pruneMessage); err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent("prune_feegrant", "pruner", msg.Pruner))
	return &feegrant.MsgPruneAllowancesResponse{}, nil
}
