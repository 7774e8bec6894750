package rest

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/cosmos/gogoproto/jsonpb"
	gogoproto "github.com/cosmos/gogoproto/proto"
)

func newMessage(t reflect.Type) (gogoproto.Message, error) {
	m, ok := reflect.New(t.Elem()).Interface().(gogoproto.Message)
	if !ok {
		return nil, fmt.Errorf("%s is no message", t)
	}
	return m, nil
}

// opaque is a message whose type this program does not know.
type opaque struct{ raw []byte }

// Reset implements gogoproto.Message.
func (o *opaque) Reset() { o.raw = nil }

// String implements gogoproto.Message.
func (o *opaque) String() string { return fmt.Sprintf("%x", o.raw) }

// ProtoMessage implements gogoproto.Message.
func (*opaque) ProtoMessage() {}

// Unmarshal keeps the bytes.
func (o *opaque) Unmarshal(raw []byte) error {
	o.raw = append([]byte{}, raw...)
	return nil
}

// MarshalJSONPB writes the bytes in base64.
func (o *opaque) MarshalJSONPB(*jsonpb.Marshaler) ([]byte, error) {
	return json.Marshal(map[string][]byte{"value": o.raw})
}
