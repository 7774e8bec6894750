package wasm

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cosmos/gogoproto/jsonpb"
)

// The JSON of this package differs from that of other protobuf packages in
// three ways, which clients of CosmWasm chains rely on (wasm-module facts,
// section 10): messages of contracts stand in it as JSON and not in base64,
// checksums and keys in hex, and who may do what in words of its own.

// RawContractMessage is JSON for or of a contract. As part of a message's JSON
// it stands there as it is.
type RawContractMessage []byte

// MarshalJSON implements json.Marshaler.
func (m RawContractMessage) MarshalJSON() ([]byte, error) {
	if len(m) == 0 {
		return []byte("null"), nil
	}
	return m, nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (m *RawContractMessage) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*m = nil
		return nil
	}
	*m = append((*m)[:0:0], data...)
	return nil
}

// HexBytes are bytes that JSON shows in upper-case hex.
type HexBytes []byte

// MarshalJSON implements json.Marshaler.
func (b HexBytes) MarshalJSON() ([]byte, error) {
	return json.Marshal(strings.ToUpper(hex.EncodeToString(b)))
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *HexBytes) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	raw, err := hex.DecodeString(text)
	*b = raw
	return err
}

var accessNames = map[AccessType]string{
	AccessTypeUnspecified: "Unspecified", AccessTypeNobody: "Nobody",
	AccessTypeEverybody: "Everybody", AccessTypeAnyOfAddresses: "AnyOfAddresses",
}

// MarshalJSON implements json.Marshaler: "Everybody" instead of
// ACCESS_TYPE_EVERYBODY.
func (t AccessType) MarshalJSON() ([]byte, error) {
	name, ok := accessNames[t]
	if !ok {
		name = accessNames[AccessTypeUnspecified]
	}
	return json.Marshal(name)
}

// UnmarshalJSONPB reads a name in either form, or a number.
func (t *AccessType) UnmarshalJSONPB(_ *jsonpb.Unmarshaler, data []byte) error {
	var number int32
	if json.Unmarshal(data, &number) == nil {
		*t = AccessType(number)
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	if value, ok := AccessType_value[text]; ok {
		*t = AccessType(value)
		return nil
	}
	for _, value := range []AccessType{AccessTypeUnspecified, AccessTypeNobody, AccessTypeEverybody, AccessTypeAnyOfAddresses} {
		if accessNames[value] == text {
			*t = value
			return nil
		}
	}
	return fmt.Errorf("access type %.40q is none of Unspecified, Nobody, Everybody, AnyOfAddresses", text)
}

// MarshalJSONPB implements jsonpb.JSONPBMarshaler.
func (t AccessType) MarshalJSONPB(*jsonpb.Marshaler) ([]byte, error) { return t.MarshalJSON() }
