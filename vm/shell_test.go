package vm

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// onDisk compiles a code and returns the engine's directory and the paths of the
// shell and of the machine code in it.
func onDisk(t *testing.T, code []byte) (dir, shellPath, native string) {
	t.Helper()
	dir = t.TempDir()
	e := newEngine(t, Config{CacheDir: dir})
	sum, _, err := e.Compile(code)
	require.NoError(t, err)
	name, err := onlyFile(e.disk.path(sum, nativeDir))
	require.NoError(t, err)
	return dir, e.disk.path(sum, shellFile), filepath.Join(e.disk.path(sum, nativeDir), name)
}

// What _initialize left is on disk: a start does not run it again, and has its
// gas, its memory, its globals, its clock and its random numbers.
func TestShellKeepsImage(t *testing.T) {
	code := early(true, nil, store(77), "clock", "debug")
	dir, path, _ := onDisk(t, code)
	call, _ := testCall(code)
	_, want, err := sharedEngine(t).Compile(code)
	require.NoError(t, err)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	s, ok := decodeShell(data[sha256.Size:])
	require.True(t, ok)
	require.NotNil(t, s.image)
	for _, value := range []byte{77, 78} { // what is in the image is what calls begin with
		at := bytes.IndexByte(s.image.data[wasiMemory-s.image.start:], 77) + int(wasiMemory-s.image.start)
		if value != 77 {
			s.image.data[at] = value
			body := encodeShell(s)
			sum := sha256.Sum256(body)
			require.NoError(t, os.WriteFile(path, append(sum[:], body...), 0o600))
		}
		e := newEngine(t, Config{CacheDir: dir})
		c := call
		c.Code.Load = nil
		res, err := e.Call(c)
		require.NoError(t, err)
		require.EqualValues(t, value, u32(res.Data, 0))
		require.EqualValues(t, clockStep, u64(res.Data, 8))
		a, err := e.Analyze(c.Code)
		require.NoError(t, err)
		require.Equal(t, want, a)
	}
	// An upload takes nothing from disk.
	e := newEngine(t, Config{CacheDir: dir})
	_, a, err := e.Compile(code)
	require.NoError(t, err)
	require.Equal(t, want, a)
	res, err := e.Call(call)
	require.NoError(t, err)
	require.EqualValues(t, 77, u32(res.Data, 0))
}

// The empty bodies of a shell, or machine code of another code, are never run,
// also if all sums are right: the mark tells.
func TestShellIsNeverRun(t *testing.T) {
	code, other := numbered(1), numbered(2)
	_, _, foreign := onDisk(t, other)
	for what, change := range map[string]func(native string){
		"under another name": func(native string) { require.NoError(t, os.Rename(native, native+"0")) },
		"of another code": func(native string) {
			b, err := os.ReadFile(foreign)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(native, b, 0o600))
		},
		"of the shell": func(native string) {
			dir := t.TempDir()
			path, err := filepath.Rel(filepath.Dir(filepath.Dir(native)), native)
			require.NoError(t, err)
			e := newEngine(t, Config{})
			data, err := os.ReadFile(filepath.Join(filepath.Dir(native), "..", "..", shellFile))
			require.NoError(t, err)
			s, ok := decodeShell(data[sha256.Size:])
			require.True(t, ok)
			c, err := e.compile(sha256.Sum256(code), s.module, s.analysis, dir)
			require.NoError(t, err)
			require.NoError(t, c.close())
			b, err := os.ReadFile(filepath.Join(dir, path))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(native, b, 0o600))
		},
	} {
		dir, _, native := onDisk(t, code)
		change(native)
		e := newEngine(t, Config{CacheDir: dir})
		e.disk.seal(sha256.Sum256(code))
		for range 2 {
			got, err := callNumbered(newEngine(t, Config{CacheDir: dir}), code)
			require.NoError(t, err, what)
			require.Equal(t, "number 1", got, what)
		}
		_, err := os.Stat(native)
		require.NoError(t, err, "%s: the right machine code is back", what)
	}
}

// A shell that passed its sum was written by encodeShell; whatever it is, reading it
// does no harm.
func TestShellEncoding(t *testing.T) {
	s := shell{
		module: []byte("module"), analysis: Analysis{EntryPoints: []string{"query"}, InitializeGas: 1 << 60, WASI: true}, metered: 500_000,
		image: &image{size: 1 << 16, start: 4096, data: []byte("data"), globals: []uint64{0, 1 << 63}}, wasi: wasiStart{7, 8},
	}
	b := encodeShell(s)
	got, ok := decodeShell(b)
	require.True(t, ok)
	require.Equal(t, s, got)
	for n := range len(b) - len("module") {
		_, ok := decodeShell(b[:n])
		require.False(t, ok, "%d bytes of it", n)
	}
	s.image = nil
	got, ok = decodeShell(encodeShell(s))
	require.True(t, ok)
	require.Equal(t, s, got)
}

// Codes of any shape start from their shells: data, tables, globals, many functions.
func TestShellOfManyShapes(t *testing.T) {
	g := newGuest("db_read")
	g.Table(3, 3)
	g.Global(wat.I64, true, wat.I64Const(-5))
	f := g.Func(nil, wat.T(wat.I32), nil, wat.I32Const(resultRegion))
	g.Elem(1, f)
	g.PassiveData([]byte("passive"))
	g.entry(wat.I32Const(dataC), wat.I32Const(2), wat.I32Const(2), wat.MemoryInit(0), wat.I32Const(1), wat.CallIndirect(g.Type(nil, wat.T(wat.I32))))
	code := g.code()
	dir, _, _ := onDisk(t, code)
	call, _ := testCall(code)
	want, err := sharedEngine(t).Call(call)
	require.NoError(t, err)
	call.Code.Load = nil
	got, err := newEngine(t, Config{CacheDir: dir}).Call(call)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, "ss", string(got.Data))
}
