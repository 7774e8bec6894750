package client

import (
	"bytes"
	"fmt"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/cosmos/gogoproto/proto"
)

// JSON returns a message in the JSON of the Cosmos ecosystem: names as in the
// .proto files, 64-bit numbers as text, bytes in base64, nothing left out.
func JSON(m proto.Message) ([]byte, error) {
	var b bytes.Buffer
	if err := (&jsonpb.Marshaler{OrigName: true, EmitDefaults: true}).Marshal(&b, m); err != nil {
		return nil, fmt.Errorf("%s has no JSON form: %w", proto.MessageName(m), err)
	}
	return b.Bytes(), nil
}

// FromJSON reads what JSON wrote. Unknown fields are an error, and so is null in
// a list, which no protobuf message can hold.
func FromJSON(data []byte, m proto.Message) (err error) {
	defer func() { // the encoder panics on what is not there
		if r := recover(); r != nil {
			err = fmt.Errorf("not the JSON of a %s: something in it is null", proto.MessageName(m))
		}
	}()
	if err = (&jsonpb.Unmarshaler{}).Unmarshal(bytes.NewReader(data), m); err == nil {
		_, err = proto.Marshal(m)
	}
	if err != nil {
		return fmt.Errorf("not the JSON of a %s: %w", proto.MessageName(m), err)
	}
	return nil
}
