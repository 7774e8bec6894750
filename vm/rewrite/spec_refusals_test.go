package rewrite_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/golden"
	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// template is a text of a refusal in the source, with … for what differs.
type template struct {
	kind string // the function that makes it: against, malformed, uncompilable
	in   string // the function that it stands in
	text string
}

// source is what the package's files say about refusals.
type source struct {
	constants map[string]string
	templates []template
	rules     []string // the functions that Check applies, in order
}

// readSource reads the files of the package in the order in which a module is
// looked at.
func readSource(t *testing.T) *source {
	s := &source{constants: map[string]string{}}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	order := []string{"module.go", "sections.go", "segments.go", "reader.go", "rules.go", "validate.go", "instr.go", "refused.go"}
	files = slices.DeleteFunc(files, func(name string) bool { return strings.HasSuffix(name, "_test.go") || slices.Contains(order, name) })
	var parsed []*ast.File
	for _, name := range append(order, files...) {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		parsed = append(parsed, file)
		s.readConstants(file)
	}
	for _, file := range parsed {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				s.readFunction(f)
			}
		}
	}
	return s
}

func (s *source) readConstants(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, value := range spec.Values {
			if text, ok := literal(value); ok {
				s.constants[spec.Names[i].Name] = text
			}
		}
		return true
	})
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	if text, err := strconv.Unquote(l.Value); err == nil {
		return text, true
	}
	return strings.ReplaceAll(l.Value, "_", ""), true
}

// refusalCalls are the functions that make a refusal, with the place of the format
// among their arguments.
var refusalCalls = map[string]struct {
	kind   string
	format int
}{
	"against": {"against", 0}, "uncompilable": {"uncompilable", 1}, "malformed": {"malformed", 1}, "fail": {"malformed", 1},
}

func (s *source) readFunction(f *ast.FuncDecl) {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name := ""
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			name = fun.Name
		case *ast.SelectorExpr:
			name = fun.Sel.Name
		}
		made, ok := refusalCalls[name]
		if !ok {
			return true
		}
		at := made.format
		if x, ok := call.Fun.(*ast.SelectorExpr); ok && isName(x.X, "v") {
			at = 0 // the validator knows the offset
		}
		if format, ok := literal(call.Args[at]); ok {
			s.templates = append(s.templates, template{made.kind, f.Name.Name, s.fill(format, call.Args[at+1:])})
		}
		return true
	})
	if f.Name.Name == "Check" {
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && isName(sel.X, "m") && (strings.HasPrefix(sel.Sel.Name, "check") || sel.Sel.Name == "validateBodies") {
				s.rules = append(s.rules, sel.Sel.Name)
			}
			return true
		})
	}
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

var verb = regexp.MustCompile(`%[a-z]`)

// fill writes constants in the place of verbs, and … for all else.
func (s *source) fill(format string, args []ast.Expr) string {
	i := -1
	return verb.ReplaceAllStringFunc(format, func(v string) string {
		i++
		text := "…"
		if id, ok := args[i].(*ast.Ident); ok {
			if value, ok := s.constants[id.Name]; ok {
				text = value
			}
		}
		if v == "%q" {
			return `"` + text + `"`
		}
		return text
	})
}

// pattern matches the texts that a template makes.
func (m template) pattern() *regexp.Regexp {
	text := strings.ReplaceAll(regexp.QuoteMeta(m.text), "…", "(?s:.*)")
	switch m.kind {
	case "malformed":
		text = regexp.QuoteMeta(parsing) + text + ` \(at offset 0x[0-9a-f]+\)"`
	case "uncompilable":
		text = regexp.QuoteMeta("Error compiling Wasm: Could not compile: ") + text + ` \(at offset 0x[0-9a-f]+\)`
	default:
		text = regexp.QuoteMeta(static) + text
	}
	return regexp.MustCompile("^" + text + "$")
}

// step names where a text comes from, for people.
func step(function string) string {
	steps := map[string]string{
		"parse": "size", "limited": "parse", "typeSection": "parse", "codeSection": "parse", "customSection": "parse", "checkImport": "imports",
		"function": "bodies", "count": "bodies", "push": "bodies", "enter": "bodies",
	}
	if name, ok := steps[function]; ok {
		return name
	}
	words := regexp.MustCompile(`[A-Z]`).ReplaceAllStringFunc(strings.TrimPrefix(function, "check"), func(c string) string { return " " + strings.ToLower(c) })
	return strings.TrimSpace(words)
}

func quoted(text string) string {
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

// provoked are the texts of all modules that tests have refused.
func provoked(t *testing.T) []string {
	var texts []string
	for _, r := range slices.Concat(ruleRefusals(), malformedModules(), referenceInstructions(), otherRefusals()) {
		limits := rewrite.DefaultLimits()
		if r.limits != nil {
			r.limits(&limits)
		}
		_, err := rewrite.Check(r.code, limits, allCapabilities)
		var refused *rewrite.RefusedError
		require.True(t, errors.As(err, &refused), r.name)
		texts = append(texts, refused.Text)
	}
	return texts
}

// otherRefusals have the texts that no other test insists on.
func otherRefusals() []refusal {
	return []refusal{
		{name: "global of a function", code: raw(section(6, 1, 0x7f, 0, 0xd2, 0, 0x0b))},
		{name: "element that is null of another kind", code: contract(func(m *wat.Module) {
			m.Table(1, 1)
			m.RawElem([]byte{4, 0x41, 0, 0x0b, 1, 0xd0, 0x6f, 0x0b})
		})},
	}
}

// unreachableTexts cannot be provoked through Check: a module without a memory is
// refused before its bodies are read.
var unreachableTexts = []string{"unknown memory 0"}

// TestSpecRefusals compares the texts in docs/spec/refusals.md with those in the
// source, and shows that a module provokes each of them, and none but them.
func TestSpecRefusals(t *testing.T) {
	s := readSource(t)
	var static, parsing [][]string
	seen := map[template]bool{}
	for _, m := range s.templates {
		key := template{kind: m.kind, text: m.text}
		if m.kind == "against" {
			key.in = step(m.in)
		}
		switch {
		case seen[key] || slices.Contains(unreachableTexts, m.text):
		case m.kind == "against":
			static = append(static, []string{step(m.in), quoted(m.text)})
		case m.kind == "malformed":
			parsing = append(parsing, []string{quoted(m.text)})
		case m.kind == "uncompilable":
			golden.Table(t, "refusals.md", "What the reference refuses when it compiles", [][]string{{quoted(m.text)}})
		}
		seen[key] = true
	}
	golden.Table(t, "refusals.md", "Static rules", static)
	golden.Table(t, "refusals.md", "What is no module", parsing)

	texts := provoked(t)
	matched := make([]bool, len(texts))
	for _, m := range s.templates {
		if slices.Contains(unreachableTexts, m.text) {
			continue
		}
		pattern, found := m.pattern(), false
		for i, text := range texts {
			if pattern.MatchString(text) {
				found, matched[i] = true, true
			}
		}
		if !found {
			t.Errorf("no test provokes %q", m.text)
		}
	}
	for i, text := range texts {
		if !matched[i] {
			t.Errorf("this text is of no template: %s", text)
		}
	}
}

// TestSpecOrder breaks two rules at a time: the first of them refuses.
func TestSpecOrder(t *testing.T) {
	type breaker struct {
		rule  string
		text  string
		apply func(b *breakable)
	}
	// In the order of Check, behind parsing.
	breakers := []breaker{
		{"", "too large", func(b *breakable) { b.ballast = 4 << 20 }},
		{"", "magic header", func(b *breakable) { b.header = "\x00asn" }},
		{"", "unexpected end", func(b *breakable) { b.behind = []byte{1, 5} }},
		{"checkTables", "more than 1 table", func(b *breakable) { b.tables = 2 }},
		{"checkMemories", "exactly one memory", func(b *breakable) { b.memories = 2 }},
		{"checkInterfaceVersion", "missing a required marker", func(b *breakable) { b.without["interface_version_8"] = true }},
		{"checkExports", `required export: "allocate"`, func(b *breakable) { b.without["allocate"] = true }},
		{"checkImports", "unsupported import", func(b *breakable) { b.Import("env", "foo", nil, nil) }},
		{"checkCapabilities", "unavailable capabilities", func(b *breakable) { b.export("requires_sun") }},
		{"checkFunctionCounts", "more than 100 parameters", func(b *breakable) { b.Type(manyOf(wat.I32, 101), nil) }},
		{"checkMemoryExport", `required export: "memory"`, func(b *breakable) { b.without["memory"] = true }},
		{"checkReservedNames", "reserved export", func(b *breakable) { b.export("weft.x") }},
		{"checkStart", "start function", func(b *breakable) { b.start = true }},
		{"checkSegments", "data segment outside", func(b *breakable) { b.Data(65_535, []byte("ab")) }},
		{"validateBodies", "type mismatch", func(b *breakable) { b.code = wat.Code(wat.Drop) }},
	}
	var rules []string
	for _, b := range breakers {
		if b.rule != "" {
			rules = append(rules, b.rule)
		}
	}
	require.Equal(t, readSource(t).rules, rules)
	for i, first := range breakers {
		for k, second := range breakers[i:] {
			b := newBreakable()
			first.apply(b)
			if k > 0 {
				second.apply(b)
			}
			_, err := rewrite.Check(b.bytes(), rewrite.DefaultLimits(), allCapabilities)
			require.ErrorContains(t, err, first.text, "and %s", second.text)
		}
	}
	_, err := rewrite.Check(newBreakable().bytes(), rewrite.DefaultLimits(), allCapabilities)
	require.NoError(t, err)
}

// breakable is a contract of which any part can be broken.
type breakable struct {
	wat.Module
	header           string
	behind           []byte
	ballast          int
	tables, memories int
	without          map[string]bool
	extra            []string
	start            bool
	code             []byte
}

func newBreakable() *breakable {
	return &breakable{header: "\x00asm", tables: 1, memories: 1, without: map[string]bool{}}
}

func (b *breakable) export(name string) { b.extra = append(b.extra, name) }

func (b *breakable) bytes() []byte {
	for range b.tables {
		b.Table(1, 1)
	}
	for range b.memories {
		b.Memory(1)
	}
	f := b.Func(nil, nil, nil, b.code)
	for _, name := range append([]string{"allocate", "deallocate", "interface_version_8"}, b.extra...) {
		if !b.without[name] {
			b.Export(name, wat.FuncKind, f)
		}
	}
	if !b.without["memory"] {
		b.Export("memory", wat.MemoryKind, 0)
	}
	if b.start {
		b.Start(f)
	}
	if b.ballast > 0 {
		b.Custom("ballast", make([]byte, b.ballast))
	}
	return append(append([]byte(b.header), b.Bytes()[4:]...), b.behind...)
}

// TestMigrateVersion reads the version of a contract's state as docs/spec/vm.md
// says: the last section counts, and a plus sign is allowed.
func TestMigrateVersion(t *testing.T) {
	for want, sections := range map[uint64][]string{
		42: {"42"}, 7: {"+7"}, 8: {"0008"}, 2: {"1", "2"}, 1<<64 - 1: {"18446744073709551615"},
	} {
		m, err := rewrite.Check(contract(func(m *wat.Module) {
			for _, s := range sections {
				m.Custom("cw_migrate_version", []byte(s))
			}
		}), rewrite.DefaultLimits(), nil)
		require.NoError(t, err)
		require.Equal(t, want, *m.Analysis().MigrateVersion)
	}
}
