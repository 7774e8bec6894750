package goschema

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// entry is what a contract takes at an entry point: one message without a name,
// or routes.
type entry struct {
	single types.Type
	routes []route
	at     token.Pos
}

// route is a message and, of a query, its answer.
type route struct {
	name            string
	message, answer types.Type
	doc             string // of the handler, if the message has none
	at              token.Pos
}

// isSDK reports whether a type is a named type of package sdk.
func isSDK(t types.Type, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == sdkPath && named.Obj().Name() == name
}

// contract finds the sdk.Contract of the package: the variable of that name if
// there is one, else the only one.
func (s *source) contract(variable string) (*ast.CompositeLit, error) {
	var found, others []*ast.CompositeLit
	for _, file := range s.asts {
		for _, d := range file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.VAR {
				continue
			}
			for _, spec := range decl.Specs {
				spec := spec.(*ast.ValueSpec)
				for i, value := range spec.Values {
					if lit, ok := s.literal(value, "Contract"); ok && i < len(spec.Names) && spec.Names[i].Name == variable {
						found = append(found, lit)
					}
				}
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if lit, ok := s.literal(e, "Contract"); ok && lit == n {
					others = append(others, lit)
				}
			}
			return true
		})
	}
	if len(found) == 0 {
		found = others
	}
	switch len(found) {
	case 0:
		return nil, s.failure(s.asts[0].Package, "package %s has no sdk.Contract{…}: is this the folder of a contract?", s.pkg.Name())
	case 1:
		return found[0], nil
	}
	return nil, s.failure(found[1].Pos(), "there are several sdk.Contract{…}: say which variable is meant")
}

// literal returns an expression as a composite literal of a type of package sdk;
// a & before it does not matter.
func (s *source) literal(e ast.Expr, name string) (*ast.CompositeLit, bool) {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e = ast.Unparen(u.X)
	}
	lit, ok := e.(*ast.CompositeLit)
	return lit, ok && isSDK(s.info.Types[lit].Type, name)
}

// entries reads the fields of an sdk.Contract.
func (s *source) entries(lit *ast.CompositeLit) (map[string]entry, error) {
	found := map[string]entry{}
	for i, element := range lit.Elts {
		name, value := "", element
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			name, value = pair.Key.(*ast.Ident).Name, pair.Value
		} else if body, ok := s.info.Types[lit].Type.Underlying().(*types.Struct); ok {
			name = body.Field(i).Name()
		}
		if name == "Reply" || s.info.Types[value].IsNil() {
			continue
		}
		e, err := s.entry(value)
		if err != nil {
			return nil, err
		}
		found[name] = e
	}
	return found, nil
}

// entry reads sdk.Do(f), sdk.Routes{…} or sdk.Answers{…}.
func (s *source) entry(e ast.Expr) (entry, error) {
	e, err := s.value(e)
	if err != nil {
		return entry{}, err
	}
	if call, ok := e.(*ast.CallExpr); ok && s.function(call) == "Do" && len(call.Args) == 1 {
		message, _, err := s.handler(call.Args[0])
		return entry{single: message, at: call.Pos()}, err
	}
	routes, err := s.routes(e)
	return entry{routes: routes, at: e.Pos()}, err
}

// routes reads what gives sdk.Routes or sdk.Answers: a literal, a variable, or
// append and slices.Concat of such.
func (s *source) routes(e ast.Expr) ([]route, error) {
	e, err := s.value(e)
	if err != nil {
		return nil, err
	}
	switch e := e.(type) {
	case *ast.CompositeLit:
		var all []route
		for _, element := range e.Elts {
			r, err := s.route(element)
			if err != nil {
				return nil, err
			}
			all = append(all, r)
		}
		return all, nil
	case *ast.CallExpr:
		return s.joined(e)
	}
	return nil, s.failure(e.Pos(), "the messages cannot be seen here: write sdk.Routes{sdk.On(…), …} (for queries sdk.Answers{sdk.Answer(…), …})")
}

// joined reads the calls whose value is several lists of routes, and
// conversions.
func (s *source) joined(call *ast.CallExpr) ([]route, error) {
	if s.info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		return s.routes(call.Args[0])
	}
	name := s.function(call)
	if name != "append" && name != "slices.Concat" {
		return nil, s.failure(call.Pos(), "what %s(…) gives cannot be seen without running it: write the routes here", types.ExprString(call.Fun))
	}
	var all []route
	for i, arg := range call.Args {
		if name == "append" && i > 0 && !call.Ellipsis.IsValid() {
			r, err := s.route(arg)
			if err != nil {
				return nil, err
			}
			all = append(all, r)
			continue
		}
		more, err := s.routes(arg)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// route reads sdk.On("name", f) or sdk.Answer("name", f).
func (s *source) route(e ast.Expr) (route, error) {
	e, err := s.value(e)
	if err != nil {
		return route{}, err
	}
	call, ok := e.(*ast.CallExpr)
	name := ""
	if ok {
		name = s.function(call)
	}
	if name != "On" && name != "Answer" || len(call.Args) != 2 {
		return route{}, s.failure(e.Pos(), `expected sdk.On("name", handler) or sdk.Answer("name", handler)`)
	}
	r := route{at: call.Pos()}
	value := s.info.Types[call.Args[0]].Value
	if value == nil || value.Kind() != constant.String {
		return r, s.failure(call.Args[0].Pos(), "the name of a message must be a constant text")
	}
	r.name = constant.StringVal(value)
	r.message, r.answer, err = s.handler(call.Args[1])
	r.doc = s.handlerDoc(call.Args[1])
	return r, err
}

// function returns the name of a called function of package sdk without the
// package, of others with it.
func (s *source) function(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	switch f := fun.(type) { // explicit type arguments
	case *ast.IndexExpr:
		fun = f.X
	case *ast.IndexListExpr:
		fun = f.X
	}
	var id *ast.Ident
	switch f := fun.(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	default:
		return ""
	}
	switch used := s.info.Uses[id].(type) {
	case *types.Builtin:
		return used.Name()
	case *types.Func:
		switch {
		case used.Pkg() == nil || used.Signature().Recv() != nil:
			return ""
		case used.Pkg().Path() == sdkPath:
			return used.Name()
		}
		return used.Pkg().Path() + "." + used.Name()
	}
	return ""
}

// value follows a variable of the package to what it was declared with.
func (s *source) value(e ast.Expr) (ast.Expr, error) {
	for range 100 { // a variable cannot be declared by itself, but be careful
		e = ast.Unparen(e)
		id, ok := e.(*ast.Ident)
		if !ok {
			if sel, ok := e.(*ast.SelectorExpr); ok {
				if used, ok := s.info.Uses[sel.Sel].(*types.Var); ok && used.Pkg() != s.pkg {
					return nil, s.failure(e.Pos(), "%s is declared in another package, where its value cannot be seen: write the routes here", types.ExprString(e))
				}
			}
			return e, nil
		}
		next := s.declared(s.info.Uses[id])
		if next == nil {
			return nil, s.failure(e.Pos(), "the value of %s cannot be seen here: declare it as a variable of the package", id.Name)
		}
		e = next
	}
	return e, nil
}

// declared returns what a variable of the package was declared with.
func (s *source) declared(object types.Object) ast.Expr {
	for _, file := range s.asts {
		for _, d := range file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.VAR {
				continue
			}
			for _, spec := range decl.Specs {
				spec := spec.(*ast.ValueSpec)
				for i, name := range spec.Names {
					if s.info.Defs[name] == object && object != nil && len(spec.Values) == len(spec.Names) {
						return spec.Values[i]
					}
				}
			}
		}
	}
	return nil
}

// handler returns the types of func(c, *M) (A, error).
func (s *source) handler(e ast.Expr) (message, answer types.Type, err error) {
	signature, ok := s.info.Types[e].Type.Underlying().(*types.Signature)
	if !ok || signature.Params().Len() != 2 || signature.Results().Len() != 2 {
		return nil, nil, s.failure(e.Pos(), "this is no handler")
	}
	pointer, ok := types.Unalias(signature.Params().At(1).Type()).(*types.Pointer)
	if !ok {
		return nil, nil, s.failure(e.Pos(), "a handler takes a pointer to its message")
	}
	return pointer.Elem(), signature.Results().At(0).Type(), nil
}

// handlerDoc is the comment of a handler that is a function of the package,
// without its name.
func (s *source) handlerDoc(e ast.Expr) string {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return ""
	}
	for _, file := range s.asts {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && s.info.Defs[f.Name] == s.info.Uses[id] && f.Doc != nil {
				doc := strings.TrimSpace(strings.TrimPrefix(prose(f.Doc), f.Name.Name+" "))
				if doc == "" {
					return ""
				}
				return strings.ToUpper(doc[:1]) + doc[1:]
			}
		}
	}
	return ""
}
