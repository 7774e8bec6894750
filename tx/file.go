package tx

import (
	"errors"
	"fmt"

	"github.com/cosmos/gogoproto/types"

	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/proto/protojson"
)

// MarshalJSON returns the JSON of a transaction in which the tools of the
// ecosystem pass it between those who prepare, sign and broadcast it.
func MarshalJSON(t *txpb.Tx) ([]byte, error) {
	out := *t
	if out.Signatures == nil {
		out.Signatures = [][]byte{}
	}
	return protojson.Marshal(&out)
}

// UnmarshalJSON reads what MarshalJSON wrote, and fills in what a prepared
// transaction leaves out. Unknown fields are an error.
func UnmarshalJSON(data []byte) (*txpb.Tx, error) {
	t := &txpb.Tx{}
	if err := protojson.Unmarshal(data, t); err != nil {
		return nil, err
	}
	if t.Body == nil {
		return nil, errors.New("not a transaction: it has no body")
	}
	if t.AuthInfo == nil {
		t.AuthInfo = &txpb.AuthInfo{}
	}
	if t.AuthInfo.Fee == nil {
		t.AuthInfo.Fee = &txpb.Fee{}
	}
	return t, nil
}

// MarshalSignatures returns the JSON of signatures without their transaction.
func MarshalSignatures(list []*signing.SignatureDescriptor) ([]byte, error) {
	return protojson.Marshal(&signing.SignatureDescriptors{Signatures: list})
}

// UnmarshalSignatures reads what MarshalSignatures wrote.
func UnmarshalSignatures(data []byte) ([]*signing.SignatureDescriptor, error) {
	var list signing.SignatureDescriptors
	if err := protojson.Unmarshal(data, &list); err != nil {
		return nil, err
	}
	for i, s := range list.Signatures {
		if s.GetPublicKey() == nil || s.GetData() == nil {
			return nil, fmt.Errorf("signature %d: key or signature is missing", i)
		}
	}
	return list.Signatures, nil
}

// PubKeyJSON returns a key's JSON: {"@type":"/cosmos.crypto.…","key":"…"}.
func PubKeyJSON(key PubKey) ([]byte, error) {
	if key.kind == "" {
		return nil, errors.New("no public key")
	}
	return protojson.Marshal(key.Any())
}

// PubKeyFromJSON reads what PubKeyJSON wrote and checks the key.
func PubKeyFromJSON(data []byte) (PubKey, error) {
	var a types.Any
	if err := protojson.Unmarshal(data, &a); err != nil {
		return PubKey{}, err
	}
	key, err := PubKeyFromAny(&a)
	if err != nil {
		return PubKey{}, err
	}
	return key, key.Check()
}

// Encode returns the bytes of a transaction, which are signed and broadcast.
func Encode(t *txpb.Tx) ([]byte, error) {
	raw, err := rawOf(t)
	if err != nil {
		return nil, err
	}
	return raw.Marshal()
}

func rawOf(t *txpb.Tx) (*txpb.TxRaw, error) {
	if t.Body == nil || t.AuthInfo == nil {
		return nil, errors.New("body or auth_info is missing")
	}
	raw := &txpb.TxRaw{Signatures: t.Signatures}
	var err error
	if raw.BodyBytes, err = t.Body.Marshal(); err != nil {
		return nil, err
	}
	raw.AuthInfoBytes, err = t.AuthInfo.Marshal()
	return raw, err
}

// FromProto decodes a transaction that is not on the wire yet, such as one read
// from a file. Messages must be of known types.
func FromProto(t *txpb.Tx) (*Tx, error) {
	raw, err := Encode(t)
	if err != nil {
		return nil, err
	}
	return Decode(raw, len(raw))
}

// Proto returns a decoded transaction as the message that files hold.
func (t *Tx) Proto() *txpb.Tx {
	body, info := t.Body, t.AuthInfo
	return &txpb.Tx{Body: &body, AuthInfo: &info, Signatures: t.Raw.Signatures}
}
