package rewrite

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	interfaceVersionPrefix = "interface_version_"
	interfaceVersion       = "interface_version_8"
	capabilityPrefix       = "requires_"
	reservedPrefix         = "weft."
	memoryExport           = "memory"
)

var requiredExports = []string{"allocate", "deallocate"}

func (m *Module) checkTables() *RefusedError {
	defined := m.tables[m.importedTables:]
	if len(defined) > 1 {
		return against("Wasm contract must not have more than 1 table section (has %d, at offset 0x%x)", len(defined), defined[1].offset)
	}
	if len(defined) == 0 {
		return nil
	}
	t := defined[0]
	if !t.bounded && m.wasi {
		t.max = t.min // no instruction can grow it
	} else if !t.bounded {
		return against("Wasm contract must not have unbound table section (at offset 0x%x). Link without --growable-table", t.offset)
	}
	if t.max > m.limits.TableElements {
		return against("Wasm contract's first table section has a too large max limit (%d elements, limit %d, at offset 0x%x)", t.max, m.limits.TableElements, t.offset)
	}
	return nil
}

func (m *Module) checkMemories() *RefusedError {
	defined := m.memories[m.importedMemories:]
	if len(defined) != 1 {
		return against("Wasm contract must contain exactly one memory (has %d)", len(defined))
	}
	if mem := defined[0]; mem.min > m.limits.MemoryPages {
		return against("Wasm contract memory's minimum must not exceed %d pages. (has %d, at offset 0x%x)", m.limits.MemoryPages, mem.min, mem.offset)
	} else if mem.bounded {
		return against("Wasm contract memory's maximum must be unset. The host will set it for you. (at offset 0x%x; link without --max-memory)", mem.offset)
	}
	return nil
}

func (m *Module) checkInterfaceVersion() *RefusedError {
	markers := m.funcExports(interfaceVersionPrefix)
	switch {
	case len(markers) == 0:
		return against("Wasm contract missing a required marker export: interface_version_*")
	case len(markers) > 1:
		return against("Wasm contract contains more than one marker export: interface_version_* (%s)", limitedSet(markers))
	case markers[0] != interfaceVersion:
		return against("Wasm contract has unknown interface_version_* marker export (see https://github.com/CosmWasm/cosmwasm/blob/main/packages/vm/README.md): %q, supported: %q", markers[0], interfaceVersion)
	}
	return nil
}

func (m *Module) checkExports() *RefusedError {
	for _, name := range requiredExports {
		if !m.exportsFunc(name) {
			return against("Wasm contract doesn't have required export: %q. Exports required by VM: %s.", name, quotedList(requiredExports))
		}
	}
	return nil
}

func (m *Module) checkImports() *RefusedError {
	if n := len(m.imports); uint64(n) > uint64(m.limits.Imports) {
		return against("Import count exceeds limit. Imports: %d. Limit: %d.", n, m.limits.Imports)
	}
	for i := range m.imports {
		if err := m.checkImport(&m.imports[i]); err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) checkImport(e *importEntry) *RefusedError {
	full := e.module + "." + e.name
	want, known := hostFuncs[full]
	if !known || (e.module == wasiModule && !m.limits.WASI.Allow) {
		names := make([]string, 0, len(m.imports))
		for _, e := range m.imports {
			names = append(names, e.module+"."+e.name)
		}
		return against("Wasm contract requires unsupported import: %q. Required imports: %s. Available imports: %s.",
			full, limitedSet(names), quotedList(availableImports(m.wasi && m.limits.WASI.Allow)))
	}
	if e.kind != kindFunc {
		return against("Wasm contract requires non-function import: %q. Right now, all supported imports are functions. (at offset 0x%x)", full, e.offset)
	}
	if got := m.types[e.typ]; !got.equal(want) {
		return against("Wasm contract requires import with a wrong type: %q is %s, not %s (at offset 0x%x)", full, got, want, e.offset)
	}
	return nil
}

func availableImports(wasi bool) []string {
	var names []string
	for _, f := range envFuncs {
		names = append(names, envModule+"."+f.name)
	}
	if wasi {
		for _, f := range wasiFuncs {
			names = append(names, wasiModule+"."+f.name)
		}
	}
	return names
}

// requiredCapabilities returns the capabilities that the contract's marker
// exports name, sorted.
func (m *Module) requiredCapabilities() []string {
	required := m.funcExports(capabilityPrefix)
	for i, name := range required {
		required[i] = strings.TrimPrefix(name, capabilityPrefix)
	}
	required = slices.DeleteFunc(required, func(name string) bool { return name == "" })
	slices.Sort(required)
	return required
}

func (m *Module) checkCapabilities(available []string) *RefusedError {
	missing := slices.DeleteFunc(m.requiredCapabilities(), func(name string) bool { return slices.Contains(available, name) })
	if len(missing) > 0 {
		return against("Wasm contract requires unavailable capabilities: %s", limitedSet(missing))
	}
	return nil
}

// checkFunctionCounts applies the reference's limits on functions, signatures
// and locals.
func (m *Module) checkFunctionCounts() *RefusedError {
	l := &m.limits
	if n := len(m.bodies); uint64(n) > uint64(l.Functions) {
		return against("Wasm contract contains more than %d functions (has %d)", l.Functions, n)
	}
	for i, t := range m.types {
		if n := len(t.params); uint64(n) > uint64(l.FunctionParams) {
			return against("Wasm contract contains function with more than %d parameters (type %d has %d)", l.FunctionParams, i, n)
		}
	}
	var params, locals uint64
	for i := range m.funcs {
		t := m.typeOf(i)
		if n := len(t.results); uint64(n) > uint64(l.FunctionResults) {
			return against("Wasm contract contains function with more than %d results (function %d has %d). Build with -C target-feature=-multivalue", l.FunctionResults, i, n)
		}
		if i >= m.importedFuncs {
			params += uint64(len(t.params))
		}
	}
	if params > uint64(l.TotalFunctionParams) {
		return against("Wasm contract contains more than %d function parameters in total (has %d)", l.TotalFunctionParams, params)
	}
	most := 0 // the function with the most locals
	for i := range m.bodies {
		locals += uint64(m.bodies[i].declared)
		if m.bodies[i].declared > m.bodies[most].declared {
			most = i
		}
	}
	if len(m.bodies) > 0 && m.bodies[most].declared > l.FunctionLocals {
		return against("Wasm contract contains function with more than %d locals: %d (function %d, at offset 0x%x). Build with --release and -C opt-level=z",
			l.FunctionLocals, m.bodies[most].declared, m.importedFuncs+most, m.bodies[most].size.start)
	}
	if locals > uint64(l.TotalFunctionLocals) {
		return against("Wasm contract contains more than %d function locals in total: %d", l.TotalFunctionLocals, locals)
	}
	return nil
}

func (m *Module) checkMemoryExport() *RefusedError {
	if !m.exported(memoryExport, kindMemory) {
		return against("Wasm contract doesn't have required export: %q of kind memory", memoryExport)
	}
	return nil
}

func (m *Module) checkReservedNames() *RefusedError {
	for _, e := range m.exports {
		if strings.HasPrefix(e.name, reservedPrefix) {
			return against("Wasm contract has reserved export: %q. Names beginning with %q belong to the host. (at offset 0x%x)", e.name, reservedPrefix, e.offset)
		}
	}
	return nil
}

func (m *Module) checkStart() *RefusedError {
	if m.startOffset != 0 {
		return against("Wasm contract has a start function, which would run before gas is available (at offset 0x%x). Export it instead (AssemblyScript: --exportStart)", m.startOffset)
	}
	return nil
}

// checkSegments refuses modules that could never be instantiated because a
// segment does not fit into what the module declares.
func (m *Module) checkSegments() *RefusedError {
	if len(m.elements) > 0 {
		size := uint64(m.tables[0].min)
		for _, s := range m.elements {
			if end := uint64(s.at) + uint64(s.count); end > size {
				return against("Wasm contract has an element segment outside of its table: ends at %d, table has %d (at offset 0x%x)", end, size, s.offset)
			}
		}
	}
	size := uint64(m.memories[0].min) << 16
	for _, s := range m.datas {
		if end := uint64(s.at) + uint64(s.count); !s.passive && end > size {
			return against("Wasm contract has a data segment outside of its memory: ends at %d, memory has %d bytes (at offset 0x%x)", end, size, s.offset)
		}
	}
	return nil
}

// funcExports returns the exported functions with a prefix, in file order.
func (m *Module) funcExports(prefix string) []string {
	var names []string
	for _, e := range m.exports {
		if e.kind == kindFunc && strings.HasPrefix(e.name, prefix) {
			names = append(names, e.name)
		}
	}
	return names
}

// setBytes is where the reference cuts the list of names in a text.
const setBytes = 200

// limitedSet writes sorted names the way the reference does: {"a", "b"}, and
// past 200 bytes {"a", ... 5 more}. Unlike there, unprintable bytes are escaped.
func limitedSet(names []string) string {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	set := "{" + quoted(names) + "}"
	for shown := len(names) - 1; len(set) > setBytes && shown > 0; shown-- {
		set = fmt.Sprintf("{%s, ... %d more}", quoted(names[:shown]), len(names)-shown)
	}
	if len(set) > setBytes {
		return fmt.Sprintf("{... %d elements}", len(names))
	}
	return set
}

func quotedList(names []string) string { return "[" + quoted(names) + "]" }

func quoted(names []string) string {
	q := make([]string, len(names))
	for i, name := range names {
		q[i] = strconv.Quote(name)
	}
	return strings.Join(q, ", ")
}

// String writes a signature as (i32, i32) -> (i64).
func (t funcType) String() string {
	list := func(types []valType) string {
		names := make([]string, len(types))
		for i, t := range types {
			names[i] = t.String()
		}
		return "(" + strings.Join(names, ", ") + ")"
	}
	return list(t.params) + " -> " + list(t.results)
}
