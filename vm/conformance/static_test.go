//go:build cgo

package conformance

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/internal/wat"
)

// How two verdicts about a module may relate.
const (
	sameVerdict = iota // both accept or both refuse, for the same reason
	// weftAccepts what the reference refuses: design.md D2.
	weftAccepts
	// weftRefusesEarly what the reference accepts and then can never run: no call
	// gets beyond making an instance.
	weftRefusesEarly
	// weftLacks values of reference types: parameters, locals and globals that no
	// instruction which the reference accepts can fill.
	weftLacks
	// weftBounds what nothing in the reference bounds: compile time and memory of
	// hostile modules.
	weftBounds
)

const unreadable = "Error calling the VM: Error during static Wasm validation: Wasm bytecode could not be deserialized."

// sameRefusal compares the texts of two refusals. Ours says more: what was
// measured, where, and what helps. Parsers and compilers have words of their own,
// and the reference's parser finds a few things before its rules do.
func sameRefusal(want, got string) bool {
	if kindOfText(want) != kindOfText(got) {
		return false
	}
	if kindOfText(want) == vm.KindCompile || strings.HasPrefix(want, unreadable) || strings.HasPrefix(got, want) {
		return true
	}
	if strings.HasSuffix(want, "more than 100 locals: 4294967295") && strings.HasPrefix(got, unreadable) {
		return true // our parser stops counting at 50,000
	}
	for _, list := range []string{"Available imports: ", "Available capabilities: ", " of 1 bytes from index"} {
		if a, _, ok := strings.Cut(want, list); ok && strings.HasPrefix(got, a) {
			return true // weft has more to offer
		}
	}
	return false
}

// verdict hands a module to both engines and holds their verdicts against each
// other. It returns the code if both accept it.
func (l *lab) verdict(name string, wasm []byte, expect int) *code {
	l.tb.Helper()
	c := newCode(name, wasm)
	want, got := l.ref.engine.store(wasm), l.weft.engine.store(wasm)
	verdictsCompared.Add(1)
	var ok bool
	switch expect {
	case sameVerdict:
		ok = want == "" && got == "" || want != "" && got != "" && sameRefusal(want, got)
	case weftAccepts:
		ok = want != "" && got == ""
	case weftRefusesEarly:
		ok = want == "" && kindOfText(got) == vm.KindStatic && l.neverRuns(c)
	case weftBounds, weftLacks:
		ok = want == "" && kindOfText(got) == vm.KindStatic
	}
	if !ok {
		l.differ("%s: the verdicts differ (rule %d)\n reference %q\n weft      %q", name, expect, shorten(want), shorten(got))
	}
	if want != "" || got != "" {
		return nil
	}
	contractsSeen.Store(c.checksum, name)
	return c
}

func shorten(text string) string { return text[:min(len(text), 600)] }

// neverRuns tells whether the reference cannot even make an instance of a code.
func (l *lab) neverRuns(c *code) bool {
	w := newWorld(l.ref.engine)
	a := w.add("contract", c)
	out := w.engine.run(w, request{actor: a, entry: "query", args: [][]byte{[]byte("{}"), []byte("{}")}, limit: gasLimit})
	return kindOfText(out.Err) == vm.KindInstantiate
}

func TestStaticVerdicts(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, c := range append(rulesOfUpload(), instructions()...) {
		l.verdict(c.name, c.code, c.expect)
	}
	plain := contractOf(nil)
	for n := range plain { // cut off everywhere
		l.verdict(fmt.Sprintf("the first %d bytes", n), plain[:n], sameVerdict)
	}
	for _, tail := range []string{"\x00", "\x01\x00", "\xff", "\x00\x01\x00", "\x0c\x01\x00", "\x0a\x00", "\x0d\x01\x00"} {
		l.verdict(fmt.Sprintf("with %q behind", tail), append(slices.Clone(plain), tail...), sameVerdict)
	}
	for _, head := range []string{"", "\x00asm", "\x00asm\x02\x00\x00\x00", "\x00asm\x01\x00\x01\x00", "\x00asm\x0d\x00\x01\x00", "asm\x00\x01\x00\x00\x00"} {
		l.verdict(fmt.Sprintf("with the head %q", head), append([]byte(head), plain[8:]...), sameVerdict)
	}
}

// Modules with a few bytes changed: the same verdict, and where both accept one,
// the same calls.
func TestMutatedModules(t *testing.T) {
	t.Parallel()
	originals := map[string][]byte{"puppet": puppet(allocateWell, 0), "random": randomContract(rand.New(rand.NewPCG(1, 1)), 3), "plain": contractWith(wat.I32Const(0), wat.Drop)}
	for _, o := range sorted(originals) {
		for seed := range uint64(scale(700)) {
			rng := rand.New(rand.NewPCG(seed, 99))
			mutant := slices.Clone(o.value)
			for range 1 + rng.IntN(3) {
				switch at := 8 + rng.IntN(len(mutant)-8); rng.IntN(4) {
				case 0:
					mutant[at] ^= 1 << rng.IntN(8)
				case 1:
					mutant[at] = byte(rng.Uint32())
				case 2:
					mutant = slices.Delete(mutant, at, at+1)
				case 3:
					mutant = slices.Insert(mutant, at, byte(rng.Uint32()))
				}
			}
			if bytes.Equal(mutant, o.value) {
				continue
			}
			l := newLab(t)
			if c := l.mutant(fmt.Sprintf("%s, mutant %d", o.key, seed), mutant); c != nil {
				l.add("contract", c)
				l.each(func(w *world) { w.actors["contract"].entries["k"] = []byte("v") })
				for _, doc := range []string{"\x00\x00\x00\x00", (&play{}).region(placeA, dataA, []byte("k")).call("db_read", placeA).result(puppetAnswers, 64).String()} {
					l.call(100_000_000, "contract", "query", "{}", doc)
					l.call(100_000_000, "contract", "execute", "{}", "{}", doc)
				}
			}
		}
	}
}

// mutant is verdict for a module of which nothing is known before: what weft
// may see otherwise has to be one of the ways that it is allowed to.
func (l *lab) mutant(name string, wasm []byte) *code {
	l.tb.Helper()
	want, got := l.ref.engine.store(wasm), l.weft.engine.store(wasm)
	expect := sameVerdict
	switch {
	case want != "" && got == "" && (strings.Contains(want, "bulk memory") || strings.Contains(want, "Bulk memory")):
		expect = weftAccepts
	case want == "" && strings.Contains(got, "reference types support is not enabled"):
		expect = weftLacks
	case want != "" && got == "" && strings.Contains(want, "more than 1 results"):
		expect = weftAccepts
	case want == "" && strings.Contains(got, "more than") && !strings.Contains(got, "parameters"):
		expect = weftBounds
	case want == "" && got != "":
		expect = weftRefusesEarly
	case want != "" && got != "" && kindOfText(want) == kindOfText(got): // it breaks several rules
		verdictsCompared.Add(1)
		return nil
	case want != "" && got != "" && strings.HasPrefix(want, unreadable) != strings.HasPrefix(got, unreadable): // parsed before or after
		verdictsCompared.Add(1)
		return nil
	}
	return l.verdict(name, wasm, expect)
}
