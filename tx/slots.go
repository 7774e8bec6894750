package tx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/weftchain/weft/chain"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
)

// PrepareSlots makes room for as many signers, so that each can sign its own.
func PrepareSlots(t *txpb.Tx, signers int) {
	if t.AuthInfo == nil {
		t.AuthInfo = &txpb.AuthInfo{Fee: &txpb.Fee{}}
	}
	for len(t.AuthInfo.SignerInfos) < signers {
		t.AuthInfo.SignerInfos = append(t.AuthInfo.SignerInfos, &txpb.SignerInfo{})
	}
	for len(t.Signatures) < signers {
		t.Signatures = append(t.Signatures, []byte{})
	}
}

// SignSlot signs a transaction as its signer number slot, counted from 0 in the
// order of Tx.Signers, and puts key, mode and signature there. SIGN_MODE_DIRECT
// covers the slots of all signers: with several of them SIGN_MODE_LEGACY_AMINO_JSON
// lets them sign one after the other.
func SignSlot(t *txpb.Tx, slot int, key PrivKey, mode signing.SignMode, who SignerData) error {
	PrepareSlots(t, slot+1)
	t.AuthInfo.SignerInfos[slot] = &txpb.SignerInfo{
		PublicKey: key.PubKey().Any(), ModeInfo: SingleMode(mode), Sequence: who.Sequence,
	}
	sig, err := SignDescriptor(t, key, mode, who)
	if err != nil {
		return err
	}
	t.Signatures[slot] = sig.Data.GetSingle().Signature
	return nil
}

// SignDescriptor signs a transaction as it stands and returns the signature
// alone: what a member of a multisig key hands to who puts them together.
func SignDescriptor(t *txpb.Tx, key PrivKey, mode signing.SignMode, who SignerData) (*signing.SignatureDescriptor, error) {
	decoded, err := FromProto(t)
	if err != nil {
		return nil, err
	}
	doc, err := decoded.SignBytes(mode, key.PubKey(), who)
	if err != nil {
		return nil, err
	}
	return &signing.SignatureDescriptor{
		PublicKey: key.PubKey().Any(), Data: single(mode, key.Sign(doc)), Sequence: who.Sequence,
	}, nil
}

// Signatures lists the signatures that a transaction holds, in the order of its
// signers. A slot that nobody signed yet is left out.
func Signatures(t *txpb.Tx) ([]*signing.SignatureDescriptor, error) {
	infos := t.GetAuthInfo().GetSignerInfos()
	var list []*signing.SignatureDescriptor
	for i, info := range infos {
		if i >= len(t.Signatures) || len(t.Signatures[i]) == 0 {
			continue
		}
		data, err := JoinSignature(info.ModeInfo, t.Signatures[i])
		if err != nil {
			return nil, fmt.Errorf("signer %d: %w", i, err)
		}
		list = append(list, &signing.SignatureDescriptor{PublicKey: info.PublicKey, Data: data, Sequence: info.Sequence})
	}
	return list, nil
}

// SetSignatures puts the signatures of all signers, in their order, into a
// transaction in the place of those that it has.
func SetSignatures(t *txpb.Tx, list ...*signing.SignatureDescriptor) error {
	infos, sigs := make([]*txpb.SignerInfo, len(list)), make([][]byte, len(list))
	for i, s := range list {
		info, sig, err := SplitSignature(s.Data)
		if err != nil {
			return fmt.Errorf("signer %d: %w", i, err)
		}
		infos[i] = &txpb.SignerInfo{PublicKey: s.PublicKey, ModeInfo: info, Sequence: s.Sequence}
		sigs[i] = sig
	}
	PrepareSlots(t, 0)
	t.AuthInfo.SignerInfos, t.Signatures = infos, sigs
	return nil
}

// Combine makes the signature of a multisig key out of those of its members, in
// any order. A member that signed twice counts once; a signature of somebody
// else, or too few, are errors. It does not verify: see Tx.VerifySignature.
func Combine(key PubKey, sequence uint64, members []*signing.SignatureDescriptor) (*signing.SignatureDescriptor, error) {
	if key.multi == nil {
		return nil, errors.New("not a multisig key: only its members' signatures can be combined")
	}
	keys := key.multi.members
	found := make([]*SignatureData, len(keys))
	for i, s := range members {
		signer, err := PubKeyFromAny(s.PublicKey)
		if err != nil {
			return nil, fmt.Errorf("signature %d: %w", i, err)
		}
		at := slices.IndexFunc(keys, func(k PubKey) bool { return k.Address() == signer.Address() })
		if at < 0 {
			return nil, fmt.Errorf("signature %d is of key %s, which is no member of the multisig key", i, signer)
		}
		for j, k := range keys { // one who is a member twice signs twice
			if k.Address() == signer.Address() {
				found[j] = s.Data
			}
		}
	}
	out := &signing.SignatureDescriptor_Data_Multi{}
	set := make([]bool, len(keys))
	for i, data := range found {
		if set[i] = data != nil; set[i] {
			out.Signatures = append(out.Signatures, data)
		}
	}
	if n := len(out.Signatures); n < key.Threshold() {
		return nil, fmt.Errorf("%d of the members have signed, %d must", n, key.Threshold())
	}
	out.Bitarray = bitArray(set)
	return &signing.SignatureDescriptor{
		PublicKey: key.Any(), Sequence: sequence,
		Data: &SignatureData{Sum: &signing.SignatureDescriptor_Data_Multi_{Multi: out}},
	}, nil
}

// VerifySignature checks a signature of the transaction by the key that comes
// with it. The error wraps chain.ErrUnauthorized or chain.ErrInvalidPubKey.
func (t *Tx) VerifySignature(sig *signing.SignatureDescriptor, who SignerData) error {
	key, err := PubKeyFromAny(sig.PublicKey)
	if err != nil {
		return err
	}
	if err := t.Verify(key, sig.Data, who, PubKey.Verify); err != nil {
		return fmt.Errorf("%v: %w", err, chain.ErrUnauthorized)
	}
	return nil
}
