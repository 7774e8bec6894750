package main

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// message returns a reference to the schema of a message, which it makes if it
// is new.
func (w *writer) message(m protoreflect.MessageDescriptor) object {
	name := string(m.FullName())
	switch name {
	case "google.protobuf.Any":
		return object{
			"type": "object", "required": []string{"@type"}, "additionalProperties": true,
			"properties": object{"@type": object{"type": "string", "description": "\"/\" and the name of the message whose fields follow."}},
		}
	case "google.protobuf.Timestamp":
		return object{"type": "string", "format": "date-time"}
	case "google.protobuf.Duration":
		return object{"type": "string", "description": "Seconds with an s behind them, such as 1.5s."}
	}
	ref := object{"$ref": "#/components/schemas/" + name}
	if _, known := w.schemas[name]; known {
		return ref
	}
	properties := object{}
	schema := object{"type": "object", "properties": properties}
	if text := comment(m); text != "" {
		schema["description"] = text
	}
	w.schemas[name] = schema // before its fields: messages may hold themselves
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		properties[string(f.Name())] = w.field(f)
	}
	return ref
}

// field describes a field as it stands in JSON.
func (w *writer) field(f protoreflect.FieldDescriptor) object {
	var schema object
	switch {
	case f.IsMap():
		schema = object{"type": "object", "additionalProperties": w.scalar(f.MapValue())}
	case f.Message() != nil:
		schema = w.message(f.Message())
		if !f.IsList() && schema["$ref"] != nil {
			return object{"allOf": []any{schema}, "nullable": true, "description": comment(f)}
		}
	default:
		schema = w.scalar(f)
	}
	if f.IsList() {
		schema = object{"type": "array", "items": schema}
	}
	if text := comment(f); text != "" && schema["$ref"] == nil {
		schema["description"] = text
	}
	return schema
}

// scalar describes a value that is no message.
func (w *writer) scalar(f protoreflect.FieldDescriptor) object {
	cast := castType(f)
	switch {
	case cast == "RawContractMessage":
		return object{"description": "JSON for or of a contract, as it is."}
	case cast == "HexBytes":
		return object{"type": "string", "format": "hex"}
	case strings.HasSuffix(cast, "Dec"), strings.HasSuffix(cast, "DecBytes"):
		return object{"type": "string", "format": "decimal"}
	}
	switch f.Kind() {
	case protoreflect.BoolKind:
		return object{"type": "boolean"}
	case protoreflect.StringKind:
		return object{"type": "string"}
	case protoreflect.BytesKind:
		return object{"type": "string", "format": "byte"}
	case protoreflect.EnumKind:
		return object{"type": "string", "enum": names(f.Enum())}
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return object{"type": "string", "format": "int64"}
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return object{"type": "string", "format": "uint64"}
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return object{"type": "number"}
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return w.message(f.Message())
	default:
		return object{"type": "integer", "format": f.Kind().String()}
	}
}

// names lists what an enum's values are called in JSON.
func names(e protoreflect.EnumDescriptor) []string {
	list := make([]string, 0, e.Values().Len())
	for i := range e.Values().Len() {
		list = append(list, string(e.Values().Get(i).Name()))
	}
	if e.FullName() == "cosmwasm.wasm.v1.AccessType" { // it has words of its own
		return []string{"Unspecified", "Nobody", "Everybody", "AnyOfAddresses"}
	}
	return list
}

// query lists the parameters that set the fields of a request.
func (w *writer) query(m protoreflect.MessageDescriptor, prefix string, vars []string) []any {
	var list []any
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		name := prefix + string(f.Name())
		if slices.Contains(vars, name) || f.IsMap() {
			continue
		}
		if f.Message() != nil {
			if !f.IsList() && prefix == "" {
				list = append(list, w.query(f.Message(), name+".", vars)...)
			}
			continue
		}
		schema := w.parameter(f)
		if f.IsList() {
			schema = object{"type": "array", "items": schema}
		}
		list = append(list, object{"name": name, "in": "query", "description": comment(f), "schema": schema})
	}
	return list
}

// parameter describes a value in a path or behind it: bytes are always base64.
func (w *writer) parameter(f protoreflect.FieldDescriptor) object {
	if f.Kind() == protoreflect.BytesKind {
		return object{"type": "string", "format": "byte"}
	}
	return w.scalar(f)
}

// castTypeField is gogoproto.casttype, whose Go type is in another registry.
const castTypeField = 65007

// castType returns the Go type that a field is given, "" for none.
func castType(f protoreflect.FieldDescriptor) string {
	raw, err := proto.Marshal(f.Options())
	if err != nil {
		return ""
	}
	for len(raw) > 0 {
		number, kind, n := protowire.ConsumeTag(raw)
		if n < 0 {
			return ""
		}
		raw = raw[n:]
		size := protowire.ConsumeFieldValue(number, kind, raw)
		if size < 0 {
			return ""
		}
		if number == castTypeField && kind == protowire.BytesType {
			value, _ := protowire.ConsumeBytes(raw)
			return string(value[strings.LastIndexByte(string(value), '.')+1:])
		}
		raw = raw[size:]
	}
	return ""
}

// comment is what the .proto file says of a thing, in one line.
func comment(d protoreflect.Descriptor) string {
	at := d.ParentFile().SourceLocations().ByDescriptor(d)
	return strings.Join(strings.Fields(at.LeadingComments), " ")
}
