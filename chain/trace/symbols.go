package trace

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf8"
)

// Symbols are the names that a module gives to its functions, for people.
type Symbols struct {
	// Shape is the SHA-256 of what a function index stands for: types, imports,
	// functions and their code. A module and the same one without its names have
	// the same shape.
	Shape [32]byte
	// Functions is how many functions there are, imports included.
	Functions uint32
	// Names are those of the name section, by function index, and of imported and
	// exported functions that it does not name.
	Names map[uint32]string
}

// Bounds of names, which a module's author chooses.
const (
	maxSymbolBytes = 512
	maxSymbols     = 200_000
)

// Sections of a module.
const (
	sectionCustom   = 0
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionExport   = 7
	sectionCode     = 10
)

var errSymbols = errors.New("not a WebAssembly module")

// ReadSymbols reads the names of a module. It does not check the module beyond
// that: names that cannot be read are left out.
func ReadSymbols(code []byte) (Symbols, error) {
	const header = "\x00asm\x01\x00\x00\x00"
	if len(code) < len(header) || string(code[:len(header)]) != header {
		return Symbols{}, errSymbols
	}
	s := Symbols{Names: map[uint32]string{}}
	shape := sha256.New()
	exported := map[uint32]string{}
	r := symbolReader{code[len(header):], false}
	for len(r.rest) > 0 && !r.failed {
		id := r.byte()
		body := symbolReader{r.take(r.number()), false}
		switch id {
		case sectionType, sectionCode:
			shape.Write(body.rest)
		case sectionImport:
			shape.Write(body.rest)
			s.imports(&body)
		case sectionFunction:
			shape.Write(body.rest)
			s.Functions += body.number()
		case sectionExport:
			exports(&body, exported)
		case sectionCustom:
			if body.text() == "name" && !body.failed {
				s.names(&body)
			}
		}
	}
	if r.failed {
		return Symbols{}, errSymbols
	}
	for index, name := range exported { //weft:sorted goes into a map
		if s.Names[index] == "" {
			s.Names[index] = name
		}
	}
	shape.Sum(s.Shape[:0])
	return s, nil
}

// imports counts the imported functions, which have the first indices.
func (s *Symbols) imports(r *symbolReader) {
	for n := r.number(); n > 0 && !r.failed; n-- {
		module, name := r.text(), r.text()
		switch r.byte() {
		case 0: // function
			r.number()
			if s.Names[s.Functions] == "" {
				s.Names[s.Functions] = module + "." + name
			}
			s.Functions++
		case 1: // table
			r.byte()
			r.limits()
		case 2: // memory
			r.limits()
		default: // global
			r.byte()
			r.byte()
		}
	}
}

func exports(r *symbolReader, into map[uint32]string) {
	for n := r.number(); n > 0 && !r.failed; n-- {
		name, kind, index := r.text(), r.byte(), r.number()
		if kind == 0 && !r.failed && into[index] == "" && len(into) < maxSymbols {
			into[index] = name
		}
	}
}

// names reads the subsection of functions of a name section.
func (s *Symbols) names(r *symbolReader) {
	for len(r.rest) > 0 && !r.failed {
		id := r.byte()
		sub := symbolReader{r.take(r.number()), false}
		if id != 1 || r.failed {
			continue
		}
		for n := sub.number(); n > 0 && !sub.failed; n-- {
			index, name := sub.number(), sub.text()
			if !sub.failed && name != "" && len(s.Names) < maxSymbols {
				s.Names[index] = name
			}
		}
	}
}

// symbolReader takes a module apart; reading beyond the end fails.
type symbolReader struct {
	rest   []byte
	failed bool
}

func (r *symbolReader) fail() { r.rest, r.failed = nil, true }

func (r *symbolReader) byte() byte {
	if len(r.rest) == 0 {
		r.fail()
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *symbolReader) number() uint32 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > 1<<32-1 {
		r.fail()
		return 0
	}
	r.rest = r.rest[size:]
	return uint32(n)
}

func (r *symbolReader) take(n uint32) []byte {
	if uint64(n) > uint64(len(r.rest)) {
		r.fail()
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// text is a name; one that is too long or not UTF-8 is cut or replaced.
func (r *symbolReader) text() string {
	b := r.take(r.number())
	if len(b) > maxSymbolBytes {
		b = b[:maxSymbolBytes]
	}
	if !utf8.Valid(b) {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(b)
}

func (r *symbolReader) limits() {
	has := r.byte()
	r.number()
	if has&1 != 0 {
		r.number()
	}
}
