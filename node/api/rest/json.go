package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cosmos/gogoproto/jsonpb"
	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
)

// maxDepth bounds how deep JSON of a request nests: each level of an Any is
// read once more for each level above it.
const maxDepth = 64

// decode reads a request from JSON. Fields that it does not have are errors: a
// misspelt one would be a request for something else.
func decode(text []byte, into chain.Message) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	if err := checkDepth(text); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := (&jsonpb.Unmarshaler{}).UnmarshalNext(d, into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("there is something behind the JSON")
	}
	return nil
}

// checkDepth counts brackets outside of strings.
func checkDepth(text []byte) error {
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("it nests deeper than %d", maxDepth)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// encode writes an answer.
func encode(m chain.Message) ([]byte, error) {
	var text bytes.Buffer
	err := (&jsonpb.Marshaler{OrigName: true, EmitDefaults: true, AnyResolver: resolver{}}).Marshal(&text, m)
	return text.Bytes(), err
}

// resolver finds the types behind Any. One that is not known becomes its bytes,
// because a transaction may carry extensions that only others understand.
type resolver struct{}

// Resolve implements jsonpb.AnyResolver.
func (resolver) Resolve(typeURL string) (gogoproto.Message, error) {
	name := typeURL
	for i := len(typeURL) - 1; i >= 0; i-- {
		if typeURL[i] == '/' {
			name = typeURL[i+1:]
			break
		}
	}
	if t := gogoproto.MessageType(name); t != nil {
		return newMessage(t)
	}
	return &opaque{}, nil
}

// errorJSON is the body of an error.
func errorJSON(st *status.Status) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	err := e.Encode(struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Details []any  `json:"details"`
	}{int(st.Code()), st.Message(), []any{}})
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}
