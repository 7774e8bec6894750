package conformance

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/weftchain/weft/vm"
)

// What wasmvm's api tests use, in VM gas.
const (
	gasLimit    = 500_000_000_000
	getPrice    = 99_000
	setPrice    = 187_000
	removePrice = 142_000
	rangePrice  = 261_000

	canonicalPrice = 440
	humanPrice     = 550
	canonicalBytes = 32
)

// env is the Env of those tests, in the bytes that reach the contract.
const env = `{"block":{"height":123,"time":"1578939743987654321","chain_id":"foobar"},` +
	`"transaction":{"index":4,"hash":"qrvM3e7/ABGqu8zd7v8AEaq7zN3u/wARqrvM3e7/ABE="},"contract":{"address":"contract"}}`

// info is the MessageInfo of those tests.
func info(sender string) string {
	return fmt.Sprintf(`{"sender":%q,"funds":[{"denom":"ATOM","amount":"100"}]}`, sender)
}

var testdata = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/CosmWasm/wasmvm/v3").Output()
	dir := strings.TrimSpace(string(out))
	if err == nil && dir == "" {
		err = errors.New("the module github.com/CosmWasm/wasmvm/v3 is not downloaded: run go mod download")
	}
	return filepath.Join(dir, "testdata"), err
})

// wasm reads a contract of the reference.
func wasm(tb testing.TB, name string) []byte {
	tb.Helper()
	dir, err := testdata()
	if err != nil {
		tb.Fatal(err)
	}
	code, err := os.ReadFile(filepath.Join(dir, name+".wasm"))
	if err != nil {
		tb.Fatal(err)
	}
	return code
}

// Engines are shared by all tests: compiling a contract takes a third of a second.
var (
	compiler    = sync.OnceValues(func() (*vm.Engine, error) { return vm.New(vm.Config{}) })
	interpreter = sync.OnceValues(func() (*vm.Engine, error) { return vm.New(vm.Config{Interpreter: true}) })
)

// contract is a stored code with a state and what wasmvm's tests put around it.
type contract struct {
	tb      testing.TB
	engine  *vm.Engine
	code    vm.Code
	store   *store
	api     vm.API
	querier vm.Querier
}

// newContract stores a contract of the reference with the compiler engine.
func newContract(tb testing.TB, name string) *contract {
	tb.Helper()
	return newContractOn(tb, compiler, name)
}

func newContractOn(tb testing.TB, engine func() (*vm.Engine, error), name string) *contract {
	tb.Helper()
	e, err := engine()
	if err != nil {
		tb.Fatal(err)
	}
	code := wasm(tb, name)
	sum := sha256.Sum256(code)
	load := func() ([]byte, error) { return code, nil }
	return &contract{tb, e, vm.Code{Checksum: sum, Load: load}, newStore(), api{}, bank("contract", "250", "ATOM")}
}

// call runs an entry point with the reference's limit.
func (c *contract) call(entry string, args ...string) (vm.Result, error) {
	return c.callWith(gasLimit, entry, args...)
}

func (c *contract) callWith(limit uint64, entry string, args ...string) (vm.Result, error) {
	call := vm.Call{
		Code: c.code, Entry: entry, GasLimit: limit, ReadOnly: entry == "query",
		Storage: c.store, API: c.api, Querier: c.querier,
	}
	for _, a := range args {
		call.Args = append(call.Args, []byte(a))
	}
	return c.engine.Call(call)
}

// must runs an entry point that has to succeed and returns the "ok" of its
// result and the gas.
func (c *contract) must(entry string, args ...string) (json.RawMessage, uint64) {
	c.tb.Helper()
	res, err := c.call(entry, args...)
	if err != nil {
		c.tb.Fatalf("%s %s: %v", entry, args[len(args)-1], err)
	}
	ok, text := contractResult(c.tb, res.Data)
	if text != "" {
		c.tb.Fatalf("%s %s: the contract says %s", entry, args[len(args)-1], text)
	}
	return ok, res.GasUsed
}

func (c *contract) instantiate(sender, msg string) uint64 {
	c.tb.Helper()
	_, gas := c.must("instantiate", env, info(sender), msg)
	return gas
}

func (c *contract) execute(sender, msg string) (json.RawMessage, uint64) {
	c.tb.Helper()
	return c.must("execute", env, info(sender), msg)
}

// query returns the bytes that a query gives.
func (c *contract) query(msg string) []byte {
	c.tb.Helper()
	ok, _ := c.must("query", env, msg)
	return binary(c.tb, ok)
}

func binary(tb testing.TB, b64 json.RawMessage) []byte {
	tb.Helper()
	var out []byte
	if err := json.Unmarshal(b64, &out); err != nil {
		tb.Fatal(err)
	}
	return out
}

// contractResult takes a ContractResult apart.
func contractResult(tb testing.TB, data []byte) (ok json.RawMessage, text string) {
	tb.Helper()
	var r struct {
		Ok    json.RawMessage `json:"ok"`
		Error string          `json:"error"`
	}
	if err := json.Unmarshal(data, &r); err != nil {
		tb.Fatalf("%v in %s", err, data)
	}
	return r.Ok, r.Error
}

// store is a map with the reference's prices.
type store struct{ entries map[string][]byte }

func newStore() *store { return &store{map[string][]byte{}} }

func (s *store) Get(key []byte) ([]byte, uint64, error) { return s.entries[string(key)], getPrice, nil }

func (s *store) Set(key, value []byte) (uint64, error) {
	s.entries[string(key)] = bytes.Clone(value)
	return setPrice, nil
}

func (s *store) Remove(key []byte) (uint64, error) {
	delete(s.entries, string(key))
	return removePrice, nil
}

func (s *store) Scan(start, end []byte, descending bool) (vm.Iterator, uint64, error) {
	it := &iterator{store: s}
	for k := range s.entries {
		if (start == nil || k >= string(start)) && (end == nil || k < string(end)) {
			it.keys = append(it.keys, k)
		}
	}
	slices.Sort(it.keys)
	if descending {
		slices.Reverse(it.keys)
	}
	return it, rangePrice, nil
}

// fingerprint covers everything in the store.
func (s *store) fingerprint() [32]byte {
	it, _, _ := s.Scan(nil, nil, false)
	h := sha256.New()
	for {
		k, v, _, _ := it.Next()
		if k == nil {
			return [32]byte(h.Sum(nil))
		}
		fmt.Fprintf(h, "%x=%x\n", k, v)
	}
}

type iterator struct {
	store *store
	keys  []string
}

func (it *iterator) Next() (key, value []byte, gas uint64, err error) {
	if len(it.keys) == 0 {
		return nil, nil, 0, nil
	}
	k := it.keys[0]
	it.keys = it.keys[1:]
	return []byte(k), it.store.entries[k], 0, nil
}

func (*iterator) Close() error { return nil }

// api pads an address with zeros to 32 bytes.
type api struct{}

func (api) Canonicalize(human string) ([]byte, uint64, error) {
	if len(human) > canonicalBytes {
		return nil, 0, &vm.UserError{Text: "human encoding too long"}
	}
	out := make([]byte, canonicalBytes)
	copy(out, human)
	return out, canonicalPrice, nil
}

func (api) Humanize(canonical []byte) (string, uint64, error) {
	if len(canonical) != canonicalBytes {
		return "", 0, &vm.UserError{Text: "wrong canonical length"}
	}
	text, _, _ := bytes.Cut(canonical, []byte{0})
	return string(text), humanPrice, nil
}

func (a api) Validate(human string) (uint64, error) {
	canonical, gas, err := a.Canonicalize(human)
	if err != nil {
		return gas, err
	}
	back, more, err := a.Humanize(canonical)
	if err == nil && back != strings.ToLower(human) {
		err = &vm.UserError{Text: "address validation failed"}
	}
	return gas + more, err
}

// failingAPI refuses everything.
type failingAPI struct{}

func (failingAPI) Canonicalize(string) ([]byte, uint64, error) {
	return nil, 0, &vm.UserError{Text: "mock failure - canonical_address"}
}

func (failingAPI) Humanize([]byte) (string, uint64, error) {
	return "", 0, &vm.UserError{Text: "mock failure - human_address"}
}

func (failingAPI) Validate(string) (uint64, error) {
	return 0, &vm.UserError{Text: "mock failure - validate_address"}
}

// chain answers queries: balances of one address, and a custom query. A query
// costs as much as its request is long.
type chain struct{ address, coins string }

// bank gives an address coins, as pairs of amount and denom.
func bank(address string, coins ...string) chain {
	var list []string
	for i := 0; i < len(coins); i += 2 {
		list = append(list, fmt.Sprintf(`{"denom":%q,"amount":%q}`, coins[i+1], coins[i]))
	}
	return chain{address, "[" + strings.Join(list, ",") + "]"}
}

func (q chain) Query(request []byte, _ uint64) ([]byte, uint64, error) {
	var r struct {
		Bank *struct {
			AllBalances *struct{ Address string } `json:"all_balances"`
		}
		Custom *struct {
			Capitalized *struct{ Text string }
		}
	}
	if err := json.Unmarshal(request, &r); err != nil {
		return nil, 0, err
	}
	gas := uint64(len(request))
	var answer string
	switch {
	case r.Bank != nil && r.Bank.AllBalances != nil:
		coins := "[]"
		if r.Bank.AllBalances.Address == q.address {
			coins = q.coins
		}
		answer = fmt.Sprintf(`{"amount":%s}`, coins)
	case r.Custom != nil && r.Custom.Capitalized != nil:
		answer = fmt.Sprintf(`{"msg":%q}`, strings.ToUpper(r.Custom.Capitalized.Text))
	default:
		return []byte(`{"error":{"unsupported_request":{"kind":"this"}}}`), gas, nil
	}
	b64, err := json.Marshal([]byte(answer))
	return fmt.Appendf(nil, `{"ok":{"ok":%s}}`, b64), gas, err
}
