//go:build weft_chaos

package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"

	"github.com/weftchain/weft/state"
)

// Trouble is what a node does wrong. It is read anew each time that it matters, so
// that it can begin and end while the node runs. It is in no binary that ships.
type Trouble struct {
	// Skew is added to the time of each vote.
	Skew time.Duration `json:"skew"`
	// Failing is the database whose writes fail: "app", "blockstore" or "cometstate".
	Failing string `json:"failing"`
}

func troubleFile(home string) string { return filepath.Join(home, "chaos.json") }

// SetTrouble sets what the node of a home does wrong, whether it runs or not.
func SetTrouble(home string, t Trouble) error {
	raw, err := json.Marshal(t)
	if err != nil {
		return err
	}
	next := troubleFile(home) + ".new"
	if err := os.WriteFile(next, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(next, troubleFile(home))
}

func troubleOf(home string) (t Trouble) {
	raw, err := os.ReadFile(troubleFile(home))
	if err == nil {
		err = json.Unmarshal(raw, &t)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		panic(err)
	}
	return t
}

// fails returns an I/O error while writes to a database of a home fail.
func fails(home, db string) error {
	if troubleOf(home).Failing == db {
		return fmt.Errorf("%s: %w", db, syscall.EIO)
	}
	return nil
}

// skewedKey signs votes with the time of a clock that is wrong.
type skewedKey struct {
	types.PrivValidator
	home string
}

func troubledKey(home string, key types.PrivValidator) types.PrivValidator {
	return skewedKey{key, home}
}

// SignVote implements types.PrivValidator. CometBFT takes the time that was signed
// from the vote.
func (k skewedKey) SignVote(chainID string, vote *cmtproto.Vote) error {
	vote.Timestamp = vote.Timestamp.Add(troubleOf(k.home).Skew)
	return k.PrivValidator.SignVote(chainID, vote)
}

func troubledState(home string, o state.Options) state.Options {
	o.FS = state.FailingFS(func() error { return fails(home, "app") })
	return o
}

// failingDB is one of CometBFT's databases.
type failingDB struct {
	dbm.DB
	fails func() error
}

func troubledDB(home, id string, db dbm.DB) dbm.DB {
	name := map[string]string{"blockstore": "blockstore", "state": "cometstate"}[id]
	if name == "" {
		return db
	}
	return failingDB{db, func() error { return fails(home, name) }}
}

// Set implements dbm.DB.
func (db failingDB) Set(key, value []byte) error {
	if err := db.fails(); err != nil {
		return err
	}
	return db.DB.Set(key, value)
}

// SetSync implements dbm.DB.
func (db failingDB) SetSync(key, value []byte) error {
	if err := db.fails(); err != nil {
		return err
	}
	return db.DB.SetSync(key, value)
}

// NewBatch implements dbm.DB.
func (db failingDB) NewBatch() dbm.Batch { return failingBatch{db.DB.NewBatch(), db.fails} }

type failingBatch struct {
	dbm.Batch
	fails func() error
}

// Write implements dbm.Batch.
func (b failingBatch) Write() error {
	if err := b.fails(); err != nil {
		return err
	}
	return b.Batch.Write()
}

// WriteSync implements dbm.Batch.
func (b failingBatch) WriteSync() error {
	if err := b.fails(); err != nil {
		return err
	}
	return b.Batch.WriteSync()
}
