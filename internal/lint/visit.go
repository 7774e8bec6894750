package lint

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// wayOut says, for each source of chance, what to write instead.
const (
	sortKeys   = "sort the keys first (slices.Sorted(maps.Keys(m))), or say with //weft:sorted why the order cannot be seen"
	oneThread  = "compute in order; if it must run beside, list the file in internal/lint with the reason why the order cannot be seen"
	noFloat    = "its rounding differs between machines: count in integers or in chain's fixed-point types, or say with //weft:float why no rule reads it"
	noClock    = "consensus code has no clock: use the block's time"
	noDice     = "consensus code rolls no dice: derive what you need from the block"
	noSettings = "consensus code sees no environment: take the value as an argument, from cli"
	strictJSON = "encoding/json takes any case, repeated keys and broken UTF-8, and changes with Go: decode strictly, or say with //weft:json why it may"
)

// fromOutside are the functions that ask the machine, by package.
var fromOutside = map[string]struct {
	names  string
	wayOut string
}{
	"time":    {"Now Since Until After AfterFunc Tick Sleep NewTimer NewTicker", noClock},
	"context": {"WithTimeout WithTimeoutCause WithDeadline WithDeadlineCause", noClock},
	"os":      {"Getenv LookupEnv Environ ExpandEnv Hostname Getpid Getwd UserHomeDir", noSettings},
}

// visit judges one node; stack holds its parents, the nearest last.
func (c *inspection) visit(n ast.Node, stack []ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec:
		c.importSpec(n)
	case *ast.RangeStmt:
		if (n.Key != nil || n.Value != nil) && isMap(c.typeOf(n.X)) {
			c.report(n.Pos(), "sorted", "range over a map has no order: %s", sortKeys)
		}
	case *ast.GoStmt:
		c.beside(n.Pos(), "a go statement")
	case *ast.SelectStmt:
		if len(n.Body.List) > 1 { // with one way or none there is nothing to choose
			c.beside(n.Pos(), "select")
		}
	case *ast.BinaryExpr:
		if isArithmetic(n.Op) {
			c.float(n, n.OpPos)
		}
	case *ast.AssignStmt:
		if len(n.Lhs) == 1 && isArithmetic(assigned[n.Tok]) {
			c.float(n.Lhs[0], n.TokPos)
		}
	case *ast.IncDecStmt:
		c.float(n.X, n.TokPos)
	case *ast.Ident:
		if f, ok := c.pass.TypesInfo.Uses[n].(*types.Func); ok && f.Pkg() != nil {
			c.use(n, f.Origin(), stack)
		}
	}
	return true
}

// importSpec refuses packages that have no place here at all.
func (c *inspection) importSpec(spec *ast.ImportSpec) {
	switch p, _ := strconv.Unquote(spec.Path.Value); p {
	case "math/rand", "math/rand/v2", "crypto/rand", "hash/maphash":
		c.report(spec.Pos(), "", "import of %s: %s", p, noDice)
	}
}

// use judges a mention of a function or method.
func (c *inspection) use(id *ast.Ident, f *types.Func, stack []ast.Node) {
	pkg, name := f.Pkg().Path(), f.Name()
	receiver := receiverName(f)
	full := pkg + "." + name
	if receiver != "" {
		full = pkg + "." + receiver + "." + name
	}
	if from, ok := fromOutside[pkg]; ok && receiver == "" {
		if contains(from.names, name) {
			c.report(id.Pos(), "", "%s: %s", full, from.wayOut)
		}
		return
	}
	switch full {
	case "maps.Keys", "maps.Values", "maps.All",
		"golang.org/x/exp/maps.Keys", "golang.org/x/exp/maps.Values":
		if !c.isSorted(stack) {
			c.report(id.Pos(), "sorted", "%s has no order: %s", full, sortKeys)
		}
	case "reflect.Value.MapRange", "reflect.Value.MapKeys", "reflect.Value.Seq", "reflect.Value.Seq2", "sync.Map.Range":
		c.report(id.Pos(), "sorted", "%s has no order: %s", full, sortKeys)
	case "sync.WaitGroup.Go", "golang.org/x/sync/errgroup.Group.Go", "golang.org/x/sync/errgroup.Group.TryGo":
		c.beside(id.Pos(), full)
	case "encoding/json.Unmarshal", "encoding/json.Decoder.Decode":
		c.report(id.Pos(), "json", "%s: %s", full, strictJSON)
	}
	if pkg == "math" && returnsFloat(f) && !contains("Float32frombits Float64frombits Inf NaN", name) {
		c.report(id.Pos(), "float", "%s: %s", full, noFloat)
	}
}

// beside reports concurrency in a file that is not listed for it.
func (c *inspection) beside(pos token.Pos, what string) {
	if !c.concurrent {
		c.report(pos, "", "%s: %s", what, oneThread)
	}
}

// float reports arithmetic on expr if that happens in floating point at run
// time; the compiler's own arithmetic on constants is exact.
func (c *inspection) float(expr ast.Expr, pos token.Pos) {
	if tv := c.pass.TypesInfo.Types[expr]; tv.Value == nil && isFloat(tv.Type) {
		c.report(pos, "float", "floating-point arithmetic: %s", noFloat)
	}
}

// isSorted says whether the function that is mentioned under stack is called
// right inside slices.Sorted, slices.SortedFunc or slices.SortedStableFunc.
func (c *inspection) isSorted(stack []ast.Node) bool {
	calls := 0
	for i := len(stack) - 1; i >= 0; i-- {
		call, ok := stack[i].(*ast.CallExpr)
		if !ok {
			continue
		}
		if calls++; calls == 1 {
			continue // the call of the function itself
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		f, ok := c.pass.TypesInfo.Uses[sel.Sel].(*types.Func)
		return ok && f.Pkg() != nil && f.Pkg().Path() == "slices" && strings.HasPrefix(f.Name(), "Sorted")
	}
	return false
}

func (c *inspection) typeOf(expr ast.Expr) types.Type { return c.pass.TypesInfo.TypeOf(expr) }

// assigned gives the operator inside an assignment.
var assigned = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB,
	token.MUL_ASSIGN: token.MUL, token.QUO_ASSIGN: token.QUO,
}

func isArithmetic(op token.Token) bool {
	return op == token.ADD || op == token.SUB || op == token.MUL || op == token.QUO
}

// isMap says whether t, or any type that a type parameter admits, is a map.
func isMap(t types.Type) bool {
	return anyTerm(t, func(t types.Type) bool {
		_, ok := t.Underlying().(*types.Map)
		return ok
	})
}

// isFloat says whether t, or any type that a type parameter admits, is a
// float or a complex number.
func isFloat(t types.Type) bool {
	return anyTerm(t, func(t types.Type) bool {
		basic, ok := t.Underlying().(*types.Basic)
		return ok && basic.Info()&(types.IsFloat|types.IsComplex) != 0
	})
}

// anyTerm asks is about t, or about each term of t's constraint.
func anyTerm(t types.Type, is func(types.Type) bool) bool {
	if t == nil {
		return false
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); !ok {
		return is(t)
	}
	return anyEmbedded(t.Underlying(), is)
}

func anyEmbedded(t types.Type, is func(types.Type) bool) bool {
	constraint, ok := t.Underlying().(*types.Interface)
	if !ok {
		return is(t)
	}
	for i := range constraint.NumEmbeddeds() {
		switch e := types.Unalias(constraint.EmbeddedType(i)).(type) {
		case *types.Union:
			for j := range e.Len() {
				if anyEmbedded(e.Term(j).Type(), is) {
					return true
				}
			}
		default:
			if anyEmbedded(e, is) {
				return true
			}
		}
	}
	return false
}

// receiverName returns the name of the type that f is a method of, or nothing.
func receiverName(f *types.Func) string {
	receiver := f.Signature().Recv()
	if receiver == nil {
		return ""
	}
	t := receiver.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}

func returnsFloat(f *types.Func) bool {
	results := f.Signature().Results()
	for i := range results.Len() {
		if isFloat(results.At(i).Type()) {
			return true
		}
	}
	return false
}

// contains says whether word is one of words.
func contains(words, word string) bool {
	for w := range strings.FieldsSeq(words) {
		if w == word {
			return true
		}
	}
	return false
}
