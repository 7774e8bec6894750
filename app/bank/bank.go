package bank

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
)

// Accounts is what bank asks of auth.
type Accounts interface {
	// Load reads an account and reports whether it is there: the reference
	// reads the sender's, to see coins that are vesting, and pays for it.
	Load(env *chain.Env, addr chain.Address) (bool, error)
	// Exists reports whether there is an account.
	Exists(env *chain.Env, addr chain.Address) (bool, error)
	// Create makes a base account.
	Create(env *chain.Env, addr chain.Address) error
}

// Verdicts of codespace "bank" (cosmos-wire facts, section 8).
var (
	ErrNoInputs          = chain.NewError("bank", 2, "no inputs to send transaction")
	ErrNoOutputs         = chain.NewError("bank", 3, "no outputs to send transaction")
	ErrInputOutput       = chain.NewError("bank", 4, "sum inputs != sum outputs")
	ErrSendDisabled      = chain.NewError("bank", 5, "send transactions are disabled")
	ErrMetadataNotFound  = chain.NewError("bank", 6, "client denom metadata not found")
	ErrInvalidKey        = chain.NewError("bank", 7, "invalid key")
	ErrDuplicateEntry    = chain.NewError("bank", 8, "duplicate entry")
	ErrMultipleSenders   = chain.NewError("bank", 9, "multiple senders not allowed")
	errSupplyUnderflow   = fmt.Errorf("supply in state is below what is burned")
	errBalanceOutOfState = fmt.Errorf("amount in state")
)

// Bank is the module.
type Bank struct {
	Accounts Accounts
	// AlsoBlocked are the accounts of modules that not every chain has.
	AlsoBlocked map[chain.Address]bool
}

// blocked are the module accounts that nobody may send to.
var blocked = map[chain.Address]bool{
	layout.ModuleAddress(layout.FeeCollector):  true,
	layout.ModuleAddress(layout.BondedPool):    true,
	layout.ModuleAddress(layout.NotBondedPool): true,
	layout.ModuleAddress(layout.RewardsModule): true,
	layout.ModuleAddress(layout.MintModule):    true,
	layout.ModuleAddress(layout.WasmModule):    true,
}

// Blocked reports whether addr is a module's account, to which nobody may send.
func (b *Bank) Blocked(addr chain.Address) bool { return blocked[addr] || b.AlsoBlocked[addr] }

// Balance returns what addr holds of denom.
func (b *Bank) Balance(env *chain.Env, addr chain.Address, denom string) (chain.Amount, error) {
	raw, err := env.Store(layout.Bank).Get(layout.BankBalance(addr, denom))
	if err != nil {
		return chain.Amount{}, err
	}
	return parseStored(raw)
}

// parseStored reads an amount of the state; absent is 0, garbage is a fault.
func parseStored(raw []byte) (chain.Amount, error) {
	if raw == nil {
		return chain.Amount{}, nil
	}
	amount, err := chain.ParseAmount(string(raw))
	if err != nil {
		return amount, fmt.Errorf("%w: %v", errBalanceOutOfState, err)
	}
	return amount, nil
}

// maxListed bounds the denoms that Balances returns; more are paged by query.
const maxListed = 10_000

// Balances returns all that addr holds, sorted by denom. More than 10,000
// denoms are refused with chain.ErrInvalidRequest.
func (b *Bank) Balances(env *chain.Env, addr chain.Address) (chain.Coins, error) {
	prefix := layout.BankBalances(addr)
	it, err := env.Store(layout.Bank).Iterate(prefix, chain.PrefixEnd(prefix), false)
	if err != nil {
		return nil, err
	}
	coins := chain.Coins{}
	for it.Valid() && err == nil {
		var amount chain.Amount
		if amount, err = parseStored(it.Value()); err == nil {
			coins = append(coins, chain.Coin{Denom: string(it.Key()[len(prefix):]), Amount: amount})
			err = it.Next()
		}
		if err == nil && len(coins) > maxListed {
			err = fmt.Errorf("more than %d denoms: %w", maxListed, chain.ErrInvalidRequest)
		}
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return coins, err
}

// Supply returns how much of denom there is.
func (b *Bank) Supply(env *chain.Env, denom string) (chain.Amount, error) {
	raw, err := env.Store(layout.Bank).Get(layout.BankSupply(denom))
	if err != nil {
		return chain.Amount{}, err
	}
	return parseStored(raw)
}

// setBalance writes a balance and its entry in the index by denom, with the
// store accesses of the reference.
func setBalance(env *chain.Env, addr chain.Address, denom string, amount chain.Amount) error {
	store := env.Store(layout.Bank)
	key, index := layout.BankBalance(addr, denom), layout.BankDenomAddress(denom, addr)
	if amount.IsZero() {
		if err := store.Delete(index); err != nil {
			return err
		}
		return store.Delete(key)
	}
	if err := store.Set(index, []byte{}); err != nil {
		return err
	}
	return store.Set(key, []byte(amount.String()))
}

func setSupply(env *chain.Env, denom string, amount chain.Amount) error {
	key := layout.BankSupply(denom)
	if amount.IsZero() {
		return env.Store(layout.Bank).Delete(key)
	}
	return env.Store(layout.Bank).Set(key, []byte(amount.String()))
}

// Params returns the parameters, sending enabled if genesis set none.
func (b *Bank) Params(env *chain.Env) (bank.Params, error) {
	raw, err := env.Store(layout.Bank).Get(layout.BankParams)
	if err != nil || raw == nil {
		return bank.Params{DefaultSendEnabled: true}, err
	}
	var p bank.Params
	if err := p.Unmarshal(raw); err != nil {
		return p, fmt.Errorf("bank parameters in state: %v", err) // a fault
	}
	return p, nil
}
