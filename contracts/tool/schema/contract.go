package schema

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is an entry point of a contract that takes messages.
type Kind string

// The kinds of messages.
const (
	Instantiate Kind = "instantiate"
	Execute     Kind = "execute"
	Query       Kind = "query"
	Migrate     Kind = "migrate"
	Sudo        Kind = "sudo"
)

// Kinds are all kinds, in the order of a schema file.
var Kinds = []Kind{Instantiate, Execute, Query, Migrate, Sudo}

// Contract is the schema of a contract.
type Contract struct {
	Name    string // contract_name; of a folder without one, the name of its parent
	Version string // contract_version; may be empty
	// Documents are the messages by kind; kinds that the contract does not have
	// are missing.
	Documents map[Kind]*Document
	// Responses are the answers by the name of the query.
	Responses map[string]*Document
}

// Document is a type with the definitions that it refers to.
type Document struct {
	Title string
	Root  *Type
	// Definitions in the order of the file.
	Names       []string
	Definitions map[string]*Type
}

// Message is a message that a contract takes.
type Message struct {
	// Name is the name in {"name":{…}}; "" if the entry point takes one message
	// without a name, as instantiate and migrate mostly do.
	Name string
	Doc  string
	// Type is the type of what stands behind the name. It is nil if the message
	// is the text "name".
	Type *Type
}

// Messages returns the messages of a kind in the order of the schema: none if
// the contract does not have this kind.
func (c *Contract) Messages(kind Kind) []Message {
	doc := c.Documents[kind]
	if doc == nil {
		return nil
	}
	root := doc.Root.Follow()
	if root.Form != Union {
		text := doc.Root.Doc
		if text == "" {
			text = root.Doc
		}
		return []Message{{Doc: text, Type: doc.Root}}
	}
	var f flatten
	f.union(root)
	if len(f.found) == 0 && len(root.Variants) > 0 {
		return []Message{{Doc: doc.Root.Doc, Type: doc.Root}} // alternatives without names
	}
	return f.found
}

// flatten collects the named variants of a union and of the unions in it: enums
// that take in others are written as unions of unions.
type flatten struct {
	found []Message
	seen  map[*Type]bool
}

func (f *flatten) union(t *Type) {
	if f.seen == nil {
		f.seen = map[*Type]bool{}
	}
	if f.seen[t] {
		return
	}
	f.seen[t] = true
	for _, v := range t.Variants {
		if v.Name == "" {
			if inner := v.Type.Follow(); inner.Form == Union {
				f.union(inner)
			}
			continue
		}
		if !slices.ContainsFunc(f.found, func(m Message) bool { return m.Name == v.Name }) {
			f.found = append(f.found, Message(v))
		}
	}
}

// Find returns the message of a name: "" for kinds whose message has none.
// Errors say which there are.
func (c *Contract) Find(kind Kind, name string) (Message, error) {
	all := c.Messages(kind)
	if len(all) == 0 {
		return Message{}, fmt.Errorf("the schema of %s has no %s messages", c.Name, kind)
	}
	names := make([]string, len(all))
	for i, m := range all {
		if m.Name == name {
			return m, nil
		}
		names[i] = m.Name
	}
	switch {
	case len(all) == 1 && all[0].Name == "":
		return Message{}, fmt.Errorf("the %s message of %s has no name: leave out %q", kind, c.Name, name)
	case name == "":
		return Message{}, fmt.Errorf("%s of %s needs the name of a message: one of %s", kind, c.Name, strings.Join(names, ", "))
	}
	return Message{}, fmt.Errorf("%s has no %s message %q%s", c.Name, kind, name, meant(name, names))
}

// Usage returns what to type for the message, like
// transfer recipient=TEXT amount=UINT128 [memo=TEXT].
func (m Message) Usage() string {
	var b strings.Builder
	b.WriteString(m.Name)
	if m.Type == nil {
		return b.String()
	}
	inner := m.Type.Follow()
	if inner.Form != Object && inner.Form != All {
		b.WriteString(" " + inner.String())
	}
	for _, f := range inner.Fields {
		word := f.Name + "=" + strings.ToUpper(f.Type.String())
		if f.Type.hasNames() {
			word = f.Name + "=" + f.Type.String()
		}
		if !f.Required {
			word = "[" + word + "]"
		}
		b.WriteString(" " + word)
	}
	return strings.TrimSpace(b.String())
}

// hasNames reports whether the words of a type hold names that are case
// sensitive.
func (t *Type) hasNames() bool {
	if t.Form == Option || t.Form == List {
		return t.Elem.hasNames()
	}
	if t.Form == Tuple {
		return slices.ContainsFunc(t.Items, (*Type).hasNames)
	}
	inner := t.Follow()
	return inner.Form == Union || inner.Form == Object && !inner.IsCoin() || inner.Form == Bool
}
