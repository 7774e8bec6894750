package rewrite

// Rule is a rule that a contract keeps or breaks.
type Rule struct {
	Name string
	// Value and Limit are what was measured and the most that is allowed; a rule
	// without numbers has Limit 0.
	Value, Limit uint64
	// Text is the refusal, as Check gives it; "" if the rule is kept.
	Text string
}

// reportBytes is the length up to which a module that is too large is looked at
// further.
const reportBytes = 16 << 20

// Report applies all rules to a contract, where Check ends at the first that is
// broken, and tells what was measured. It is for people: the verdict is Check's,
// and if that is a refusal, one of the rules here has the same text. What cannot
// be parsed, or is far too large, is only measured by its size.
func Report(code []byte, limits Limits, capabilities []string) ([]Rule, *Module) {
	limits = limits.of(code)
	size := Rule{Name: "bytes of the module", Value: uint64(len(code)), Limit: uint64(limits.CodeBytes)}
	sound := size.Value <= size.Limit
	if !sound && size.Value <= reportBytes {
		_, refused := parse(code, limits)
		size.Text, limits.CodeBytes = refused.Text, reportBytes // and what else there is
	}
	m, refused := parse(code, limits)
	switch {
	case refused != nil && !sound && size.Text == "":
		size.Text = refused.Text
		return []Rule{size}, nil
	case refused != nil:
		return []Rule{size, {Name: "format", Text: refused.Text}}, nil
	}
	for _, e := range m.imports {
		m.wasi = m.wasi || e.module == wasiModule
	}
	rules := append([]Rule{size}, m.parsedNumbers()...)
	whole := true
	add := func(name string, rule func() *RefusedError, numbers ...Rule) {
		refused := rule()
		whole = whole && refused == nil
		rules = append(rules, assign(name, refused, numbers)...)
	}
	add("table", m.checkTables, m.tableNumbers()...)
	add("memory", m.checkMemories, m.memoryNumbers()...)
	add("interface version", m.checkInterfaceVersion)
	add("required exports", m.checkExports)
	add("imports known", m.checkImports, Rule{Name: "imports", Value: uint64(len(m.imports)), Limit: uint64(limits.Imports)})
	add("capabilities", func() *RefusedError { return m.checkCapabilities(capabilities) })
	add("functions", m.checkFunctionCounts, m.functionNumbers()...)
	add("memory exported", m.checkMemoryExport)
	add("no reserved exports", m.checkReservedNames)
	add("no start function", m.checkStart)
	if !whole {
		return rules, nil // the others rest on these
	}
	add("segments fit", m.checkSegments)
	refused = m.validateBodies()
	if rules = append(rules, assign("instructions", refused, m.bodyNumbers())...); refused != nil || !whole || !sound {
		return rules, nil
	}
	m.analyse()
	return rules, m
}

// assign gives the refusal of a step to the number that passes its limit, or to
// the step itself.
func assign(step string, refused *RefusedError, numbers []Rule) []Rule {
	if refused == nil {
		if len(numbers) == 0 {
			return []Rule{{Name: step}}
		}
		return numbers
	}
	for i := range numbers {
		if numbers[i].Value > numbers[i].Limit {
			numbers[i].Text = refused.Text
			return numbers
		}
	}
	return append(numbers, Rule{Name: step, Text: refused.Text})
}

func (m *Module) parsedNumbers() []Rule {
	results, largest := 0, 0
	for _, t := range m.types {
		results = max(results, len(t.results))
	}
	for i := range m.bodies {
		largest = max(largest, m.bodies[i].size.end-m.bodies[i].size.start)
	}
	l := &m.limits
	return []Rule{
		{Name: "types", Value: uint64(len(m.types)), Limit: uint64(l.Types)},
		{Name: "results of a type", Value: uint64(results), Limit: uint64(l.BlockResults)},
		{Name: "exports", Value: uint64(len(m.exports)), Limit: uint64(l.Exports)},
		{Name: "globals", Value: uint64(len(m.globals)), Limit: uint64(l.Globals)},
		{Name: "element segments", Value: uint64(len(m.elements)), Limit: uint64(l.ElementSegments)},
		{Name: "data segments", Value: uint64(len(m.datas)), Limit: uint64(l.DataSegments)},
		{Name: "bytes of a function", Value: uint64(largest), Limit: uint64(l.BodyBytes)},
	}
}

func (m *Module) tableNumbers() []Rule {
	var elements uint32
	if defined := m.tables[m.importedTables:]; len(defined) > 0 {
		if elements = defined[0].max; !defined[0].bounded {
			elements = defined[0].min
		}
	}
	return []Rule{{Name: "elements of the table", Value: uint64(elements), Limit: uint64(m.limits.TableElements)}}
}

func (m *Module) memoryNumbers() []Rule {
	var pages uint32
	if defined := m.memories[m.importedMemories:]; len(defined) > 0 {
		pages = defined[0].min
	}
	return []Rule{{Name: "pages of memory at first", Value: uint64(pages), Limit: uint64(m.limits.MemoryPages)}}
}

func (m *Module) functionNumbers() []Rule {
	var params, results, totalParams, locals, totalLocals uint64
	for _, t := range m.types {
		params = max(params, uint64(len(t.params)))
	}
	for i := range m.funcs {
		t := m.typeOf(i)
		results = max(results, uint64(len(t.results)))
		if i >= m.importedFuncs {
			totalParams += uint64(len(t.params))
		}
	}
	for i := range m.bodies {
		locals = max(locals, uint64(m.bodies[i].declared))
		totalLocals += uint64(m.bodies[i].declared)
	}
	l := &m.limits
	return []Rule{
		{Name: "functions", Value: uint64(len(m.bodies)), Limit: uint64(l.Functions)},
		{Name: "parameters of a function", Value: params, Limit: uint64(l.FunctionParams)},
		{Name: "parameters of all functions", Value: totalParams, Limit: uint64(l.TotalFunctionParams)},
		{Name: "results of a function", Value: results, Limit: uint64(l.FunctionResults)},
		{Name: "locals of a function", Value: locals, Limit: uint64(l.FunctionLocals)},
		{Name: "locals of all functions", Value: totalLocals, Limit: uint64(l.TotalFunctionLocals)},
	}
}

// bodyNumbers are those that validateBodies found, up to where it ended.
func (m *Module) bodyNumbers() []Rule {
	var branches, work, memory uint64
	for i := range m.bodies {
		branches = max(branches, uint64(m.bodies[i].branches))
		work += m.bodies[i].work
		memory = max(memory, m.bodies[i].memory)
	}
	l := &m.limits
	return []Rule{
		{Name: "branches of a function", Value: branches, Limit: uint64(l.BodyBranches)},
		{Name: "work of the compiler", Value: work, Limit: uint64(l.CompileWork)},
		{Name: "memory of the compiler", Value: memory, Limit: uint64(l.BodyMemory)},
	}
}
