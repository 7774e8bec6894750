package rewrite_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/weftchain/weft/vm/rewrite"
)

// verdict is what became of a command: "" when it holds, else why it was left
// out or how it failed.
type verdict struct {
	left   string
	failed string
	note   string // how it holds, for the table
}

func holds(err error) verdict {
	if err != nil {
		return verdict{failed: err.Error()}
	}
	return verdict{}
}

func leftOut(format string, args ...any) verdict { return verdict{left: fmt.Sprintf(format, args...)} }

// stage runs one script on one engine, the modules metered or as they are.
type stage struct {
	s       *script
	first   bool // version 1 of the specification
	metered bool
	budget  uint64 // of the stack
	rt      wazero.Runtime
	ctx     context.Context

	registered map[string]*player
	named      map[string]*player
	current    *player
	all        []*player
}

// player is an instance, or why there is none.
type player struct {
	api.Module
	left   string
	shared bool      // a module that was left out would have changed its table or memory
	uses   []*player // whose functions it imports
}

// tainted reports whether what the instance does depends on what a module that
// was left out would have done.
func (p *player) tainted() bool { return p.shared || slices.ContainsFunc(p.uses, (*player).tainted) }

func newStage(s *script, engine string, metered bool, spectest []byte) (*stage, error) {
	st := &stage{s: s, first: filepath.Base(filepath.Dir(s.dir)) == "v1", metered: metered, budget: rewrite.StackBudget, registered: map[string]*player{}, named: map[string]*player{}}
	if engine == "interpreter" {
		st.budget = 1_900 * 64 // it has 2,000 frames
	}
	st.ctx = experimental.WithImportResolver(context.Background(), func(name string) api.Module {
		if p := st.registered[name]; p != nil {
			return p.Module
		}
		return nil
	})
	st.rt = wazero.NewRuntimeWithConfig(st.ctx, engines[engine].WithCoreFeatures(st.features()))
	mod, err := st.rt.InstantiateWithConfig(st.ctx, spectest, wazero.NewModuleConfig().WithName(""))
	st.registered["spectest"] = &player{Module: mod}
	return st, err
}

// features gives the originals all of their version.
func (st *stage) features() api.CoreFeatures {
	switch {
	case st.metered:
		return features
	case st.first:
		return api.CoreFeaturesV1
	}
	return api.CoreFeaturesV2
}

func (st *stage) run() []verdict {
	verdicts := make([]verdict, len(st.s.Commands))
	for i := range st.s.Commands {
		verdicts[i] = st.command(&st.s.Commands[i])
	}
	_ = st.rt.Close(st.ctx)
	return verdicts
}

func (st *stage) command(c *command) verdict {
	switch c.Type {
	case "module":
		p, err := st.instantiate(c)
		if err != nil {
			p = &player{left: "a module that failed"}
		}
		st.current = p
		if c.Name != "" {
			st.named[c.Name] = p
		}
		return verdict{left: p.left, failed: holds(err).failed}
	case "register":
		p := st.player(c.Name)
		st.registered[c.As] = p
		return verdict{left: p.left}
	case "action", "assert_return", "assert_trap", "assert_exhaustion":
		p := st.player(c.Action.Module)
		if p.left != "" {
			return verdict{left: p.left}
		}
		if p.tainted() {
			return leftOut("state that a module that was left out shares")
		}
		return holds(st.assert(p, c))
	case "assert_uninstantiable":
		return st.uninstantiable(c)
	case "assert_unlinkable":
		return st.unlinkable(c)
	case "assert_invalid", "assert_malformed":
		return st.invalid(c)
	}
	return verdict{failed: "unknown command " + c.Type}
}

func (st *stage) player(name string) *player {
	if name == "" {
		return st.current
	}
	return st.named[name]
}

// code reads a command's module and takes it through validation and metering.
func (st *stage) code(c *command) (code []byte, start string, v verdict) {
	code, err := st.s.module(c)
	if err != nil || !st.metered {
		return code, "", holds(err)
	}
	p, err := rewrite.Prepare(code, st.outside())
	if err != nil {
		return nil, "", refusedFeature(err)
	}
	if p.Shares != "" {
		st.share(p)
		return nil, "", leftOut("imports %s of another module", p.Shares)
	}
	m, err := rewrite.CheckModule(p.Code, rewrite.SpecLimits(p.MemoryPages))
	if err != nil {
		return nil, "", refusedFeature(err)
	}
	code, err = m.Metered()
	return code, p.Start, holds(err)
}

// share marks the modules whose state a left out module would use.
func (st *stage) share(p *rewrite.Prepared) {
	for _, name := range p.SharesWith {
		if other := st.registered[name]; other != nil && name != "spectest" {
			other.shared = true
		}
	}
}

// refusedFeature tells a feature that weft does not take from a fault of the validator.
func refusedFeature(err error) verdict {
	for _, f := range []struct{ text, feature string }{
		{"eference type", "reference types: values, tables of externref, typed select, table instructions"},
		{"keeps its segments from call to call", "data.drop, elem.drop, table.copy, table.init"},
		{"passive and declared element segments", "passive and declared element segments"},
		{"SIMD", "SIMD"},
		{"multiple memories or tables", "more than one table"},
		{"multiple tables", "more than one table"},
		{"unknown table 1", "more than one table"},
	} {
		if strings.Contains(err.Error(), f.text) {
			return leftOut("%s", f.feature)
		}
	}
	return verdict{failed: "refused: " + err.Error()}
}

func (st *stage) outside() rewrite.Outside {
	return rewrite.Outside{
		Global: func(module, name string) (uint64, bool) {
			p := st.registered[module]
			if p == nil || p.Module == nil {
				return 0, false
			}
			g := p.ExportedGlobal(name)
			if g == nil {
				return 0, false
			}
			return g.Get(), true
		},
		Table: func(module, name string) (least, most uint32, ok bool) {
			return 10, 20, module == "spectest" && name == "table"
		},
		Memory: func(module, name string) (least, most uint32, ok bool) {
			return 1, 2, module == "spectest" && name == "memory"
		},
	}
}

// instantiate makes an instance; an error is a failure.
func (st *stage) instantiate(c *command) (*player, error) {
	code, start, v := st.code(c)
	if v.failed != "" {
		return nil, errors.New(v.failed)
	}
	if v.left != "" {
		return &player{left: v.left}, nil
	}
	compiled, err := st.rt.CompileModule(st.ctx, code)
	if err != nil {
		return nil, err
	}
	p := &player{}
	for _, f := range compiled.ImportedFunctions() {
		module, _, _ := f.Import()
		if other := st.registered[module]; other != nil {
			p.uses = append(p.uses, other)
			if other.left != "" {
				return &player{left: "imports from a module that was left out"}, nil
			}
		}
	}
	p.Module, err = st.rt.InstantiateModule(st.ctx, compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return nil, err
	}
	st.all = append(st.all, p)
	if start != "" {
		st.refill()
		if _, err := p.ExportedFunction(start).Call(st.ctx); err != nil {
			return nil, fmt.Errorf("start function: %s", st.ended(p, err))
		}
	}
	return p, nil
}
