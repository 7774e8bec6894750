package amino

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// Form says whose document it is. Where CosmJS writes another one than the
// reference verifies, its users cannot sign with amino JSON on other chains;
// whoever verifies both forms serves them.
type Form int

const (
	// Reference is what the reference's encoder writes.
	Reference Form = iota
	// CosmJS is what CosmJS 0.38 signs where that differs: words for the enum
	// AccessType (wasmd issue 1863), some empty fields, the name of one message,
	// and what JavaScript makes of a contract's JSON.
	CosmJS
)

// maxDepth bounds how deep messages nest, each Any counting as one more.
const maxDepth = 100

// Any returns the JSON of a message, {"type":name,"value":…}, given its type URL
// and protobuf bytes. The error says which part has no such form; a field that
// is not known has none.
func Any(typeURL string, value []byte, form Form) ([]byte, error) {
	w := &writer{form: form}
	if err := w.any(typeURL, value, 0); err != nil {
		return nil, err
	}
	return w.out.Bytes(), nil
}

// writer writes one message and what is inside of it.
type writer struct {
	out  bytes.Buffer
	form Form
}

func (w *writer) any(typeURL string, value []byte, depth int) error {
	if len(typeURL) < 2 || typeURL[0] != '/' {
		return fmt.Errorf("type URL %.100q names no message", typeURL)
	}
	desc, err := describe(typeURL[1:])
	if err != nil {
		return err
	}
	msg := dynamicpb.NewMessage(desc)
	if err := proto.Unmarshal(value, msg); err != nil {
		return fmt.Errorf("%s: %w", typeURL, err)
	}
	w.out.WriteString(`{"type":`)
	if err := w.string(w.name(typeURL[1:])); err != nil {
		return err
	}
	w.out.WriteString(`,"value":`)
	if err := w.message(msg, depth+1); err != nil {
		return err
	}
	w.out.WriteByte('}')
	return nil
}

func (w *writer) name(fullName string) string {
	if w.form == CosmJS && cosmjs[fullName].name != "" {
		return cosmjs[fullName].name
	}
	return Name(fullName)
}

// rules are how the fields of a message differ from the rule.
func (w *writer) rules(fullName string) map[string]field {
	if w.form == CosmJS && cosmjs[fullName].fields != nil {
		return cosmjs[fullName].fields
	}
	return table[fullName].fields
}

func (w *writer) message(msg protoreflect.Message, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("messages nest deeper than %d", maxDepth)
	}
	name := string(msg.Descriptor().FullName())
	if len(msg.GetUnknown()) > 0 {
		return fmt.Errorf("%s has fields that are not known", name)
	}
	switch name {
	case "google.protobuf.Any":
		url, value := named(msg, "type_url"), named(msg, "value")
		return w.any(url.String(), value.Bytes(), depth)
	case "google.protobuf.Timestamp":
		return w.timestamp(named(msg, "seconds").Int(), named(msg, "nanos").Int())
	case "google.protobuf.Duration":
		return w.duration(named(msg, "seconds").Int(), named(msg, "nanos").Int())
	}
	switch table[name].whole {
	case keyField:
		return w.key(named(msg, "key").Bytes())
	case threshold:
		return w.multisig(msg, depth)
	default:
		return w.fields(msg, w.rules(name), depth)
	}
}

// named returns a field's value.
func named(msg protoreflect.Message, name protoreflect.Name) protoreflect.Value {
	return msg.Get(msg.Descriptor().Fields().ByName(name))
}

// entry is a field on its way into the document.
type entry struct {
	name string
	desc protoreflect.FieldDescriptor
	rule field
}

func (w *writer) fields(msg protoreflect.Message, rules map[string]field, depth int) error {
	all := msg.Descriptor().Fields()
	list := make([]entry, all.Len())
	for i := range list {
		f := all.Get(i)
		list[i] = entry{string(f.Name()), f, rules[string(f.Name())]}
		if list[i].rule.name != "" {
			list[i].name = list[i].rule.name
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].name < list[j].name })
	w.out.WriteByte('{')
	first := true
	for _, e := range list {
		if !msg.Has(e.desc) {
			if !e.rule.keep {
				continue
			}
			if e.desc.Message() != nil && !e.desc.IsList() {
				return fmt.Errorf("%s is missing", e.desc.FullName()) // the reference cannot write it either
			}
		}
		if !first {
			w.out.WriteByte(',')
		}
		first = false
		if err := w.string(e.name); err != nil {
			return err
		}
		w.out.WriteByte(':')
		if err := w.field(e, msg.Get(e.desc), depth); err != nil {
			return err
		}
	}
	w.out.WriteByte('}')
	return nil
}

func (w *writer) field(e entry, v protoreflect.Value, depth int) error {
	switch e.rule.as {
	case coins:
		return w.list(e.desc, v.List(), depth)
	case integer:
		return w.integer(v.String())
	case decimal:
		return w.decimal(e.desc, v)
	case inline:
		return w.inline(v.Bytes())
	case plain:
	}
	switch {
	case e.desc.IsMap():
		return fmt.Errorf("%s is a map", e.desc.FullName())
	case e.desc.ContainingOneof() != nil:
		return fmt.Errorf("%s is one of several", e.desc.FullName())
	case e.desc.IsList() && v.List().Len() == 0:
		w.out.WriteString("null") // kept, and no list of coins
		return nil
	case e.desc.IsList():
		return w.list(e.desc, v.List(), depth)
	}
	return w.value(e.desc, v, depth)
}

func (w *writer) list(desc protoreflect.FieldDescriptor, list protoreflect.List, depth int) error {
	w.out.WriteByte('[')
	for i := range list.Len() {
		if i > 0 {
			w.out.WriteByte(',')
		}
		if err := w.value(desc, list.Get(i), depth); err != nil {
			return err
		}
	}
	w.out.WriteByte(']')
	return nil
}

// value writes one value by the kind of its field.
func (w *writer) value(desc protoreflect.FieldDescriptor, v protoreflect.Value, depth int) error {
	switch x := v.Interface().(type) {
	case protoreflect.Message:
		return w.message(x, depth+1)
	case string:
		return w.string(x)
	case bool:
		w.out.WriteString(strconv.FormatBool(x))
		return nil
	case int32:
		w.out.WriteString(strconv.FormatInt(int64(x), 10))
		return nil
	case uint32:
		w.out.WriteString(strconv.FormatUint(uint64(x), 10))
		return nil
	case []byte:
		return w.base64(x)
	case protoreflect.EnumNumber:
		if w.form == CosmJS && desc.Enum().FullName() == accessType {
			if name, ok := accessNames[int32(x)]; ok {
				return w.string(name)
			}
		}
		w.out.WriteString(strconv.FormatInt(int64(x), 10))
		return nil
	case int64:
		return w.string(strconv.FormatInt(x, 10))
	case uint64:
		return w.string(strconv.FormatUint(x, 10))
	}
	return fmt.Errorf("%s: kind %s", desc.FullName(), desc.Kind()) // fractions stand in no message
}

func (w *writer) base64(b []byte) error {
	w.out.Grow(base64.StdEncoding.EncodedLen(len(b)) + 2)
	w.out.WriteByte('"')
	w.out.Write(base64.StdEncoding.AppendEncode(w.out.AvailableBuffer(), b))
	w.out.WriteByte('"')
	return nil
}

func (w *writer) key(b []byte) error {
	if len(b) == 0 {
		w.out.WriteString("null")
		return nil
	}
	return w.base64(b)
}

func (w *writer) multisig(msg protoreflect.Message, depth int) error {
	keys := msg.Descriptor().Fields().ByName("public_keys")
	w.out.WriteString(`{"pubkeys":`)
	if err := w.list(keys, msg.Get(keys).List(), depth); err != nil {
		return err
	}
	_, err := fmt.Fprintf(&w.out, `,"threshold":"%d"}`, named(msg, "threshold").Uint())
	return err
}

func (w *writer) timestamp(seconds, nanos int64) error {
	if nanos < 0 || nanos > 999_999_999 {
		return errors.New("a timestamp's nanoseconds are out of range")
	}
	t := time.Unix(seconds, nanos).UTC()
	if y := t.Year(); y < 1 || y > 9999 {
		return errors.New("a timestamp's year is out of range")
	}
	return w.string(t.Format(time.RFC3339Nano))
}

// maxSeconds is the longest duration whose nanoseconds fit in 64 bits.
const maxSeconds = 1<<63/1_000_000_000 - 1

func (w *writer) duration(seconds, nanos int64) error {
	if seconds > maxSeconds || seconds < -maxSeconds || nanos <= -1_000_000_000 || nanos >= 1_000_000_000 {
		return errors.New("a duration is out of range")
	}
	return w.string(strconv.FormatInt(seconds*1_000_000_000+nanos, 10))
}
