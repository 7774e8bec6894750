package snapshot

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/weftchain/weft/state"
)

// Keeper makes and keeps the snapshots of a node: a folder for each height under
// one of its own. It is safe for concurrent use.
type Keeper struct {
	dir    string
	stores []string
	pause  func()

	mu     sync.Mutex // held while a snapshot is made or removed
	making bool
}

// NewKeeper uses a folder, which it makes when it is needed.
func NewKeeper(dir string, stores []string) *Keeper {
	stores = slices.Clone(stores)
	slices.Sort(stores)
	return &Keeper{dir: dir, stores: stores}
}

// Pause has f called after each piece of at most 64 KiB that Make writes: it may
// wait, to leave the machine to the blocks. Call it before Make.
func (k *Keeper) Pause(f func()) { k.pause = f }

// ErrNone says that there is no snapshot of a height.
var ErrNone = errors.New("there is no such snapshot")

// ErrBusy says that another snapshot is being made.
var ErrBusy = errors.New("a snapshot is being made")

// metaFile describes a complete snapshot, in the folder of its chunks.
const metaFile = "snapshot.json"

// meta is its content.
type meta struct {
	Format  int      `json:"format"`
	Height  int64    `json:"height"`
	Digests [][]byte `json:"sha256"`
}

func (k *Keeper) folder(height int64) string {
	return filepath.Join(k.dir, strconv.FormatInt(height, 10))
}

// Make makes the snapshot of a view, which it closes, unless there is one of that
// height. A folder appears under its name when it is complete. ctx can end it.
func (k *Keeper) Make(ctx context.Context, v *state.View) (Snapshot, error) {
	defer v.Close()
	if !k.begin() {
		return Snapshot{}, ErrBusy
	}
	defer k.finish()
	if s, err := k.Find(v.Height()); err == nil {
		return s, nil
	}
	dir := k.folder(v.Height()) + ".new"
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		return Snapshot{}, err
	}
	w := &chunkWriter{ctx: ctx, dir: dir, pause: k.pause}
	err := Write(w, v, k.stores)
	if err = errors.Join(err, w.close()); err != nil {
		return Snapshot{}, errors.Join(fmt.Errorf("snapshot of height %d: %w", v.Height(), err), os.RemoveAll(dir))
	}
	s := Snapshot{v.Height(), w.digests}
	return s, k.keep(dir, s)
}

func (k *Keeper) begin() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.making {
		return false
	}
	k.making = true
	return true
}

func (k *Keeper) finish() {
	k.mu.Lock()
	k.making = false
	k.mu.Unlock()
}

// keep gives a complete folder its name.
func (k *Keeper) keep(dir string, s Snapshot) error {
	m := meta{Format: Format, Height: s.Height}
	for _, d := range s.Digests {
		m.Digests = append(m.Digests, d[:])
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, metaFile), text, 0o644); err != nil {
		return err
	}
	return os.Rename(dir, k.folder(s.Height))
}

// Find returns the snapshot of a height, or ErrNone.
func (k *Keeper) Find(height int64) (Snapshot, error) {
	text, err := os.ReadFile(filepath.Join(k.folder(height), metaFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Snapshot{}, fmt.Errorf("height %d: %w", height, ErrNone)
	}
	if err != nil {
		return Snapshot{}, err
	}
	var m meta
	if err := json.Unmarshal(text, &m); err != nil { //weft:json a file of this node
		return Snapshot{}, fmt.Errorf("%s: %w", k.folder(height), err)
	}
	s := Snapshot{Height: m.Height}
	for _, d := range m.Digests {
		if len(d) != sha256.Size {
			return s, fmt.Errorf("%s: a digest of %d bytes", k.folder(height), len(d))
		}
		s.Digests = append(s.Digests, [32]byte(d))
	}
	if m.Format != Format || m.Height != height || len(s.Digests) == 0 {
		return s, fmt.Errorf("%s: format %d, height %d, %d chunks", k.folder(height), m.Format, m.Height, len(s.Digests))
	}
	return s, nil
}

// List returns all complete snapshots, the newest first. Folders that hold none
// are passed over.
func (k *Keeper) List() ([]Snapshot, error) {
	dirs, err := os.ReadDir(k.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Snapshot
	for _, d := range dirs {
		height, err := strconv.ParseInt(d.Name(), 10, 64)
		if err != nil {
			continue
		}
		if s, err := k.Find(height); err == nil {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b Snapshot) int { return int(b.Height - a.Height) })
	return list, nil
}

// Chunk returns a chunk of a snapshot. One that is not what it was is an error.
func (k *Keeper) Chunk(height int64, index uint32) ([]byte, error) {
	s, err := k.Find(height)
	if err != nil {
		return nil, err
	}
	if int64(index) >= int64(len(s.Digests)) {
		return nil, fmt.Errorf("height %d, chunk %d of %d: %w", height, index, len(s.Digests), ErrNone)
	}
	data, err := os.ReadFile(chunkPath(k.folder(height), int(index)))
	if err != nil {
		return nil, err
	}
	if sha256.Sum256(data) != s.Digests[index] {
		return nil, fmt.Errorf("%s is damaged", chunkPath(k.folder(height), int(index)))
	}
	return data, nil
}

// Open returns the stream of a snapshot.
func (k *Keeper) Open(height int64) (io.ReadCloser, error) {
	s, err := k.Find(height)
	if err != nil {
		return nil, err
	}
	return &chunkReader{dir: k.folder(height), count: len(s.Digests)}, nil
}

// Remove removes a snapshot, or ErrNone.
func (k *Keeper) Remove(height int64) error {
	if _, err := os.Stat(k.folder(height)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("height %d: %w", height, ErrNone)
	}
	// Its name goes first: who lists snapshots sees all of it or nothing.
	gone := k.folder(height) + ".old"
	if err := errors.Join(os.RemoveAll(gone), os.Rename(k.folder(height), gone)); err != nil {
		return err
	}
	return os.RemoveAll(gone)
}

// Prune keeps the newest snapshots and removes all others, and what is left of
// unfinished ones.
func (k *Keeper) Prune(keep int) error {
	if !k.begin() {
		return ErrBusy
	}
	defer k.finish()
	list, err := k.List()
	if err != nil {
		return err
	}
	for _, s := range list[min(keep, len(list)):] {
		err = errors.Join(err, k.Remove(s.Height))
	}
	for _, left := range []string{"*.new", "*.old"} {
		names, globErr := filepath.Glob(filepath.Join(k.dir, left))
		err = errors.Join(err, globErr)
		for _, name := range names {
			err = errors.Join(err, os.RemoveAll(name))
		}
	}
	return err
}
