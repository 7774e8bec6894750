package testkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	sdkjson "github.com/weftchain/weft/contracts/sdk/json"
)

// Msg is the message {"NAME":msg}; msg is anything that Chain.Execute takes.
func Msg(name string, msg any) json.RawMessage {
	inner, err := encode(msg)
	if err != nil {
		panic(fmt.Sprintf("message %s: %v", name, err)) // a type that JSON cannot have
	}
	return fmt.Appendf(nil, "{%q:%s}", name, inner)
}

// encode returns the JSON of a message.
func (c *Chain) encode(msg any) []byte {
	c.t.Helper()
	raw, err := encode(msg)
	c.sound(err)
	return raw
}

func encode(msg any) ([]byte, error) {
	switch m := msg.(type) {
	case string:
		return []byte(m), nil
	case []byte:
		return m, nil
	case json.RawMessage:
		return m, nil
	case sdkjson.Encoder:
		return sdkjson.Encode(m), nil
	case nil:
		return []byte("{}"), nil
	}
	// A value of a type whose pointer encodes itself.
	v := reflect.New(reflect.TypeOf(msg))
	v.Elem().Set(reflect.ValueOf(msg))
	if m, ok := v.Interface().(sdkjson.Encoder); ok {
		return sdkjson.Encode(m), nil
	}
	raw, err := marshal(msg)
	if err != nil {
		return nil, fmt.Errorf("message of type %T: %w", msg, err)
	}
	return raw, nil
}

// marshal is json.Marshal without escapes for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// decode reads an answer into what a test hands over.
func decode(answer []byte, into any) error {
	switch v := into.(type) {
	case nil:
		return nil
	case *string:
		*v = string(answer)
		return nil
	case *[]byte:
		*v = answer
		return nil
	case *json.RawMessage:
		*v = answer
		return nil
	case sdkjson.Decoder:
		return sdkjson.DecodeLenient(string(answer), v)
	default:
		return json.Unmarshal(answer, into)
	}
}

// is reports whether an error is what a test wants.
func is(err error, want any) bool {
	switch w := want.(type) {
	case string:
		return strings.Contains(err.Error(), w)
	case error:
		return errors.Is(err, w)
	default:
		return false
	}
}

// joined makes one list of coins of several.
func joined(funds []string) string { return strings.Join(funds, ",") }
