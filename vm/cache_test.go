package vm

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// numbered is a code that returns its number; all numbers give different codes.
func numbered(n int) []byte {
	g := newGuest().region(regionA, dataA, fmt.Sprint("number ", n))
	return g.entry(wat.I32Const(regionA)).code()
}

func callNumbered(e *Engine, code []byte) (string, error) {
	c, _ := testCall(code)
	res, err := e.Call(c)
	return string(res.Data), err
}

func newEngine(t *testing.T, config Config) *Engine {
	t.Helper()
	e, err := New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

// smallSize is what a numbered code counts for in the memory cache.
func smallSize(t *testing.T) int64 {
	t.Helper()
	e := newEngine(t, Config{})
	_, _, err := e.Compile(numbered(10))
	require.NoError(t, err)
	return e.memory.used
}

func TestMemoryCacheEvicts(t *testing.T) {
	size := smallSize(t)
	e := newEngine(t, Config{MemoryCacheBytes: 3*size + 20})
	loads := map[int]int{}
	use := func(n int) {
		t.Helper()
		code := numbered(n)
		c, _ := testCall(code)
		c.Code.Load = func() ([]byte, error) { loads[n]++; return code, nil }
		res, err := e.Call(c)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint("number ", n), string(res.Data))
		require.LessOrEqual(t, e.memory.used, e.memory.limit)
	}
	use(10)
	use(11)
	use(12)
	use(10) // the latest used stays
	use(13) // evicts 11
	use(10)
	require.Equal(t, map[int]int{10: 1, 11: 1, 12: 1, 13: 1}, loads)
	use(11)
	require.Equal(t, 2, loads[11])

	pinned := Code{Checksum: sha256.Sum256(numbered(10)), Load: func() ([]byte, error) { return numbered(10), nil }}
	require.NoError(t, e.Pin(pinned))
	require.NoError(t, e.Pin(pinned))
	for n := 20; n < 25; n++ {
		use(n)
	}
	before := loads[10]
	use(10)
	require.Equal(t, before, loads[10], "a pinned code stays")
	e.Unpin(pinned.Checksum)
	e.Unpin(pinned.Checksum)
	e.Unpin([32]byte{})
	for n := 20; n < 25; n++ {
		use(n)
	}
	use(10)
	require.Equal(t, before+1, loads[10])
	require.Len(t, e.memory.entries, e.memory.recent.Len())
}

// A cache that keeps nothing, and one that is too small for anything.
func TestNoMemoryCache(t *testing.T) {
	for _, size := range []int64{-1, 1} {
		e := newEngine(t, Config{MemoryCacheBytes: size})
		for range 3 {
			got, err := callNumbered(e, numbered(1))
			require.NoError(t, err)
			require.Equal(t, "number 1", got)
		}
		require.Empty(t, e.memory.entries)
		require.NoError(t, e.Pin(Code{sha256.Sum256(numbered(1)), func() ([]byte, error) { return numbered(1), nil }}))
		require.Len(t, e.memory.entries, 1)
	}
}

// An evicted code that is in use lives until it is released, also if it is
// pinned meanwhile or built a second time.
func TestEvictionDuringUse(t *testing.T) {
	e := newEngine(t, Config{MemoryCacheBytes: 1})
	code := numbered(1)
	c, _ := testCall(code)
	held, err := e.load(c.Code)
	require.NoError(t, err)
	require.False(t, held.present)
	again, err := e.load(c.Code)
	require.NoError(t, err)
	require.NotSame(t, held, again)
	e.memory.pin(held)
	e.memory.pin(again) // stays an unpinned twin
	require.Same(t, held, e.memory.entries[c.Code.Checksum])
	e.memory.release(again)
	e.memory.release(held)
	got, err := callNumbered(e, code)
	require.NoError(t, err)
	require.Equal(t, "number 1", got)
	e.Unpin(c.Code.Checksum)
	require.Empty(t, e.memory.entries)
	require.Zero(t, e.memory.used)
}

// A code that is evicted while in use, and pinned while somebody builds it anew,
// stays the one that is pinned: the new one goes with its user.
func TestPinnedDuringBuild(t *testing.T) {
	e := newEngine(t, Config{MemoryCacheBytes: 1})
	code := numbered(1)
	c, _ := testCall(code)
	held, err := e.load(c.Code)
	require.NoError(t, err)
	require.False(t, held.present)
	anew := c.Code
	anew.Load = func() ([]byte, error) {
		e.memory.pin(held)
		return code, nil
	}
	again, err := e.load(anew)
	require.NoError(t, err)
	require.NotSame(t, held, again)
	require.Same(t, held, e.memory.entries[c.Code.Checksum])
	for range 2 { // an instance of each
		inst, err := e.pool.acquire(again.compiled)
		require.NoError(t, err)
		require.NoError(t, e.pool.release(inst, true))
		held, again = again, held
	}
	e.memory.release(held)
	e.memory.release(again)
	require.Equal(t, 1, e.Stats().Idle, "the new one is closed")
	e.Unpin(c.Code.Checksum)
	require.Equal(t, Stats{Misses: 2, Restore: e.pool.method}, e.Stats())
}

// Many callers of one code build it once; if the build fails, each finds out for
// itself.
func TestOneBuildAtATime(t *testing.T) {
	e := newEngine(t, Config{})
	code := numbered(1)
	var mu sync.Mutex
	loads := 0
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			c, _ := testCall(code)
			c.Code.Load = func() ([]byte, error) {
				mu.Lock()
				defer mu.Unlock()
				if loads++; i%2 == 1 {
					return nil, ErrOutOfGas // this caller's own trouble
				}
				return code, nil
			}
			res, err := e.Call(c)
			if err != nil && (i%2 == 0 || !errors.Is(err, ErrOutOfGas)) || err == nil && string(res.Data) != "number 1" {
				t.Errorf("caller %d: %q, %v", i, res.Data, err)
			}
		})
	}
	wg.Wait()
	require.LessOrEqual(t, loads, 9, "at most each failing caller and one that builds")
}

// 100 codes, 16 goroutines, room for a few: nothing is closed while in use.
func TestHammer(t *testing.T) {
	const codes, workers = 100, 16
	size := smallSize(t)
	e := newEngine(t, Config{MemoryCacheBytes: 8 * size, CacheDir: t.TempDir()})
	all := make([][]byte, codes)
	for i := range all {
		all[i] = numbered(i)
	}
	const rounds = 60
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(w), 1))
			for range rounds {
				i := rng.IntN(codes)
				code := Code{sha256.Sum256(all[i]), func() ([]byte, error) { return all[i], nil }}
				switch rng.IntN(10) {
				case 0:
					if err := e.Pin(code); err != nil {
						t.Error(err)
					}
				case 1:
					e.Unpin(code.Checksum)
				case 2:
					if _, _, err := e.Compile(all[i]); err != nil {
						t.Error(err)
					}
				default:
					got, err := callNumbered(e, all[i])
					if err != nil || got != fmt.Sprint("number ", i) {
						t.Errorf("code %d: %q, %v", i, got, err)
					}
				}
			}
		})
	}
	wg.Wait()
	for _, entry := range e.memory.entries {
		require.Zero(t, entry.users)
		e.Unpin(entry.checksum)
	}
	require.LessOrEqual(t, e.memory.used, e.memory.limit)
}

// files lists what is in a cache directory, by path.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[name] = data
		return err
	}))
	return out
}

func TestDiskCache(t *testing.T) {
	dir := t.TempDir()
	code := numbered(1)
	sum, want, err := newEngine(t, Config{CacheDir: dir}).Compile(code)
	require.NoError(t, err)
	kept := files(t, dir)
	require.Len(t, kept, 4, "metered module, shell, machine code, sums")

	// Another engine needs nothing but the directory, and writes nothing.
	e := newEngine(t, Config{CacheDir: dir})
	c, _ := testCall(code)
	c.Code.Load = nil
	res, err := e.Call(c)
	require.NoError(t, err)
	require.Equal(t, "number 1", string(res.Data))
	a, err := e.Analyze(Code{Checksum: sum})
	require.NoError(t, err)
	require.Equal(t, want, a)
	require.Equal(t, kept, files(t, dir))

	// Other limits are another key.
	limits := DefaultLimits()
	limits.Exports++
	other := newEngine(t, Config{CacheDir: dir, Limits: limits})
	_, err = other.Call(c)
	requireFault(t, "is in no cache", err)

	// Check writes nothing.
	empty := t.TempDir()
	_, err = newEngine(t, Config{CacheDir: empty}).Check(code)
	require.NoError(t, err)
	require.Empty(t, files(t, empty))
}

// Every kind of damage to every file of the cache is found and repaired; results
// stay the same.
func TestDamagedDiskCache(t *testing.T) {
	dir := t.TempDir()
	code := numbered(1)
	_, _, err := newEngine(t, Config{CacheDir: dir}).Compile(code)
	require.NoError(t, err)
	intact := files(t, dir)
	damages := map[string]func(path string, data []byte){
		"deleted": func(path string, _ []byte) { require.NoError(t, os.Remove(path)) },
		"empty":   func(path string, _ []byte) { require.NoError(t, os.WriteFile(path, nil, 0o600)) },
		"cut":     func(path string, b []byte) { require.NoError(t, os.WriteFile(path, b[:len(b)-1], 0o600)) },
		"longer":  func(path string, b []byte) { require.NoError(t, os.WriteFile(path, append(b, 0), 0o600)) },
		"directory": func(path string, _ []byte) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Mkdir(path, 0o700))
		},
		"garbage": func(path string, b []byte) {
			require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte{0x5a}, len(b)), 0o600))
		},
		"with a temporary file beside it": func(path string, b []byte) {
			require.NoError(t, os.WriteFile(path+".1.tmp", b[:len(b)/2], 0o600))
		},
	}
	for _, at := range []int{0, 40, 45, 60, 100, 200, -1} { // wazero's own CRC does not cover all of these
		damages[fmt.Sprintf("bit at %d", at)] = func(path string, b []byte) {
			b = bytes.Clone(b)
			i := at
			if i < 0 || i >= len(b) {
				i = len(b) - 1
			}
			b[i] ^= 4
			require.NoError(t, os.WriteFile(path, b, 0o600))
		}
	}
	for name := range intact {
		for what, damage := range damages {
			damage(filepath.Join(dir, name), intact[name])
			got, err := callNumbered(newEngine(t, Config{CacheDir: dir}), code)
			require.NoError(t, err, "%s %s", name, what)
			require.Equal(t, "number 1", got)
			if what != "directory" {
				repaired := files(t, dir)
				for kept := range intact {
					if kept == name && filepath.Base(kept) == moduleFile {
						continue // a start does not read it
					}
					require.Contains(t, repaired, kept, "%s %s", name, what)
				}
			}
			require.NoError(t, os.RemoveAll(dir))
			for path, data := range intact {
				require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, path)), 0o700))
				require.NoError(t, os.WriteFile(filepath.Join(dir, path), data, 0o600))
			}
		}
	}
}

// Machine code of another engine, or none at all, that lies under the right key with
// the right sums is not run, and gone after that.
func TestForeignMachineCode(t *testing.T) {
	for what, change := range map[string]func(b []byte) []byte{
		"other version": func(b []byte) []byte { b[len("WAZEVO")+1] ^= 1; return b },
		"other length":  func(b []byte) []byte { b[len("WAZEVO")] = 200; return b },
		"other format":  func(b []byte) []byte { b[0] = 'X'; return b },
		"cut":           func(b []byte) []byte { return b[:20] },
		"empty":         func([]byte) []byte { return nil },
		"code":          func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
	} {
		dir := t.TempDir()
		code := numbered(1)
		e := newEngine(t, Config{CacheDir: dir})
		sum, _, err := e.Compile(code)
		require.NoError(t, err)
		intact := files(t, dir)
		for name, data := range intact {
			if strings.Contains(name, nativeDir) {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), change(bytes.Clone(data)), 0o600))
			}
		}
		e.disk.seal(sum)
		require.NotEqual(t, intact, files(t, dir), what)
		for range 2 {
			got, err := callNumbered(newEngine(t, Config{CacheDir: dir}), code)
			require.NoError(t, err, what)
			require.Equal(t, "number 1", got, what)
		}
		require.Equal(t, intact, files(t, dir), what)
	}
}

// A thousand codes take no more memory than the cache may have.
func TestManyCodes(t *testing.T) {
	const codes, limit = 1_000, 4 << 20
	e := newEngine(t, Config{MemoryCacheBytes: limit})
	size := int64(0)
	for n := range codes {
		got, err := callNumbered(e, numbered(n))
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint("number ", n), got)
		s := e.Stats()
		require.LessOrEqual(t, s.CodeBytes, int64(limit))
		require.Equal(t, s.Codes, s.Idle, "an instance goes with its code")
		size = max(size, s.CodeBytes/int64(s.Codes))
	}
	require.GreaterOrEqual(t, size, int64(compiledBytes), "the estimate has the runtime in it")
	require.LessOrEqual(t, e.Stats().Codes, limit/compiledBytes)
}

// A cache that cannot be written makes calls slow, not wrong.
func TestUnusableDiskCache(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := New(Config{CacheDir: file})
	require.ErrorContains(t, err, "cache directory")

	dir := t.TempDir()
	e := newEngine(t, Config{CacheDir: dir})
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, os.WriteFile(dir, nil, 0o600))
	got, err := callNumbered(e, numbered(1))
	require.NoError(t, err)
	require.Equal(t, "number 1", got)
}

func TestModuleEncoding(t *testing.T) {
	version := uint64(1<<64 - 1)
	for _, a := range []Analysis{
		{},
		{EntryPoints: []string{"instantiate", "query"}, Capabilities: []string{"", "iterator"}, MigrateVersion: &version, HasIBCEntryPoints: true},
		{WASI: true, Initialize: true, CompileWork: 1 << 40},
	} {
		metered, got, ok := decodeModule(encodeModule([]byte("module"), a))
		require.True(t, ok)
		require.Equal(t, "module", string(metered))
		require.Equal(t, a, got)
	}
	for _, bad := range []string{"", "\xff", "\x01", "\x01\x05abc", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x00\x00\x01\x00\x00"} {
		_, _, ok := decodeModule([]byte(bad))
		require.False(t, ok, "%q", bad)
	}
}

// The key of cached code names the engine that go.mod asks for.
func TestWazeroVersion(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	require.True(t, strings.Contains(string(mod), "github.com/tetratelabs/wazero "+wazeroVersion+"\n"))
}

func BenchmarkCompile(b *testing.B) {
	code := numbered(1)
	for b.Loop() {
		shared := sharedEngine(b)
		e := &Engine{config: shared.config, memory: newMemoryCache(0), pool: shared.pool}
		if _, _, err := e.Compile(code); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCall(b *testing.B) {
	e := sharedEngine(b)
	c, _ := testCall(numbered(1))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Call(c); err != nil {
			b.Fatal(err)
		}
	}
}
