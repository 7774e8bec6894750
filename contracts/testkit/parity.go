package testkit

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// part is one thing that must be the same as wasm and natively.
type part struct{ what, wasm, native string }

// compare fails the test at the first part that differs.
func (c *Chain) compare(call string, parts ...part) {
	c.t.Helper()
	for _, p := range parts {
		if p.wasm != p.native {
			c.t.Fatalf("%s\nwasm and Go differ: %s\n%s", call, p.what, difference(c.named(p.wasm), c.named(p.native)))
		}
	}
}

// compareResults compares what a transaction did, but for its gas.
func (c *Chain) compareResults(msgs []chain.Message, wasm, native chain.Result) {
	c.t.Helper()
	var call []string
	for _, m := range msgs {
		call = append(call, c.named(shown(m)))
	}
	c.compare(strings.Join(call, "\n"),
		part{"error", wasm.Log, native.Log},
		part{"code", verdict(wasm), verdict(native)},
		part{"events", eventLines(wasm.Events), eventLines(native.Events)},
		part{"response", responses(wasm), responses(native)},
	)
	changed, err := c.changedDifference()
	c.sound(err)
	if changed != "" {
		c.t.Fatalf("%s\nwasm and Go differ: state\n%s", strings.Join(call, "\n"), c.named(changed))
	}
}

// changedDifference returns the first key at which the states part, of those that
// the last transaction wrote.
func (c *Chain) changedDifference() (string, error) {
	keys := slices.Concat(c.main.sandbox.Written(), c.twin.sandbox.Written())
	slices.SortFunc(keys, func(a, b app.Write) int {
		return cmp.Or(strings.Compare(a.Store, b.Store), bytes.Compare(a.Key, b.Key))
	})
	for _, k := range keys {
		wasm, err := c.main.sandbox.Get(k.Store, k.Key)
		if err != nil {
			return "", err
		}
		native, err := c.twin.sandbox.Get(k.Store, k.Key)
		if err != nil {
			return "", err
		}
		if (wasm == nil) != (native == nil) || !bytes.Equal(wasm, native) {
			return shownDifference(k.Store, found(k.Key, wasm), found(k.Key, native)), nil
		}
	}
	return "", nil
}

// found is an entry, the empty one if there is no value.
func found(key, value []byte) entry {
	if value == nil {
		return entry{}
	}
	return entry{string(key), string(value)}
}

func shownDifference(store string, wasm, native entry) string {
	return fmt.Sprintf("  wasm: %s\n    Go: %s", wasm.show(store), native.show(store))
}

func verdict(r chain.Result) string {
	if r.OK() {
		return ""
	}
	return fmt.Sprintf("%s/%d", r.Codespace, r.Code)
}

func responses(r chain.Result) string {
	var b strings.Builder
	for _, res := range r.Responses {
		fmt.Fprintf(&b, "%s %q\n", res.TypeURL, res.Value)
	}
	return b.String()
}

// difference shows two texts from the first line on in which they part.
func difference(wasm, native string) string {
	w, n := strings.Split(wasm, "\n"), strings.Split(native, "\n")
	i := 0
	for i < len(w) && i < len(n) && w[i] == n[i] {
		i++
	}
	show := func(lines []string) string {
		if i >= len(lines) || i == len(lines)-1 && lines[i] == "" {
			return "(nothing)"
		}
		return lines[i]
	}
	return fmt.Sprintf("  wasm: %s\n    Go: %s", show(w), show(n))
}

// stateDifference returns the first key at which the two states part, "" without
// one.
func (c *Chain) stateDifference() (string, error) {
	for _, store := range []string{layout.Wasm, layout.Bank} {
		prefix := layout.WasmStatePrefix
		if store == layout.Bank {
			prefix = nil
		}
		wasm, err := entries(c.main, store, prefix)
		if err != nil {
			return "", err
		}
		native, err := entries(c.twin, store, prefix)
		if err != nil {
			return "", err
		}
		for i := range max(len(wasm), len(native)) {
			w, n := at(wasm, i), at(native, i)
			if w != n {
				return shownDifference(store, w, n), nil
			}
		}
	}
	return "", nil
}

// entry is a key of a store with its value.
type entry struct{ key, value string }

func at(list []entry, i int) entry {
	if i < len(list) {
		return list[i]
	}
	return entry{}
}

// show names the contract in front of its key.
func (e entry) show(store string) string {
	if e.key == "" {
		return "(nothing)"
	}
	const from = 1 // behind the prefix
	if n := from + 32; store == layout.Wasm && e.key[0] == layout.WasmStatePrefix[0] && len(e.key) > n {
		return fmt.Sprintf("%s %q = %s", text(chain.Address(e.key[from:n])), e.key[n:], e.value)
	}
	return fmt.Sprintf("%s %q = %q", store, e.key, e.value)
}

func entries(n *node, store string, prefix []byte) ([]entry, error) {
	var out []entry
	err := n.sandbox.Each(store, prefix, func(key, value []byte) {
		out = append(out, entry{string(key), string(value)})
	})
	return out, err
}

// shown is a message for people.
func shown(m chain.Message) string {
	text := fmt.Sprintf("%T", m)
	text = text[strings.LastIndexByte(text, '.')+1:]
	switch m := m.(type) {
	case *wasmpb.MsgExecuteContract:
		return fmt.Sprintf("%s of %s from %s: %s", text, m.Contract, m.Sender, m.Msg)
	case *wasmpb.MsgInstantiateContract:
		return fmt.Sprintf("%s of %s from %s: %s", text, m.Label, m.Sender, m.Msg)
	case *wasmpb.MsgInstantiateContract2:
		return fmt.Sprintf("%s of %s from %s: %s", text, m.Label, m.Sender, m.Msg)
	case *wasmpb.MsgMigrateContract:
		return fmt.Sprintf("%s of %s from %s: %s", text, m.Contract, m.Sender, m.Msg)
	case *wasmpb.MsgSudoContract:
		return fmt.Sprintf("%s of %s: %s", text, m.Contract, m.Msg)
	case *wasmpb.QuerySmartContractStateRequest:
		return fmt.Sprintf("%s: %s", m.Address, m.QueryData)
	default:
		return text + " " + m.String()
	}
}

// compareAll compares the states at the end of a test: nothing is left out, also
// not what no transaction of the test wrote.
func (c *Chain) compareAll() {
	changed, err := c.stateDifference()
	if err != nil {
		c.t.Errorf("%v", err)
	}
	if changed != "" {
		c.t.Errorf("wasm and Go differ at the end: state\n%s", c.named(changed))
	}
}

// atEnd runs something when a test ends, if that can be asked of it.
func atEnd(t T, do func()) {
	if t, ok := t.(interface{ Cleanup(do func()) }); ok {
		t.Cleanup(do)
	}
}
