package node

import (
	"context"
	"errors"
	"fmt"

	cmtlog "github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/light"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/statesync"
	"github.com/cometbft/cometbft/store"

	cmtconfig "github.com/cometbft/cometbft/config"

	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/state/snapshot"
)

// Snapshots is the keeper of a home's snapshots.
func Snapshots(home string) *snapshot.Keeper {
	return snapshot.NewKeeper(snapshotDir(home), storesOf(home))
}

// MakeSnapshot makes the snapshot of a height of a home whose node does not run; 0
// is the last one.
func MakeSnapshot(ctx context.Context, home string, height int64) (snapshot.Snapshot, error) {
	f, err := OpenStateFiles(home)
	if err != nil {
		return snapshot.Snapshot{}, err
	}
	view := f.store.Latest()
	if height != 0 {
		view.Close()
		if view, err = f.store.At(height); err != nil {
			return snapshot.Snapshot{}, errors.Join(err, f.Close())
		}
	} else if view.Height() == 0 {
		view.Close()
		return snapshot.Snapshot{}, errors.Join(fmt.Errorf("%s holds no block yet", home), f.Close())
	}
	made, err := Snapshots(home).Make(ctx, view)
	return made, errors.Join(err, f.Close())
}

// RestoreSnapshot takes the state of an empty home from one of its snapshots, and
// readies CometBFT to go on behind it. The app hash comes from a light client over
// the servers and the trusted block of section [statesync], as when a node joins
// by state sync.
func RestoreSnapshot(ctx context.Context, cfg Config, height int64) (err error) {
	doc, _, err := readGenesis(genesisOf(cfg.Home))
	if err != nil {
		return err
	}
	stream, err := Snapshots(cfg.Home).Open(height)
	if err != nil {
		return err
	}
	defer stream.Close() //nolint:errcheck // only read
	c := cfg.Comet.StateSync
	begin, err := sm.MakeGenesisState(doc)
	if err != nil {
		return err
	}
	provider, err := statesync.NewLightClientStateProvider(ctx, doc.ChainID, begin.Version, begin.InitialHeight, c.RPCServers,
		light.TrustOptions{Period: c.TrustPeriod, Height: c.TrustHeight, Hash: c.TrustHashBytes()}, cmtlog.NewNopLogger())
	if err != nil {
		return fmt.Errorf("light client: %w", err)
	}
	appHash, err := provider.AppHash(ctx, uint64(height))
	if err != nil {
		return fmt.Errorf("light client: the app hash of height %d, which stands in block %d: %w", height, height+1, err)
	}
	keep, every := cfg.App.states()
	files, err := state.Open(stateDir(cfg.Home), state.Options{Stores: storesOf(cfg.Home), Keep: keep, PruneEvery: every, CacheBytes: cfg.App.StateCacheMiB << 20})
	if err != nil {
		return err
	}
	if err = errors.Join(snapshot.Read(stream, files, height, appHash), files.Close()); err != nil {
		return err
	}
	return bootstrap(ctx, cfg.Comet, provider, uint64(height))
}

// bootstrap tells CometBFT's empty stores of the height that the state has.
func bootstrap(ctx context.Context, c *cmtconfig.Config, provider statesync.StateProvider, height uint64) (err error) {
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
	blocks := store.NewBlockStore(blockDB)
	if !blocks.IsEmpty() {
		return errors.New("CometBFT has blocks already: take an empty home")
	}
	at, err := provider.State(ctx, height)
	if err != nil {
		return fmt.Errorf("light client: %w", err)
	}
	commit, err := provider.Commit(ctx, height)
	if err != nil {
		return fmt.Errorf("light client: %w", err)
	}
	states := sm.NewStore(stateDB, sm.StoreOptions{DiscardABCIResponses: c.Storage.DiscardABCIResponses})
	if err := states.Bootstrap(at); err != nil {
		return err
	}
	if err := blocks.SaveSeenCommit(at.LastBlockHeight, commit); err != nil {
		return err
	}
	return states.SetOfflineStateSyncHeight(at.LastBlockHeight)
}
