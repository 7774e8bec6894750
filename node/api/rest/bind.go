package rest

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
)

// maxParameters bounds the parameters of a query and the values of a list.
const maxParameters = 1_000

// bindQuery sets fields from the parameters behind the path. Parameters that
// are no fields are passed over, as grpc-gateway does; those that the path has
// set as well.
func bindQuery(req chain.Message, raw string, vars map[string]string) error {
	if raw == "" {
		return nil
	}
	if n := strings.Count(raw, "&"); n >= maxParameters {
		return status.Errorf(codes.InvalidArgument, "%d parameters, at most %d", n+1, maxParameters)
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return status.Errorf(codes.InvalidArgument, "parameters: %v", err)
	}
	for name, list := range values {
		if _, taken := vars[name]; taken {
			continue
		}
		if err := bind(req, name, list...); err != nil {
			return status.Errorf(codes.InvalidArgument, "parameter %.100s: %v", name, err)
		}
	}
	return nil
}

// field is a place in a message.
type field struct {
	value reflect.Value
	prop  *gogoproto.Properties
}

// locate walks a dotted name such as "pagination.limit" to its field and makes
// the messages on the way. It returns nil for a name that is no field.
func locate(req chain.Message, name string) (*field, error) {
	at := reflect.ValueOf(req).Elem()
	words := strings.Split(name, ".")
	for i, word := range words {
		value, prop := fieldOf(at, word)
		if prop == nil {
			return nil, nil
		}
		if i == len(words)-1 {
			return &field{value, prop}, nil
		}
		if value.Kind() == reflect.Pointer {
			if value.IsNil() {
				value.Set(reflect.New(value.Type().Elem()))
			}
			value = value.Elem()
		}
		if value.Kind() != reflect.Struct {
			return nil, fmt.Errorf("%s is no message", word)
		}
		at = value
	}
	return nil, nil
}

// fieldOf finds a field by its name in the .proto file or in camel case.
func fieldOf(message reflect.Value, name string) (reflect.Value, *gogoproto.Properties) {
	for _, prop := range gogoproto.GetProperties(message.Type()).Prop {
		if name != "" && (prop.OrigName == name || prop.JSONName == name) && !strings.HasPrefix(prop.Name, "XXX_") {
			return message.FieldByName(prop.Name), prop
		}
	}
	return reflect.Value{}, nil
}

// kindOf returns the Go type of a field of a request.
func kindOf(req chain.Message, name string) (reflect.Type, error) {
	f, err := locate(req, name)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, fmt.Errorf("there is no field %s", name)
	}
	if f.value.Kind() == reflect.Slice && f.value.Type().Elem().Kind() == reflect.Uint8 {
		return bytesType, nil
	}
	return f.value.Type(), nil
}

// bind sets a field from text.
func bind(req chain.Message, name string, texts ...string) error {
	f, err := locate(req, name)
	if f == nil || err != nil {
		return err
	}
	if f.value.Kind() == reflect.Slice && f.value.Type().Elem().Kind() != reflect.Uint8 {
		return f.setList(texts)
	}
	if len(texts) != 1 {
		return fmt.Errorf("%d values, at most 1", len(texts))
	}
	return set(f.value, f.prop, texts[0])
}

func (f *field) setList(texts []string) error {
	list := reflect.MakeSlice(f.value.Type(), len(texts), len(texts))
	for i, text := range texts {
		if err := set(list.Index(i), f.prop, text); err != nil {
			return err
		}
	}
	f.value.Set(list)
	return nil
}

func set(v reflect.Value, prop *gogoproto.Properties, text string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%.40q is neither true nor false", text)
		}
		v.SetBool(b)
	case reflect.Uint64, reflect.Uint32:
		n, err := strconv.ParseUint(text, 10, v.Type().Bits())
		if err != nil {
			return fmt.Errorf("%.40q is no number from 0 to 2^%d-1", text, v.Type().Bits())
		}
		v.SetUint(n)
	case reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%.40q is no number of 64 bits", text)
		}
		v.SetInt(n)
	case reflect.Int32:
		return setEnum(v, prop, text)
	case reflect.Slice:
		b, err := decodeBase64(text)
		if err != nil {
			return err
		}
		v.SetBytes(b)
	default:
		return fmt.Errorf("it cannot be set by a parameter")
	}
	return nil
}

// setEnum takes a name or a number.
func setEnum(v reflect.Value, prop *gogoproto.Properties, text string) error {
	names := gogoproto.EnumValueMap(prop.Enum)
	if n, ok := names[text]; ok {
		v.SetInt(int64(n))
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return fmt.Errorf("%.40q is not valid here", text)
	}
	for _, known := range names {
		if int64(known) == n {
			v.SetInt(n)
			return nil
		}
	}
	if names != nil {
		return fmt.Errorf("%d is not valid here", n)
	}
	v.SetInt(n)
	return nil
}

// decodeBase64 takes both alphabets, with or without padding, and a space for
// the plus sign that it was before somebody forgot to escape it.
func decodeBase64(text string) ([]byte, error) {
	text = strings.NewReplacer("-", "+", "_", "/", " ", "+").Replace(strings.TrimRight(text, "="))
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%.40q is no base64", text)
	}
	return b, nil
}
