package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Hooks are what the words of a person stand for outside the schema.
type Hooks struct {
	// Address returns the address that a name stands for: a key, the alias of a
	// contract, or an address itself. The error wraps ErrNoName if nobody is
	// called so. nil: names are left as they are.
	Address func(name string) (string, error)
	// File returns the content of a file of at most 4 MiB that was written
	// @NAME; nil reads the file.
	File func(name string) ([]byte, error)
}

// ErrNoName says that a name stands for no address.
var ErrNoName = errors.New("no key and no contract has that name")

// Bounds of what a person types.
const (
	maxArgs      = 1000
	maxArgParts  = 32
	maxListIndex = 999
)

// node is what a person typed for one value: the value itself, several for a
// list, or values by name below it.
type node struct {
	words []word
	names []string
	below map[string]*node
}

// word is one value as it was typed.
type word struct {
	text string
	json bool // given by NAME:=JSON
}

func (n *node) child(name string) *node {
	if c := n.below[name]; c != nil {
		return c
	}
	if n.below == nil {
		n.below = map[string]*node{}
	}
	c := &node{}
	n.below[name] = c
	n.names = append(n.names, name)
	return c
}

// parseArgs reads NAME=VALUE, NAME:=JSON and A.B=VALUE.
func parseArgs(args []string) (*node, error) {
	if len(args) > maxArgs {
		return nil, fmt.Errorf("more than %d arguments", maxArgs)
	}
	root := &node{}
	if len(args) == 1 && wholeMessage(args[0]) {
		root.words = []word{{text: args[0]}}
		return root, nil
	}
	for _, arg := range args {
		name, text, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, fmt.Errorf("%.80q is no argument: write NAME=VALUE", arg)
		}
		name, isJSON := strings.CutSuffix(name, ":")
		parts := strings.Split(name, ".")
		if len(parts) > maxArgParts || slices.Contains(parts, "") {
			return nil, fmt.Errorf("%.80q has no name before the =: write NAME=VALUE, or A.B=VALUE for the B in A", arg)
		}
		n := root
		for _, p := range parts {
			n = n.child(p)
		}
		n.words = append(n.words, word{text, isJSON})
	}
	return root, nil
}

// parse reads the arguments of a message. What is no object is one value without
// a name.
func (m Message) parse(args []string) (*node, error) {
	inner := m.Type.Follow()
	for inner.Form == Option {
		inner = inner.Elem.Follow()
	}
	plain := false
	switch inner.Form {
	case Null, Bool, Integer, Number, Text, List, Tuple:
		plain = true
	case Union:
		plain = len(args) == 1 && !strings.Contains(args[0], "=")
	default:
	}
	if plain && len(args) > 0 && !strings.HasPrefix(args[0], "0=") && !strings.HasPrefix(args[0], "0.") {
		root := &node{}
		for _, arg := range args {
			root.words = append(root.words, word{text: arg})
		}
		return root, nil
	}
	return parseArgs(args)
}

// wholeMessage reports whether an argument is all of a message: JSON or @file.
func wholeMessage(arg string) bool {
	arg = strings.TrimLeft(arg, " \t\n")
	return arg != "" && strings.ContainsRune(`{["@`, rune(arg[0]))
}

// Message returns the JSON of a message: {"name":{…}}, or {…} for a kind whose
// message has no name. Arguments are
//
//	name=value      the value by the type of the field, see below
//	a.b=value       the field b in a; also the variant b of an enum a
//	list=a list=b   a list, element by element; also list=[a,b], list.0.name=…
//	name:=JSON      any JSON
//	{…} or @FILE    alone: the whole body in JSON
//
// A value is checked by its type: a whole number in its range (1_000_000 is
// allowed), true or false, a decimal, the name of a variant, a coin like
// 5uweft, a time in nanoseconds or as 2026-12-01T00:00:00Z, JSON where an object
// is needed. Binary fields take text, 0x and digits, base64: and base64, or
// @FILE, and encode it. A text takes @FILE for the content of a file (@@ for one
// @), null is null where the field may be missing.
//
// Where an address is needed, names go through Hooks.Address: in fields of type
// Addr always, in fields of plain text if the field is called like an address
// (recipient, owner, …) or the value begins with addr:.
//
// Errors name the argument, what is wrong and what would be right.
func (c *Contract) Message(kind Kind, name string, args []string, hooks Hooks) ([]byte, error) {
	m, err := c.Find(kind, name)
	if err != nil {
		return nil, err
	}
	if m.Type == nil {
		if len(args) > 0 {
			return nil, fmt.Errorf("%s takes no arguments", m.Name)
		}
		return appendText(nil, m.Name), nil
	}
	root, err := m.parse(args)
	if err != nil {
		return nil, err
	}
	e := &encoder{hooks: hooks}
	body, err := e.encode(nil, m.Type, root, nil)
	if err != nil {
		return nil, fmt.Errorf("%w\nusage: %s", err, m.Usage())
	}
	if m.Name == "" {
		return body, nil
	}
	return append(append(append(appendText([]byte("{"), m.Name), ':'), body...), '}'), nil
}

// Check says what is wrong with the JSON of a message, nil if the schema allows
// it.
func (c *Contract) Check(kind Kind, message []byte) error {
	doc := c.Documents[kind]
	if doc == nil {
		return fmt.Errorf("the schema of %s has no %s messages", c.Name, kind)
	}
	v, err := parseValue(message)
	if err != nil {
		return err
	}
	if all := c.Messages(kind); len(all) > 0 && all[0].Name != "" && v.form == '{' && len(v.names) == 1 {
		m, err := c.Find(kind, v.names[0]) // names the message that was meant
		if err != nil {
			return err
		}
		if m.Type != nil {
			return (&encoder{}).check(m.Type, v.list0(), path{m.Name})
		}
	}
	return (&encoder{}).check(doc.Root, v, nil)
}

// CheckAnswer says what is wrong with the JSON of an answer to a query; without
// a type for it everything is right.
func (c *Contract) CheckAnswer(query string, answer []byte) error {
	doc := c.Responses[query]
	if doc == nil {
		return nil
	}
	v, err := parseValue(answer)
	if err != nil {
		return err
	}
	return (&encoder{}).check(doc.Root, v, nil)
}

// list0 returns the value of an object's first name.
func (v *value) list0() *value { return v.at[v.names[0]] }

// path is where in a message a value stands.
type path []string

func (p path) at(name string) path { return append(p[:len(p):len(p)], name) }

// wrap puts the place before an error.
func (p path) wrap(err error) error {
	if len(p) == 0 {
		return err
	}
	return fmt.Errorf("%.200s: %w", strings.Join(p, "."), err)
}

func (p path) fail(format string, args ...any) error { return p.wrap(fmt.Errorf(format, args...)) }

// last is the name of the field.
func (p path) last() string {
	if len(p) == 0 {
		return ""
	}
	return p[len(p)-1]
}
