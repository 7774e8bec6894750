package goschema

import (
	"context"
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
)

// draft is the version of JSON Schema that cosmwasm-schema writes.
const draft = "http://json-schema.org/draft-07/schema#"

// Options say what is not in the types.
type Options struct {
	Dir      string // of the package; "" for the current one
	Variable string // of the sdk.Contract, if there are several; "" for Contract
	Name     string // contract_name; "" for the name of the package
	Version  string // contract_version; "" for the package's constant Version, else 0.0.0
}

// Contract is the schema of a contract.
type Contract struct {
	Name    string
	Version string
	Data    []byte // the file
	Dir     string // of the package
}

// File is where the schema belongs: schema/NAME.json in the package's folder.
func (c *Contract) File() string { return filepath.Join(c.Dir, "schema", c.Name+".json") }

// Package writes the schema of the contract in a folder. Errors name the file
// and line of what stands in the way.
func Package(ctx context.Context, o Options) (*Contract, error) {
	if o.Dir == "" {
		o.Dir = "."
	}
	s, err := load(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	return s.describe(o)
}

// describe writes the schema of a package that is loaded.
func (s *source) describe(o Options) (*Contract, error) {
	if o.Variable == "" {
		o.Variable = "Contract"
	}
	lit, err := s.contract(o.Variable)
	if err != nil {
		return nil, err
	}
	entries, err := s.entries(lit)
	if err != nil {
		return nil, err
	}
	c := &Contract{Name: o.Name, Version: o.Version, Dir: o.Dir}
	if c.Name == "" {
		c.Name = s.pkg.Name()
	}
	if c.Version == "" {
		c.Version = s.version()
	}
	file := object{{"contract_name", c.Name}, {"contract_version", c.Version}, {"idl_version", "1.0.0"}}
	for _, name := range []string{"Instantiate", "Execute", "Query", "Migrate", "Sudo"} {
		var doc any
		if e, ok := entries[name]; ok {
			if doc, err = s.messages(name+"Msg", e); err != nil {
				return nil, err
			}
		}
		file = file.with(strings.ToLower(name), doc)
	}
	responses, err := s.responses(entries["Query"])
	if err != nil {
		return nil, err
	}
	c.Data, err = file.with("responses", responses).file()
	return c, err
}

// version is the package's constant Version.
func (s *source) version() string {
	if v, ok := s.pkg.Scope().Lookup("Version").(*types.Const); ok && v.Val().Kind() == constant.String {
		return constant.StringVal(v.Val())
	}
	return "0.0.0"
}

func (s *source) writer() *writer {
	return &writer{source: s, defined: map[string]any{}, names: map[*types.Named]string{}}
}

// messages is the document of an entry point.
func (s *source) messages(title string, e entry) (object, error) {
	w := s.writer()
	out := object{{"$schema", draft}, {"title", title}}
	if e.single != nil {
		body, doc, err := w.root(e.single, e.at)
		if err != nil {
			return nil, err
		}
		return w.definitions(append(out, body...).described(doc)), nil
	}
	variants := []any{}
	seen := map[string]token.Pos{}
	for _, r := range e.routes {
		if first, double := seen[r.name]; double {
			return nil, s.failure(r.at, "%q is here a second time, first in %s: it would never be called", r.name, s.files.Position(first))
		}
		seen[r.name] = r.at
		body, doc, err := w.root(r.message, r.at)
		if err != nil {
			return nil, err
		}
		if named, ok := types.Unalias(r.message).(*types.Named); ok {
			doc = action(doc, named.Obj().Name())
		}
		if doc == "" {
			doc = r.doc
		}
		variants = append(variants, tagged(doc, r.name, body))
	}
	if len(variants) == 0 {
		return out.with("type", "string").with("enum", variants), nil
	}
	return w.definitions(out.with("oneOf", variants)), nil
}

// root returns the form of a type where it stands, not by reference, and its
// comment.
func (w *writer) root(t types.Type, at token.Pos) (object, string, error) {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || w.names[named] != "" {
		body, err := w.schema(t, at)
		return body, "", err
	}
	if pkg := named.Obj().Pkg(); pkg != nil && (pkg.Path() == sdkPath || pkg.Path() == jsonPath) {
		body := w.builtin(named)
		if body != nil {
			if full := known[named.Obj().Name()]; full != nil {
				body = full
				if !inline[named.Obj().Name()] && !used(body, named.Obj().Name()) {
					delete(w.defined, named.Obj().Name())
				}
			}
			return body, "", nil
		}
	}
	body, err := w.body(named, at)
	return body, w.doc(named), err
}

// responses are the answers to the queries.
func (s *source) responses(e entry) (any, error) {
	if e.routes == nil {
		return nil, nil
	}
	out := object{}
	for _, r := range e.routes {
		w := s.writer()
		answer := types.Unalias(r.answer)
		if p, ok := answer.(*types.Pointer); ok {
			answer = types.Unalias(p.Elem())
		}
		title := "Answer"
		if named, ok := answer.(*types.Named); ok {
			title = named.Obj().Name()
			title = strings.ToUpper(title[:1]) + title[1:]
		}
		body, doc, err := w.root(answer, r.at)
		if err != nil {
			return nil, err
		}
		out = out.with(r.name, w.definitions(append(object{{"$schema", draft}, {"title", title}}, body...).described(doc)))
	}
	return out, nil
}

// action turns the comment "Transfer moves tokens." of a message into what the
// message does: "Moves tokens."
func action(doc, name string) string {
	rest, ok := strings.CutPrefix(doc, name+" ")
	if !ok || rest == "" {
		return doc
	}
	for _, word := range []string{"is", "are", "has", "may", "can"} {
		if strings.HasPrefix(rest, word+" ") {
			return doc
		}
	}
	return strings.ToUpper(rest[:1]) + rest[1:]
}
