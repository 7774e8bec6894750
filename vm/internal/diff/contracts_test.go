//go:build !race

// Nothing here is concurrent; the race detector would only make it slower.

package diff

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm"
)

// testdata is the folder of contracts that the reference, wasmvm 3.0.7, tests
// itself with. They are read from the Go module cache, not copied.
var testdata = sync.OnceValues(func() (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", "github.com/CosmWasm/wasmvm/v3@v3.0.7")
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("wasmvm carries the contracts of this test and could not be downloaded: %w", err)
	}
	var info struct{ Dir string }
	err = json.Unmarshal(out, &info)
	return filepath.Join(info.Dir, "testdata"), err
})

const (
	environment = `{"block":{"height":12345,"time":"1571797419879305533","chain_id":"cosmos-testnet-14002"},"transaction":{"index":3,"hash":"qrvM3e7/ABGqu8zd7v8AEaq7zN3u/wARqrvM3e7/ABE="},"contract":{"address":"cosmos2contract"}}`
	sender      = `{"sender":"creator","funds":[{"denom":"ATOM","amount":"250"}]}`
)

// step is one call: an entry point, the message, and a gas limit (0: plenty).
type step struct {
	entry, msg string
	gas        uint64
}

const plenty = 500_000_000_000

func executes(msgs ...string) (steps []step) {
	for _, m := range msgs {
		steps = append(steps, step{entry: "execute", msg: m})
	}
	return steps
}

func queries(msgs ...string) (steps []step) {
	for _, m := range msgs {
		steps = append(steps, step{entry: "query", msg: m})
	}
	return steps
}

// scripts are what each contract is called with, one after another on one store.
func scripts() map[string][]step {
	join := func(parts ...[]step) (all []step) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	begin := func(msg string) []step { return []step{{entry: "instantiate", msg: msg}} }
	argon := `{"argon2":{"mem_cost":64,"time_cost":2}}`
	return map[string][]step{
		"hackatom": join(begin(`{"verifier":"fred","beneficiary":"bob"}`), queries(`{"verifier":{}}`, `{"other_balance":{"address":"bob"}}`, `{"recurse":{"depth":0,"work":10}}`, `{"nonsense":{}}`),
			executes(`{"release":{}}`, `{"user_errors_in_api_calls":{}}`, `{"allocate_large_memory":{"pages":100}}`, `{"allocate_large_memory":{"pages":600}}`, `{"panic":{}}`),
			[]step{{"execute", `{"cpu_loop":{}}`, 3_000_000_000}, {"execute", `{"storage_loop":{}}`, 2_000_000_000}, {"execute", `{"memory_loop":{}}`, 3_000_000_000}},
			[]step{{entry: "sudo", msg: `{"steal_funds":{"recipient":"carl","amount":[{"amount":"700","denom":"gold"}]}}`}, {entry: "migrate", msg: `{"verifier":"alina"}`}}),
		"cyberpunk": join(begin(`{}`), executes(argon, `{"mirror_env":{}}`, `{"debug":{}}`, `{"panic":{}}`, `{"unreachable":{}}`, `{"allocate_large_memory":{"pages":400}}`),
			[]step{{"execute", argon, 100_000_000}, {"execute", `{"memory_loop":{}}`, 3_000_000_000}}),
		"queue": join(begin(`{}`), executes(`{"enqueue":{"value":17}}`, `{"enqueue":{"value":-22}}`, `{"enqueue":{"value":2147483647}}`),
			queries(`{"sum":{}}`, `{"count":{}}`, `{"reducer":{}}`, `{"list":{}}`), executes(`{"dequeue":{}}`, `{"dequeue":{}}`, `{"dequeue":{}}`, `{"dequeue":{}}`)),
		"reflect": join(begin(`{}`), queries(`{"owner":{}}`, `{"capitalized":{"text":"small Frys :)"}}`),
			executes(`{"change_owner":{"owner":"mallory"}}`, `{"reflect_msg":{"msgs":[]}}`, `{"reflect_msg":{"msgs":[{"bank":{"send":{"to_address":"friend","amount":[{"denom":"token","amount":"1"}]}}}]}}`)),
		"ibc_reflect": begin(`{"reflect_code_id":101}`),
	}
}

// stage runs contracts on one engine.
type stage struct {
	engine *vm.Engine
}

func newStage(t *testing.T, interpreter bool) *stage {
	t.Helper()
	e, err := vm.New(vm.Config{Interpreter: interpreter})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return &stage{e}
}

func (s *stage) load(t *testing.T, name string) vm.Code {
	t.Helper()
	dir, err := testdata()
	require.NoError(t, err)
	bytes, err := os.ReadFile(filepath.Join(dir, name+".wasm"))
	require.NoError(t, err)
	sum, _, err := s.engine.Compile(bytes)
	require.NoError(t, err)
	return vm.Code{Checksum: sum, Load: func() ([]byte, error) { return bytes, nil }}
}

// call makes one call and writes all that can be seen of it into the digest.
func (s *stage) call(t *testing.T, code vm.Code, w *world, st step) vm.Result {
	t.Helper()
	if st.gas == 0 {
		st.gas = plenty
	}
	args := [][]byte{[]byte(environment), []byte(sender), []byte(st.msg)}
	if st.entry == "query" || st.entry == "sudo" || st.entry == "migrate" {
		args = [][]byte{args[0], args[2]}
	}
	res, err := s.engine.Call(vm.Call{
		Code: code, Entry: st.entry, Args: args, GasLimit: st.gas, ReadOnly: st.entry == "query",
		Storage: w, API: w, Querier: w, Debug: func(text string) { w.note("debug %q", text) },
	})
	var verdict *vm.Error
	if err != nil && !errors.As(err, &verdict) && !errors.Is(err, vm.ErrOutOfGas) {
		require.NoError(t, err, "a fault in %s %s", st.entry, st.msg)
	}
	w.note("%s %s: %q %v, gas %d %d %d", st.entry, st.msg, res.Data, err, res.GasUsed, res.GasExternal, res.GasLeft)
	return res
}

// run calls a contract with its script and returns the digest of all of it.
func (s *stage) run(t *testing.T, name string, steps []step) string {
	t.Helper()
	code := s.load(t, name)
	w := &world{store: map[string][]byte{}, log: sha256.New()}
	answered := 0
	for _, st := range steps {
		if res := s.call(t, code, w, st); len(res.Data) > 0 {
			answered++
		}
	}
	require.NotZero(t, answered, "%s never answered", name)
	return digest(w.log)
}

// floats runs every float instruction with random operands, NaNs included.
func (s *stage) floats(t *testing.T, seeds int) string {
	t.Helper()
	code := s.load(t, "floaty_2.0")
	w := &world{store: map[string][]byte{}, log: sha256.New()}
	ask := func(msg string) []byte {
		var answer struct{ Ok []byte }
		res := s.call(t, code, w, step{entry: "query", msg: msg})
		if len(res.Data) > 0 {
			require.NoError(t, json.Unmarshal(res.Data, &answer))
		}
		return answer.Ok
	}
	var instructions []string
	require.NoError(t, json.Unmarshal(ask(`{"instructions":{}}`), &instructions))
	require.Len(t, instructions, 70)
	for _, instruction := range instructions {
		for seed := range seeds {
			args := ask(fmt.Sprintf(`{"random_args_for":{"instruction":%q,"seed":%d}}`, instruction, seed))
			ask(fmt.Sprintf(`{"run":{"instruction":%q,"args":%s}}`, instruction, args))
		}
	}
	return digest(w.log)
}

func digest(h hash.Hash) string { return fmt.Sprintf("%x", h.Sum(nil)[:16]) }

// digests runs all scripts on an engine.
func (s *stage) digests(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{"floaty_2.0": s.floats(t, 5)}
	for name, steps := range scripts() {
		all[name] = s.run(t, name, steps)
	}
	return all
}

// TestContracts runs the scripts on the engine's compiler and on its interpreter:
// results, errors, gas, every access to the world, and what contracts print.
func TestContracts(t *testing.T) {
	require.Equal(t, newStage(t, true).digests(t), newStage(t, false).digests(t))
}

// TestDigests prints what the compiler gives. The lines are the same on every
// architecture; vm/rewrite/arm64.sh compares them.
func TestDigests(t *testing.T) {
	all := newStage(t, false).digests(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Printf("digest of contract %s: %s\n", name, all[name])
	}
}
