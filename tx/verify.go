package tx

import (
	"bytes"
	"errors"
	"fmt"

	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
)

// Judge reports whether sig is a single key's signature over signBytes. A
// PubKey's own method Verify is one; others remember what they judged.
type Judge func(key PubKey, signBytes, sig []byte) bool

// Verify checks a signer's signature, of one key or of a multisig key's members.
// The error says what does not fit. It computes at most one signature for each
// single key in key, two where clients write differently.
func (t *Tx) Verify(key PubKey, data *SignatureData, who SignerData, judge Judge) error {
	v := verification{tx: t, who: who, judge: judge, docs: map[signing.SignMode][][]byte{}}
	return v.check(key, data)
}

// verification is one signer's signature under judgement.
type verification struct {
	tx    *Tx
	who   SignerData
	judge Judge
	key   PubKey // of the signer: what SIGN_MODE_DIRECT_AUX covers
	docs  map[signing.SignMode][][]byte
}

var errNotSigned = errors.New("unable to verify single signer signature")

func (v *verification) check(key PubKey, data *SignatureData) error {
	if v.key.kind == "" {
		v.key = key
	}
	one, several := data.GetSingle(), data.GetMulti()
	switch {
	case one != nil && key.multi == nil:
		return v.single(key, one)
	case several != nil && key.multi != nil:
		return v.members(key, several)
	case one != nil:
		return errors.New("a multisig key needs the signatures of its members")
	case several != nil:
		return fmt.Errorf("a %s key has no members that could sign", key.kind)
	}
	return errors.New("a signature is missing")
}

func (v *verification) single(key PubKey, sig *signing.SignatureDescriptor_Data_Single) error {
	docs, err := v.tx.documents(sig.Mode, v.key, v.who)
	if err != nil {
		return err
	}
	for i, doc := range docs {
		known := v.docs[sig.Mode]
		if len(known) == i {
			known = append(known, doc())
			v.docs[sig.Mode] = known
		}
		if i > 0 && bytes.Equal(known[i], known[0]) {
			continue // the forms do not differ here
		}
		if v.judge(key, known[i], sig.Signature) {
			return nil
		}
	}
	return errNotSigned
}

func (v *verification) members(key PubKey, multi *signing.SignatureDescriptor_Data_Multi) error {
	signed, err := signers(key, multi)
	if err != nil {
		return err
	}
	if threshold := key.Threshold(); threshold < 1 || len(signed) < threshold {
		return fmt.Errorf("not enough signatures set, have %d, expected %d", len(signed), threshold)
	}
	for i, at := range signed {
		if err := v.check(key.multi.members[at], multi.Signatures[i]); err != nil {
			return fmt.Errorf("member %d: %w", at, err)
		}
	}
	return nil
}

// signers returns which members of a multisig key made the signatures, one
// after the other.
func signers(key PubKey, multi *signing.SignatureDescriptor_Data_Multi) ([]int, error) {
	set, err := bits(multi.Bitarray)
	if err != nil {
		return nil, err
	}
	if len(set) != len(key.multi.members) {
		return nil, fmt.Errorf("bit array size is incorrect, expecting: %d", len(key.multi.members))
	}
	var list []int
	for i, is := range set {
		if is {
			list = append(list, i)
		}
	}
	if len(list) != len(multi.Signatures) {
		return nil, fmt.Errorf("the bit array names %d members, %d signatures are there", len(list), len(multi.Signatures))
	}
	return list, nil
}

// Singles returns the single keys whose signatures data holds, in order: what
// the verification will compute, and what gas is taken for. Where data does not
// fit the key the list ends early; Verify says why.
func Singles(key PubKey, data *SignatureData) []PubKey {
	if key.multi == nil {
		if key.kind == "" {
			return nil
		}
		return []PubKey{key}
	}
	multi := data.GetMulti()
	if multi == nil {
		return nil
	}
	signed, err := signers(key, multi)
	if err != nil {
		return nil
	}
	var list []PubKey
	for i, at := range signed {
		list = append(list, Singles(key.multi.members[at], multi.Signatures[i])...)
	}
	return list
}

// Expected returns the single keys that will sign for a key, as far as one can
// say beforehand: of a multisig key its first members, as many as must sign.
func (p PubKey) Expected() []PubKey {
	if p.kind == "" {
		return nil
	}
	if p.multi == nil {
		return []PubKey{p}
	}
	var list []PubKey
	for _, member := range p.multi.members[:min(p.Threshold(), len(p.multi.members))] {
		list = append(list, member.Expected()...)
	}
	return list
}

// SignatureRoom is at most how many bytes a transaction grows by when as many as
// must sign do so: 64 of each signature with its tag, 6 of its mode, and what is
// around them.
func (p PubKey) SignatureRoom() int {
	if p.multi == nil {
		return SignatureBytes + 2 + 6
	}
	n := len(p.multi.members)/8 + 24
	for _, member := range p.multi.members[:min(p.Threshold(), len(p.multi.members))] {
		n += member.SignatureRoom()
	}
	return n
}

// OnlyAmino reports whether all signatures in data are made with
// SIGN_MODE_LEGACY_AMINO_JSON.
func OnlyAmino(data *SignatureData) bool {
	if one := data.GetSingle(); one != nil {
		return one.Mode == AminoJSON
	}
	multi := data.GetMulti()
	for _, member := range multi.GetSignatures() {
		if !OnlyAmino(member) {
			return false
		}
	}
	return multi != nil
}
