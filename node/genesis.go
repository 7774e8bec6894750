package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"time"

	"github.com/cometbft/cometbft/types"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/vm"
)

// maxGenesisBytes bounds genesis.json.
const maxGenesisBytes = 1 << 30

// readGenesis reads genesis.json and the state in it.
func readGenesis(path string) (*types.GenesisDoc, *app.Genesis, error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, fmt.Errorf("there is no %s: make a home with weft init", path)
	}
	if err != nil {
		return nil, nil, err
	}
	if info.Size() > maxGenesisBytes {
		return nil, nil, fmt.Errorf("%s has %d bytes, at most %d are read", path, info.Size(), maxGenesisBytes)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	doc, err := types.GenesisDocFromJSON(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	g, err := app.ParseGenesis(doc.AppState)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return doc, g, nil
}

// saveGenesis replaces genesis.json as a whole, or not at all.
func saveGenesis(home string, doc *types.GenesisDoc) error {
	if err := doc.ValidateAndComplete(); err != nil {
		return err
	}
	next := genesisOf(home) + ".new"
	if err := doc.SaveAs(next); err != nil {
		return err
	}
	return os.Rename(next, genesisOf(home))
}

// editGenesis changes the state in genesis.json and writes it back if it is
// valid then.
func editGenesis(home string, edit func(chain.Bech32, *app.Genesis) error) error {
	doc, g, err := readGenesis(genesisOf(home))
	if err != nil {
		return err
	}
	if err := edit(chain.Bech32(g.Params.Bech32Prefix), g); err != nil {
		return err
	}
	if err := g.Validate(); err != nil {
		return err
	}
	if doc.AppState, err = g.JSON(); err != nil {
		return err
	}
	return saveGenesis(home, doc)
}

// GenesisInfo is what commands must know of a home's genesis.
type GenesisInfo struct {
	ChainID string
	// Time is before which there is no block.
	Time      time.Time
	Bech32    chain.Bech32
	BaseDenom string
	BondDenom string
	// DenomMetadata says how people see the chain's coins.
	DenomMetadata []bankpb.Metadata
}

// ReadGenesisInfo reads names out of a home's genesis.
func ReadGenesisInfo(home string) (GenesisInfo, error) {
	doc, g, err := readGenesis(genesisOf(home))
	if err != nil {
		return GenesisInfo{}, err
	}
	return GenesisInfo{
		ChainID: doc.ChainID, Time: doc.GenesisTime, Bech32: chain.Bech32(g.Params.Bech32Prefix),
		BaseDenom: g.Params.BaseDenom, BondDenom: g.Staking.Params.BondDenom,
		DenomMetadata: g.Bank.DenomMetadata,
	}, nil
}

// AddGenesisAccount gives an account coins from the start. An account that is
// there already is refused.
func AddGenesisAccount(home, address string, coins chain.Coins) error {
	return editGenesis(home, func(prefix chain.Bech32, g *app.Genesis) error {
		return g.AddAccount(prefix, address, coins)
	})
}

// SetGenesisAuthority names who may change parameters and plan upgrades.
func SetGenesisAuthority(home, address string) error {
	return editGenesis(home, func(_ chain.Bech32, g *app.Genesis) error {
		g.Params.Authority = address
		return nil
	})
}

// AddGenTx appends a transaction of genesis, given as JSON.
func AddGenTx(home string, txJSON []byte) error {
	return editGenesis(home, func(_ chain.Bech32, g *app.Genesis) error {
		g.GenTxs = append(g.GenTxs, txJSON)
		return nil
	})
}

// maxGenTxs bounds the files that CollectGenTxs reads.
const maxGenTxs = 10_000

// CollectGenTxs puts every file of config/gentx into genesis, in the order of
// their names and instead of what was there, and tries the result.
func CollectGenTxs(home string) error {
	names, err := filepath.Glob(filepath.Join(genTxDir(home), "*.json"))
	if err != nil {
		return err
	}
	if len(names) == 0 || len(names) > maxGenTxs {
		return fmt.Errorf("%d gentx files in %s, must be 1 to %d: make one with weft genesis gentx", len(names), genTxDir(home), maxGenTxs)
	}
	sort.Strings(names)
	err = editGenesis(home, func(_ chain.Bech32, g *app.Genesis) error {
		g.GenTxs = nil
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			g.GenTxs = append(g.GenTxs, text)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return ValidateGenesis(genesisOf(home))
}

// ValidateGenesis reads a genesis file and starts a chain from it in memory, so
// that what it accepts a node starts with.
func ValidateGenesis(path string) error {
	doc, g, err := readGenesis(path)
	if err != nil {
		return err
	}
	if err := g.Validate(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	stores, err := app.Stores(doc.AppState)
	if err != nil {
		return err
	}
	store, err := state.Open("", state.Options{Stores: stores})
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // it lies in memory
	engine, err := vm.New(vm.Config{Capabilities: vm.DefaultCapabilities(), Limits: vm.DefaultLimits(), MemoryCacheBytes: 64 << 20})
	if err != nil {
		return err
	}
	defer engine.Close() //nolint:errcheck // nothing of it lasts
	a, err := app.New(app.Options{Store: store, Engine: engine, ChainID: doc.ChainID})
	if err != nil {
		return err
	}
	defer a.Close()
	updates, _, err := a.InitGenesis(doc.AppState, doc.GenesisTime, doc.InitialHeight, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(updates) == 0 {
		return fmt.Errorf("%s: no validator: make one with weft genesis gentx, then weft genesis collect-gentxs", path)
	}
	return nil
}
