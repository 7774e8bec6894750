//go:build cgo

package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/CosmWasm/wasmvm/v3/types"
)

// What the world charges, in VM gas: a price for the deed and one per byte, so
// that a byte more or less on one side shows.
const (
	getBase, getByte       = 99_000, 3
	setBase, setByte       = 187_000, 30
	removeBase, removeByte = 142_000, 7
	scanBase, scanByte     = 261_000, 5
	nextBase, nextByte     = 30_000, 11
	canonicalizeGas        = 440
	humanizeGas            = 550
	validateGas            = 990
	queryBase, queryByte   = 50_000, 9
)

// maxQueryDepth is how many smart queries may be nested.
const maxQueryDepth = 10

// ErrorOutOfGas is what a store of the Cosmos SDK panics with; the reference
// knows it by the name of its type.
type ErrorOutOfGas struct{ Descriptor string }

// world is all that contracts can reach on one of the two engines. There are two
// worlds, one per engine, and whatever happens in them must be the same.
type world struct {
	engine   engine
	actors   map[string]*actor
	balances map[string][]types.Coin
	log      []string // what happened, in order, with its gas
	gas      uint64   // what the meter of the chain shows
	gasLimit uint64   // where it panics
	depth    int
	api      addressAPI
}

// actor is a contract: a code and a store.
type actor struct {
	address string
	code    *code
	entries map[string][]byte
}

// request is one call of an entry point.
type request struct {
	actor *actor
	entry string
	args  [][]byte
	limit uint64
}

// outcome is everything that a caller can see of a call.
type outcome struct {
	Data     []byte
	Err      string // as the reference words it; "" is success
	Used     uint64 // internally
	External uint64
	Left     uint64
}

// engine is one of the two that are compared.
type engine interface {
	// store takes a code; a refusal is its text.
	store(code []byte) (refusal string)
	run(w *world, r request) outcome
}

func newWorld(e engine) *world {
	return &world{engine: e, actors: map[string]*actor{}, balances: map[string][]types.Coin{}, gasLimit: math.MaxUint64, api: paddedAddresses{}}
}

func atoms(n int) []types.Coin { return []types.Coin{{Denom: "ATOM", Amount: fmt.Sprint(n)}} }

func (w *world) add(address string, c *code) *actor {
	a := &actor{address, c, map[string][]byte{}}
	w.actors[address] = a
	return a
}

// note writes down what happened.
func (w *world) note(format string, args ...any) { w.log = append(w.log, fmt.Sprintf(format, args...)) }

// spend charges the chain's meter.
func (w *world) spend(gas uint64) {
	w.gas += gas
	if w.gas > w.gasLimit {
		w.note("the chain's meter is exhausted at %d", w.gas)
		panic(ErrorOutOfGas{"world"})
	}
}

// GasConsumed makes the world a gas meter of the reference.
func (w *world) GasConsumed() uint64 { return w.gas }

// short is how bytes look in the log.
func short(b []byte) string {
	switch {
	case b == nil:
		return "nil"
	case len(b) > 200:
		return fmt.Sprintf("%q…(%d bytes, %x)", b[:40], len(b), digest(b))
	}
	return fmt.Sprintf("%q", b)
}

// shelf is the store of one actor as its contract sees it.
type shelf struct {
	world *world
	actor *actor
}

func (s shelf) get(key []byte) []byte {
	value, ok := s.actor.entries[string(key)]
	if !ok {
		value = nil
	}
	s.world.note("get %s = %s", short(key), short(value))
	s.world.spend(getBase + getByte*uint64(len(key)+len(value)))
	return bytes.Clone(value)
}

func (s shelf) set(key, value []byte) {
	s.world.note("set %s = %s", short(key), short(value))
	s.world.spend(setBase + setByte*uint64(len(key)+len(value)))
	s.actor.entries[string(key)] = append([]byte{}, value...)
}

func (s shelf) remove(key []byte) {
	s.world.note("remove %s", short(key))
	s.world.spend(removeBase + removeByte*uint64(len(key)))
	delete(s.actor.entries, string(key))
}

// scan opens a cursor over what is there now. An empty bound and none are not
// the same to the reference.
func (s shelf) scan(start, end []byte, descending bool) *cursor {
	s.world.note("scan %s to %s descending=%v", short(start), short(end), descending)
	s.world.spend(scanBase + scanByte*uint64(len(start)+len(end)))
	c := &cursor{world: s.world}
	for _, k := range slices.Sorted(maps.Keys(s.actor.entries)) {
		if (start == nil || k >= string(start)) && (end == nil || k < string(end)) {
			c.keys = append(c.keys, k)
			c.values = append(c.values, s.actor.entries[k])
		}
	}
	if descending {
		slices.Reverse(c.keys)
		slices.Reverse(c.values)
	}
	return c
}

// cursor walks through the entries of a scan.
type cursor struct {
	world  *world
	keys   []string
	values [][]byte
}

func (c *cursor) valid() bool { return len(c.keys) > 0 }

// take returns the entry under the cursor and moves on.
func (c *cursor) step() {
	c.world.note("next from %q", c.keys[0])
	n := len(c.keys[0]) + len(c.values[0])
	c.keys, c.values = c.keys[1:], c.values[1:]
	c.world.spend(nextBase + nextByte*uint64(n))
}

func (w *world) canonicalize(human string) ([]byte, uint64, error) {
	canonical, err := w.api.canonicalize(human)
	w.note("canonicalize %s = %s, %v", short([]byte(human)), short(canonical), err)
	return canonical, canonicalizeGas, err
}

func (w *world) humanize(canonical []byte) (string, uint64, error) {
	human, err := w.api.humanize(canonical)
	w.note("humanize %s = %s, %v", short(canonical), short([]byte(human)), err)
	return human, humanizeGas, err
}

func (w *world) validate(human string) (uint64, error) {
	err := w.api.validate(human)
	w.note("validate %s: %v", short([]byte(human)), err)
	return validateGas, err
}

// Query answers a query of a contract, as a Querier of the reference.
func (w *world) Query(r types.QueryRequest, gasLimit uint64) ([]byte, error) {
	doc, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	w.note("query %s with %d gas", short(doc), gasLimit)
	w.spend(queryBase + queryByte*uint64(len(doc)))
	data, err := w.query(r, gasLimit)
	w.note("answer %s, %v", short(data), err)
	return data, err
}

func (w *world) query(r types.QueryRequest, gasLimit uint64) ([]byte, error) {
	switch {
	case r.Bank != nil && r.Bank.AllBalances != nil:
		return json.Marshal(types.AllBalancesResponse{Amount: w.balances[r.Bank.AllBalances.Address]})
	case r.Bank != nil && r.Bank.Balance != nil:
		coin := types.Coin{Denom: r.Bank.Balance.Denom, Amount: "0"}
		for _, c := range w.balances[r.Bank.Balance.Address] {
			if c.Denom == coin.Denom {
				coin = c
			}
		}
		return json.Marshal(types.BalanceResponse{Amount: coin})
	case r.Bank != nil && r.Bank.Supply != nil:
		return json.Marshal(types.SupplyResponse{Amount: types.Coin{Denom: r.Bank.Supply.Denom, Amount: "1000000"}})
	case r.Custom != nil:
		return customQuery(r.Custom)
	case r.Wasm != nil && r.Wasm.Raw != nil:
		a := w.actors[r.Wasm.Raw.ContractAddr]
		if a == nil {
			return nil, nobody(r.Wasm.Raw.ContractAddr)
		}
		return shelf{w, a}.get(r.Wasm.Raw.Key), nil
	case r.Wasm != nil && r.Wasm.Smart != nil:
		return w.smart(r.Wasm.Smart, gasLimit)
	case r.Wasm != nil && r.Wasm.ContractInfo != nil:
		if w.actors[r.Wasm.ContractInfo.ContractAddr] == nil {
			return nil, nobody(r.Wasm.ContractInfo.ContractAddr)
		}
		return json.Marshal(types.ContractInfoResponse{CodeID: 7, Creator: "creator"})
	case r.IBC != nil && r.IBC.PortID != nil:
		return json.Marshal(types.PortIDResponse{PortID: "wasm.port"})
	case r.Staking != nil && r.Staking.BondedDenom != nil:
		return json.Marshal(types.BondedDenomResponse{Denom: "ustake"})
	case r.Staking != nil && r.Staking.AllValidators != nil:
		v := types.Validator{Address: "validator", Commission: "0.05", MaxCommission: "0.2", MaxChangeRate: "0.1"}
		return json.Marshal(types.AllValidatorsResponse{Validators: []types.Validator{v}})
	case r.Staking != nil && r.Staking.Validator != nil:
		v := types.Validator{Address: r.Staking.Validator.Address, Commission: "0.05", MaxCommission: "0.2", MaxChangeRate: "0.1"}
		return json.Marshal(types.ValidatorResponse{Validator: &v})
	}
	return nil, types.UnsupportedRequest{Kind: "<this> & no HTML"}
}

// nobody is what wasmd says of an address that has no contract.
func nobody(address string) error {
	if address == "" {
		return errors.New("codespace: sdk, code: 7")
	}
	return types.NoSuchContract{Addr: address}
}

// customQuery is what reflect asks for.
func customQuery(doc []byte) ([]byte, error) {
	var r struct {
		Capitalized *struct{ Text string }
		Ping        *struct{}
	}
	if err := json.Unmarshal(doc, &r); err != nil {
		return nil, err
	}
	switch {
	case r.Capitalized != nil:
		return json.Marshal(map[string]string{"msg": strings.ToUpper(r.Capitalized.Text)})
	case r.Ping != nil:
		return []byte(`{"msg":"pong"}`), nil
	}
	return nil, errors.New("unknown custom query")
}

// smart runs a query of another contract on the same engine. Its gas lands on
// the meter of the chain, as it does in wasmd.
func (w *world) smart(q *types.SmartQuery, gasLimit uint64) ([]byte, error) {
	a := w.actors[q.ContractAddr]
	if a == nil {
		return nil, nobody(q.ContractAddr)
	}
	if w.depth++; w.depth > maxQueryDepth {
		w.depth--
		return nil, errors.New("query stack is too deep")
	}
	out := w.engine.run(w, request{a, "query", [][]byte{[]byte(env), q.Msg}, gasLimit})
	w.depth--
	w.note("smart query of %s: %s, failed=%v, used %d", a.address, short(out.Data), out.Err != "", out.Used)
	w.spend(out.Used)
	if out.Err != "" {
		return nil, errors.New("codespace: wasm, code: 9") // contracts see no texts of a machine
	}
	var result types.QueryResult
	if err := json.Unmarshal(out.Data, &result); err != nil {
		return nil, err
	}
	if result.Err != "" {
		return nil, errors.New(result.Err)
	}
	return result.Ok, nil
}
