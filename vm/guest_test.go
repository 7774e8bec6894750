package vm

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// Engines that all tests share.
var (
	testCompiler    = sync.OnceValues(func() (*Engine, error) { return New(Config{}) })
	testInterpreter = sync.OnceValues(func() (*Engine, error) { return New(Config{Interpreter: true}) })
)

func sharedEngine(tb testing.TB) *Engine {
	tb.Helper()
	e, err := testCompiler()
	require.NoError(tb, err)
	return e
}

// Addresses in the memory of the guests below. allocate of wat's Contract hands
// out memory from 1024 on.
const (
	resultRegion = 16  // the Region that a guest returns when it has nothing to say
	regionA      = 32  // Regions that tests fill
	regionB      = 48  //
	regionC      = 64  //
	scratch      = 96  // for the guest's own use
	dataA        = 256 // what the Regions point to
	dataB        = 512
	dataC        = 768
)

// guest is a contract of a test: the module, and functions of "env" by name.
type guest struct {
	wat.Module
	env map[string]uint32
	big uint32 // where bigRegion puts its next data
}

// newGuest makes a contract that imports the named functions of "env".
func newGuest(names ...string) *guest {
	g := &guest{env: map[string]uint32{}}
	for _, name := range names {
		i := importIndex(name)
		params := make(wat.Types, imports[i].params)
		for j := range params {
			params[j] = wat.I32
		}
		var results wat.Types
		if imports[i].result != 0 {
			results = wat.T(wat.Type(imports[i].result))
		}
		g.env[name] = g.Import("env", name, params, results)
	}
	return g
}

// entry adds the entry point "go": no arguments, returns a Region.
func (g *guest) entry(code ...any) *guest {
	g.ExportFunc("go", nil, wat.T(wat.I32), wat.T(wat.I32, wat.I64), wat.Code(code...))
	return g
}

// call is a call of an import with constant arguments.
func (g *guest) call(name string, args ...int32) []byte {
	var b []byte
	for _, a := range args {
		b = append(b, wat.I32Const(a)...)
	}
	return append(b, wat.Call(g.env[name])...)
}

// region puts a Region at an address, with its data.
func (g *guest) region(at, offset int32, data string) *guest {
	g.Data(at, regionOf(uint32(offset), uint32(len(data)), uint32(len(data))))
	if data != "" {
		g.Data(offset, []byte(data))
	}
	return g
}

func regionOf(offset, capacity, length uint32) []byte {
	b := binary.LittleEndian.AppendUint32(nil, offset)
	b = binary.LittleEndian.AppendUint32(b, capacity)
	return binary.LittleEndian.AppendUint32(b, length)
}

// code finishes a contract with what all have to export.
func (g *guest) code() []byte {
	g.Data(resultRegion, regionOf(dataC, 2, 2))
	g.Data(dataC, []byte("ok"))
	g.Contract()
	return g.Bytes()
}

const testGasLimit = 100_000_000_000

// testCall is an ordinary call of "go" with fresh backends.
func testCall(code []byte) (Call, *memStore) {
	store := &memStore{entries: map[string]string{}}
	return Call{
		Code:  Code{sha256.Sum256(code), func() ([]byte, error) { return code, nil }},
		Entry: "go", GasLimit: testGasLimit, Storage: store, API: paddingAPI{}, Querier: echo{},
	}, store
}

// run calls "go" of a finished guest on the compiler and on the interpreter,
// which must agree in everything, and returns what they gave.
func run(t *testing.T, g *guest) (Result, *memStore, error) {
	t.Helper()
	code := g.code()
	return runCode(t, code, func(*Call) {})
}

func runCode(t *testing.T, code []byte, change func(*Call)) (Result, *memStore, error) {
	t.Helper()
	oracle, err := testInterpreter()
	require.NoError(t, err)
	call, store := testCall(code)
	change(&call)
	res, callErr := sharedEngine(t).Call(call)
	call, oracleStore := testCall(code)
	change(&call)
	oracleRes, oracleErr := oracle.Call(call)
	require.Equal(t, oracleRes, res, "compiler and interpreter differ")
	require.Equal(t, errorText(oracleErr), errorText(callErr))
	require.Equal(t, oracleStore.entries, store.entries)
	if callErr == nil {
		require.Equal(t, call.GasLimit, res.GasUsed+res.GasExternal+res.GasLeft)
	}
	return res, store, callErr
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return firstLine(err)
}

// requireKind fails unless err is a contract's failure of a kind, with some text.
func requireKind(t *testing.T, kind Kind, text string, err error) {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, kind.String(), e.Kind.String(), err)
	require.ErrorContains(t, err, text)
}

// requireFault fails if err is none or a contract's failure.
func requireFault(t *testing.T, text string, err error) {
	t.Helper()
	require.True(t, isFault(err), "%v", err)
	require.ErrorContains(t, err, text)
}

// Prices of memStore.
const (
	priceGet    = 1_000
	priceSet    = 2_000
	priceRemove = 3_000
	priceScan   = 4_000
	priceNext   = 5_000
)

// memStore is a store in a map. If fail is set, every operation fails with it.
type memStore struct {
	entries map[string]string
	fail    error
	open    int // iterators that are not closed
}

func (s *memStore) Get(key []byte) ([]byte, uint64, error) {
	v, ok := s.entries[string(key)]
	if !ok {
		return nil, priceGet, s.fail
	}
	return []byte(v), priceGet, s.fail
}

func (s *memStore) Set(key, value []byte) (uint64, error) {
	if key == nil || value == nil {
		return 0, errors.New("nil key or value")
	}
	s.entries[string(key)] = string(value)
	return priceSet, s.fail
}

func (s *memStore) Remove(key []byte) (uint64, error) {
	delete(s.entries, string(key))
	return priceRemove, s.fail
}

func (s *memStore) Scan(start, end []byte, descending bool) (Iterator, uint64, error) {
	if s.fail != nil {
		return nil, priceScan, s.fail
	}
	it := &memIterator{store: s}
	for k := range s.entries {
		if (start == nil || k >= string(start)) && (end == nil || k < string(end)) {
			it.keys = append(it.keys, k)
		}
	}
	slices.Sort(it.keys)
	if descending {
		slices.Reverse(it.keys)
	}
	s.open++
	return it, priceScan, nil
}

type memIterator struct {
	store *memStore
	keys  []string
}

func (it *memIterator) Next() (key, value []byte, gas uint64, err error) {
	if len(it.keys) == 0 {
		return nil, nil, 0, it.store.fail
	}
	k := it.keys[0]
	it.keys = it.keys[1:]
	return []byte(k), []byte(it.store.entries[k]), priceNext, it.store.fail
}

func (it *memIterator) Close() error {
	it.store.open--
	return nil
}

const priceAPI = 700

// paddingAPI pads an address with zeros to 32 bytes.
type paddingAPI struct{}

func (paddingAPI) Canonicalize(human string) ([]byte, uint64, error) {
	if len(human) > 32 {
		return nil, priceAPI, &UserError{"too long"}
	}
	out := make([]byte, 32)
	copy(out, human)
	return out, priceAPI, nil
}

func (paddingAPI) Humanize(canonical []byte) (string, uint64, error) {
	if len(canonical) != 32 {
		return "", priceAPI, &UserError{"wrong length"}
	}
	text, _, _ := bytes.Cut(canonical, []byte{0})
	return string(text), priceAPI, nil
}

func (paddingAPI) Validate(human string) (uint64, error) {
	if strings.ToLower(human) != human {
		return priceAPI, &UserError{"address not normalized"}
	}
	return priceAPI, nil
}

// echo answers a query with the query.
type echo struct{}

func (echo) Query(request []byte, _ uint64) ([]byte, uint64, error) { return request, 900, nil }

func importIndex(name string) int {
	return slices.IndexFunc(imports, func(im hostImport) bool { return im.name == name })
}

// dropResult removes what an import returns, if it returns something.
func (g *guest) dropResult(name string) []byte {
	if imports[importIndex(name)].result == 0 {
		return nil
	}
	return []byte{wat.Drop}
}
