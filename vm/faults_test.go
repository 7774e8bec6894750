package vm

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"

	"github.com/weftchain/weft/vm/internal/wat"
)

var errDisk = errors.New("broken disk")

// storageGuests call each storage import once.
func storageGuests() map[string]*guest {
	out := map[string]*guest{}
	for _, name := range []string{"db_read", "db_write", "db_remove", "db_scan"} {
		g := newGuest(name).region(regionA, dataA, "k")
		args := []int32{regionA, regionA, 1}[:imports[importIndex(name)].params]
		out[name] = g.entry(g.call(name, args...), g.dropResult(name), wat.I32Const(resultRegion))
	}
	return out
}

// What a backend's error becomes. Gas that it reports counts in every case.
func TestBackendErrors(t *testing.T) {
	for name, g := range storageGuests() {
		code := g.code()
		call := func(err error) (Result, error) {
			c, store := testCall(code)
			store.fail = err
			return sharedEngine(t).Call(c)
		}
		res, err := call(fmt.Errorf("get: %w", ErrOutOfGas))
		requireKind(t, KindOutOfGas, "Out of gas", err)
		require.Zero(t, res.GasLeft, name)
		require.Positive(t, res.GasExternal)
		require.Equal(t, uint64(testGasLimit), res.GasUsed+res.GasExternal)
		res, err = call(&UserError{"no"})
		requireKind(t, KindBackend, "Error calling into the VM's backend: User error during call into backend: no", err)
		require.Positive(t, res.GasExternal)
		own := &Error{KindBackend, "own"}
		_, err = call(fmt.Errorf("x: %w", own))
		requireKind(t, KindBackend, "own", err)
		res, err = call(fmt.Errorf("x: %w", errDisk))
		require.ErrorIs(t, err, errDisk)
		requireFault(t, "x: broken disk", err)
		require.Positive(t, res.GasExternal, "a fault keeps the accounts too")
		require.Nil(t, res.Data)
	}
}

// External gas beyond what is left ends the call; it is noted in full.
func TestExternalGasBeyondTheLimit(t *testing.T) {
	g := newGuest("query_chain").region(regionA, dataA, "k")
	code := g.entry(g.call("query_chain", regionA)).code()
	for _, gas := range []uint64{testGasLimit, testGasLimit + 1, 1 << 63, 1<<64 - 1} {
		c, _ := testCall(code)
		c.Querier = fixedQuerier{answer: []byte("x"), gas: gas}
		res, err := sharedEngine(t).Call(c)
		requireKind(t, KindOutOfGas, "Out of gas", err)
		require.Equal(t, Result{GasExternal: gas}, res)
	}
}

// A panic of a backend is a fault, wherever the guest is.
func TestPanicsBecomeFaults(t *testing.T) {
	g := newGuest("query_chain").region(regionA, dataA, "k")
	plain := g.entry(g.call("query_chain", regionA)).code()
	g = newGuest("query_chain").region(regionA, dataA, "k")
	secondArgument(g)
	inAllocate := attack(g, wat.Code(g.call("query_chain", regionA), wat.Drop, wat.I32Const(0)), nil)
	for _, panics := range []any{"boom", errDisk, 7, errUnwind, context.Canceled} {
		c, _ := testCall(plain)
		c.Querier = fixedQuerier{panics: panics}
		_, err := sharedEngine(t).Call(c)
		requireFault(t, "panic in a host function: "+fmt.Sprint(panics), err)
		c, _ = testCall(inAllocate)
		c.Args = [][]byte{[]byte("a"), []byte("b")}
		c.Querier = fixedQuerier{panics: panics}
		_, err = sharedEngine(t).Call(c)
		requireFault(t, "panic in a host function", err)
	}
	c, _ := testCall(plain)
	c.Querier = nil
	_, err := sharedEngine(t).Call(c)
	requireFault(t, "panic in a host function", err)
	c, _ = testCall(plain)
	_, err = sharedEngine(t).Call(c)
	require.NoError(t, err, "the engine goes on working")
}

// closingIterator fails to close.
type closingStore struct{ *memStore }

func (s closingStore) Scan(start, end []byte, descending bool) (Iterator, uint64, error) {
	it, gas, err := s.memStore.Scan(start, end, descending)
	return closingIterator{it}, gas, err
}

type closingIterator struct{ Iterator }

func (closingIterator) Close() error { return errDisk }

func TestIteratorThatDoesNotClose(t *testing.T) {
	g := newGuest("db_scan")
	code := g.entry(g.call("db_scan", 0, 0, 1), wat.Drop, wat.I32Const(resultRegion)).code()
	c, store := testCall(code)
	c.Storage = closingStore{store}
	res, err := sharedEngine(t).Call(c)
	require.ErrorIs(t, err, errDisk)
	require.Nil(t, res.Data)
}

func TestCodeThatCannotBeLoaded(t *testing.T) {
	code := newGuest().entry(wat.I32Const(resultRegion), wat.Nop).code()
	e, err := New(Config{})
	require.NoError(t, err)
	defer e.Close()
	c, _ := testCall(code)
	load := c.Code.Load
	c.Code.Load = nil
	_, err = e.Call(c)
	requireFault(t, "is in no cache and cannot be loaded", err)
	c.Code.Load = func() ([]byte, error) { return nil, errDisk }
	_, err = e.Call(c)
	require.Equal(t, errDisk, err)
	c.Code.Load = func() ([]byte, error) { return code[1:], nil }
	_, err = e.Call(c)
	requireFault(t, "the loaded bytes have the checksum", err)
	c.Code.Load = func() ([]byte, error) { panic("boom") }
	_, err = e.Call(c)
	requireFault(t, "boom", err)
	c.Code.Load = load
	res, err := e.Call(c)
	require.NoError(t, err)
	require.Equal(t, "ok", string(res.Data))

	// What is stored was accepted once: if it is not now, that is this node's fault.
	bad := newGuest().Bytes()
	c, _ = testCall(bad)
	res, err = e.Call(c)
	requireFault(t, "is not acceptable", err)
	require.Equal(t, Result{GasLeft: testGasLimit}, res)
}

func TestCheckAndCompileRefuse(t *testing.T) {
	e := sharedEngine(t)
	g := newGuest()
	g.ExportFunc("requires_moon", nil, nil, nil, nil)
	for text, code := range map[string][]byte{
		"Error during static Wasm validation":                 {},
		"could not be deserialized":                           []byte("\x00asm\x01\x00\x00\x00\xff"),
		"requires unavailable capabilities":                   g.entry(wat.I32Const(0)).code(),
		"Error during static Wasm validation: Wasm contract ": (&guest{}).Bytes(),
	} {
		_, err := e.Check(code)
		requireKind(t, KindStatic, text, err)
		_, _, compileErr := e.Compile(code)
		require.Equal(t, err, compileErr)
	}
}

// What cannot be instantiated is refused on upload, and should something slip
// through, it is the contract's failure and costs nothing.
func TestInstantiationFailures(t *testing.T) {
	outside := newGuest().entry(wat.I32Const(resultRegion))
	outside.Data(pageBytes-1, []byte("ab"))
	otherType := newGuest()
	otherType.Import("env", "db_read", wat.T(wat.I64), wat.T(wat.I32))
	otherType.entry(wat.I32Const(resultRegion))
	var noMemory wat.Module
	for text, code := range map[string][]byte{
		"out of bounds memory access":   outside.code(),
		"import func[env.db_read]":      otherType.code(),
		"Could not get memory 'memory'": noMemory.Bytes(),
	} {
		_, err := sharedEngine(t).Check(code)
		requireKind(t, KindStatic, "Error during static Wasm validation", err)
		c, err := sharedEngine(t).compile([32]byte{}, code, Analysis{}, "")
		require.NoError(t, err)
		_, err = c.instantiate(context.Background())
		requireKind(t, KindInstantiate, "Error instantiating a Wasm module: ", err)
		require.ErrorContains(t, err, text)
		require.NoError(t, c.close())
		_, err = c.instantiate(context.Background())
		require.True(t, isFault(err), "a closed module is nobody's fault but ours: %v", err)
	}
	c, err := sharedEngine(t).compile([32]byte{}, newGuest().code(), Analysis{}, "")
	require.NoError(t, err)
	_, err = c.instantiate(context.Background())
	requireFault(t, "lacks its globals", err)
	require.NoError(t, c.close())
	_, err = sharedEngine(t).compile([32]byte{}, []byte("no wasm"), Analysis{}, "")
	requireFault(t, "compile code", err)
}

// The self-test has teeth: without the rewriter's care the known miscompilation
// shows on this machine, if its architecture has it.
func TestSelfTestFindsTheKnownMiscompilation(t *testing.T) {
	st := newSelfTest()
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())
	defer rt.Close(ctx)
	require.NoError(t, registerImports(rt, false))
	module, err := rt.Instantiate(ctx, st.m.Bytes())
	require.NoError(t, err)
	wrong := map[string]bool{}
	for _, sc := range st.cases {
		for _, a := range selfOperands {
			for _, b := range selfOperands {
				if !sc.wideIn {
					a, b = uint64(uint32(a)), uint64(uint32(b))
				}
				got, err := module.ExportedFunction(sc.name).Call(ctx, a, b)
				want, traps := sc.want(a, b)
				if (err != nil) != traps || err == nil && uint32(got[0]) != uint32(want) {
					wrong[sc.name] = true
				}
			}
		}
	}
	require.NotEmpty(t, wrong, "wazero %s compiles everything right: is the workaround still needed?", wazeroVersion)
	if runtime.GOARCH == "amd64" {
		require.True(t, wrong["compare 1.2 wide false"], "0 <u (a & b) before if")
	}
}
