package vm

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/vm/internal/wat"
)

// tree is a Tracer that keeps all it hears.
type tree struct {
	frames   []Frame
	parents  []Node
	gas      []int64
	children map[Node]map[Frame]Node
	hosts    []string // name and gas, in order
	stop     error
}

func newTree() *tree {
	return &tree{frames: make([]Frame, 1), parents: make([]Node, 1), gas: make([]int64, 1), children: map[Node]map[Frame]Node{}}
}

func (t *tree) Root() Node { return 0 }

func (t *tree) Child(parent Node, f Frame) Node {
	if n, ok := t.children[parent][f]; ok {
		return n
	}
	if t.children[parent] == nil {
		t.children[parent] = map[Frame]Node{}
	}
	n := Node(len(t.frames))
	t.frames, t.parents, t.gas = append(t.frames, f), append(t.parents, parent), append(t.gas, 0)
	t.children[parent][f] = n
	return n
}

func (t *tree) Spend(n Node, gas int64)   { t.gas[n] += gas }
func (t *tree) Host(name string, _ Node)  { t.hosts = append(t.hosts, name) }
func (t *tree) HostDone(g int64, _ error) { t.hosts[len(t.hosts)-1] += fmt.Sprint(" ", g) }
func (t *tree) Stop() error               { return t.stop }

func (t *tree) sum() (sum int64) {
	for _, gas := range t.gas {
		sum += gas
	}
	return sum
}

// stack is a node's functions, the outermost first.
func (t *tree) stack(n Node, names map[uint32]string) string {
	var out []string
	for ; n != 0; n = t.parents[n] {
		f := t.frames[n]
		name := f.Host
		if name == "" {
			if name = names[f.Function]; name == "" {
				name = fmt.Sprintf("func[%d]", f.Function)
			}
		}
		out = append(out, name)
	}
	slices.Reverse(out)
	return strings.Join(out, ";")
}

var testTracing = sync.OnceValues(func() (*Engine, error) { return New(Config{Trace: true}) })

func tracingEngine(t testing.TB) *Engine {
	t.Helper()
	e, err := testTracing()
	require.NoError(t, err)
	return e
}

// TestTracedGoContracts: traced, a program gives the same result for the same
// gas, and each unit of it belongs to a function.
func TestTracedGoContracts(t *testing.T) {
	plain, traced := newGoEngine(t, Config{}), tracingEngine(t)
	for i, m := range goMessages {
		if m.code != "counter" || m.long && m.kind != KindStack {
			continue // one code is compiled for this; billions of gas take their time
		}
		want := goOutcome(t, plain, i)
		watched := newTree()
		got := goCall(t, traced, goContract(t, m.code), m.entry, m.msg, func(c *Call) {
			c.GasLimit, c.Tracer = goGasLimit, watched
			if m.deep {
				c.GasLimit *= 10
			}
		})
		require.Equal(t, want, got, m.msg)
		require.EqualValues(t, got.GasUsed, watched.sum(), m.msg)
		require.Greater(t, len(watched.frames), 10, m.msg)
		hosts := newTree()
		got = goCall(t, plain, goContract(t, m.code), m.entry, m.msg, func(c *Call) {
			c.GasLimit, c.Tracer = goGasLimit, hosts
			if m.deep {
				c.GasLimit *= 10
			}
		})
		require.Equal(t, want, got, m.msg)
		require.Equal(t, watched.hosts, hosts.hosts, m.msg)
		require.EqualValues(t, got.GasUsed, hosts.sum(), m.msg)
	}
}

// TestTracedGoStacks: the stacks are those of the Go program, also where its
// stack has been moved and where goroutines take turns.
func TestTracedGoStacks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "named.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-buildmode=c-shared", "-ldflags=-w", "-o", path, "./testdata/gocontract/counter")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	named, err := os.ReadFile(path)
	require.NoError(t, err)
	symbols, err := trace.ReadSymbols(named)
	require.NoError(t, err)
	stripped, err := trace.ReadSymbols(goContract(t, "counter"))
	require.NoError(t, err)
	require.Equal(t, stripped.Shape, symbols.Shape, "names are all that -s takes away")
	require.Equal(t, stripped.Functions, symbols.Functions)
	require.Greater(t, len(symbols.Names), 1_000)

	watched := newTree()
	for _, msg := range []string{`{"recurse":300}`, `{"goroutines":100}`} {
		watched = newTree()
		goCall(t, tracingEngine(t), goContract(t, "counter"), "execute", msg, func(c *Call) { c.GasLimit, c.Tracer = goGasLimit, watched })
		var lost, all int64
		for n, gas := range watched.gas {
			stack := watched.stack(Node(n), symbols.Names)
			all += gas
			if os.Getenv("SHOW") != "" && gas > 200000 {
				fmt.Println(gas, stack)
			}
			if strings.Contains(stack, "main.") && !strings.HasPrefix(stack, "execute;") {
				lost += gas
			}
		}
		require.Zero(t, lost, msg)
	}
}

// TestTracedGuests: gas that ran out, traps and refusals, in each import.
func TestTracedGuests(t *testing.T) {
	g := newGuest("db_read", "db_write", "query_chain", "abort")
	g.region(regionA, dataA, "key").region(regionB, dataB, "value")
	code := g.entry(
		g.call("db_write", regionA, regionB), g.call("db_read", regionA), wat.Code(wat.Drop),
		g.call("query_chain", regionB), wat.Code(wat.Drop), wat.I32Const(resultRegion),
	).code()
	full, _ := testCall(code)
	res, err := sharedEngine(t).Call(full)
	require.NoError(t, err)
	step := res.GasUsed/50 + 1
	for limit := uint64(0); limit < res.GasUsed+res.GasExternal+2*step; limit += step {
		plainCall, _ := testCall(code)
		plainCall.GasLimit = limit
		want, wantErr := sharedEngine(t).Call(plainCall)
		tracedCall, _ := testCall(code)
		watched := newTree()
		tracedCall.GasLimit, tracedCall.Tracer = limit, watched
		got, gotErr := tracingEngine(t).Call(tracedCall)
		require.Equal(t, want, got, limit)
		require.Equal(t, errorText(wantErr), errorText(gotErr))
		require.EqualValues(t, got.GasUsed, watched.sum(), limit)
	}
}

// TestTraceStops: a Tracer can end a call, and that is a fault.
func TestTraceStops(t *testing.T) {
	g := newGuest("db_read")
	g.region(regionA, dataA, "key")
	code := g.entry(g.call("db_read", regionA), wat.Code(wat.Drop), wat.I32Const(resultRegion)).code()
	call, _ := testCall(code)
	watched := newTree()
	watched.stop = errors.New("enough")
	call.Tracer = watched
	for _, e := range []*Engine{sharedEngine(t), tracingEngine(t)} {
		_, err := e.Call(call)
		require.ErrorIs(t, err, watched.stop)
	}
}

func TestReadSymbolsRefusesWhatIsNoModule(t *testing.T) {
	whole := newGuest("db_read").code()
	symbols, err := trace.ReadSymbols(whole)
	require.NoError(t, err)
	require.Equal(t, "env.db_read", symbols.Names[0])
	for n := range whole {
		_, _ = trace.ReadSymbols(whole[:n]) // does not panic
	}
	_, err = trace.ReadSymbols([]byte("no module"))
	require.Error(t, err)
}
