package auth

import (
	"encoding/binary"
	"fmt"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	"github.com/weftchain/weft/tx"
)

// Type URLs of the kinds of accounts.
const (
	baseAccountURL   = "/cosmos.auth.v1beta1.BaseAccount"
	moduleAccountURL = "/cosmos.auth.v1beta1.ModuleAccount"
)

// Account is one account. Contracts and modules have one too, without a key.
type Account struct {
	Address  chain.Address
	Number   uint64
	Sequence uint64
	// PubKey is nil until the account's first signature.
	PubKey *types.Any
	// Module and Permissions are set for the account of a module.
	Module      string
	Permissions []string
}

// Proto returns the form that the state and queries hold.
func (a *Account) Proto(prefix chain.Bech32) (*types.Any, error) {
	base := a.base(prefix)
	if a.Module == "" {
		return packed(baseAccountURL, base)
	}
	return packed(moduleAccountURL, &auth.ModuleAccount{BaseAccount: base, Name: a.Module, Permissions: a.Permissions})
}

func (a *Account) base(prefix chain.Bech32) *auth.BaseAccount {
	return &auth.BaseAccount{
		Address: prefix.Account(a.Address), PubKey: a.PubKey, AccountNumber: a.Number, Sequence: a.Sequence,
	}
}

func packed(url string, m chain.Message) (*types.Any, error) {
	value, err := m.Marshal()
	if err != nil {
		return nil, err
	}
	return &types.Any{TypeUrl: url, Value: value}, nil
}

// ParseAccount reads an account out of its protobuf form (state, genesis). The
// error wraps chain.ErrInvalidAddress, chain.ErrInvalidPubKey or
// chain.ErrInvalidType.
func ParseAccount(prefix chain.Bech32, a *types.Any) (*Account, error) {
	if a == nil {
		return nil, fmt.Errorf("no account in it: %w", chain.ErrInvalidType)
	}
	acc := &Account{}
	base := &auth.BaseAccount{}
	switch a.TypeUrl {
	case baseAccountURL:
		if err := base.Unmarshal(a.Value); err != nil {
			return nil, fmt.Errorf("%v: %w", err, chain.ErrInvalidType)
		}
	case moduleAccountURL:
		var m auth.ModuleAccount
		if err := m.Unmarshal(a.Value); err != nil || m.BaseAccount == nil {
			return nil, fmt.Errorf("malformed module account: %w", chain.ErrInvalidType)
		}
		base, acc.Module, acc.Permissions = m.BaseAccount, m.Name, m.Permissions
	default:
		return nil, fmt.Errorf("account type %.100q: %w", a.TypeUrl, chain.ErrInvalidType)
	}
	addr, err := prefix.ParseAccount(base.Address)
	if err != nil {
		return nil, err
	}
	if base.PubKey != nil {
		if _, err := tx.StoredPubKey(base.PubKey); err != nil {
			return nil, err
		}
	}
	acc.Address, acc.PubKey, acc.Number, acc.Sequence = addr, base.PubKey, base.AccountNumber, base.Sequence
	return acc, nil
}

// Get returns an account, nil if there is none.
func (m *Auth) Get(env *chain.Env, addr chain.Address) (*Account, error) {
	raw, err := env.Store(layout.Auth).Get(layout.Account(addr))
	if err != nil || raw == nil {
		return nil, err
	}
	var a types.Any
	if err := a.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("account %x in state: %v", string(addr), err) // a fault: the state is broken
	}
	acc, err := ParseAccount(env.Bech32(), &a)
	if err != nil {
		return nil, fmt.Errorf("account %x in state: %v", string(addr), err)
	}
	return acc, nil
}

// Exists reports whether there is an account at addr.
func (m *Auth) Exists(env *chain.Env, addr chain.Address) (bool, error) {
	return env.Store(layout.Auth).Has(layout.Account(addr))
}

// Load is Exists at the price of reading the account.
func (m *Auth) Load(env *chain.Env, addr chain.Address) (bool, error) {
	raw, err := env.Store(layout.Auth).Get(layout.Account(addr))
	return raw != nil, err
}

// State tells whether there is an account and whether somebody has used it: its
// sequence is not 0 or it has a key.
func (m *Auth) State(env *chain.Env, addr chain.Address) (exists, claimed bool, err error) {
	acc, err := m.Get(env, addr)
	if err != nil || acc == nil {
		return false, false, err
	}
	return true, acc.Sequence != 0 || acc.PubKey != nil, nil
}

// Create makes a base account, which takes the next account number.
func (m *Auth) Create(env *chain.Env, addr chain.Address) error {
	number, err := nextNumber(env)
	if err != nil {
		return err
	}
	return m.put(env, &Account{Address: addr, Number: number})
}

// EnsureModule makes the account of a module unless it is there.
func (m *Auth) EnsureModule(env *chain.Env, name string, permissions ...string) error {
	addr := layout.ModuleAddress(name)
	if found, err := m.Load(env, addr); err != nil || found {
		return err
	}
	number, err := nextNumber(env)
	if err != nil {
		return err
	}
	return m.put(env, &Account{Address: addr, Number: number, Module: name, Permissions: permissions})
}

// nextNumber counts accounts. It costs no gas: the reference makes numbers out
// of addresses, without a counter, and a transaction that fits its limit there
// fits here.
func nextNumber(env *chain.Env) (uint64, error) {
	store := env.FreeStore(layout.Auth)
	raw, err := store.Get(layout.NextAccountNumber)
	if err != nil {
		return 0, err
	}
	var number uint64
	if raw != nil {
		if len(raw) != 8 {
			return 0, fmt.Errorf("next account number in state has %d bytes", len(raw)) // a fault
		}
		number = binary.BigEndian.Uint64(raw)
	}
	return number, store.Set(layout.NextAccountNumber, layout.Uint64(number+1))
}

// put writes an account and its entry in the index by number, with the store
// accesses of the reference's unique index, so that the gas is the same.
func (m *Auth) put(env *chain.Env, acc *Account) error {
	store := env.Store(layout.Auth)
	old, err := store.Get(layout.Account(acc.Address))
	if err != nil {
		return err
	}
	index := layout.AccountNumber(acc.Number)
	if old != nil {
		if err := store.Delete(index); err != nil {
			return err
		}
	}
	if taken, err := store.Has(index); err != nil || taken {
		if err == nil {
			err = fmt.Errorf("account number %d is taken", acc.Number) // a fault
		}
		return err
	}
	if err := store.Set(index, acc.Address.Bytes()); err != nil {
		return err
	}
	packed, err := acc.Proto(env.Bech32())
	if err != nil {
		return err
	}
	raw, err := packed.Marshal()
	if err != nil {
		return err
	}
	return store.Set(layout.Account(acc.Address), raw)
}
