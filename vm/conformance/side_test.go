//go:build cgo

package conformance

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	cosmwasm "github.com/CosmWasm/wasmvm/v3"
	"github.com/CosmWasm/wasmvm/v3/types"

	"github.com/weftchain/weft/vm"
	ours "github.com/weftchain/weft/vm/cosmwasm"
)

// The benchmarks of this file run the same call on both engines by turns, in one
// process, on one thread, over the same store in memory, with pinned codes. Both
// sides write the JSON of env and info and read that of the result, in Go. They
// report the CPU time of a call (the clock's depends on who else is there): the
// median of many rounds and the best one, and how many times faster weft is.

// deed is a call that is measured.
type deed struct {
	code, entry, sender, msg string
	before                   []string // messages: the first instantiates, others execute
	fresh                    bool     // every call gets a store of its own
}

var refEnv = types.Env{
	Block:       types.BlockInfo{Height: 123, Time: 1578939743987654321, ChainID: "foobar"},
	Transaction: &types.TransactionInfo{Index: 4}, Contract: types.ContractInfo{Address: "contract"},
}

var weftEnv = ours.Env{
	Block:       ours.BlockInfo{Height: 123, Time: 1578939743987654321, ChainID: "foobar"},
	Transaction: &ours.TransactionInfo{Index: 4}, Contract: ours.ContractInfo{Address: "contract"},
}

// onReference makes a function that does the deed on wasmvm.
func (d deed) onReference(b *testing.B, machine *cosmwasm.VM, checksum []byte) func() {
	store := newPocket()
	api := types.GoAPI{
		HumanizeAddress:     func(c []byte) (string, uint64, error) { s, g, err := api{}.Humanize(c); return s, g, err },
		CanonicalizeAddress: func(h string) ([]byte, uint64, error) { c, g, err := api{}.Canonicalize(h); return c, g, err },
		ValidateAddress:     func(h string) (uint64, error) { return api{}.Validate(h) },
	}
	querier, free := &purse{}, types.UFraction{Numerator: 0, Denominator: 1}
	call := func(entry, sender, msg string) {
		if d.fresh {
			store = newPocket()
		}
		info := types.MessageInfo{Sender: sender, Funds: types.Array[types.Coin]{{Denom: "ATOM", Amount: "100"}}}
		var text string
		var err error
		switch entry {
		case "query":
			var r *types.QueryResult
			if r, _, err = machine.Query(checksum, refEnv, []byte(msg), pocketRef{store}, api, querier, store, gasLimit, free); err == nil {
				text = r.Err
			}
		case "instantiate":
			var r *types.ContractResult
			if r, _, err = machine.Instantiate(checksum, refEnv, info, []byte(msg), pocketRef{store}, api, querier, store, gasLimit, free); err == nil {
				text = r.Err
			}
		default:
			var r *types.ContractResult
			if r, _, err = machine.Execute(checksum, refEnv, info, []byte(msg), pocketRef{store}, api, querier, store, gasLimit, free); err == nil {
				text = r.Err
			}
		}
		if err != nil || text != "" {
			b.Fatal(err, text)
		}
	}
	return d.prepared(call)
}

// onWeft makes a function that does the deed on weft.
func (d deed) onWeft(b *testing.B, e *vm.Engine, checksum [32]byte) func() {
	store := newPocket()
	call := func(entry, sender, msg string) {
		if d.fresh {
			store = newPocket()
		}
		args := [][]byte{weftEnv.JSON(), []byte(msg)}
		if entry != "query" {
			info := ours.MessageInfo{Sender: sender, Funds: ours.Array[ours.Coin]{{Denom: "ATOM", Amount: "100"}}}
			args = [][]byte{args[0], info.JSON(), args[1]}
		}
		res, err := e.Call(vm.Call{
			Code: vm.Code{Checksum: checksum}, Entry: entry, Args: args, GasLimit: gasLimit, ReadOnly: entry == "query",
			Storage: pocketWeft{store}, API: api{}, Querier: purseWeft{},
		})
		if err != nil {
			b.Fatal(err)
		}
		var text string
		if entry == "query" {
			var r *ours.QueryResult
			if r, err = ours.DecodeQueryResult(res.Data); err == nil {
				text = r.Err
			}
		} else {
			var r *ours.ContractResult
			if r, err = ours.DecodeContractResult(res.Data); err == nil {
				text = r.Err
			}
		}
		if err != nil || text != "" {
			b.Fatal(err, text)
		}
	}
	return d.prepared(call)
}

// prepared makes what comes before the deed and returns the deed.
func (d deed) prepared(call func(entry, sender, msg string)) func() {
	for i, msg := range d.before {
		call([]string{"instantiate", "execute"}[min(i, 1)], "creator", msg)
	}
	return func() { call(d.entry, d.sender, d.msg) }
}

// BenchmarkSideBySide is what a call costs here and there.
func BenchmarkSideBySide(b *testing.B) {
	cw20 := `{"name":"Coin","symbol":"COIN","decimals":6,"initial_balances":[{"address":"creator","amount":"1000000000000"}]}`
	for _, d := range []deed{
		{code: "hackatom", entry: "instantiate", sender: "creator", msg: hackatomInit, fresh: true},
		{code: "hackatom", entry: "execute", sender: "fred", msg: `{"release":{}}`, before: []string{hackatomInit}},
		{code: "hackatom", entry: "query", msg: `{"verifier":{}}`, before: []string{hackatomInit}},
		{code: "wasmd/benchmarks/testdata/cw20_base.wasm", entry: "execute", sender: "creator", msg: `{"transfer":{"recipient":"friend","amount":"1"}}`, before: []string{cw20}},
		{code: "wasmd/benchmarks/testdata/cw20_base.wasm", entry: "query", msg: `{"balance":{"address":"creator"}}`, before: []string{cw20}},
		{code: "queue", entry: "query", msg: `{"sum":{}}`, before: []string{`{}`, `{"enqueue":{"value":1}}`, `{"enqueue":{"value":2}}`, `{"enqueue":{"value":3}}`}},
		{code: "cyberpunk", entry: "execute", sender: "fred", msg: `{"argon2":{"mem_cost":256,"time_cost":5}}`, before: []string{`{}`}},
	} {
		name := strings.TrimSuffix(d.code[strings.LastIndex(d.code, "/")+1:], ".wasm")
		what, _, _ := strings.Cut(d.msg, `":`)
		b.Run(name+"/"+d.entry+"/"+strings.TrimPrefix(what, `{"`), func(b *testing.B) { d.measure(b) })
	}
}

func (d deed) measure(b *testing.B) {
	both, err := engines()
	if err != nil {
		b.Fatal(err)
	}
	code := newCode(d.code, public(b, d.code))
	for _, e := range []engine{both.ref, both.weft} {
		if refused := e.store(code.wasm); refused != "" {
			b.Fatal(refused)
		}
	}
	if err := both.ref.vm.Pin(code.checksum[:]); err != nil {
		b.Fatal(err)
	}
	load := func() ([]byte, error) { return code.wasm, nil }
	if err := both.weft.engine.Pin(vm.Code{Checksum: code.checksum, Load: load}); err != nil {
		b.Fatal(err)
	}
	sideBySide(b, threadClock, 25, d.onReference(b, both.ref.vm, code.checksum[:]), d.onWeft(b, both.weft.engine, code.checksum))
}

// Clocks of Linux that run while the thread, or any thread of the process, does.
const (
	processClock = 2
	threadClock  = 3
)

// clock reads one of them. Unlike getrusage it does not count in ticks.
func clock(b *testing.B, which uintptr) time.Duration {
	b.Helper()
	var at syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, which, uintptr(unsafe.Pointer(&at)), 0); errno != 0 {
		b.Fatal(errno)
	}
	return time.Duration(at.Nano())
}

// sideBySide runs two functions by turns and reports what each costs.
func sideBySide(b *testing.B, which uintptr, rounds int, theirs, ours func()) {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	each := 0 // calls of a round: 20 ms, so that each side finds its own data in the caches
	for start := clock(b, which); clock(b, which)-start < 20*time.Millisecond; each++ {
		theirs()
		ours()
	}
	var spent [2][]float64
	for b.Loop() {
		for range rounds {
			for i, f := range []func(){theirs, ours} {
				start := clock(b, which)
				for range each {
					f()
				}
				spent[i] = append(spent[i], float64(clock(b, which)-start)/float64(each))
			}
		}
	}
	b.ReportMetric(0, "ns/op") // of both together: says nothing
	for i, name := range []string{"wasmvm", "weft"} {
		slices.Sort(spent[i])
		b.ReportMetric(math.Round(spent[i][0]), name+"-min-ns")
		b.ReportMetric(math.Round(spent[i][len(spent[i])/2]), name+"-median-ns")
	}
	b.ReportMetric(spent[0][len(spent[0])/2]/spent[1][len(spent[1])/2], "x-faster")
}

// unseen counts the codes of BenchmarkUpload, over all its runs.
var unseen int

// BenchmarkUpload checks and compiles a contract that neither engine has seen,
// in the CPU time of all threads.
func BenchmarkUpload(b *testing.B) {
	for _, name := range []string{"hackatom", "wasmd/benchmarks/testdata/cw20_base.wasm"} {
		b.Run(strings.TrimSuffix(name[strings.LastIndex(name, "/")+1:], ".wasm"), func(b *testing.B) {
			both, err := engines()
			if err != nil {
				b.Fatal(err)
			}
			original := public(b, name)
			next := func() []byte { // the same code with another custom section is another code
				unseen++
				section := fmt.Appendf([]byte{0, 0, 5}, "count%d", unseen)
				section[1] = byte(len(section) - 2)
				return append(bytes.Clone(original), section...)
			}
			store := func(e engine) func() {
				return func() {
					if refused := e.store(next()); refused != "" {
						b.Fatal(refused)
					}
				}
			}
			sideBySide(b, processClock, 4, store(both.ref), store(both.weft))
		})
	}
}
