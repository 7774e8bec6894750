package tipjar_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm"
)

const (
	self  = "weft1jar"
	alice = "weft1alice" // instantiates, hence owner
	bob   = "weft1bob"

	gasLimit = 100_000_000_000 // VM gas: a tenth of a second
	storeGas = 1_000_000
)

// jar is one tipjar on a chain that consists of three Go maps.
type jar struct {
	t       testing.TB
	engine  *vm.Engine
	code    vm.Code
	store   store
	balance map[string]string // denom to amount, of the contract
	gas     uint64            // of the last call
}

// newJar is a jar that is not instantiated yet.
func newJar(t testing.TB) *jar {
	t.Helper()
	engine, code := loaded()
	return &jar{t: t, engine: engine, code: code, store: store{}, balance: map[string]string{}}
}

// response is the part of a Response that the contract fills.
type response struct {
	Messages   []json.RawMessage
	Attributes []struct{ Key, Value string }
}

// attributes is "key=value key=value", in order.
func (r response) attributes() string {
	var parts []string
	for _, a := range r.Attributes {
		parts = append(parts, a.Key+"="+a.Value)
	}
	return strings.Join(parts, " ")
}

// call runs an entry point and takes the answer apart. As on the chain, the
// writes of a call that ends in an error are undone.
func (j *jar) call(entry string, args ...string) (ok json.RawMessage, refused string) {
	j.t.Helper()
	raw := make([][]byte, len(args))
	for i, arg := range args {
		raw[i] = []byte(arg)
	}
	work := j.store.clone()
	res, err := j.engine.Call(vm.Call{
		Code: j.code, Entry: entry, Args: raw, GasLimit: gasLimit, ReadOnly: entry == "query",
		Storage: work, API: addresses{}, Querier: bank{j.balance},
	})
	require.NoError(j.t, err)
	j.gas = res.GasUsed
	var result struct {
		OK    json.RawMessage
		Error *string
	}
	require.NoError(j.t, json.Unmarshal(res.Data, &result), "%s", res.Data)
	require.NotEqual(j.t, result.OK == nil, result.Error == nil, "%s", res.Data)
	if result.Error != nil {
		return nil, *result.Error
	}
	j.store = work
	return result.OK, ""
}

// send is call for entry points that give a Response. funds are "5uweft,1x".
func (j *jar) send(entry, sender, msg, funds string) (response, string) {
	j.t.Helper()
	ok, refused := j.call(entry, envJSON, infoJSON(sender, funds), msg)
	var r response
	if refused == "" {
		require.NoError(j.t, json.Unmarshal(ok, &r))
	}
	return r, refused
}

func (j *jar) mustSend(entry, sender, msg, funds string) response {
	j.t.Helper()
	r, refused := j.send(entry, sender, msg, funds)
	require.Empty(j.t, refused)
	return r
}

// query gives the JSON of the answer.
func (j *jar) query(msg string) (answer, refused string) {
	j.t.Helper()
	ok, refused := j.call("query", envJSON, msg)
	if refused != "" {
		return "", refused
	}
	var raw []byte
	require.NoError(j.t, json.Unmarshal(ok, &raw))
	return string(raw), ""
}

func (j *jar) mustQuery(msg string) string {
	j.t.Helper()
	answer, refused := j.query(msg)
	require.Empty(j.t, refused)
	return answer
}

const envJSON = `{"block":{"height":7,"time":"1571797419879305533","chain_id":"weft-test"},` +
	`"transaction":{"index":0},"contract":{"address":"` + self + `"}}`

func infoJSON(sender, funds string) string {
	type coin struct {
		Denom  string `json:"denom"`
		Amount string `json:"amount"`
	}
	list := []coin{}
	for _, text := range strings.FieldsFunc(funds, func(r rune) bool { return r == ',' }) {
		digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
		list = append(list, coin{Denom: text[digits:], Amount: text[:digits]})
	}
	raw, err := json.Marshal(map[string]any{"sender": sender, "funds": list})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// store is the contract's storage.
type store map[string]string

func (s store) clone() store {
	c := make(store, len(s))
	for k, v := range s {
		c[k] = v
	}
	return c
}

func (s store) Get(key []byte) ([]byte, uint64, error) {
	value, ok := s[string(key)]
	if !ok {
		return nil, storeGas, nil
	}
	return []byte(value), storeGas, nil
}

func (s store) Set(key, value []byte) (uint64, error) {
	s[string(key)] = string(value)
	return storeGas, nil
}

func (s store) Remove(key []byte) (uint64, error) {
	delete(s, string(key))
	return storeGas, nil
}

func (s store) Scan(start, end []byte, descending bool) (vm.Iterator, uint64, error) {
	it := &iterator{}
	for key, value := range s {
		if (start == nil || key >= string(start)) && (end == nil || key < string(end)) {
			it.entries = append(it.entries, [2]string{key, value})
		}
	}
	sort.Slice(it.entries, func(i, k int) bool { return it.entries[i][0] < it.entries[k][0] })
	if descending {
		slices.Reverse(it.entries)
	}
	return it, storeGas, nil
}

type iterator struct{ entries [][2]string }

func (it *iterator) Next() (key, value []byte, gas uint64, err error) {
	if len(it.entries) == 0 {
		return nil, nil, storeGas, nil
	}
	entry := it.entries[0]
	it.entries = it.entries[1:]
	return []byte(entry[0]), []byte(entry[1]), storeGas, nil
}

func (it *iterator) Close() error { return nil }

// addresses knows only names that begin with weft1.
type addresses struct{}

func (addresses) Validate(human string) (uint64, error) {
	if !strings.HasPrefix(human, "weft1") {
		return 0, &vm.UserError{Text: "not an address of this chain"}
	}
	return 0, nil
}

func (addresses) Canonicalize(string) ([]byte, uint64, error) {
	return nil, 0, errors.New("not asked for by the contract")
}

func (addresses) Humanize([]byte) (string, uint64, error) {
	return "", 0, errors.New("not asked for by the contract")
}

// bank answers balance queries about the contract itself.
type bank struct{ balance map[string]string }

func (b bank) Query(request []byte, _ uint64) ([]byte, uint64, error) {
	var q struct {
		Bank struct {
			Balance struct{ Address, Denom string }
		}
	}
	if err := json.Unmarshal(request, &q); err != nil {
		return nil, 0, err
	}
	if q.Bank.Balance.Address != self {
		return nil, 0, fmt.Errorf("query for %q: %s", q.Bank.Balance.Address, request)
	}
	amount, ok := b.balance[q.Bank.Balance.Denom]
	switch {
	case amount == "refuse":
		return []byte(`{"ok":{"error":"codespace: sdk, code: 7"}}`), 0, nil
	case amount == "unsupported":
		return []byte(`{"error":{"unsupported_request":{"kind":"bank"}}}`), 0, nil
	case !ok:
		amount = "0"
	}
	answer, err := json.Marshal(map[string]any{"amount": map[string]string{"denom": q.Bank.Balance.Denom, "amount": amount}})
	if err != nil {
		return nil, 0, err
	}
	inner, err := json.Marshal(map[string][]byte{"ok": answer})
	if err != nil {
		return nil, 0, err
	}
	return []byte(`{"ok":` + string(inner) + `}`), 0, nil
}
