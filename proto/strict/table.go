package strict

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/cosmos/gogoproto/proto"
	"github.com/cosmos/gogoproto/protoc-gen-gogo/descriptor"
)

const anyName = "google.protobuf.Any"

// A message is what the walk needs of a descriptor.
type message struct {
	name   string
	fields map[int32]*field
	isAny  bool
}

// A field is one field of a message.
type field struct {
	wire     int
	repeated bool
	text     bool     // must be UTF-8
	packable bool     // may also come as one packed value
	message  *message // nil for scalars
	// slot is the bit that a singular field, or all members of a oneof,
	// occupy once they were seen.
	slot int
}

// maxSlots is the most singular fields of a message that can be told apart. A
// message with more stays unknown; none comes near it.
const maxSlots = 128

// slots remembers which singular fields a message had.
type slots [maxSlots / 64]uint64

// take marks a slot and says whether it was free.
func (s *slots) take(slot int) bool {
	bit := uint64(1) << (slot % 64)
	free := s[slot/64]&bit == 0
	s[slot/64] |= bit
	return free
}

// table holds all registered messages by full name. It is built once, at the
// first use: every init function, hence every registration, ran before.
var table = sync.OnceValues(buildTable)

// lookup finds a registered message by its full name.
func lookup(name string) (*message, error) {
	known, err := table()
	if err != nil {
		return nil, err
	}
	m := known[name]
	if m == nil || m.fields == nil {
		return nil, fmt.Errorf("message %.100q is not registered", name)
	}
	return m, nil
}

func buildTable() (map[string]*message, error) {
	known := map[string]*message{}
	for name, zipped := range proto.AllFileDescriptors() {
		file, err := readFile(zipped)
		if err != nil {
			return nil, fmt.Errorf("descriptor of %s: %w", name, err)
		}
		for _, m := range file.MessageType {
			addMessage(known, file.GetPackage(), m)
		}
	}
	return known, nil
}

func readFile(zipped []byte) (*descriptor.FileDescriptorProto, error) {
	r, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	file := new(descriptor.FileDescriptorProto)
	return file, proto.Unmarshal(raw, file)
}

// addMessage fills the table's entry for a message and those nested in it. An
// entry may be there already, empty, because a field referred to it.
func addMessage(known map[string]*message, scope string, d *descriptor.DescriptorProto) {
	m := entry(known, strings.TrimPrefix(scope+"."+d.GetName(), "."))
	fields := make(map[int32]*field, len(d.Field))
	next := len(d.OneofDecl) // the first slots are those of the oneofs
	for _, fd := range d.Field {
		f := newField(known, fd)
		if fd.OneofIndex != nil {
			f.slot = int(fd.GetOneofIndex())
		} else {
			f.slot = next
			next++
		}
		fields[fd.GetNumber()] = f
	}
	if next <= maxSlots {
		m.fields = fields
	}
	for _, nested := range d.NestedType {
		addMessage(known, m.name, nested)
	}
}

func entry(known map[string]*message, name string) *message {
	m := known[name]
	if m == nil {
		m = &message{name: name, isAny: name == anyName}
		known[name] = m
	}
	return m
}

func newField(known map[string]*message, d *descriptor.FieldDescriptorProto) *field {
	f := &field{repeated: d.GetLabel() == descriptor.FieldDescriptorProto_LABEL_REPEATED}
	switch d.GetType() {
	case descriptor.FieldDescriptorProto_TYPE_STRING:
		f.wire, f.text = wireBytes, true
	case descriptor.FieldDescriptorProto_TYPE_BYTES:
		f.wire = wireBytes
	case descriptor.FieldDescriptorProto_TYPE_MESSAGE:
		f.wire = wireBytes
		f.message = entry(known, strings.TrimPrefix(d.GetTypeName(), "."))
	case descriptor.FieldDescriptorProto_TYPE_GROUP:
		f.wire = -1 // no value is accepted
	case descriptor.FieldDescriptorProto_TYPE_FIXED64, descriptor.FieldDescriptorProto_TYPE_SFIXED64,
		descriptor.FieldDescriptorProto_TYPE_DOUBLE:
		f.wire, f.packable = wireFixed64, f.repeated
	case descriptor.FieldDescriptorProto_TYPE_FIXED32, descriptor.FieldDescriptorProto_TYPE_SFIXED32,
		descriptor.FieldDescriptorProto_TYPE_FLOAT:
		f.wire, f.packable = wireFixed32, f.repeated
	default: // integers, bool and enums
		f.wire, f.packable = wireVarint, f.repeated
	}
	return f
}
