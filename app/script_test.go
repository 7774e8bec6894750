package app

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/internal/golden"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	paramspb "github.com/weftchain/weft/proto/weft/params/v1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
	"github.com/weftchain/weft/vm"
)

const (
	scriptBlocks = 100
	scriptSeed   = 20260102
	// simulationGas keeps the endless contracts of the script short.
	simulationGas = 1_000_000
)

// script is a chain of blocks that was made once, and what came of it. Other
// runs of the same blocks must come to the same.
type script struct {
	genesis []byte
	blocks  []BlockInput
	results []BlockResult
	ratios  []ratio
}

// ratio is the gas that simulations told, of what was signed and of that
// without its fee, and the gas that was used.
type ratio struct {
	name               string
	stated, bare, used uint64
}

var recordScript = sync.OnceValue(func() *script { return &script{} })

// scripted records the script at the first call.
func scripted(t *testing.T) *script {
	t.Helper()
	s := recordScript()
	if len(s.blocks) == 0 {
		s.record(t, false)
	}
	return s
}

// writer makes up the transactions of the script.
type writer struct {
	*world
	rng       *rand.Rand
	ahead     map[string]uint64 // sequences used in this block
	contracts map[string]string // name to address
	shallow   bool
}

func engine(t testing.TB, c vm.Config) *vm.Engine {
	t.Helper()
	e, err := vm.New(c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

func contract(t testing.TB, path string) []byte {
	t.Helper()
	code, err := os.ReadFile("../contracts/" + path)
	require.NoError(t, err)
	return code
}

// kind is a transaction and what it is meant to show.
type kind struct {
	name string
	raw  []byte
}

// record makes up the script; a shallow one has no endless recursion.
func (s *script) record(t *testing.T, shallow bool) {
	t.Logf("seed %d", scriptSeed)
	g := genesis(t)
	g.Params.SimulationGasLimit = simulationGas
	var err error
	s.genesis, err = g.JSON()
	require.NoError(t, err)
	w := &writer{
		world: newWorld(t, worldOptions{genesis: g, engine: engine(t, vm.Config{}), maxGas: 60_000_000, noBlock: true}),
		rng:   rand.New(rand.NewPCG(scriptSeed, 0)), contracts: map[string]string{}, shallow: shallow,
	}
	for h := range scriptBlocks {
		w.ahead = map[string]uint64{}
		var kinds []kind
		if h > 0 {
			kinds = w.next(h)
		}
		var txs [][]byte
		for _, k := range kinds {
			txs = append(txs, k.raw)
		}
		in := w.input(txs...)
		var stated, bare chain.Result
		if h > 0 && len(kinds) > 0 {
			stated, bare = simulate(t, w.world, kinds[0].raw, false), simulate(t, w.world, kinds[0].raw, true)
		}
		w.block(txs...)
		if len(kinds) > 0 && stated.OK() && w.last.Txs[0].OK() {
			s.ratios = append(s.ratios, ratio{kinds[0].name, stated.GasUsed, bare.GasUsed, w.last.Txs[0].GasUsed})
		}
		s.blocks, s.results = append(s.blocks, in), append(s.results, w.last)
		w.learn(kinds)
	}
}

// simulate runs a transaction without its signatures, as clients do, and
// without its fee and gas limit if it is bare.
func simulate(t testing.TB, w *world, raw []byte, bare bool) chain.Result {
	t.Helper()
	var r txpb.TxRaw
	if r.Unmarshal(raw) != nil {
		return chain.Result{Code: 1}
	}
	for i := range r.Signatures {
		r.Signatures[i] = nil
	}
	var info txpb.AuthInfo
	if bare && info.Unmarshal(r.AuthInfoBytes) == nil && info.Fee != nil {
		info.Fee = &txpb.Fee{Payer: info.Fee.Payer, Granter: info.Fee.Granter}
		r.AuthInfoBytes, _ = info.Marshal()
	}
	unsigned, err := r.Marshal()
	require.NoError(t, err)
	res, err := w.app.Simulate(unsigned)
	require.NoError(t, err)
	return res
}

// tx signs and counts the sequence.
func (w *writer) tx(name string, gas uint64, msgs ...chain.Message) []byte {
	raw := w.build(name, w.ahead[name], tx.Builder{Msgs: msgs, GasLimit: gas, Fee: coins(w.t, fmt.Sprintf("%duweft", gas/100+1))})
	w.ahead[name]++
	return raw
}

func (w *writer) store(path string) kind {
	return kind{"store " + path, w.tx("alice", 5_000_000, &wasmpb.MsgStoreCode{Sender: text(w.t, "alice"), WASMByteCode: contract(w.t, path)})}
}

func (w *writer) instantiate(name string, code uint64, msg, funds string) kind {
	return kind{"instantiate " + name, w.tx("alice", 1_000_000, &wasmpb.MsgInstantiateContract{
		Sender: text(w.t, "alice"), Admin: text(w.t, "alice"), CodeID: code, Label: name, Msg: []byte(msg), Funds: wire.ProtoCoins(coins(w.t, funds)),
	})}
}

func (w *writer) execute(from, name string, gas uint64, msg, funds string) kind {
	return kind{"execute " + name + " " + msg[:min(len(msg), 9)], w.tx(from, gas, &wasmpb.MsgExecuteContract{
		Sender: text(w.t, from), Contract: w.contracts[name], Msg: []byte(msg), Funds: wire.ProtoCoins(coins(w.t, funds)),
	})}
}

// next is a block: the plot comes first, then whatever the dice say.
func (w *writer) next(h int) []kind {
	if plot := w.plot(h); plot != nil {
		return append(plot, w.random()...)
	}
	var out []kind
	for range w.rng.IntN(4) {
		out = append(out, w.random()...)
	}
	return out
}

// plot are the steps that others build on.
func (w *writer) plot(h int) []kind {
	switch h {
	case 2:
		return []kind{w.store("tipjar/tipjar.wasm")}
	case 3:
		return []kind{w.instantiate("tipjar", 1, `{"goal":"5000"}`, "")}
	case 4:
		return []kind{w.store("tipjar/tipjar.wasm"), w.store("hostile/oldabi.wasm")} // code 2; refused
	case 5:
		return []kind{w.store("hostile/spin.wasm"), w.store("hostile/grow.wasm")} // 3, 4
	case 6:
		return []kind{w.store("hostile/recurse.wasm"), w.store("hostile/badregion.wasm")} // 5, 6
	case 7:
		return []kind{w.instantiate("spin", 3, "{}", ""), w.instantiate("grow", 4, "{}", ""), w.instantiate("recurse", 5, "{}", ""), w.instantiate("badregion", 6, "{}", "5atest")}
	case 8:
		return []kind{w.execute("bob", "tipjar", 1_000_000, `{"tip":{"note":"hello"}}`, "100atest,200uweft")}
	case 9:
		return []kind{w.execute("carol", "tipjar", 1_000_000, `{"tip":{}}`, "6000uweft")}
	case 10:
		return []kind{{"migrate", w.tx("alice", 1_000_000, &wasmpb.MsgMigrateContract{Sender: text(w.t, "alice"), Contract: w.contracts["tipjar"], CodeID: 2, Msg: []byte(`{}`)})}}
	case 11:
		return []kind{w.execute("alice", "tipjar", 1_000_000, `{"withdraw":{}}`, "")}
	case 12:
		p := DefaultParams()
		p.Authority, p.MaxMsgsPerTx, p.SimulationGasLimit = text(w.t, "authority"), 3, simulationGas
		return []kind{{"params", w.tx("authority", 500_000, &paramspb.MsgUpdateParams{Authority: text(w.t, "authority"), Params: p})}}
	case 13:
		return []kind{{"pin", w.tx("authority", 2_000_000, &wasmpb.MsgPinCodes{Authority: text(w.t, "authority"), CodeIDs: []uint64{2}})}}
	case 14:
		return []kind{{"instantiate2", w.tx("bob", 1_000_000, &wasmpb.MsgInstantiateContract2{
			Sender: text(w.t, "bob"), CodeID: 1, Label: "second", Msg: []byte(`{}`), Salt: []byte("salt"),
		})}}
	}
	return nil
}

// learn notes the addresses of contracts.
func (w *writer) learn(kinds []kind) {
	for i, k := range kinds {
		var name string
		if n, _ := fmt.Sscanf(k.name, "instantiate %s", &name); n != 1 {
			continue
		}
		res := ok(w.t, w.last.Txs[i])
		var answer wasmpb.MsgInstantiateContractResponse
		require.NoError(w.t, answer.Unmarshal(res.Responses[0].Value))
		w.contracts[name] = answer.Address
	}
}

// random is one transaction, good or bad.
func (w *writer) random() []kind {
	from := []string{"bob", "carol", "dave", "val"}[w.rng.IntN(4)]
	to := []string{"alice", "bob", "x", "y", "z"}[w.rng.IntN(5)]
	amount := fmt.Sprintf("%duweft", 1+w.rng.IntN(1000))
	switch n := w.rng.IntN(18); n {
	default:
		return []kind{{"send", w.tx(from, txGas, msgSend(w.t, from, to, amount))}}
	case 5:
		return []kind{{"two sends", w.tx(from, txGas, msgSend(w.t, from, to, amount), msgSend(w.t, from, to, "3atest"))}}
	case 6:
		return []kind{{"send too much", w.tx(from, txGas, msgSend(w.t, from, to, "9999999999uweft"))}}
	case 7:
		return []kind{{"out of gas", w.tx(from, 40_000+uint64(w.rng.IntN(10_000)), msgSend(w.t, from, to, amount))}}
	case 8:
		bad := w.tx(from, txGas, msgSend(w.t, from, to, amount))
		w.ahead[from]--
		bad[len(bad)-1-w.rng.IntN(60)] ^= 4
		return []kind{{"bad signature", bad}}
	case 9:
		garbage := make([]byte, w.rng.IntN(300))
		for i := range garbage {
			garbage[i] = byte(w.rng.Uint32())
		}
		return []kind{{"garbage", garbage}}
	case 10:
		blocked := prefix.Account(layout.ModuleAddress(layout.FeeCollector))
		return []kind{{"send to a module", w.tx(from, txGas, msgSend(w.t, from, blocked, amount))}}
	case 11:
		out := wire.ProtoCoins(coins(w.t, "5uweft"))
		return []kind{{"multi-send", w.tx(from, txGas, &bankpb.MsgMultiSend{
			Inputs:  []bankpb.Input{{Address: text(w.t, from), Coins: wire.ProtoCoins(coins(w.t, "10uweft"))}},
			Outputs: []bankpb.Output{{Address: text(w.t, "alice"), Coins: out}, {Address: text(w.t, to), Coins: out}},
		})}}
	case 12, 13:
		return w.ifThere("tipjar", func() kind {
			return w.execute(from, "tipjar", 1_000_000, fmt.Sprintf(`{"tip":{"note":"%d"}}`, w.rng.IntN(1000)), amount)
		})
	case 14:
		return w.ifThere("tipjar", func() kind { return w.execute(from, "tipjar", 1_000_000, `{"withdraw":{}}`, "") })
	case 15:
		return w.ifThere("badregion", func() kind {
			return w.execute(from, "badregion", 300_000, `{"read":{"kind":"`+[]string{"pointer", "edge", "offset", "length", "text"}[w.rng.IntN(5)]+`"}}`, amount)
		})
	case 16:
		return w.ifThere("recurse", func() kind {
			name := []string{"recurse", "grow"}[w.rng.IntN(2)]
			if w.shallow {
				name = "grow"
			}
			return w.execute(from, name, 130_000, `{}`, "")
		})
	case 17:
		return w.ifThere("spin", func() kind { return w.execute(from, "spin", 121_000, `{}`, "") })
	}
}

func (w *writer) ifThere(name string, make func() kind) []kind {
	if w.contracts[name] == "" {
		return nil
	}
	return []kind{make()}
}

// TestScript holds the app hashes of the script. They are consensus: a change
// of one is State breaking and goes into CHANGELOG.
func TestScript(t *testing.T) {
	s := scripted(t)
	var out bytes.Buffer
	codes := map[string]int{}
	var gas uint64
	for h, res := range s.results {
		for _, r := range res.Txs {
			codes[fmt.Sprintf("%s/%d", r.Codespace, r.Code)]++
			gas += r.GasUsed
		}
		if (h+1)%10 == 0 {
			fmt.Fprintf(&out, "height %3d  app hash %X  gas so far %d\n", h+1, res.AppHash, gas)
		}
	}
	for _, code := range []string{"/0", "sdk/2", "sdk/4", "sdk/5", "sdk/11", "wasm/2", "wasm/5", "wasm/29"} {
		require.NotZero(t, codes[code], "the script has no %s: %v", code, codes)
		fmt.Fprintf(&out, "%4d x %s\n", codes[code], code)
	}
	golden.Check(t, out.Bytes())
}

// TestSimulateGas: who takes the gas that a simulation tells has enough, and
// pays for at most 5 % too much.
func TestSimulateGas(t *testing.T) {
	s := scripted(t)
	require.Greater(t, len(s.ratios), 30)
	for _, r := range s.ratios {
		t.Logf("%-40s used %8d simulated %8d bare %8d", r.name, r.used, r.stated, r.bare)
		for _, told := range []uint64{r.stated, r.bare} {
			require.GreaterOrEqual(t, told, r.used, r.name)
			require.LessOrEqual(t, told, r.used+r.used/20, "%s: too much", r.name)
		}
	}
}

// same compares what a run came to with the script.
func (s *script) same(t *testing.T, h int, got BlockResult) {
	t.Helper()
	want := s.results[h]
	require.Len(t, got.Txs, len(want.Txs))
	for i, r := range got.Txs {
		require.Equal(t, want.Txs[i], r, "height %d, transaction %d", h+1, i)
	}
	require.Equal(t, want.Events, got.Events)
	require.Equal(t, want.AppHash, got.AppHash, "height %d", h+1)
}

// replay runs the script's blocks on a new chain; between is called before
// each block and may change the world under it.
func (s *script) replay(t *testing.T, o worldOptions, between func(h int, w *world)) {
	t.Helper()
	g, err := ParseGenesis(s.genesis)
	require.NoError(t, err)
	o.genesis, o.maxGas, o.noBlock = g, 60_000_000, true
	w := newWorld(t, o)
	for h, in := range s.blocks {
		if between != nil {
			between(h, w)
		}
		res, err := w.app.Execute(in)
		require.NoError(t, err)
		s.same(t, h, res)
		require.NoError(t, w.app.Commit())
		w.height++
	}
}

// TestReplicas: the same blocks come to the same results, gas and hashes
// whatever differs between two nodes (advisories, standing gate 3).
func TestReplicas(t *testing.T) {
	s := scripted(t)
	warm := engine(t, vm.Config{CacheDir: t.TempDir()})
	t.Run("GOMAXPROCS 1", func(t *testing.T) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		s.replay(t, worldOptions{engine: warm}, nil)
	})
	t.Run("GOMAXPROCS 2, warm caches", func(t *testing.T) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
		s.replay(t, worldOptions{engine: warm}, nil)
	})
	t.Run("no memory cache, debug hook", func(t *testing.T) {
		said := 0
		s.replay(t, worldOptions{engine: engine(t, vm.Config{MemoryCacheBytes: -1}), cacheMiB: 1, debug: func(_, _ string) { said++ }}, nil)
	})
	t.Run("interpreter", func(t *testing.T) {
		s := &script{} // wazero's interpreter has 2,000 frames at most
		s.record(t, true)
		s.replay(t, worldOptions{engine: engine(t, vm.Config{Interpreter: true})}, nil)
	})
	t.Run("executed twice, checks and queries between", func(t *testing.T) {
		s.replay(t, worldOptions{engine: warm}, func(h int, w *world) {
			res, err := w.app.Execute(s.blocks[h])
			require.NoError(t, err)
			s.same(t, h, res)
			for _, raw := range s.blocks[h].Txs {
				_, err := w.app.Check(raw)
				require.NoError(t, err)
				if h > 0 {
					_, err = w.app.Simulate(raw)
					require.NoError(t, err)
				}
			}
			_, err = w.app.Process(s.blocks[h].Txs)
			require.NoError(t, err)
		})
	})
}

// TestRestart: a node that stops after every block, or between executing a
// block and committing it, goes on as if nothing had been.
func TestRestart(t *testing.T) {
	s := scripted(t)
	shared := engine(t, vm.Config{})
	fs := vfs.NewMem()
	open := func() (*state.Store, *App) {
		store, err := state.Open("db", state.Options{Stores: layout.Stores(), FS: fs, Keep: 5, CacheBytes: 8 << 20})
		require.NoError(t, err)
		a, err := New(Options{Store: store, Engine: shared, ChainID: testChain, BlockTime: func(h int64) (time.Time, bool) {
			if h < 1 || h > int64(len(s.blocks)) {
				return time.Time{}, false
			}
			return s.blocks[h-1].Time, true
		}})
		require.NoError(t, err)
		if h, _ := store.Version(); h == 0 { // CometBFT calls again until the first block is there
			_, _, err = a.InitGenesis(s.genesis, start, 1, 60_000_000)
			require.NoError(t, err)
		}
		return store, a
	}
	store, a := open()
	restart := func() {
		a.Close()
		require.NoError(t, store.Close())
		store, a = open()
	}
	for h, in := range s.blocks {
		if h%3 == 0 { // the block was executed and never committed
			res, err := a.Execute(in)
			require.NoError(t, err)
			s.same(t, h, res)
			restart()
		}
		require.Error(t, a.Commit(), "nothing was executed since the start")
		_, err := a.Execute(BlockInput{Height: in.Height + 1, Time: in.Time})
		if h > 0 {
			require.Error(t, err, "a gap")
		}
		res, err := a.Execute(in)
		require.NoError(t, err)
		s.same(t, h, res)
		require.NoError(t, a.Commit())
		height, hash := a.Info()
		require.Equal(t, in.Height, height)
		require.Equal(t, res.AppHash, hash)
		if h%2 == 0 {
			restart()
		}
	}
	a.Close()
	require.NoError(t, store.Close())
}

// TestExport: the state of the script's end as genesis gives the same genesis
// again, byte for byte, and two chains that start from it agree.
func TestExport(t *testing.T) {
	s := scripted(t)
	shared := engine(t, vm.Config{})
	var first []byte
	s.replay(t, worldOptions{engine: shared}, func(h int, w *world) {
		if h != len(s.blocks)-1 {
			return
		}
		g, err := w.app.ExportGenesis()
		require.NoError(t, err)
		require.NoError(t, g.Validate())
		first, err = g.JSON()
		require.NoError(t, err)
	})
	var hashes [][]byte
	for range 2 {
		g, err := ParseGenesis(first)
		require.NoError(t, err)
		w := newWorld(t, worldOptions{genesis: g, engine: shared})
		_, hash := w.app.Info()
		hashes = append(hashes, hash)
		again, err := w.app.ExportGenesis()
		require.NoError(t, err)
		again.Distribution.PreviousProposer = g.Distribution.PreviousProposer // its one block has another
		second, err := again.JSON()
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))
	}
	require.Equal(t, hashes[0], hashes[1])
}
