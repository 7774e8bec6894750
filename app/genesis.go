package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"

	"github.com/cosmos/gogoproto/jsonpb"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/app/bank"
	"github.com/weftchain/weft/app/distribution"
	"github.com/weftchain/weft/app/feegrant"
	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/app/mint"
	"github.com/weftchain/weft/app/slashing"
	"github.com/weftchain/weft/app/staking"
	"github.com/weftchain/weft/app/upgrade"
	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	authpb "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	distributionpb "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	feegrantpb "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
	mintpb "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
	slashingpb "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/proto/protojson"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
	params "github.com/weftchain/weft/proto/weft/params/v1"
	upgradepb "github.com/weftchain/weft/proto/weft/upgrade/v1"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// Genesis is the state that a chain starts from: the app_state of CometBFT's
// genesis.json, one section a module.
type Genesis struct {
	Auth         authpb.GenesisState
	Bank         bankpb.GenesisState
	Distribution distributionpb.GenesisState
	Feegrant     feegrantpb.GenesisState
	// Lottery is nil on a chain without.
	Lottery *lotterypb.GenesisState
	// Mint is nil on a chain that mints nothing.
	Mint     *mintpb.GenesisState
	Slashing slashingpb.GenesisState
	Staking  stakingpb.GenesisState
	Wasm     wasmpb.GenesisState
	// Upgrade is nil on a chain that never planned one.
	Upgrade *upgradepb.GenesisState
	Params  params.Params
	// GenTxs are the signed transactions that create the first validators, as
	// the JSON of cosmos.tx.v1beta1.Tx.
	GenTxs []json.RawMessage
}

// genesisJSON is the outer form of app_state.
type genesisJSON struct {
	Auth         json.RawMessage `json:"auth"`
	Bank         json.RawMessage `json:"bank"`
	Distribution json.RawMessage `json:"distribution"`
	Feegrant     json.RawMessage `json:"feegrant"`
	Genutil      genutilJSON     `json:"genutil"`
	Lottery      json.RawMessage `json:"lottery,omitempty"`
	Mint         json.RawMessage `json:"mint,omitempty"`
	Slashing     json.RawMessage `json:"slashing"`
	Staking      json.RawMessage `json:"staking"`
	Upgrade      json.RawMessage `json:"upgrade,omitempty"`
	Wasm         json.RawMessage `json:"wasm"`
	Weft         json.RawMessage `json:"weft"`
}

type genutilJSON struct {
	GenTxs []json.RawMessage `json:"gen_txs"`
}

// DefaultGenesis is an empty chain with everybody's usual parameters.
func DefaultGenesis() Genesis {
	p := DefaultParams()
	return Genesis{
		Auth:         authpb.GenesisState{Params: auth.DefaultParams()},
		Bank:         bankpb.GenesisState{Params: bankpb.Params{DefaultSendEnabled: true}},
		Distribution: distributionpb.GenesisState{Params: distribution.DefaultParams()},
		Slashing:     slashingpb.GenesisState{Params: slashing.DefaultParams()},
		Staking:      stakingpb.GenesisState{Params: staking.DefaultParams(p.BaseDenom)},
		Wasm:         wasmpb.GenesisState{Params: wasm.DefaultParams()},
		Params:       p,
	}
}

// ParseGenesis reads app_state strictly: no unknown section, no unknown field,
// no duplicate key.
func ParseGenesis(raw []byte) (*Genesis, error) {
	if err := cosmwasm.CheckJSON(raw); err != nil {
		return nil, fmt.Errorf("app_state: %w", err)
	}
	outer, err := parseOuter(raw)
	if err != nil {
		return nil, err
	}
	g := DefaultGenesis()
	var minting mintpb.GenesisState
	var upgrades upgradepb.GenesisState
	var mining lotterypb.GenesisState
	for _, section := range []struct {
		name string
		raw  json.RawMessage
		into chain.Message
	}{
		{"auth", outer.Auth, &g.Auth},
		{"bank", outer.Bank, &g.Bank},
		{"distribution", outer.Distribution, &g.Distribution},
		{"feegrant", outer.Feegrant, &g.Feegrant},
		{"lottery", outer.Lottery, &mining},
		{"mint", outer.Mint, &minting},
		{"slashing", outer.Slashing, &g.Slashing},
		{"staking", outer.Staking, &g.Staking},
		{"upgrade", outer.Upgrade, &upgrades},
		{"wasm", outer.Wasm, &g.Wasm},
		{"weft", outer.Weft, &params.QueryParamsResponse{}},
	} {
		if section.raw == nil {
			continue // the default
		}
		section.into.Reset()
		if err := jsonpb.Unmarshal(bytes.NewReader(section.raw), section.into); err != nil {
			return nil, fmt.Errorf("app_state.%s: %w", section.name, err)
		}
		if p, ok := section.into.(*params.QueryParamsResponse); ok {
			g.Params = p.Params
		}
	}
	if outer.Mint != nil {
		g.Mint = &minting
	}
	if outer.Upgrade != nil {
		g.Upgrade = &upgrades
	}
	if outer.Lottery != nil {
		g.Lottery = &mining
	}
	g.GenTxs = outer.Genutil.GenTxs
	return &g, nil
}

// parseOuter cuts app_state into its sections. The standard library's structs
// take names in any case, so the names are compared here.
func parseOuter(raw []byte) (outer genesisJSON, err error) {
	var genutil, gentxs json.RawMessage
	err = members("app_state", raw, map[string]*json.RawMessage{
		"auth": &outer.Auth, "bank": &outer.Bank, "distribution": &outer.Distribution, "feegrant": &outer.Feegrant, "genutil": &genutil,
		"lottery":  &outer.Lottery,
		"mint":     &outer.Mint,
		"slashing": &outer.Slashing,
		"staking":  &outer.Staking, "upgrade": &outer.Upgrade, "wasm": &outer.Wasm, "weft": &outer.Weft,
	})
	if err != nil || genutil == nil {
		return outer, err
	}
	if err := members("app_state.genutil", genutil, map[string]*json.RawMessage{"gen_txs": &gentxs}); err != nil || gentxs == nil {
		return outer, err
	}
	if err := json.Unmarshal(gentxs, &outer.Genutil.GenTxs); err != nil { //weft:json genesis, checked by CheckJSON for repeated keys and UTF-8
		return outer, fmt.Errorf("app_state.genutil.gen_txs: %w", err)
	}
	return outer, nil
}

// members moves the members of an object to where they belong and refuses
// those that nobody knows.
func members(path string, raw []byte, known map[string]*json.RawMessage) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil { //weft:json genesis, checked by CheckJSON for repeated keys and UTF-8
		return fmt.Errorf("%s: %w", path, err)
	}
	if object == nil {
		return fmt.Errorf("%s: null where an object is due", path)
	}
	names := make([]string, 0, len(object))
	for name := range object { //weft:sorted the list is sorted below
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		into, ok := known[name]
		if !ok {
			return fmt.Errorf("%s: unknown section or field %.60q", path, name)
		}
		*into = object[name]
	}
	return nil
}

// JSON is the form that ParseGenesis reads.
func (g *Genesis) JSON() ([]byte, error) {
	var outer genesisJSON
	outer.Genutil.GenTxs = g.GenTxs
	if outer.Genutil.GenTxs == nil {
		outer.Genutil.GenTxs = []json.RawMessage{}
	}
	type section struct {
		into *json.RawMessage
		from chain.Message
	}
	sections := []section{
		{&outer.Auth, &g.Auth},
		{&outer.Bank, &g.Bank},
		{&outer.Distribution, &g.Distribution},
		{&outer.Feegrant, &g.Feegrant},
		{&outer.Slashing, &g.Slashing},
		{&outer.Staking, &g.Staking},
		{&outer.Wasm, &g.Wasm},
		{&outer.Weft, &params.QueryParamsResponse{Params: g.Params}},
	}
	if g.Mint != nil {
		sections = append(sections, section{&outer.Mint, g.Mint})
	}
	if g.Upgrade != nil {
		sections = append(sections, section{&outer.Upgrade, g.Upgrade})
	}
	if g.Lottery != nil {
		sections = append(sections, section{&outer.Lottery, g.Lottery})
	}
	for _, section := range sections {
		text, err := protojson.Marshal(section.from)
		if err != nil {
			return nil, err
		}
		*section.into = text
	}
	return json.MarshalIndent(outer, "", "  ")
}

// Validate refuses a genesis that InitGenesis could not take. The error names
// the path and the rule.
func (g *Genesis) Validate() error {
	p, err := parseParams(g.Params)
	if err != nil {
		return err
	}
	if err := auth.ValidateGenesis(p.Bech32, &g.Auth); err != nil {
		return err
	}
	if _, err := bank.ValidateGenesis(p.Bech32, &g.Bank); err != nil {
		return err
	}
	if err := feegrant.ValidateGenesis(p.Bech32, &g.Feegrant); err != nil {
		return err
	}
	if err := distribution.ValidateGenesis(p.Bech32, &g.Distribution); err != nil {
		return err
	}
	if err := mint.ValidateGenesis(g.Mint); err != nil {
		return err
	}
	if err := lottery.ValidateGenesis(g.Lottery); err != nil {
		return err
	}
	if err := slashing.ValidateGenesis(p.Bech32, &g.Slashing); err != nil {
		return err
	}
	if err := staking.ValidateGenesis(p.Bech32, &g.Staking); err != nil {
		return err
	}
	if err := upgrade.ValidateGenesis(g.Upgrade); err != nil {
		return err
	}
	if err := g.checkPools(p.Bech32); err != nil {
		return err
	}
	return wasm.ValidateGenesis(p.Bech32, &g.Wasm)
}

// balance is what an account has in genesis.
func (g *Genesis) balance(prefix chain.Bech32, addr chain.Address, denom string) (chain.Amount, error) {
	for _, b := range g.Bank.Balances {
		owner, err := prefix.ParseAccount(b.Address)
		if err != nil {
			return chain.Amount{}, err
		}
		if owner != addr {
			continue
		}
		coins, err := wire.Coins(b.Coins)
		return coins.AmountOf(denom), err
	}
	return chain.Amount{}, nil
}
