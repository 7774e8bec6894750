//go:build cgo

package conformance

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/CosmWasm/wasmvm/v3/types"

	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// What the whole run compared, for its last line.
var (
	callsCompared    atomic.Int64
	verdictsCompared atomic.Int64
	differences      atomic.Int64
	contractsSeen    sync.Map // checksums
)

// TestMain prints what was compared, and fails the run if anything differs.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.seed": "1", "rapid.checks": "300", "rapid.nofailfile": "true"} {
		if err := flag.Set(name, value); err != nil { // the command line may still say something else
			panic(err)
		}
	}
	status := m.Run()
	contracts := 0
	contractsSeen.Range(func(any, any) bool { contracts++; return true })
	if callsCompared.Load()+verdictsCompared.Load() > 0 {
		fmt.Printf("conformance: %d calls compared on %d contracts, %d static verdicts, %d differences\n",
			callsCompared.Load(), contracts, verdictsCompared.Load(), differences.Load())
	}
	if status == 0 && differences.Load() > 0 {
		status = 1
	}
	closeEngines()
	os.Exit(status)
}

// engines are the two that are compared, shared by all tests.
var engines = sync.OnceValues(func() (both struct {
	ref  *reference
	weft *weft
	dir  string
}, err error,
) {
	if both.dir, err = os.MkdirTemp("", "weft-conformance-*"); err != nil {
		return both, err
	}
	if both.ref, err = newReference(both.dir); err != nil {
		return both, err
	}
	e, err := vm.New(vm.Config{MemoryCacheBytes: 1 << 30, Capabilities: capabilities()})
	both.weft = &weft{e}
	return both, err
})

// capabilities are ours and those of chains whose contracts are in the corpus.
func capabilities() []string {
	return append(vm.DefaultCapabilities(), "neutron", "osmosis", "juno", "token_factory", "injective", "terra", "kujira", "sei", "archway", "provenance", "stargaze", "virtual_staking", "ibcv2", "coreum", "persistence")
}

func closeEngines() {
	both, err := engines()
	if both.dir != "" {
		defer os.RemoveAll(both.dir)
	}
	if err == nil {
		both.ref.vm.Cleanup()
		_ = both.weft.engine.Close()
	}
}

// lab runs the same calls in two worlds, one on each engine.
type lab struct {
	tb        reporter
	ref, weft *world
}

// reporter is what a test of either kind, ordinary or rapid, reports to.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	FailNow()
	Logf(format string, args ...any)
}

func newLab(tb testing.TB) *lab {
	tb.Helper()
	both, err := engines()
	if err != nil {
		tb.Fatal(err)
	}
	return &lab{tb: tb, ref: newWorld(both.ref), weft: newWorld(both.weft)}
}

func (l *lab) worlds() []*world { return []*world{l.ref, l.weft} }

// differ reports a difference.
func (l *lab) differ(format string, args ...any) {
	l.tb.Helper()
	if differences.Add(1) > 200 { // a broken engine needs no book
		l.tb.FailNow()
	}
	l.tb.Errorf(format, args...)
}

// store hands a code to both engines, which must give the same verdict.
func (l *lab) store(name string, wasm []byte) *code {
	l.tb.Helper()
	return l.verdict(name, wasm, sameVerdict)
}

// must is store for a code that has to be accepted.
func (l *lab) must(name string, wasm []byte) *code {
	l.tb.Helper()
	c := l.store(name, wasm)
	if c == nil {
		l.tb.Fatalf("%s is refused", name)
	}
	return c
}

// add makes a contract in both worlds.
func (l *lab) add(address string, c *code) {
	for _, w := range l.worlds() {
		w.add(address, c)
	}
}

// each changes both worlds.
func (l *lab) each(change func(w *world)) {
	for _, w := range l.worlds() {
		change(w)
	}
}

// call runs an entry point in both worlds and compares all there is to see.
func (l *lab) call(limit uint64, address, entry string, args ...string) outcome {
	l.tb.Helper()
	var outs [2]outcome
	for i, w := range l.worlds() {
		w.log = nil
		r := request{actor: w.actors[address], entry: entry, limit: limit}
		for _, a := range args {
			r.args = append(r.args, []byte(a))
		}
		outs[i] = w.engine.run(w, r)
	}
	callsCompared.Add(1)
	if limit >= sweepLimit && outs[0].Err == "" {
		l.documents(address, entry, outs[0].Data)
	}
	l.compare(fmt.Sprintf("%s (%s) %s %s, limit %d", address, l.ref.actors[address].code.name, entry, abbreviate(args), limit), outs[0], outs[1])
	return outs[0]
}

func abbreviate(args []string) string {
	if len(args) == 0 {
		return ""
	}
	last := args[len(args)-1]
	if len(last) > 300 {
		last = last[:300] + "…"
	}
	return last
}

func (l *lab) compare(what string, want, got outcome) {
	l.tb.Helper()
	var b strings.Builder
	got = l.forgive(want, got)
	if !bytes.Equal(want.Data, got.Data) {
		fmt.Fprintf(&b, "\n data: reference %s\n       weft      %s", want.Data, got.Data)
	}
	if want.Err != got.Err {
		fmt.Fprintf(&b, "\n error: reference %s\n        weft      %s", want.Err, got.Err)
	}
	if want.Used != got.Used || want.External != got.External || want.Left != got.Left {
		fmt.Fprintf(&b, "\n gas: reference used %d external %d left %d\n      weft      used %d external %d left %d (used %+d)",
			want.Used, want.External, want.Left, got.Used, got.External, got.Left, int64(got.Used-want.Used))
	}
	if l.ref.gas != l.weft.gas {
		fmt.Fprintf(&b, "\n chain's meter: reference %d, weft %d", l.ref.gas, l.weft.gas)
	}
	if at := firstDifference(l.ref.log, l.weft.log); at >= 0 {
		fmt.Fprintf(&b, "\n event %d of %d and %d:\n  reference %s\n  weft      %s", at, len(l.ref.log), len(l.weft.log), nth(l.ref.log, at), nth(l.weft.log, at))
	}
	for _, address := range slices.Sorted(maps.Keys(l.ref.actors)) {
		if !maps.EqualFunc(l.ref.actors[address].entries, l.weft.actors[address].entries, bytes.Equal) {
			fmt.Fprintf(&b, "\n the stores of %s differ", address)
		}
	}
	if b.Len() > 0 {
		l.differ("%s%s", what, b.String())
	}
}

// documents reads what an entry point returned as both sides read it in Go: the
// same verdict, and the same document when it is written again.
func (l *lab) documents(address, entry string, data []byte) {
	l.tb.Helper()
	theirs, here := any(&types.ContractResult{}), any(&cosmwasm.ContractResult{})
	switch entry {
	case "query": // an empty answer has two forms
		var want types.QueryResult
		wantErr := json.Unmarshal(data, &want)
		got, gotErr := cosmwasm.DecodeQueryResult(data)
		if wantErr == nil && (gotErr != nil || !bytes.Equal(want.Ok, got.Ok) || want.Err != got.Err) {
			l.differ("%s query: %s\n reference reads %q %q\n weft reads      %v (%v)", address, data, want.Ok, want.Err, got, gotErr)
		}
		return
	case "ibc_channel_open":
		theirs, here = &types.IBCChannelOpenResult{}, &cosmwasm.IBCChannelOpenResult{}
	case "ibc_packet_receive", "ibc2_packet_receive":
		theirs, here = &types.IBCReceiveResult{}, &cosmwasm.IBCReceiveResult{}
	case "instantiate", "execute", "migrate", "sudo", "reply":
	default:
		theirs, here = &types.IBCBasicResult{}, &cosmwasm.IBCBasicResult{}
	}
	wantErr, gotErr := json.Unmarshal(data, theirs), cosmwasm.Unmarshal(data, here)
	if !json.Valid(data) && wantErr != nil && gotErr != nil || bytes.HasPrefix(data, []byte{0}) {
		return // hand-made contracts return other things
	}
	want, err := json.Marshal(theirs)
	if err != nil {
		l.tb.Fatal(err)
	}
	got, err := json.Marshal(here)
	if err != nil {
		l.tb.Fatal(err)
	}
	if (wantErr == nil) != (gotErr == nil) || wantErr == nil && !bytes.Equal(want, got) {
		l.differ("%s %s: %s\n reference reads %s (%v)\n weft reads      %s (%v)", address, entry, data, want, wantErr, got, gotErr)
	}
}

func firstDifference(a, b []string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	if len(a) != len(b) {
		return min(len(a), len(b))
	}
	return -1
}

func nth(log []string, i int) string {
	if i < len(log) {
		return log[i]
	}
	return "(nothing)"
}

func digest(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:8]
}

// memento is the state of a lab.
type memento [2]struct {
	entries map[string]map[string][]byte
	gas     uint64
}

func (l *lab) save() (m memento) {
	for i, w := range l.worlds() {
		m[i].gas, m[i].entries = w.gas, map[string]map[string][]byte{}
		for address, a := range w.actors {
			m[i].entries[address] = maps.Clone(a.entries)
		}
	}
	return m
}

func (l *lab) restore(m memento) {
	for i, w := range l.worlds() {
		w.gas = m[i].gas
		for address, a := range w.actors {
			a.entries = maps.Clone(m[i].entries[address])
		}
	}
}

// sweepLimit is all the gas that a call of a sweep gets: a tenth of a second.
const sweepLimit = 20_000_000_000

// sweep makes a call with all gas, then with every 1/50th of what it needed, with
// exactly what it needed and with one less. It leaves the state after a full run.
func (l *lab) sweep(address, entry string, args ...string) outcome {
	l.tb.Helper()
	before := l.save()
	full := l.call(sweepLimit, address, entry, args...)
	after := l.save()
	need := full.Used + full.External
	limits := []uint64{need, need + 1}
	if need > 0 {
		limits = append(limits, need-1)
	}
	parts := uint64(50)
	if need > sweepLimit/10 {
		parts = 5 // a loop without end
	}
	for i := range parts {
		limits = append(limits, need/parts*i)
	}
	for _, limit := range limits {
		l.restore(before)
		l.call(limit, address, entry, args...)
	}
	l.restore(after)
	return full
}
