package node

import (
	"errors"
	"sync"

	dbm "github.com/cometbft/cometbft-db"
	cmtconfig "github.com/cometbft/cometbft/config"
)

// databases opens CometBFT's databases and remembers them: CometBFT leaves the
// one of its index open when it stops.
type databases struct {
	mu   sync.Mutex
	open []dbm.DB
}

func (d *databases) provide(ctx *cmtconfig.DBContext) (dbm.DB, error) {
	db, err := cmtconfig.DefaultDBProvider(ctx)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open = append(d.open, db)
	return db, nil
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
