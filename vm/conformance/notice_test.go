//go:build cgo

package conformance

import (
	"fmt"
	"strings"
	"testing"
)

// tampered is an engine that changes what happens.
type tampered struct {
	engine
	change func(w *world, r request, out *outcome)
}

func (e tampered) run(w *world, r request) outcome {
	out := e.engine.run(w, r)
	e.change(w, r, &out)
	return out
}

// notes collects what a lab reports.
type notes struct {
	testing.TB
	texts []string
}

func (n *notes) Errorf(format string, args ...any) {
	n.texts = append(n.texts, fmt.Sprintf(format, args...))
}

// A comparison that notices nothing is worth nothing: every single thing that it
// compares is changed once on one side.
func TestComparisonNotices(t *testing.T) {
	for _, c := range sorted(map[string]func(w *world, r request, out *outcome){
		"a byte of data":             func(_ *world, _ request, out *outcome) { out.Data = append(out.Data, ' ') },
		"a unit of gas":              func(_ *world, _ request, out *outcome) { out.Used++ },
		"external gas":               func(_ *world, _ request, out *outcome) { out.External-- },
		"gas that is left":           func(_ *world, _ request, out *outcome) { out.Left++ },
		"an error":                   func(_ *world, _ request, out *outcome) { out.Err = "Error calling the VM: Generic error: x" },
		"a value in the store":       func(_ *world, r request, _ *outcome) { r.actor.entries["config"] = []byte("x") },
		"a key in the store":         func(_ *world, r request, _ *outcome) { r.actor.entries["x"] = nil },
		"one access more":            func(w *world, _ request, _ *outcome) { w.note("get") },
		"one access less":            func(w *world, _ request, _ *outcome) { w.log = w.log[1:] },
		"another access":             func(w *world, _ request, _ *outcome) { w.log[0] = strings.Replace(w.log[0], "a", "b", 1) + " " },
		"two accesses the other way": func(w *world, _ request, _ *outcome) { w.log[0], w.log[1] = w.log[1], w.log[0] },
		"what the chain charged":     func(w *world, _ request, _ *outcome) { w.gas++ },
	}) {
		n, before := &notes{TB: t}, differences.Load()
		l := newLab(t)
		l.add("contract", l.must("hackatom", wasm(t, "hackatom")))
		l.tb = n
		l.weft.engine = tampered{l.weft.engine, c.value}
		l.call(gasLimit, "contract", "instantiate", env, info("creator"), hackatomInit)
		differences.Store(before)
		if len(n.texts) != 1 {
			t.Errorf("%s: reported %q", c.key, n.texts)
		}
	}
}

// The forgiving rules forgive one kind of error each and nothing beside it.
func TestAllowedDifferencesAreNarrow(t *testing.T) {
	l := newLab(t)
	inImport := "Error calling the VM: Error executing Wasm: Wasmer runtime error: RuntimeError: Ran out of gas during contract execution"
	for _, c := range []struct {
		want, got outcome
		same      bool
	}{
		{outcome{Err: inImport, Used: 5}, outcome{Err: "Out of gas", Used: 5}, true},
		{outcome{Err: inImport, Used: 5}, outcome{Err: "Out of gas", Used: 6}, false},
		{outcome{Err: inImport, Used: 5, Left: 3}, outcome{Err: "Out of gas", Used: 8}, false}, // no meter is exhausted
		{outcome{Err: inImport, Used: 5}, outcome{Err: "Error calling the VM: Generic error: x", Used: 5}, false},
		{outcome{Err: "Out of gas", Used: 5}, outcome{Used: 5}, false},
		{outcome{Err: "Error calling the VM: Generic error: x"}, outcome{Err: "Error calling the VM: Generic error: y"}, false},
	} {
		if got := l.forgive(c.want, c.got); (fmt.Sprint(got) == fmt.Sprint(c.want)) != c.same {
			t.Errorf("%v and %v: %v", c.want, c.got, got)
		}
	}
}
