package bank

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
)

// Send moves coins and emits the events of a transfer. A recipient without an
// account gets one. Too little is chain.ErrInsufficientFunds. Whether a denom
// may be sent and a recipient may receive is the caller's to ask
// (CheckSendEnabled, Blocked), for fees and modules move coins regardless.
func (b *Bank) Send(env *chain.Env, from, to chain.Address, coins chain.Coins) error {
	if err := coins.Validate(); err != nil {
		return err
	}
	if err := b.take(env, from, coins); err != nil {
		return err
	}
	if err := b.give(env, to, coins); err != nil {
		return err
	}
	if err := b.ensure(env, to); err != nil {
		return err
	}
	p := env.Bech32()
	env.Events.Emit(
		chain.NewEvent("transfer", "recipient", p.Account(to), "sender", p.Account(from), "amount", coins.String()),
		chain.NewEvent("message", "sender", p.Account(from)),
	)
	return nil
}

func (b *Bank) ensure(env *chain.Env, addr chain.Address) error {
	found, err := b.Accounts.Exists(env, addr)
	if err != nil || found {
		return err
	}
	return b.Accounts.Create(env, addr)
}

// take lowers balances and emits coin_spent.
func (b *Bank) take(env *chain.Env, from chain.Address, coins chain.Coins) error {
	if _, err := b.Accounts.Load(env, from); err != nil {
		return err
	}
	for _, c := range coins {
		have, err := b.Balance(env, from, c.Denom)
		if err != nil {
			return err
		}
		rest, ok := have.Sub(c.Amount)
		if !ok {
			return fmt.Errorf("spendable balance %s is smaller than %s: %w",
				chain.Coin{Denom: c.Denom, Amount: have}, c, chain.ErrInsufficientFunds)
		}
		if err := setBalance(env, from, c.Denom, rest); err != nil {
			return err
		}
	}
	env.Events.Emit(chain.NewEvent("coin_spent", "spender", env.Bech32().Account(from), "amount", coins.String()))
	return nil
}

// give raises balances and emits coin_received.
func (b *Bank) give(env *chain.Env, to chain.Address, coins chain.Coins) error {
	for _, c := range coins {
		have, err := b.Balance(env, to, c.Denom)
		if err != nil {
			return err
		}
		sum, ok := have.Add(c.Amount)
		if !ok {
			return fmt.Errorf("balance of %s would pass 2^256-1: %w", c.Denom, chain.ErrInvalidCoins)
		}
		if err := setBalance(env, to, c.Denom, sum); err != nil {
			return err
		}
	}
	env.Events.Emit(chain.NewEvent("coin_received", "receiver", env.Bech32().Account(to), "amount", coins.String()))
	return nil
}

// CheckSendEnabled refuses coins of a denom that may not be sent.
func (b *Bank) CheckSendEnabled(env *chain.Env, coins chain.Coins) error {
	if coins.IsZero() {
		return nil
	}
	params, err := b.Params(env)
	if err != nil {
		return err
	}
	store := env.Store(layout.Bank)
	for _, c := range coins {
		enabled := params.DefaultSendEnabled
		key := layout.BankSendEnabled(c.Denom)
		own, err := store.Has(key) // the reference asks before it reads, and pays for both
		if err != nil {
			return err
		}
		if own {
			raw, err := store.Get(key)
			if err != nil {
				return err
			}
			enabled = len(raw) == 1 && raw[0] == 1
		}
		if !enabled {
			return fmt.Errorf("%s transfers are currently disabled: %w", c.Denom, ErrSendDisabled)
		}
	}
	return nil
}

// Mint makes coins and gives them to an account.
func (b *Bank) Mint(env *chain.Env, to chain.Address, coins chain.Coins) error {
	if err := coins.Validate(); err != nil {
		return err
	}
	if err := b.give(env, to, coins); err != nil {
		return err
	}
	for _, c := range coins {
		supply, err := b.Supply(env, c.Denom)
		if err != nil {
			return err
		}
		sum, ok := supply.Add(c.Amount)
		if !ok {
			return fmt.Errorf("supply of %s would pass 2^256-1: %w", c.Denom, chain.ErrInvalidCoins)
		}
		if err := setSupply(env, c.Denom, sum); err != nil {
			return err
		}
	}
	env.Events.Emit(chain.NewEvent("coinbase", "minter", env.Bech32().Account(to), "amount", coins.String()))
	return nil
}

// BurnFrom destroys coins of a module's account.
func (b *Bank) BurnFrom(env *chain.Env, module string, coins chain.Coins) error {
	if err := coins.Validate(); err != nil {
		return err
	}
	addr := layout.ModuleAddress(module)
	if err := b.take(env, addr, coins); err != nil {
		return err
	}
	for _, c := range coins {
		supply, err := b.Supply(env, c.Denom)
		if err != nil {
			return err
		}
		rest, ok := supply.Sub(c.Amount)
		if !ok {
			return errSupplyUnderflow // a fault: balances and supply disagree
		}
		if err := setSupply(env, c.Denom, rest); err != nil {
			return err
		}
	}
	env.Events.Emit(chain.NewEvent("burn", "burner", env.Bech32().Account(addr), "amount", coins.String()))
	return nil
}
