package strict

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of nesting. Real transactions stay below ten and three.
const (
	// MaxDepth is how deep messages may be nested, the outermost being 1 and
	// the content of an Any counting as nested in it.
	MaxDepth = 100
	// MaxAnyDepth is how deep Anys may be nested in each other.
	MaxAnyDepth = 10
)

// nonCriticalBit in a field number says that the field may be ignored by who
// does not know it (ADR-020 of the Cosmos SDK calls it bit 11, counting from
// one: the field numbers 1024 to 2047, 3072 to 4095 and so on).
const nonCriticalBit = 1 << 10

// Options say what a walk lets pass.
type Options struct {
	// AllowNonCritical lets unknown fields pass whose number marks them as
	// ignorable, in the outermost message only. It is meant for TxBody.
	AllowNonCritical bool
}

// RejectUnknown checks that bz is a message of the given full name and holds
// nothing that the message does not have, at any depth. Refused are unknown
// fields, other wire types than the field's, a singular field (or two members
// of a oneof) given twice, text that is not UTF-8, groups, input that ends too
// early and nesting beyond MaxDepth. An Any is looked into: its type URL must be
// "/" and the name of a registered message. The work is linear in len(bz).
func RejectUnknown(name string, bz []byte, opts Options) error {
	m, err := lookup(name)
	if err != nil {
		return err
	}
	w := walk{opts: opts}
	return w.message(m, bz, 1, 0)
}

// HasNonCritical tells whether a message has, at its outermost level, an unknown
// field that Options.AllowNonCritical lets pass. Signing modes that do not cover
// the raw bytes must refuse such a message. It looks no deeper and is meant for
// bytes that RejectUnknown accepted.
func HasNonCritical(name string, bz []byte) (bool, error) {
	m, err := lookup(name)
	if err != nil {
		return false, err
	}
	for len(bz) > 0 {
		number, _, _, n, err := next(bz)
		if err != nil {
			return false, fmt.Errorf("%s: %w", name, err)
		}
		if m.fields[number] == nil && number&nonCriticalBit != 0 {
			return true, nil
		}
		bz = bz[n:]
	}
	return false, nil
}

// next cuts one field off bz; n is its length with tag and value.
func next(bz []byte) (number int32, wire int, value []byte, n int, err error) {
	number, wire, n, err = tag(bz)
	if err != nil {
		return 0, 0, nil, 0, err
	}
	value, size, err := payload(wire, bz[n:])
	if err != nil {
		return 0, 0, nil, 0, fmt.Errorf("field %d: %w", number, err)
	}
	return number, wire, value, n + size, nil
}

type walk struct {
	opts Options
}

// message checks one message. Recursion is bounded by MaxDepth; each byte is
// looked at by the innermost message that it belongs to.
func (w *walk) message(m *message, bz []byte, depth, anyDepth int) error {
	if depth > MaxDepth {
		return fmt.Errorf("%s: messages are nested more than %d deep", m.name, MaxDepth)
	}
	if m.isAny {
		return w.any(m, bz, depth, anyDepth+1)
	}
	var seen slots
	for len(bz) > 0 {
		number, wire, value, n, err := next(bz)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		bz = bz[n:]
		f := m.fields[number]
		if f == nil {
			if depth == 1 && w.opts.AllowNonCritical && number&nonCriticalBit != 0 {
				continue
			}
			return fmt.Errorf("%s: unknown field %d", m.name, number)
		}
		if !f.repeated && !seen.take(f.slot) {
			return fmt.Errorf("%s: field %d is given twice", m.name, number)
		}
		if err := f.check(wire, value); err != nil {
			return fmt.Errorf("%s: field %d: %w", m.name, number, err)
		}
		if f.message == nil {
			continue
		}
		if f.message.fields == nil {
			return fmt.Errorf("%s: field %d: message %s is not registered", m.name, number, f.message.name)
		}
		if err := w.message(f.message, value, depth+1, anyDepth); err != nil {
			return err
		}
	}
	return nil
}

// any checks an Any and the message in it. The two fields are read first: which
// message it is may be said after the message.
func (w *walk) any(m *message, bz []byte, depth, anyDepth int) error {
	if anyDepth > MaxAnyDepth {
		return fmt.Errorf("%s: nested more than %d deep", m.name, MaxAnyDepth)
	}
	var content [3][]byte // by field number: 1 the type URL, 2 the message
	var seen slots
	for len(bz) > 0 {
		number, wire, value, n, err := next(bz)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		bz = bz[n:]
		f := m.fields[number]
		if f == nil || int(number) >= len(content) {
			return fmt.Errorf("%s: unknown field %d", m.name, number)
		}
		if !seen.take(f.slot) {
			return fmt.Errorf("%s: field %d is given twice", m.name, number)
		}
		if err := f.check(wire, value); err != nil {
			return fmt.Errorf("%s: field %d: %w", m.name, number, err)
		}
		content[number] = value
	}
	name, ok := strings.CutPrefix(string(content[1]), "/")
	if !ok {
		return fmt.Errorf("%s: type URL %.100q does not begin with a slash", m.name, content[1])
	}
	inner, err := lookup(name)
	if err != nil {
		return fmt.Errorf("%s: %w", m.name, err)
	}
	return w.message(inner, content[2], depth+1, anyDepth)
}

// check checks a value against its field, messages not looked into.
func (f *field) check(wire int, value []byte) error {
	if wire != f.wire {
		if f.packable && wire == wireBytes {
			return f.checkPacked(value)
		}
		return fmt.Errorf("wire type %d where %d is due", wire, f.wire)
	}
	if f.text && !utf8.Valid(value) {
		return fmt.Errorf("text is not UTF-8")
	}
	return nil
}

// checkPacked checks that a packed list is made of whole values.
func (f *field) checkPacked(value []byte) error {
	for len(value) > 0 {
		_, n, err := payload(f.wire, value)
		if err != nil {
			return err
		}
		value = value[n:]
	}
	return nil
}
