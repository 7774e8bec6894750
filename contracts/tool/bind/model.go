package bind

import (
	"slices"

	"github.com/weftchain/weft/contracts/tool/schema"
)

// declared is a type that has a name in the code.
type declared struct {
	name string
	doc  string
	is   *schema.Type
}

// model is a contract with names for its types. The documents of a schema have
// definitions of their own; those that are called and look alike become one
// type.
type model struct {
	contract  *schema.Contract
	names     names
	all       []*declared
	of        map[*schema.Type]*declared
	byWish    map[string][]*declared
	responses map[string]*declared
}

// newModel names the types of a contract.
func newModel(c *schema.Contract, reserved names) *model {
	m := &model{contract: c, names: reserved, of: map[*schema.Type]*declared{}, byWish: map[string][]*declared{}, responses: map[string]*declared{}}
	for _, kind := range schema.Kinds { // these names everybody knows
		if doc := c.Documents[kind]; doc != nil {
			m.declare(pascal(string(kind))+"Msg", doc.Root)
		}
	}
	for _, kind := range schema.Kinds {
		if doc := c.Documents[kind]; doc != nil {
			m.definitions(doc)
		}
	}
	for _, q := range c.Messages(schema.Query) {
		doc := c.Responses[q.Name]
		if doc == nil {
			continue
		}
		wish := pascal(doc.Title)
		if doc.Title == "" {
			wish = pascal(q.Name) + "Response"
		}
		m.responses[q.Name] = m.declare(wish, doc.Root)
		m.definitions(doc)
	}
	return m
}

func (m *model) definitions(doc *schema.Document) {
	for _, name := range doc.Names {
		m.declare(pascal(name), doc.Definitions[name])
	}
}

// declare gives a type a name: that of a type that looks the same, else a new
// one.
func (m *model) declare(wish string, t *schema.Type) *declared {
	if d := m.of[t]; d != nil {
		return d
	}
	for _, d := range m.byWish[wish] {
		if same(d.is, t, map[[2]*schema.Type]bool{}) {
			m.of[t] = d
			return d
		}
	}
	d := &declared{name: m.names.pick(wish), doc: t.Doc, is: t}
	m.all = append(m.all, d)
	m.of[t] = d
	m.byWish[wish] = append(m.byWish[wish], d)
	return d
}

// same reports whether two types look the same, whatever their documents are.
// assumed are pairs that are being compared further out.
func same(a, b *schema.Type, assumed map[[2]*schema.Type]bool) bool {
	if a == nil || b == nil || a == b {
		return a == b
	}
	pair := [2]*schema.Type{a, b}
	if assumed[pair] {
		return true
	}
	assumed[pair] = true
	if a.Form != b.Form || a.Format != b.Format || a.Name != b.Name && a.Form != schema.Ref || pascal(a.Name) != pascal(b.Name) {
		return false
	}
	if !same(a.Elem, b.Elem, assumed) {
		return false
	}
	return slices.EqualFunc(a.Items, b.Items, func(a, b *schema.Type) bool { return same(a, b, assumed) }) &&
		slices.EqualFunc(a.Fields, b.Fields, func(a, b schema.Field) bool {
			return a.Name == b.Name && a.Required == b.Required && same(a.Type, b.Type, assumed)
		}) &&
		slices.EqualFunc(a.Variants, b.Variants, func(a, b schema.Variant) bool {
			return a.Name == b.Name && same(a.Type, b.Type, assumed)
		})
}

// body returns the fields that a message takes: of an object its fields, whole
// false. For everything else the message is one value, whole true.
func body(t *schema.Type) (fields []schema.Field, whole bool) {
	if t == nil {
		return nil, false
	}
	t = t.Follow()
	if t.Form != schema.Object {
		return nil, true
	}
	return t.Fields, false
}

// anyRequired reports whether one of the fields must be there.
func anyRequired(fields []schema.Field) bool {
	return slices.ContainsFunc(fields, func(f schema.Field) bool { return f.Required })
}

// File is a file of generated code.
type File struct {
	Name string
	Data []byte
}
