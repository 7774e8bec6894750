package events

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite", in pure Go
)

// schemaVersion is the form of the tables; an index of another form is made
// anew.
const schemaVersion = 1

// A row of events is one event. blocks holds what its events share and is what
// tells that a block was indexed.
const schema = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE blocks (height INTEGER PRIMARY KEY, time TEXT NOT NULL, hash BLOB NOT NULL);
CREATE TABLE gaps (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE TABLE events (
	height INTEGER NOT NULL, tx INTEGER NOT NULL, event INTEGER NOT NULL,
	type TEXT NOT NULL, contract TEXT NOT NULL, hash TEXT NOT NULL, code INTEGER NOT NULL, attributes TEXT NOT NULL,
	PRIMARY KEY (height, tx, event)) WITHOUT ROWID;
CREATE INDEX by_type ON events (type, height, tx, event);
CREATE INDEX by_contract ON events (contract, height, tx, event);
CREATE TABLE attributes (
	hash INTEGER NOT NULL, height INTEGER NOT NULL, tx INTEGER NOT NULL, event INTEGER NOT NULL,
	PRIMARY KEY (hash, height, tx, event)) WITHOUT ROWID;
CREATE INDEX by_height ON attributes (height);
`

// readers is how many pages are read at once.
const readers = 4

// Index is the file with the events. One goroutine writes; any number read.
type Index struct {
	write, read *sql.DB
	path        string
}

// Open opens the index of a chain or makes an empty one. One of another form,
// or of another chain, is an error that says how to make it anew.
func Open(path, chainID string) (*Index, error) {
	x := &Index{path: path}
	var err error
	if x.write, err = open(path, 1); err != nil {
		return nil, err
	}
	if err := x.prepare(chainID); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), x.write.Close())
	}
	if x.read, err = open(path, readers); err != nil {
		return nil, errors.Join(err, x.write.Close())
	}
	return x, nil
}

// Remove deletes an index.
func Remove(path string) error {
	var errs []error
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func open(path string, connections int) (*sql.DB, error) {
	// With a log ahead of the file (WAL) readers and the writer do not wait for
	// each other, and a power cut loses the last blocks at most, which are
	// indexed again.
	query := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(NORMAL)", "busy_timeout(10000)", "cache_size(-8192)", "foreign_keys(0)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	if err := db.Ping(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), db.Close())
	}
	return db, nil
}

// prepare makes the tables of a new file and looks whether an old one fits.
func (x *Index) prepare(chainID string) error {
	var version int
	if err := x.write.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	switch version {
	case schemaVersion:
	case 0:
		return x.create(chainID)
	default:
		return fmt.Errorf("this index has form %d, this program writes form %d: make it anew with weft events rebuild", version, schemaVersion)
	}
	var of string
	if err := x.write.QueryRow("SELECT value FROM meta WHERE key = 'chain'").Scan(&of); err != nil {
		return err
	}
	if of != chainID {
		return fmt.Errorf("this is the index of chain %q, not of %q: make it anew with weft events rebuild", of, chainID)
	}
	return nil
}

func (x *Index) create(chainID string) error {
	return x.change(func(t *sql.Tx) error {
		if _, err := t.Exec(schema); err != nil {
			return err
		}
		if _, err := t.Exec("INSERT INTO meta VALUES ('chain', ?)", chainID); err != nil {
			return err
		}
		_, err := t.Exec(fmt.Sprintf("PRAGMA user_version = %d", schemaVersion))
		return err
	})
}

// change runs f in a transaction.
func (x *Index) change(f func(*sql.Tx) error) error {
	t, err := x.write.Begin()
	if err != nil {
		return err
	}
	if err := f(t); err != nil {
		return errors.Join(err, t.Rollback())
	}
	return t.Commit()
}

// Close closes the file.
func (x *Index) Close() error { return errors.Join(x.read.Close(), x.write.Close()) }

// Range is what an index covers: the blocks First to Last, but for gaps. Both
// are 0 when it is empty.
type Range struct{ First, Last int64 }

// Range reads what the index covers now.
func (x *Index) Range(ctx context.Context) (Range, error) { return rangeOf(ctx, x.read) }

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func rangeOf(ctx context.Context, q querier) (r Range, err error) {
	var first, last sql.NullInt64
	err = q.QueryRowContext(ctx, `SELECT min(f), max(l) FROM (SELECT min(height) f, max(height) l FROM blocks UNION ALL SELECT min(first), max(last) FROM gaps)`).
		Scan(&first, &last)
	return Range{first.Int64, last.Int64}, err
}

// hashAt is the hash of an indexed block, nil if there is none.
func (x *Index) hashAt(height int64) (hash []byte, err error) {
	err = x.write.QueryRow("SELECT hash FROM blocks WHERE height = ?", height).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return hash, err
}

// cut drops everything from a height on.
func (x *Index) cut(height int64) error {
	return x.change(func(t *sql.Tx) error {
		for _, statement := range []string{
			"DELETE FROM events WHERE height >= ?", "DELETE FROM attributes WHERE height >= ?", "DELETE FROM blocks WHERE height >= ?",
			"DELETE FROM gaps WHERE first >= ?1", "UPDATE gaps SET last = ?1 - 1 WHERE last >= ?1",
		} {
			if _, err := t.Exec(statement, height); err != nil {
				return err
			}
		}
		return nil
	})
}

// prune drops everything below a height, some blocks at a time so that the
// writer is not long away.
func (x *Index) prune(below int64, blocks int64) (more bool, err error) {
	first, err := rangeOf(context.Background(), x.write)
	if err != nil || first.First == 0 || first.First >= below {
		return false, err
	}
	to := min(below, first.First+blocks)
	return to < below, x.change(func(t *sql.Tx) error {
		for _, statement := range []string{
			"DELETE FROM events WHERE height < ?", "DELETE FROM attributes WHERE height < ?", "DELETE FROM blocks WHERE height < ?",
			"DELETE FROM gaps WHERE last < ?", "UPDATE OR REPLACE gaps SET first = ?1 WHERE first < ?1",
		} {
			if _, err := t.Exec(statement, to); err != nil {
				return err
			}
		}
		return nil
	})
}

// add writes blocks and gaps in one transaction.
func (x *Index) add(blocks []Block, gaps []Record) error {
	return x.change(func(t *sql.Tx) error {
		for _, g := range gaps {
			// A gap that follows another one of the same reason makes it longer.
			res, err := t.Exec("UPDATE gaps SET last = ? WHERE last = ? AND reason = ?", g.To, g.From-1, g.Reason)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n > 0 {
				if err != nil {
					return err
				}
				continue
			}
			if _, err := t.Exec("INSERT INTO gaps VALUES (?, ?, ?)", g.From, g.To, g.Reason); err != nil {
				return err
			}
		}
		w, err := newWriter(t)
		if err != nil {
			return err
		}
		for _, b := range blocks {
			if err := w.block(b); err != nil {
				return fmt.Errorf("block %d: %w", b.Height, err)
			}
		}
		return nil
	})
}

// writer holds the statements of one transaction.
type writer struct{ blocks, events, attributes *sql.Stmt }

func newWriter(t *sql.Tx) (w writer, err error) {
	if w.blocks, err = t.Prepare("INSERT INTO blocks VALUES (?, ?, ?)"); err != nil {
		return w, err
	}
	if w.events, err = t.Prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)"); err != nil {
		return w, err
	}
	w.attributes, err = t.Prepare("INSERT OR IGNORE INTO attributes VALUES (?, ?, ?, ?)")
	return w, err
}

func (w writer) block(b Block) error {
	if _, err := w.blocks.Exec(b.Height, b.Time.UTC().Format(time.RFC3339Nano), b.Hash); err != nil {
		return err
	}
	if err := w.list(b.Height, 0, Tx{Events: b.Events}); err != nil {
		return err
	}
	for i, tx := range b.Txs {
		if err := w.list(b.Height, int64(i)+1, tx); err != nil {
			return err
		}
	}
	return nil
}

func (w writer) list(height, number int64, tx Tx) error {
	for i, e := range tx.Events {
		plain := make([]Attribute, len(e.Attributes))
		for j, a := range e.Attributes {
			plain[j] = Attribute(a)
		}
		attributes, err := json.Marshal(plain)
		if err != nil {
			return err
		}
		if _, err := w.events.Exec(height, number, i+1, e.Type, contractOf(e), tx.Hash, tx.Code, string(attributes)); err != nil {
			return err
		}
		for _, a := range e.Attributes {
			if _, err := w.attributes.Exec(attributeHash(a.Key, a.Value), height, number, i+1); err != nil {
				return err
			}
		}
	}
	return nil
}
