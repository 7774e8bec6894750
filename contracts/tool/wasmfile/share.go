package wasmfile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// nameSection is where compilers put names for people.
const nameSection = "name"

// functionNames is the part of the name section with names of functions.
const functionNames = 1

// Names returns the names of functions by their index, from the name section;
// none if there is none.
func Names(list []Section) (map[uint32]string, error) {
	data, ok := Custom(list, nameSection)
	if !ok {
		return nil, nil
	}
	names := map[uint32]string{}
	r := reader{buf: data}
	for r.pos < len(r.buf) && r.err == nil {
		id := r.byte()
		part := reader{buf: r.bytes(r.u32())}
		if id != functionNames {
			continue
		}
		for n := part.u32(); n > 0 && part.err == nil; n-- {
			index := part.u32()
			names[index] = part.name()
		}
		if part.err != nil {
			return nil, part.err
		}
	}
	return names, r.err
}

// SameCode reports whether two modules have the same functions at the same
// indices, so that the names of one are those of the other.
func SameCode(a, b []Section) bool {
	for _, id := range []byte{idImport, idCode} {
		at := func(s Section) bool { return s.ID == id }
		i, j := slices.IndexFunc(a, at), slices.IndexFunc(b, at)
		if (i < 0) != (j < 0) || (i >= 0 && !bytes.Equal(a[i].Data, b[j].Data)) {
			return false
		}
	}
	return true
}

// Share is how many bytes of code belong to a package (or crate).
type Share struct {
	Package   string `json:"package"`
	Functions int    `json:"functions"`
	Bytes     int    `json:"bytes"`
}

// WithNames returns the sections with names for functions in place of those that
// are there.
func WithNames(list []Section, names map[uint32]string) []Section {
	part := binary.AppendUvarint(nil, uint64(len(names)))
	for _, index := range slices.Sorted(maps.Keys(names)) {
		part = appendName(binary.AppendUvarint(part, uint64(index)), names[index])
	}
	data := binary.AppendUvarint([]byte{functionNames}, uint64(len(part)))
	return WithCustom(WithoutCustom(list, nameSection), nameSection, append(data, part...))
}

// Shares adds up the code by packages, the largest first. Functions without a
// name are in a share without a name.
func Shares(list []Section, names map[uint32]string) ([]Share, error) {
	imports, err := Imports(list)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(s Section) bool { return s.ID == idCode })
	if i < 0 {
		return nil, nil
	}
	sums := map[string]Share{}
	r := reader{buf: list[i].Data}
	index := uint32(len(imports))
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		before := r.pos
		r.bytes(r.u32())
		of := PackageOf(names[index])
		sum := sums[of]
		sums[of] = Share{of, sum.Functions + 1, sum.Bytes + r.pos - before}
		index++
	}
	return slices.SortedFunc(maps.Values(sums), func(a, b Share) int {
		return cmp.Or(b.Bytes-a.Bytes, cmp.Compare(a.Package, b.Package))
	}), r.err
}

// PackageOf returns the Go package or Rust crate that a function's name tells of:
// example.com/a/b.(*T).F is of example.com/a/b, cw20::msg::parse of cw20, and so
// are <cw20::msg::Msg as Trait>::parse and the mangled _ZN4cw203msg5parse17h….
func PackageOf(name string) string {
	if crate, ok := mangled(name); ok {
		return crate
	}
	if before, _, ok := strings.Cut(strings.TrimLeft(name, "<&*("), "::"); ok {
		before = strings.TrimPrefix(before, "mut ")
		before = strings.TrimPrefix(before, "dyn ")
		if at := strings.LastIndexAny(before, " <"); at >= 0 {
			before = before[at+1:]
		}
		return before
	}
	if strings.HasPrefix(name, "type:") || strings.HasPrefix(name, "type_") {
		return "equality and hashes of types"
	}
	plain, _, _ := strings.Cut(name, "[") // type arguments have dots of their own
	slash := strings.LastIndexByte(plain, '/') + 1
	if dot := strings.IndexByte(plain[slash:], '.'); dot > 0 {
		return plain[:slash+dot]
	}
	return "" // the toolchain's own
}

// mangled reads the first word of a mangled Rust name.
func mangled(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, "_ZN")
	if !ok {
		return "", false
	}
	n := 0
	for rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		n = n*10 + int(rest[0]-'0')
		rest = rest[1:]
		if n > len(rest) {
			return "", false
		}
	}
	word := rest[:n]
	if strings.HasPrefix(word, "_$LT$") || strings.HasPrefix(word, "$") { // <T as Trait>
		word = strings.TrimPrefix(strings.TrimPrefix(word, "_"), "$LT$")
		word, _, _ = strings.Cut(word, "..")
		word, _, _ = strings.Cut(word, "$")
	}
	return word, true
}
