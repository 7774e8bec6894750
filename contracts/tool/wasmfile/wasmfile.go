// Package wasmfile takes wasm modules apart into their sections and puts them
// together again: it drops and adds custom sections, drops exports, and tells
// whose code takes how much room. It does not validate: vm does, and what is
// broken here is an error, never a panic.
package wasmfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Section ids that this package knows.
const (
	idCustom = 0
	idImport = 2
	idExport = 7
	idCode   = 10
	idData   = 11
)

// Section is a part of a module.
type Section struct {
	ID   byte
	Name string // of a custom section
	Data []byte // without the name of a custom section
}

// ErrFormat says that bytes are no wasm module.
var ErrFormat = errors.New("this is no wasm module")

const header = "\x00asm\x01\x00\x00\x00"

// Parse returns the sections of a module. They share its memory.
func Parse(code []byte) ([]Section, error) {
	if len(code) < len(header) || string(code[:len(header)]) != header {
		return nil, fmt.Errorf("%w: it does not begin with \\0asm and version 1", ErrFormat)
	}
	r := reader{buf: code, pos: len(header)}
	var list []Section
	for r.pos < len(code) {
		s := Section{ID: r.byte()}
		s.Data = r.bytes(r.u32())
		if s.ID == idCustom {
			inner := reader{buf: s.Data}
			s.Name = inner.name()
			s.Data = s.Data[inner.pos:]
			r.err = errors.Join(r.err, inner.err)
		}
		if r.err != nil {
			return nil, r.err
		}
		list = append(list, s)
	}
	return list, nil
}

// Bytes puts sections together.
func Bytes(list []Section) []byte {
	out := []byte(header)
	for _, s := range list {
		data := s.Data
		if s.ID == idCustom {
			data = append(appendName(nil, s.Name), data...)
		}
		out = append(out, s.ID)
		out = binary.AppendUvarint(out, uint64(len(data)))
		out = append(out, data...)
	}
	return out
}

// Custom returns the content of the first custom section of a name.
func Custom(list []Section, name string) ([]byte, bool) {
	i := slices.IndexFunc(list, func(s Section) bool { return s.ID == idCustom && s.Name == name })
	if i < 0 {
		return nil, false
	}
	return list[i].Data, true
}

// WithoutCustom returns the sections without the custom ones of the names.
func WithoutCustom(list []Section, names ...string) []Section {
	return slices.DeleteFunc(slices.Clone(list), func(s Section) bool { return s.ID == idCustom && slices.Contains(names, s.Name) })
}

// WithCustom returns the sections and a custom one behind them.
func WithCustom(list []Section, name string, data []byte) []Section {
	return append(slices.Clone(list), Section{ID: idCustom, Name: name, Data: data})
}

// Export is what a module exports.
type Export struct {
	Name  string
	Kind  byte // 0 is a function
	Index uint32
}

// Exports reads the export section.
func Exports(list []Section) ([]Export, error) {
	i := slices.IndexFunc(list, func(s Section) bool { return s.ID == idExport })
	if i < 0 {
		return nil, nil
	}
	r := reader{buf: list[i].Data}
	var exports []Export
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		exports = append(exports, Export{r.name(), r.byte(), r.u32()})
	}
	return exports, r.err
}

// WithoutExports returns the sections without the functions that are exported
// under the names. Their code stays: it is reachable in no other way, but
// without it the indices of all others would change.
func WithoutExports(list []Section, names ...string) ([]Section, error) {
	exports, err := Exports(list)
	if err != nil {
		return nil, err
	}
	kept := slices.DeleteFunc(exports, func(e Export) bool { return e.Kind == 0 && slices.Contains(names, e.Name) })
	data := binary.AppendUvarint(nil, uint64(len(kept)))
	for _, e := range kept {
		data = append(appendName(data, e.Name), e.Kind)
		data = binary.AppendUvarint(data, uint64(e.Index))
	}
	list = slices.Clone(list)
	if i := slices.IndexFunc(list, func(s Section) bool { return s.ID == idExport }); i >= 0 {
		list[i].Data = data
	}
	return list, nil
}

// Import is what a module imports.
type Import struct{ Module, Name string }

// Imports reads the import section: functions only, which are all that a
// contract may import.
func Imports(list []Section) ([]Import, error) {
	i := slices.IndexFunc(list, func(s Section) bool { return s.ID == idImport })
	if i < 0 {
		return nil, nil
	}
	r := reader{buf: list[i].Data}
	var imports []Import
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		imports = append(imports, Import{r.name(), r.name()})
		if kind := r.byte(); kind != 0 && r.err == nil {
			return imports, fmt.Errorf("%w: import of kind %d", ErrFormat, kind)
		}
		r.u32()
	}
	return imports, r.err
}

func appendName(b []byte, name string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(name))), name...)
}

// reader reads numbers and names until something is missing.
type reader struct {
	buf []byte
	pos int
	err error
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = fmt.Errorf("%w: it ends in the middle of something, at byte %d of a section", ErrFormat, r.pos)
	}
	r.pos = len(r.buf)
}

func (r *reader) byte() byte {
	if r.pos >= len(r.buf) {
		r.fail()
		return 0
	}
	r.pos++
	return r.buf[r.pos-1]
}

func (r *reader) u32() uint32 {
	n, size := binary.Uvarint(r.buf[r.pos:])
	if size <= 0 || n > 1<<32-1 {
		r.fail()
		return 0
	}
	r.pos += size
	return uint32(n)
}

func (r *reader) bytes(n uint32) []byte {
	if uint64(n) > uint64(len(r.buf)-r.pos) {
		r.fail()
		return nil
	}
	r.pos += int(n)
	return r.buf[r.pos-int(n) : r.pos : r.pos]
}

func (r *reader) name() string { return string(r.bytes(r.u32())) }
