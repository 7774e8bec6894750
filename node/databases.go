package node

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	dbm "github.com/cometbft/cometbft-db"
	cmtconfig "github.com/cometbft/cometbft/config"
	sm "github.com/cometbft/cometbft/state"
)

// databases opens CometBFT's databases and remembers them: CometBFT leaves the
// one of its index open when it stops.
type databases struct {
	mu   sync.Mutex
	open []dbm.DB
	// indexRead counts the bytes that were read from the index, for searches
	// that read too much.
	indexRead atomic.Int64
}

func (d *databases) provide(ctx *cmtconfig.DBContext) (dbm.DB, error) {
	db, err := cmtconfig.DefaultDBProvider(ctx)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open = append(d.open, db)
	if ctx.ID == "tx_index" {
		return countedDB{db, &d.indexRead}, nil
	}
	return troubledDB(ctx.Config.RootDir, ctx.ID, db), nil
}

// countedDB counts what is read by key and, by their number, what iterators
// walk over.
type countedDB struct {
	dbm.DB
	read *atomic.Int64
}

// Get implements dbm.DB.
func (db countedDB) Get(key []byte) ([]byte, error) {
	value, err := db.DB.Get(key)
	db.read.Add(int64(len(value)))
	return value, err
}

// Iterator implements dbm.DB.
func (db countedDB) Iterator(start, end []byte) (dbm.Iterator, error) {
	it, err := db.DB.Iterator(start, end)
	return countedIterator{it, db.read}, err
}

// indexEntryBytes is about what one entry of the index takes in memory.
const indexEntryBytes = 256

type countedIterator struct {
	dbm.Iterator
	read *atomic.Int64
}

// Next implements dbm.Iterator.
func (it countedIterator) Next() {
	it.read.Add(indexEntryBytes)
	it.Iterator.Next()
}

// close closes all of them; one that is closed already is no error.
func (d *databases) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var errs []error
	for _, db := range d.open {
		if err := db.Close(); err != nil && err.Error() != "leveldb: closed" {
			errs = append(errs, err)
		}
	}
	d.open = nil
	return errors.Join(errs...)
}

// checkChain refuses data of another chain than genesis.json is of. CometBFT
// goes by the genesis that it saw first, the application by the file.
func checkChain(c *cmtconfig.Config, genesis, chainID string) error {
	db, err := cmtconfig.DefaultDBProvider(&cmtconfig.DBContext{ID: "state", Config: c})
	if err != nil {
		return err
	}
	store := sm.NewStore(db, sm.StoreOptions{})
	state, err := store.Load()
	if err = errors.Join(err, store.Close()); err != nil {
		return fmt.Errorf("%s: %w", c.DBDir(), err)
	}
	if !state.IsEmpty() && state.ChainID != chainID {
		return fmt.Errorf("%s is the genesis of chain %q, but %s holds the data of %q: put the right genesis back, or make another home",
			genesis, chainID, c.DBDir(), state.ChainID)
	}
	return nil
}
