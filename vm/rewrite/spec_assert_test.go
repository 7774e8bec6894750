package rewrite_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/weftchain/weft/vm/rewrite"
)

// This file runs the assertions of a script.

// refill gives every metered instance gas and stack.
func (st *stage) refill() {
	if !st.metered {
		return
	}
	for _, p := range st.all {
		refill(p.Module, plentyOfGas, st.budget)
	}
}

func (st *stage) ended(p *player, err error) ending {
	if st.metered {
		return st.meteredEnding(p, err)
	}
	return trapName(err)
}

// meteredEnding asks every instance: a call may have gone through several.
func (st *stage) meteredEnding(p *player, err error) ending {
	for _, other := range st.all {
		if e := meteredEnding(other.Module, err); e == outOfGas || e == outOfStack {
			return e
		}
	}
	return meteredEnding(p.Module, err)
}

// assert runs an action and compares how it ends.
func (st *stage) assert(p *player, c *command) error {
	var results []uint64
	end := ending("")
	if c.Action.Type == "get" {
		g := p.ExportedGlobal(c.Action.Field)
		if g == nil {
			return errors.New("no such global")
		}
		results = []uint64{g.Get()}
	} else {
		args, err := c.Action.arguments()
		if err != nil {
			return err
		}
		f := p.ExportedFunction(c.Action.Field)
		if f == nil {
			return errors.New("no such function")
		}
		st.refill()
		results, err = f.Call(st.ctx, args...)
		end = st.ended(p, err)
	}
	switch c.Type {
	case "assert_trap":
		if want := trapNamed(c.Text); end != want {
			return fmt.Errorf("ended with %q, want %q", end, want)
		}
		return nil
	case "assert_exhaustion":
		if end != outOfStack && (st.metered || end != "stack overflow") {
			return fmt.Errorf("ended with %q, want %q", end, outOfStack)
		}
		return nil
	}
	if end != "" {
		return fmt.Errorf("ended with %q", end)
	}
	return st.compareResults(c, results)
}

func (st *stage) compareResults(c *command, results []uint64) error {
	if c.Type == "action" {
		return nil
	}
	if len(results) != len(c.Expected) {
		return fmt.Errorf("%d results, want %d", len(results), len(c.Expected))
	}
	for i, want := range c.Expected {
		if err := want.matches(results[i], st.metered && !keepsPayload(c)); err != nil {
			return fmt.Errorf("result %d: %w", i, err)
		}
	}
	return nil
}

// keepsPayload tells the operations whose NaNs the rewriter leaves alone.
func keepsPayload(c *command) bool {
	return strings.Contains(c.Action.Field, "promote") || strings.Contains(c.Action.Field, "demote")
}

// uninstantiable holds when the rule for segments refuses the module, or the
// engine does, or its start function traps.
func (st *stage) uninstantiable(c *command) verdict {
	if st.metered {
		code, err := st.s.module(c)
		if err != nil {
			return holds(err)
		}
		p, err := rewrite.Prepare(code, st.outside())
		if err != nil {
			return refusedFeature(err)
		}
		if p.Shares != "" {
			st.share(p)
			return leftOut("imports %s of another module", p.Shares)
		}
		m, err := rewrite.CheckModule(p.Code, rewrite.SpecLimits(p.MemoryPages))
		if err != nil {
			return refusedFeature(err)
		}
		if m.RefusesSegments() {
			return verdict{}
		}
	}
	p, err := st.instantiate(c)
	switch {
	case err != nil:
		return verdict{}
	case p.left != "":
		return verdict{left: p.left}
	case !st.metered && c.Text == "out of bounds table access":
		return verdict{} // wazero instantiates such a module and refuses its calls
	}
	return verdict{failed: "instantiated"}
}

// unlinkable holds when the rule for imports refuses the module: it does so for
// everything but the chain's own functions.
func (st *stage) unlinkable(c *command) verdict {
	code, err := st.s.module(c)
	if err != nil {
		return holds(err)
	}
	if !st.metered {
		if _, err = st.rt.InstantiateWithConfig(st.ctx, code, wazero.NewModuleConfig().WithName("")); err == nil {
			return verdict{failed: "linked"}
		}
		return verdict{}
	}
	m, err := rewrite.CheckModule(code, rewrite.SpecLimits(1<<16))
	if err != nil {
		return refusedFeature(err)
	}
	if m.RefusesImports() {
		return verdict{}
	}
	return st.uninstantiable(c) // version 1 calls segments that do not fit unlinkable
}

// invalid holds when our validator refuses the module.
func (st *stage) invalid(c *command) verdict {
	if c.ModuleType == "text" {
		return leftOut("about the text format")
	}
	code, err := st.s.module(c)
	if err != nil {
		return holds(err)
	}
	if st.metered {
		_, err = rewrite.CheckModule(code, rewrite.SpecLimits(1<<16))
	} else {
		_, err = st.rt.CompileModule(st.ctx, code)
	}
	switch {
	case err != nil && st.metered && refusedFeature(err).left != "":
		return verdict{note: " (by a feature that weft refuses)"}
	case err != nil:
		return verdict{}
	case st.first && st.metered && st.validSince2(code):
		return leftOut("invalid in version 1 of the specification, valid in version 2")
	}
	return verdict{failed: "accepted, want: " + c.Text}
}

// validSince2 asks the engine about both versions.
func (st *stage) validSince2(code []byte) bool {
	valid := func(f api.CoreFeatures) bool {
		rt := wazero.NewRuntimeWithConfig(st.ctx, engines["interpreter"].WithCoreFeatures(f))
		defer rt.Close(st.ctx)
		_, err := rt.CompileModule(st.ctx, code)
		return err == nil
	}
	return !valid(api.CoreFeaturesV1) && valid(api.CoreFeaturesV2)
}
