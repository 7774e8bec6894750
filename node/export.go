package node

import (
	"errors"
	"fmt"
	"time"

	cmtconfig "github.com/cometbft/cometbft/config"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/vm"
)

// Export is the state of a home, whose node does not run, after a height (0: the
// last) as a genesis.json: a chain that starts from it has that state before its
// first block, which is the next height.
func Export(cfg Config, height int64) ([]byte, error) {
	doc, _, err := readGenesis(genesisOf(cfg.Home))
	if err != nil {
		return nil, err
	}
	f, err := OpenStateFiles(cfg.Home)
	if err != nil {
		return nil, err
	}
	if height == 0 {
		height = f.Height()
	}
	var g *app.Genesis
	if err = exportComet(cfg.Comet, doc, height); err == nil {
		g, err = exportState(f, doc, height)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if doc.AppState, err = g.JSON(); err != nil {
		return nil, err
	}
	doc.InitialHeight, doc.Validators, doc.AppHash = height+1, nil, nil
	raw, err := cmtjson.MarshalIndent(doc, "", "  ")
	return append(raw, '\n'), err
}

func exportState(f *StateFiles, doc *types.GenesisDoc, height int64) (g *app.Genesis, err error) {
	engine, err := vm.New(vm.Config{Capabilities: vm.DefaultCapabilities(), Limits: vm.DefaultLimits()})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	a, err := app.New(app.Options{
		Store: f.store, Engine: engine, ChainID: doc.ChainID, NoBlocks: true,
		BlockTime: func(int64) (time.Time, bool) { return doc.GenesisTime, true },
	})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	return a.ExportGenesisAt(height)
}

// exportComet takes time and consensus parameters after a height from CometBFT.
func exportComet(c *cmtconfig.Config, doc *types.GenesisDoc, height int64) (err error) {
	var dbs databases
	defer func() { err = errors.Join(err, dbs.close()) }()
	blockDB, err := dbs.provide(&cmtconfig.DBContext{ID: "blockstore", Config: c})
	if err != nil {
		return err
	}
	stateDB, err := dbs.provide(&cmtconfig.DBContext{ID: "state", Config: c})
	if err != nil {
		return err
	}
	meta := store.NewBlockStore(blockDB).LoadBlockMeta(height)
	if meta == nil {
		return fmt.Errorf("block %d is not in %s: export a height whose block is kept", height, c.DBDir())
	}
	params, err := sm.NewStore(stateDB, sm.StoreOptions{}).LoadConsensusParams(height + 1)
	if err != nil {
		return fmt.Errorf("consensus parameters after block %d: %w", height, err)
	}
	doc.GenesisTime, doc.ConsensusParams = meta.Header.Time.UTC().Truncate(time.Nanosecond), &params
	return nil
}
