package state

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
)

// small keeps the memory of the many stores that tests open low.
var small = Options{Stores: []string{"bank", "auth", "wasm"}, CacheBytes: 16 << 20}

func open(t testing.TB, dir string, opts Options) *Store {
	t.Helper()
	s, err := Open(dir, opts)
	require.NoError(t, err)
	return s
}

// openMem opens a store in memory and closes it when the test ends, which
// fails if a view was left open.
func openMem(t testing.TB, opts Options) *Store {
	t.Helper()
	s := open(t, "", opts)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// block commits what run writes as the given height and returns the app hash.
func block(t testing.TB, s *Store, height int64, run func(b chain.Branch)) []byte {
	t.Helper()
	b := s.Branch()
	if run != nil {
		run(b)
	}
	hash, err := s.Stage(b, height)
	require.NoError(t, err)
	require.NoError(t, s.Commit())
	return hash
}

// set returns a block that writes store/key/value triples; "" deletes.
func set(triples ...string) func(chain.Branch) {
	return func(b chain.Branch) {
		for i := 0; i < len(triples); i += 3 {
			if triples[i+2] == "" {
				b.Delete(triples[i], []byte(triples[i+1]))
			} else {
				b.Set(triples[i], []byte(triples[i+1]), []byte(triples[i+2]))
			}
		}
	}
}

// reader is what views and branches have in common.
type readable interface {
	Get(store string, key []byte) ([]byte, error)
	Iterate(store string, start, end []byte, reverse bool) (chain.Iterator, error)
}

func get(t testing.TB, r readable, store, key string) string {
	t.Helper()
	v, err := r.Get(store, []byte(key))
	require.NoError(t, err)
	if v == nil {
		return "<nil>"
	}
	return string(v)
}

// list walks a range into "key=value" strings.
func list(t testing.TB, r readable, store string, start, end []byte, reverse bool) []string {
	t.Helper()
	it, err := r.Iterate(store, start, end, reverse)
	require.NoError(t, err)
	out := []string{}
	for ; it.Valid(); it.Next() {
		out = append(out, fmt.Sprintf("%s=%s", it.Key(), it.Value()))
	}
	require.NoError(t, it.Error())
	require.NoError(t, it.Close())
	return out
}

func TestBlocksAndViews(t *testing.T) {
	s := openMem(t, small)
	height, hash := s.Version()
	require.Zero(t, height)
	require.Nil(t, hash)
	empty := s.Latest()
	require.Equal(t, "<nil>", get(t, empty, "bank", "a"))

	one := block(t, s, 1, set("bank", "a", "1", "bank", "b", "2", "wasm", "c", "3"))
	latest := s.Latest()
	require.Equal(t, "1", get(t, latest, "bank", "a"))
	require.Equal(t, "<nil>", get(t, empty, "bank", "a"), "an open view saw a later commit")

	two := block(t, s, 2, set("bank", "a", "", "bank", "b", "4"))
	require.NotEqual(t, one, two)
	height, hash = s.Version()
	require.EqualValues(t, 2, height)
	require.Equal(t, two, hash)
	require.Equal(t, "1", get(t, latest, "bank", "a"), "an open view saw a later commit")
	require.Equal(t, []string{"a=1", "b=2"}, list(t, latest, "bank", nil, nil, false))

	old, err := s.At(1)
	require.NoError(t, err)
	require.Equal(t, one, old.AppHash())
	require.Equal(t, "1", get(t, old, "bank", "a"))
	require.Equal(t, "<nil>", get(t, old, "auth", "a"))
	require.Equal(t, []string{"b=2", "a=1"}, list(t, old, "bank", nil, nil, true))
	require.Empty(t, list(t, old, "auth", nil, nil, false))
	scratch := old.Branch()
	scratch.Set("bank", []byte("aa"), []byte("x"))
	require.Equal(t, []string{"a=1", "aa=x", "b=2"}, list(t, scratch, "bank", nil, nil, false))

	require.ErrorContains(t, s.Close(), "still open")
	for _, v := range []*View{empty, latest, old} {
		v.Close()
		v.Close()
		_, err := v.Get("bank", []byte("a"))
		require.ErrorIs(t, err, ErrClosed)
		_, err = v.Iterate("bank", nil, nil, false)
		require.ErrorIs(t, err, ErrClosed)
	}
}

func TestBranchEndsWithItsBlock(t *testing.T) {
	s := openMem(t, small)
	b := s.Branch()
	b.Set("bank", []byte("own"), []byte("1"))
	block(t, s, 1, nil)
	_, err := b.Get("bank", []byte("a"))
	require.ErrorIs(t, err, ErrClosed)
	_, err = b.Iterate("bank", nil, nil, false)
	require.ErrorIs(t, err, ErrClosed)
	_, err = s.Stage(b, 2)
	require.ErrorContains(t, err, "over height 0")
}

func TestStageAgain(t *testing.T) {
	s := openMem(t, small)
	block(t, s, 1, set("bank", "a", "1"))
	b := s.Branch()
	set("bank", "b", "2", "auth", "c", "3")(b)
	first, err := s.Stage(b, 2)
	require.NoError(t, err)
	other := s.Branch()
	set("bank", "a", "9")(other)
	dropped, err := s.Stage(other, 2)
	require.NoError(t, err)
	require.NotEqual(t, first, dropped)
	again, err := s.Stage(b, 2)
	require.NoError(t, err)
	require.Equal(t, first, again, "an abandoned stage left something behind")
	set("bank", "late", "x")(b) // after Stage: not part of it
	require.NoError(t, s.Commit())
	v := s.Latest()
	defer v.Close()
	require.Equal(t, []string{"a=1", "b=2"}, list(t, v, "bank", nil, nil, false))
	require.Error(t, s.Commit(), "one stage was committed twice")
	require.NoError(t, s.Check())
}

func TestStageRefuses(t *testing.T) {
	s, foreign := openMem(t, small), openMem(t, small)
	_, err := s.Stage(foreign.Branch(), 1)
	require.ErrorContains(t, err, "does not come from")
	_, err = s.Stage(s.Branch().Branch(), 1)
	require.ErrorContains(t, err, "does not come from")
	_, err = s.Stage(s.Branch(), 0)
	require.ErrorContains(t, err, "last commit is 0")
	block(t, s, 1, nil)
	for _, height := range []int64{1, 3, -1} {
		_, err = s.Stage(s.Branch(), height)
		require.ErrorContains(t, err, "last commit is 1")
	}
	for name, wrong := range map[string]func(chain.Branch){
		"no store":  func(b chain.Branch) { b.Set("gone", []byte("k"), []byte("v")) },
		"empty key": func(b chain.Branch) { b.Delete("bank", nil) },
		"spent": func(b chain.Branch) {
			c := b.Branch()
			c.Merge()
			c.Set("bank", []byte("k"), []byte("v"))
		},
	} {
		b := s.Branch()
		c := b.Branch()
		wrong(c)
		_, err = s.Stage(b, 2)
		if name != "spent" {
			require.NoError(t, err, "a dropped child counted")
		}
		c.Merge()
		_, err = s.Stage(b, 2)
		require.ErrorContains(t, err, name)
	}
	_, err = s.Branch().Get("gone", []byte("k"))
	require.ErrorContains(t, err, "no store")
}

func TestReopen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "on", "demand")
	s := open(t, dir, small)
	_, err := Open(dir, small)
	require.ErrorIs(t, err, ErrLocked)
	require.ErrorContains(t, err, dir)
	hash := block(t, s, 7, set("bank", "a", "1", "wasm", "empty", "x"))
	set("bank", "b", "2")(s.Branch())
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())

	s = open(t, dir, small)
	height, got := s.Version()
	require.EqualValues(t, 7, height)
	require.Equal(t, hash, got)
	block(t, s, 8, set("bank", "b", "2"))
	require.NoError(t, s.Check())
	require.NoError(t, s.Close())

	for want, stores := range map[string][]string{
		`not in it: ["lottery"]`:  {"auth", "bank", "lottery", "wasm"},
		`not asked for: ["wasm"]`: {"auth", "bank"},
	} {
		opts := small
		opts.Stores = stores
		_, err = Open(dir, opts)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, dir)
	}
	require.NoError(t, open(t, dir, small).Close(), "a refused Open kept the lock")
}

// TestAnotherProcess opens a directory from a second process, which is this
// test binary running this test with the directory in its environment.
func TestAnotherProcess(t *testing.T) {
	const variable = "WEFT_STATE_TEST_DIR"
	if dir := os.Getenv(variable); dir != "" {
		_, err := Open(dir, small)
		fmt.Println(err)
		return
	}
	dir := t.TempDir()
	s := open(t, dir, small)
	cmd := exec.Command(os.Args[0], "-test.run=^TestAnotherProcess$")
	cmd.Env = append(os.Environ(), variable+"="+dir)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err)
	require.Contains(t, string(out), ErrLocked.Error())
	require.Contains(t, string(out), dir)
	require.NoError(t, s.Close())
}

func TestClosedStore(t *testing.T) {
	s := open(t, "", small)
	b := s.Branch()
	block(t, s, 1, nil)
	require.NoError(t, s.Close())
	_, err := s.Stage(b, 2)
	require.ErrorIs(t, err, ErrClosed)
	require.ErrorIs(t, s.Commit(), ErrClosed)
	_, err = s.At(1)
	require.ErrorIs(t, err, ErrClosed)
	v := s.Latest()
	_, err = v.Get("bank", []byte("a"))
	require.ErrorIs(t, err, ErrClosed)
	v.Close()
}

func TestOptionsRefused(t *testing.T) {
	for want, opts := range map[string]Options{
		"no stores":   {},
		"named twice": {Stores: []string{"a", "b", "a"}},
		`name ""`:     {Stores: []string{""}},
		"keep 1":      {Stores: []string{"a"}, Keep: 1},
		"keep -1":     {Stores: []string{"a"}, Keep: -1},
		"cache of -1": {Stores: []string{"a"}, CacheBytes: -1},
	} {
		_, err := Open("", opts)
		require.ErrorContains(t, err, want)
	}
}

func TestDirectoryRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := Open(filepath.Join(file, "dir"), small)
	require.ErrorContains(t, err, "not a directory")

	// Tests may run as root, so a read-only disk is made by injection.
	readOnly := errors.New("read-only file system")
	opts := small
	opts.FS = errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind == errorfs.OpCreate {
			return readOnly
		}
		return nil
	}))
	_, err = Open("dir", opts)
	require.ErrorIs(t, err, readOnly)
	require.NotErrorIs(t, err, ErrLocked)
}

func TestHistoryBounds(t *testing.T) {
	opts := small
	opts.Keep = 3
	s := openMem(t, opts)
	_, err := s.At(1)
	require.ErrorIs(t, err, ErrNoVersion)
	for h := int64(5); h <= 10; h++ {
		block(t, s, h, set("bank", "a", fmt.Sprint(h)))
	}
	for _, h := range []int64{8, 9, 10} {
		v, err := s.At(h)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint(h), get(t, v, "bank", "a"))
		v.Close()
		hashes, err := s.Hashes(h)
		require.NoError(t, err)
		require.Equal(t, []string{"auth", "bank", "wasm"}, []string{hashes[0].Store, hashes[1].Store, hashes[2].Store})
	}
	for h, want := range map[int64]string{0: "oldest is 8", 7: "oldest is 8", 11: "the last is 10", -1: "oldest is 8"} {
		_, err := s.At(h)
		require.ErrorIs(t, err, ErrNoVersion)
		require.ErrorContains(t, err, want)
		_, err = s.Hashes(h)
		require.ErrorIs(t, err, ErrNoVersion)
	}
}
