package bank

import (
	"fmt"
	"sort"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
)

// ValidateGenesis refuses malformed, duplicate or negative balances, a stated
// supply that is not their sum, and duplicate metadata. It returns the supply.
func ValidateGenesis(prefix chain.Bech32, g *bank.GenesisState) (chain.Coins, error) {
	var supply chain.Coins
	seen := map[chain.Address]bool{}
	for i, balance := range g.Balances {
		addr, err := prefix.ParseAccount(balance.Address)
		if err != nil {
			return nil, fmt.Errorf("bank.balances[%d].address: %w", i, err)
		}
		if seen[addr] {
			return nil, fmt.Errorf("bank.balances[%d]: duplicate balance for %s: %w", i, balance.Address, chain.ErrInvalidRequest)
		}
		seen[addr] = true
		coins, err := genesisCoins(balance.Coins)
		if err == nil {
			supply, err = supply.Add(coins...)
		}
		if err != nil {
			return nil, fmt.Errorf("bank.balances[%d] of %s: %w", i, balance.Address, err)
		}
	}
	stated, err := genesisCoins(g.Supply)
	if err != nil {
		return nil, fmt.Errorf("bank.supply: %w", err)
	}
	if len(stated) > 0 && stated.String() != supply.String() {
		return nil, fmt.Errorf("bank.supply is %s, the balances sum up to %s: %w", stated, supply, chain.ErrInvalidRequest)
	}
	if err := checkSwitches(switches(g)); err != nil {
		return nil, err
	}
	return supply, checkMetadata(g.DenomMetadata)
}

// genesisCoins reads coins in any order; each denom stands there once and with
// a positive amount, for what else it could mean nobody knows.
func genesisCoins(list []base.Coin) (chain.Coins, error) {
	coins, err := wire.Coins(list)
	if err != nil {
		return nil, err
	}
	sort.SliceStable(coins, func(i, j int) bool { return coins[i].Denom < coins[j].Denom })
	return coins, coins.Validate()
}

// switches are the send switches of genesis: the deprecated list in the
// parameters, then the present one.
func switches(g *bank.GenesisState) []bank.SendEnabled {
	var list []bank.SendEnabled
	for _, s := range g.Params.SendEnabled {
		list = append(list, *s)
	}
	return append(list, g.SendEnabled...)
}

func checkSwitches(list []bank.SendEnabled) error {
	seen := map[string]bool{}
	for i, s := range list {
		if err := chain.CheckDenom(s.Denom); err != nil {
			return fmt.Errorf("bank.send_enabled[%d].denom: %w", i, err)
		}
		if seen[s.Denom] {
			return fmt.Errorf("bank.send_enabled[%d]: duplicate switch for %s: %w", i, s.Denom, chain.ErrInvalidRequest)
		}
		seen[s.Denom] = true
	}
	return nil
}

func checkMetadata(list []bank.Metadata) error {
	seen := map[string]bool{}
	for i, m := range list {
		if err := chain.CheckDenom(m.Base); err != nil {
			return fmt.Errorf("bank.denom_metadata[%d].base: %w", i, err)
		}
		if seen[m.Base] {
			return fmt.Errorf("bank.denom_metadata[%d]: duplicate metadata for %s: %w", i, m.Base, chain.ErrInvalidRequest)
		}
		seen[m.Base] = true
	}
	return nil
}

// InitGenesis writes parameters, balances, supply and metadata of a genesis
// that ValidateGenesis accepts.
func (b *Bank) InitGenesis(env *chain.Env, g *bank.GenesisState) error {
	supply, err := ValidateGenesis(env.Bech32(), g)
	if err != nil {
		return err
	}
	store := env.Store(layout.Bank)
	params := g.Params
	params.SendEnabled = nil
	raw, err := params.Marshal()
	if err != nil {
		return err
	}
	if err := store.Set(layout.BankParams, append([]byte{}, raw...)); err != nil {
		return err
	}
	for _, balance := range g.Balances {
		if err := initBalance(env, balance); err != nil {
			return err
		}
	}
	for _, c := range supply {
		if err := setSupply(env, c.Denom, c.Amount); err != nil {
			return err
		}
	}
	for i := range g.DenomMetadata {
		raw, err := g.DenomMetadata[i].Marshal()
		if err != nil {
			return err
		}
		if err := store.Set(layout.BankMetadata(g.DenomMetadata[i].Base), raw); err != nil {
			return err
		}
	}
	for _, s := range switches(g) {
		if err := store.Set(layout.BankSendEnabled(s.Denom), switchValue(s.Enabled)); err != nil {
			return err
		}
	}
	return nil
}

func initBalance(env *chain.Env, balance bank.Balance) error {
	addr, err := env.Bech32().ParseAccount(balance.Address)
	if err != nil {
		return err
	}
	coins, err := genesisCoins(balance.Coins)
	if err != nil {
		return err
	}
	for _, c := range coins {
		if err := setBalance(env, addr, c.Denom, c.Amount); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis is what InitGenesis reads back.
func (b *Bank) ExportGenesis(env *chain.Env) (*bank.GenesisState, error) {
	params, err := b.Params(env)
	if err != nil {
		return nil, err
	}
	g := &bank.GenesisState{Params: params}
	if err := b.exportBalances(env, g); err != nil {
		return nil, err
	}
	err = each(env, layout.BankSupplyPrefix, func(key, value []byte) error {
		amount, err := parseStored(value)
		g.Supply = append(g.Supply, wire.ProtoCoin(chain.Coin{Denom: string(key), Amount: amount}))
		return err
	})
	if err != nil {
		return nil, err
	}
	err = each(env, layout.BankMetadataPrefix, func(_, value []byte) error {
		var m bank.Metadata
		err := m.Unmarshal(value)
		g.DenomMetadata = append(g.DenomMetadata, m)
		return err
	})
	if err != nil {
		return nil, err
	}
	return g, each(env, layout.BankSendEnabledPrefix, func(key, value []byte) error {
		g.SendEnabled = append(g.SendEnabled, bank.SendEnabled{Denom: string(key), Enabled: len(value) == 1 && value[0] == 1})
		return nil
	})
}

func (b *Bank) exportBalances(env *chain.Env, g *bank.GenesisState) error {
	return each(env, layout.BankBalancePrefix, func(key, value []byte) error {
		if len(key) < 1 || len(key) < 1+int(key[0]) {
			return fmt.Errorf("balance key %x in state", key)
		}
		addr := env.Bech32().Account(chain.Address(key[1 : 1+key[0]]))
		amount, err := parseStored(value)
		if err != nil {
			return err
		}
		coin := wire.ProtoCoin(chain.Coin{Denom: string(key[1+key[0]:]), Amount: amount})
		if n := len(g.Balances); n > 0 && g.Balances[n-1].Address == addr {
			g.Balances[n-1].Coins = append(g.Balances[n-1].Coins, coin)
			return nil
		}
		g.Balances = append(g.Balances, bank.Balance{Address: addr})
		g.Balances[len(g.Balances)-1].Coins = append(g.Balances[len(g.Balances)-1].Coins, coin)
		return nil
	})
}

// each visits all entries behind a prefix; visit gets the rest of the key.
func each(env *chain.Env, prefix []byte, visit func(key, value []byte) error) error {
	it, err := env.Store(layout.Bank).Iterate(prefix, chain.PrefixEnd(prefix), false)
	if err != nil {
		return err
	}
	for it.Valid() && err == nil {
		if err = visit(it.Key()[len(prefix):], it.Value()); err == nil {
			err = it.Next()
		}
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return err
}
