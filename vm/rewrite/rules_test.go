package rewrite_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

const (
	static  = "Error during static Wasm validation: "
	parsing = static + "Wasm bytecode could not be deserialized. Deserialization error: \""
)

// contract builds a valid contract with additions.
func contract(add func(m *wat.Module)) []byte {
	m := &wat.Module{}
	if add != nil {
		add(m)
	}
	m.Contract()
	return m.Bytes()
}

// bare builds what Contract would, export by export, so that one can be left
// out or changed.
func bare(exports ...string) []byte {
	m := &wat.Module{}
	m.Memory(1)
	for _, name := range exports {
		if name == "memory" {
			m.Export(name, wat.MemoryKind, 0)
			continue
		}
		m.ExportFunc(name, nil, nil, nil, nil)
	}
	return m.Bytes()
}

// withCode builds a contract with a function of the given code.
func withCode(code ...any) []byte {
	return contract(func(m *wat.Module) { m.Func(nil, nil, nil, wat.Code(code...)) })
}

type refusal struct {
	name   string
	code   []byte
	text   string // the error begins with it
	holds  string // and contains this: the measured value, the limit, the remedy
	limits func(l *rewrite.Limits)
}

// ruleRefusals has a module for each static rule, in the reference's words.
func ruleRefusals() []refusal {
	return []refusal{
		{name: "two tables", code: contract(func(m *wat.Module) { m.Table(1, 1); m.Table(1, 1) }), text: static + "Wasm contract must not have more than 1 table section", holds: "has 2"},
		{name: "unbounded table", code: contract(func(m *wat.Module) { m.RawTable([]byte{0x70, 0, 1}) }), text: static + "Wasm contract must not have unbound table section", holds: "--growable-table"},
		{name: "table of 2,501", code: contract(func(m *wat.Module) { m.Table(1, 2501) }), text: static + "Wasm contract's first table section has a too large max limit", holds: "2501 elements, limit 2500"},
		{name: "no memory", code: (&wat.Module{}).Bytes(), text: static + "Wasm contract must contain exactly one memory", holds: "has 0"},
		{name: "two memories", code: contract(func(m *wat.Module) { m.Memory(1); m.Memory(1) }), text: static + "Wasm contract must contain exactly one memory", holds: "has 2"},
		{name: "memory of 513 pages", code: contract(func(m *wat.Module) { m.Memory(513) }), text: static + "Wasm contract memory's minimum must not exceed 512 pages.", holds: "has 513"},
		{name: "memory with a maximum", code: contract(func(m *wat.Module) { m.RawMemory([]byte{1, 1, 2}) }), text: static + "Wasm contract memory's maximum must be unset. The host will set it for you.", holds: "--max-memory"},
		{name: "no marker", code: bare("memory", "allocate", "deallocate"), text: static + "Wasm contract missing a required marker export: interface_version_*"},
		{name: "two markers", code: bare("memory", "allocate", "deallocate", "interface_version_8", "interface_version_7"), text: static + "Wasm contract contains more than one marker export: interface_version_*", holds: `{"interface_version_7", "interface_version_8"}`},
		{name: "interface version 7", code: bare("memory", "allocate", "deallocate", "interface_version_7"), text: static + "Wasm contract has unknown interface_version_* marker export (see https://github.com/CosmWasm/cosmwasm/blob/main/packages/vm/README.md)", holds: `"interface_version_7"`},
		{name: "no allocate", code: bare("memory", "deallocate", "interface_version_8"), text: static + `Wasm contract doesn't have required export: "allocate". Exports required by VM: ["allocate", "deallocate"].`},
		{name: "no deallocate", code: bare("memory", "allocate", "interface_version_8"), text: static + `Wasm contract doesn't have required export: "deallocate". Exports required by VM: ["allocate", "deallocate"].`},
		{name: "memory not exported", code: bare("allocate", "deallocate", "interface_version_8"), text: static + `Wasm contract doesn't have required export: "memory"`},
		{name: "memory exported under another name", code: contractWithoutMemoryExport("mem"), text: static + `Wasm contract doesn't have required export: "memory"`},
		{name: "101 imports", code: contract(func(m *wat.Module) {
			for range 101 {
				m.Import("env", "debug", wat.T(wat.I32), nil)
			}
		}), text: static + "Import count exceeds limit. Imports: 101. Limit: 100."},
		{name: "unknown import", code: contract(func(m *wat.Module) {
			m.Import("env", "debug", wat.T(wat.I32), nil)
			m.Import("env", "foo", wat.T(wat.I32), nil)
		}), text: static + `Wasm contract requires unsupported import: "env.foo". Required imports: {"env.debug", "env.foo"}. Available imports: ["env.abort", "env.db_read", "env.db_write", `},
		{name: "import of another contract", code: contract(func(m *wat.Module) { m.Import("other", "debug", wat.T(wat.I32), nil) }), text: static + `Wasm contract requires unsupported import: "other.debug".`},
		{name: "WASI", code: wasiContract("fd_write", wat.T(wat.I32, wat.I32, wat.I32, wat.I32), wat.T(wat.I32)), limits: func(l *rewrite.Limits) { l.WASI = rewrite.WASILimits{} }, text: static + `Wasm contract requires unsupported import: "wasi_snapshot_preview1.fd_write".`},
		{name: "WASI outside the set", code: wasiContract("sock_open", nil, nil), text: static + `Wasm contract requires unsupported import: "wasi_snapshot_preview1.sock_open".`, holds: "wasi_snapshot_preview1.fd_write"},
		{name: "WASI with another type", code: wasiContract("fd_write", nil, nil), text: static + `Wasm contract requires import with a wrong type: "wasi_snapshot_preview1.fd_write" is () -> (), not (i32, i32, i32, i32) -> (i32)`},
		{name: "memory import", code: contract(func(m *wat.Module) { m.RawImport("env", "db_read", wat.MemoryKind, []byte{0, 1}) }), text: static + `Wasm contract requires non-function import: "env.db_read". Right now, all supported imports are functions.`},
		{name: "table import", code: contract(func(m *wat.Module) { m.RawImport("env", "db_read", wat.TableKind, []byte{0x70, 0, 1}) }), text: static + `Wasm contract requires non-function import: "env.db_read".`},
		{name: "global import", code: contract(func(m *wat.Module) { m.RawImport("env", "db_read", wat.GlobalKind, []byte{0x7f, 0}) }), text: static + `Wasm contract requires non-function import: "env.db_read".`},
		{name: "import with another type", code: contract(func(m *wat.Module) { m.Import("env", "db_read", wat.T(wat.I64), wat.T(wat.I32)) }), text: static + `Wasm contract requires import with a wrong type: "env.db_read" is (i64) -> (i32), not (i32) -> (i32)`},
		{name: "capability", code: contract(func(m *wat.Module) { m.ExportFunc("requires_sun", nil, nil, nil, nil) }), text: static + `Wasm contract requires unavailable capabilities: {"sun"}`},
		{name: "20,001 functions", code: contract(func(m *wat.Module) {
			for range 20_001 - 3 {
				m.Func(nil, nil, nil, nil)
			}
		}), text: static + "Wasm contract contains more than 20000 functions", holds: "has 20001"},
		{name: "101 parameters of a type nobody uses", code: contract(func(m *wat.Module) { m.Type(manyOf(wat.I32, 101), nil) }), text: static + "Wasm contract contains function with more than 100 parameters", holds: "has 101"},
		{name: "two results", code: contract(func(m *wat.Module) {
			m.Func(nil, wat.T(wat.I32, wat.I32), nil, wat.Code(wat.I32Const(1), wat.I32Const(1)))
		}), text: static + "Wasm contract contains function with more than 1 results", holds: "multivalue"},
		{name: "10,001 parameters in all", code: paramsContract(10_001), text: static + "Wasm contract contains more than 10000 function parameters in total", holds: "has 10001"},
		{name: "101 locals", code: contract(func(m *wat.Module) { m.Func(nil, nil, manyOf(wat.I32, 101), nil) }), text: static + "Wasm contract contains function with more than 100 locals: 101", holds: "--release"},
		{name: "10,001 locals in all", code: localsContract(10_001), text: static + "Wasm contract contains more than 10000 function locals in total: 10001"},
		{name: "reserved export", code: contract(func(m *wat.Module) { m.ExportFunc("weft.gas", nil, nil, nil, nil) }), text: static + `Wasm contract has reserved export: "weft.gas".`},
		{name: "reserved prefix", code: contract(func(m *wat.Module) { m.ExportFunc("weft.", nil, nil, nil, nil) }), text: static + `Wasm contract has reserved export: "weft.".`},
		{name: "start function", code: contract(func(m *wat.Module) { m.Start(m.Func(nil, nil, nil, nil)) }), text: static + "Wasm contract has a start function", holds: "--exportStart"},
		{name: "data behind memory", code: contract(func(m *wat.Module) { m.Data(65_535, []byte("ab")) }), text: static + "Wasm contract has a data segment outside of its memory: ends at 65537, memory has 65536 bytes"},
		{name: "data at minus one", code: contract(func(m *wat.Module) { m.Data(-1, nil) }), text: static + "Wasm contract has a data segment outside of its memory: ends at 4294967295"},
		{name: "elements behind table", code: contract(func(m *wat.Module) { m.Table(2, 2); f := m.Func(nil, nil, nil, nil); m.Elem(1, f, f) }), text: static + "Wasm contract has an element segment outside of its table: ends at 3, table has 2"},
		{name: "migrate version empty", code: contract(func(m *wat.Module) { m.Custom("cw_migrate_version", nil) }), text: static + "cannot parse integer from empty string"},
		{name: "migrate version no number", code: contract(func(m *wat.Module) { m.Custom("cw_migrate_version", []byte("4x")) }), text: static + "invalid digit found in string"},
		{name: "migrate version negative", code: contract(func(m *wat.Module) { m.Custom("cw_migrate_version", []byte("-1")) }), text: static + "invalid digit found in string"},
		{name: "migrate version of 65 bits", code: contract(func(m *wat.Module) { m.Custom("cw_migrate_version", []byte("18446744073709551616")) }), text: static + "number too large to fit in target type"},
		{name: "migrate version no UTF-8", code: contract(func(m *wat.Module) { m.Custom("cw_migrate_version", []byte{0xff}) }), text: static + "invalid utf-8 sequence"},
		// weft's own bounds.
		{name: "large module", code: contract(func(m *wat.Module) { m.Custom("ballast", make([]byte, 4<<20)) }), text: static + "Wasm contract is too large", holds: "limit 4194304"},
		{name: "large body", code: withCode(wat.Repeat(512<<10, wat.Nop)), text: static + "Wasm contract contains a function body of more than 524288 bytes"},
		{name: "deep nesting", code: withCode(wat.Repeat(1_025, wat.Block(wat.NoResult)), wat.Repeat(1_025, wat.End)), text: static + "Wasm contract contains function with blocks nested deeper than 1024"},
		{name: "nothing but block", code: withCode(wat.Repeat(250_000, wat.Block(wat.NoResult))), text: static + "Wasm contract contains function with blocks nested deeper than 1024"},
		{name: "many branches", code: withCode(wat.Repeat(24_000, wat.Block(wat.NoResult), wat.End)), text: static + "Wasm contract contains function with more than 24000 branches"},
		{name: "work of large functions", code: branchContract(2, 18_000), limits: func(l *rewrite.Limits) { l.CompileWork = 30_000_000 }, text: static + "Wasm contract would take too long to compile: more than 30000000 units of work"},
		{name: "work of many functions", code: branchContract(610, 999), limits: func(l *rewrite.Limits) { l.CompileWork = 600 * 100_000 }, text: static + "Wasm contract would take too long to compile"},
		{name: "memory for one function", code: branchContract(1, 23_000), limits: func(l *rewrite.Limits) { l.BodyMemory = 10_000_000 }, text: static + "Wasm contract would take too much memory to compile: more than 10000000 bytes"},
		{name: "many operands", code: withCode(wat.Repeat(10_001, wat.I32Const(0)), wat.Unreachable), text: static + "Wasm contract contains function with more than 10000 operands on the stack"},
		{name: "br_table bomb", code: withCode(wat.I32Const(0), wat.BrTable(make([]uint32, 24_000)...)), text: static + "Wasm contract contains function with more than 24000 branches"},
		{name: "br_table bombs", code: withCode(wat.Repeat(24, wat.Block(wat.NoResult), wat.I32Const(0), wat.BrTable(make([]uint32, 1_000)...), wat.End)), text: static + "Wasm contract contains function with more than 24000 branches"},
		{name: "many exports", code: contract(func(m *wat.Module) {
			f := m.Func(nil, nil, nil, nil)
			for i := range 1_000 {
				m.Export(fmt.Sprint(i), wat.FuncKind, f)
			}
		}), text: static + "Wasm contract contains more than 1000 exports: 1004"},
		{name: "many globals", code: contract(func(m *wat.Module) {
			for range 1_000 {
				m.Global(wat.I32, true, wat.I32Const(0))
			}
		}), text: static + "Wasm contract contains more than 1000 globals: 1001"},
		{name: "many types", code: contract(func(m *wat.Module) {
			for i := range 10_001 {
				var bits []wat.Type
				for k := range 14 {
					bits = append(bits, []wat.Type{wat.I32, wat.I64}[i>>k&1])
				}
				m.Type(bits, nil)
			}
		}), text: static + "Wasm contract contains more than 10000 types"},
		{name: "many results of a block", code: contract(func(m *wat.Module) { m.Type(nil, manyOf(wat.I32, 101)) }), text: static + "Wasm contract contains type with more than 100 results: 101"},
		{name: "many element segments", code: contract(func(m *wat.Module) {
			m.Table(1, 1)
			for range 1_001 {
				m.Elem(0)
			}
		}), text: static + "Wasm contract contains more than 1000 element segments: 1001"},
		{name: "many data segments", code: contract(func(m *wat.Module) {
			for range 50_001 {
				m.Data(0, nil)
			}
		}), text: static + "Wasm contract contains more than 50000 data segments: 50001"},
	}
}

func contractWithoutMemoryExport(name string) []byte {
	m := &wat.Module{}
	m.Memory(1)
	m.Export(name, wat.MemoryKind, 0)
	for _, f := range []string{"allocate", "deallocate", "interface_version_8"} {
		m.ExportFunc(f, nil, nil, nil, nil)
	}
	return m.Bytes()
}

func wasiContract(name string, params, results wat.Types) []byte {
	return contract(func(m *wat.Module) { m.Import("wasi_snapshot_preview1", name, params, results) })
}

// paramsContract has n parameters in all; Contract itself brings two.
func paramsContract(n int) []byte {
	return contract(func(m *wat.Module) {
		for n -= 2; n > 0; n -= 100 {
			m.Func(manyOf(wat.I32, min(n, 100)), nil, nil, nil)
		}
	})
}

// branchContract has functions of n branches each, the final end included.
func branchContract(functions, n int) []byte {
	return contract(func(m *wat.Module) {
		for range functions {
			m.Func(nil, nil, nil, wat.Repeat(n-1, wat.Block(wat.NoResult), wat.End))
		}
	})
}

// localsContract has n locals in all; Contract itself brings one.
func localsContract(n int) []byte {
	return contract(func(m *wat.Module) {
		for n--; n > 0; n -= 100 {
			m.Func(nil, nil, manyOf(wat.I32, min(n, 100)), nil)
		}
	})
}

// TestRules refuses each module with the text of its rule.
func TestRules(t *testing.T) {
	for _, r := range ruleRefusals() {
		t.Run(r.name, func(t *testing.T) {
			checkRefusal(t, r)
		})
	}
}

func checkRefusal(t *testing.T, r refusal) {
	limits := rewrite.DefaultLimits()
	if r.limits != nil {
		r.limits(&limits)
	}
	_, err := rewrite.Check(r.code, limits, allCapabilities)
	var refused *rewrite.RefusedError
	require.True(t, errors.As(err, &refused), "%v", err)
	require.Equal(t, refused.Text, err.Error())
	require.True(t, strings.HasPrefix(err.Error(), r.text), "%s\nshould begin with\n%s", err, r.text)
	require.Contains(t, err.Error(), r.holds)
}

// TestLimitsExactly accepts modules that reach each limit without passing it.
func TestLimitsExactly(t *testing.T) {
	for name, code := range map[string][]byte{
		"table of 2,500":      contract(func(m *wat.Module) { m.Table(2500, 2500) }),
		"no table":            contract(nil),
		"memory of 512 pages": contract(func(m *wat.Module) { m.Memory(512) }),
		"memory of 0 pages":   contract(func(m *wat.Module) { m.Memory(0) }),
		"100 imports":         contract(func(m *wat.Module) { imports(m, 100) }),
		"20,000 functions":    contract(func(m *wat.Module) { functions(m, 20_000-3) }),
		"100 parameters":      contract(func(m *wat.Module) { m.Type(manyOf(wat.I32, 100), nil) }),
		"10,000 parameters":   paramsContract(10_000),
		"100 locals":          contract(func(m *wat.Module) { m.Func(nil, nil, manyOf(wat.I32, 100), nil) }),
		"10,000 locals":       localsContract(10_000),
		"block of 2 results": contract(func(m *wat.Module) {
			pair := wat.S64(int64(m.Type(nil, wat.T(wat.I32, wat.I32))))
			m.Func(nil, nil, nil, wat.Code(wat.Block(pair), wat.I32Const(1), wat.I32Const(1), wat.End, wat.Drop, wat.Drop))
		}),
		"marker that is no function": contract(func(m *wat.Module) { m.Memory(1); m.Export("interface_version_9", wat.MemoryKind, 0) }),
		"data to the last byte":      contract(func(m *wat.Module) { m.Data(65_534, []byte("ab")) }),
		"elements to the end":        contract(func(m *wat.Module) { m.Table(2, 2); f := m.Func(nil, nil, nil, nil); m.Elem(0, f, f) }),
		"passive data":               contract(func(m *wat.Module) { m.PassiveData(make([]byte, 70_000)) }),
		"nesting of 1,024":           withCode(wat.Repeat(1_024, wat.Block(wat.NoResult)), wat.Repeat(1_024, wat.End)),
		"24,000 branches":            withCode(wat.Repeat(23_999, wat.Block(wat.NoResult), wat.End)),
		"work of large bodies":       branchContract(1, 23_999),
		"work of small bodies":       branchContract(590, 999),
		"10,000 operands":            withCode(wat.Repeat(10_000, wat.I32Const(0)), wat.Unreachable),
		"body of 512 KiB":            withCode(wat.Repeat(512<<10-2, wat.Nop)),
		"9,998 targets":              withCode(wat.I32Const(0), wat.BrTable(make([]uint32, 9_998)...)),
		"module of 4 MiB": func() []byte {
			size := len(contract(func(m *wat.Module) { m.Custom("ballast", make([]byte, 3<<20)) }))
			return contract(func(m *wat.Module) { m.Custom("ballast", make([]byte, 3<<20+4<<20-size)) })
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			meter(t, code, rewrite.DefaultLimits())
		})
	}
}

func imports(m *wat.Module, n int) {
	for range n {
		m.Import("env", "debug", wat.T(wat.I32), nil)
	}
}

func functions(m *wat.Module, n int) {
	for range n {
		m.Func(nil, nil, nil, nil)
	}
}

// TestLimitsAreParameters lowers every limit of the reference and refuses a
// module that the default accepts.
func TestLimitsAreParameters(t *testing.T) {
	code := contract(func(m *wat.Module) {
		m.Import("env", "debug", wat.T(wat.I32), nil)
		m.Table(2, 2)
		m.Memory(2)
		m.Func(wat.T(wat.I32, wat.I32), nil, wat.T(wat.I32, wat.I32), nil)
	})
	meter(t, code, rewrite.DefaultLimits())
	for text, lower := range map[string]func(l *rewrite.Limits){
		"too large max limit":                      func(l *rewrite.Limits) { l.TableElements = 1 },
		"must not exceed 1 pages":                  func(l *rewrite.Limits) { l.MemoryPages = 1 },
		"Imports: 1. Limit: 0.":                    func(l *rewrite.Limits) { l.Imports = 0 },
		"more than 3 functions":                    func(l *rewrite.Limits) { l.Functions = 3 },
		"more than 1 parameters":                   func(l *rewrite.Limits) { l.FunctionParams = 1 },
		"more than 3 function parameters in total": func(l *rewrite.Limits) { l.TotalFunctionParams = 3 },
		"more than 0 results":                      func(l *rewrite.Limits) { l.FunctionResults = 0 },
		"more than 1 locals: 2":                    func(l *rewrite.Limits) { l.FunctionLocals = 1 },
		"more than 2 function locals in total: 3":  func(l *rewrite.Limits) { l.TotalFunctionLocals = 2 },
	} {
		l := rewrite.DefaultLimits()
		lower(&l)
		_, err := rewrite.Check(code, l, nil)
		require.ErrorContains(t, err, text)
	}
	exact := rewrite.Limits{
		MemoryPages: 2, TableElements: 2, Imports: 1, Functions: 4, FunctionParams: 2, TotalFunctionParams: 4, FunctionResults: 1,
		FunctionLocals: 2, TotalFunctionLocals: 3, CodeBytes: uint32(len(code)), BodyBytes: 100, Nesting: 0, OperandHeight: 3, BodyBranches: 1, CompileWork: 100_000, BodyMemory: 100_000,
		Types: 10, BlockResults: 1, Exports: 4, Globals: 1,
	}
	meter(t, code, exact)
}

func TestLimitsJSON(t *testing.T) {
	require.Equal(t, `{"initial_memory_limit_pages":512,"table_size_limit_elements":2500,"max_imports":100,"max_functions":20000,`+
		`"max_function_params":100,"max_total_function_params":10000,"max_function_results":1,"max_function_locals":100,"max_total_function_locals":10000}`,
		string(rewrite.DefaultLimits().JSON()))
	require.True(t, json.Valid(rewrite.Limits{}.JSON()))
}

// TestAnalysis reads what a contract says about itself.
func TestAnalysis(t *testing.T) {
	m, err := rewrite.Check(contract(nil), rewrite.DefaultLimits(), nil)
	require.NoError(t, err)
	require.Equal(t, rewrite.Analysis{}, m.Analysis())
	require.Equal(t, 1, m.MutableGlobals(), "Contract has one")

	ibc := []string{"ibc_channel_open", "ibc_channel_connect", "ibc_channel_close", "ibc_packet_receive", "ibc_packet_ack", "ibc_packet_timeout"}
	limits := rewrite.DefaultLimits()
	code := contract(func(m *wat.Module) {
		m.Import("wasi_snapshot_preview1", "sched_yield", nil, wat.T(wat.I32))
		for _, name := range append(ibc, "sudo", "execute", "requires_staking", "requires_iterator", "requires_", "_initialize") {
			m.ExportFunc(name, nil, nil, nil, nil)
		}
		m.Export("query", wat.GlobalKind, m.Global(wat.I32, false, wat.I32Const(0))) // no function: no entry point
		m.Custom("cw_migrate_version", []byte("18446744073709551615"))
	})
	m, err = rewrite.Check(code, limits, allCapabilities)
	require.NoError(t, err)
	version := uint64(math.MaxUint64)
	require.Equal(t, rewrite.Analysis{
		EntryPoints:  []string{"execute", "ibc_channel_close", "ibc_channel_connect", "ibc_channel_open", "ibc_packet_ack", "ibc_packet_receive", "ibc_packet_timeout", "sudo"},
		Capabilities: []string{"iterator", "staking"}, MigrateVersion: &version, HasIBCEntryPoints: true, WASI: true, Initialize: true,
		CompileWork: m.Analysis().CompileWork,
	}, m.Analysis())
	require.Positive(t, m.Analysis().CompileWork)
	_, err = rewrite.Check(code, limits, []string{"staking", "other"})
	require.ErrorContains(t, err, `unavailable capabilities: {"iterator"}`)

	m, err = rewrite.Check(referenceContract(t, "ibc_reflect.wasm"), rewrite.DefaultLimits(), allCapabilities)
	require.NoError(t, err)
	require.True(t, m.Analysis().HasIBCEntryPoints)
	require.Equal(t, []string{"iterator", "stargate"}, m.Analysis().Capabilities)
	require.Nil(t, m.Analysis().MigrateVersion)
	m, err = rewrite.Check(referenceContract(t, "hackatom.wasm"), rewrite.DefaultLimits(), allCapabilities)
	require.NoError(t, err)
	require.EqualValues(t, 42, *m.Analysis().MigrateVersion)
}

// TestLongLists cuts the names in a text where the reference does.
func TestLongLists(t *testing.T) {
	code := contract(func(m *wat.Module) {
		for _, name := range []string{"foo", "bar"} {
			m.Import("env", name, nil, nil)
		}
		for i := 1; i <= 10; i++ {
			m.Import("env", fmt.Sprintf("spammyspam%02d", i), nil, nil)
		}
	})
	_, err := rewrite.Check(code, rewrite.DefaultLimits(), nil)
	require.ErrorContains(t, err, `requires unsupported import: "env.foo". Required imports: {"env.bar", "env.foo", "env.spammyspam01", "env.spammyspam02", `+
		`"env.spammyspam03", "env.spammyspam04", "env.spammyspam05", "env.spammyspam06", "env.spammyspam07", "env.spammyspam08", ... 2 more}. Available`)
	_, err = rewrite.Check(contract(func(m *wat.Module) { m.Import("env", strings.Repeat("x", 300), nil, nil) }), rewrite.DefaultLimits(), nil)
	require.ErrorContains(t, err, `Required imports: {... 1 elements}.`)
}
