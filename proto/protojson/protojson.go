// Package protojson has the JSON form of protobuf messages that the Cosmos
// ecosystem passes between tools: files of transactions, genesis, what the
// command line prints. It knows nothing of single messages. Requests over REST
// are read elsewhere (node/api/rest), with bounds of their own.
package protojson

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/cosmos/gogoproto/proto"
)

// Marshal returns a message as JSON: names as in the .proto files, 64-bit
// numbers as text, bytes in base64, nothing left out.
func Marshal(m proto.Message) ([]byte, error) {
	var b bytes.Buffer
	if err := (&jsonpb.Marshaler{OrigName: true, EmitDefaults: true}).Marshal(&b, m); err != nil {
		return nil, fmt.Errorf("%s has no JSON form: %w", proto.MessageName(m), err)
	}
	return b.Bytes(), nil
}

// Unmarshal reads what Marshal wrote into m, which is undefined after an error.
// It takes one document. Unknown fields are an error, and so is null in a list,
// which no protobuf message can hold.
func Unmarshal(data []byte, m proto.Message) (err error) {
	defer func() { // both the decoder of an Any and the encoder panic on what is not there
		if r := recover(); r != nil {
			err = fmt.Errorf("not the JSON of a %s: something in it is null", proto.MessageName(m))
		}
	}()
	if !json.Valid(data) {
		return fmt.Errorf("not the JSON of a %s: it is no JSON, or more than one value", proto.MessageName(m))
	}
	if err = (&jsonpb.Unmarshaler{}).Unmarshal(bytes.NewReader(data), m); err == nil {
		_, err = proto.Marshal(m)
	}
	if err != nil {
		return fmt.Errorf("not the JSON of a %s: %w", proto.MessageName(m), err)
	}
	return nil
}
