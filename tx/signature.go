package tx

import (
	"errors"
	"fmt"

	"github.com/weftchain/weft/chain"
	multisigpb "github.com/weftchain/weft/proto/cosmos/crypto/multisig/v1beta1"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/proto/strict"
)

// SignatureData is a signature with the mode it was made in: of one key, or of
// the members of a multisig key. It is the message that travels between the
// signers of a multisig.
type SignatureData = signing.SignatureDescriptor_Data

// single is the signature of one key.
func single(mode signing.SignMode, sig []byte) *SignatureData {
	return &SignatureData{Sum: &signing.SignatureDescriptor_Data_Single_{
		Single: &signing.SignatureDescriptor_Data_Single{Mode: mode, Signature: sig},
	}}
}

// SingleMode is the ModeInfo of one key's signature.
func SingleMode(mode signing.SignMode) *txpb.ModeInfo {
	return &txpb.ModeInfo{Sum: &txpb.ModeInfo_Single_{Single: &txpb.ModeInfo_Single{Mode: mode}}}
}

// JoinSignature puts a ModeInfo and the bytes of a signature, as transactions
// hold them, into one. The error wraps chain.ErrUnauthorized.
func JoinSignature(info *txpb.ModeInfo, sig []byte) (*SignatureData, error) {
	data, err := joinSignature(info, sig, 0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, chain.ErrUnauthorized)
	}
	return data, nil
}

func joinSignature(info *txpb.ModeInfo, sig []byte, depth int) (*SignatureData, error) {
	if one := info.GetSingle(); one != nil {
		return single(one.Mode, sig), nil
	}
	multi := info.GetMulti()
	if multi == nil {
		return nil, errors.New("mode_info is missing, it says how the signer signed")
	}
	if depth >= maxKeyDepth {
		return nil, fmt.Errorf("multisig signatures nest deeper than %d", maxKeyDepth)
	}
	if err := strict.RejectUnknown("cosmos.crypto.multisig.v1beta1.MultiSignature", sig, strict.Options{}); err != nil {
		return nil, err
	}
	var list multisigpb.MultiSignature
	if err := list.Unmarshal(sig); err != nil {
		return nil, err
	}
	if len(list.Signatures) != len(multi.ModeInfos) {
		return nil, fmt.Errorf("a multisig signature of %d members has %d mode infos", len(list.Signatures), len(multi.ModeInfos))
	}
	out := &signing.SignatureDescriptor_Data_Multi{
		Bitarray: multi.Bitarray, Signatures: make([]*SignatureData, len(list.Signatures)),
	}
	for i, m := range multi.ModeInfos {
		var err error
		if out.Signatures[i], err = joinSignature(m, list.Signatures[i], depth+1); err != nil {
			return nil, err
		}
	}
	return &SignatureData{Sum: &signing.SignatureDescriptor_Data_Multi_{Multi: out}}, nil
}

// SplitSignature is the reverse of JoinSignature: what stands in signer_infos
// and in signatures.
func SplitSignature(data *SignatureData) (*txpb.ModeInfo, []byte, error) {
	if one := data.GetSingle(); one != nil {
		return SingleMode(one.Mode), one.Signature, nil
	}
	multi := data.GetMulti()
	if multi == nil {
		return nil, nil, errors.New("a signature of neither one key nor several")
	}
	info := &txpb.ModeInfo_Multi{Bitarray: multi.Bitarray}
	var list multisigpb.MultiSignature
	for _, member := range multi.Signatures {
		m, sig, err := SplitSignature(member)
		if err != nil {
			return nil, nil, err
		}
		info.ModeInfos = append(info.ModeInfos, m)
		list.Signatures = append(list.Signatures, sig)
	}
	sig, err := list.Marshal()
	return &txpb.ModeInfo{Sum: &txpb.ModeInfo_Multi_{Multi: info}}, sig, err
}

// FlatSignatures lists the signatures in data one by one as the reference's
// events name them: those of the members, then the multisig signature of them.
func FlatSignatures(data *SignatureData) ([][]byte, error) {
	multi := data.GetMulti()
	if multi == nil {
		return [][]byte{data.GetSingle().GetSignature()}, nil
	}
	var list multisigpb.MultiSignature
	for _, member := range multi.Signatures {
		flat, err := FlatSignatures(member)
		if err != nil {
			return nil, err
		}
		list.Signatures = append(list.Signatures, flat...)
	}
	sum, err := list.Marshal()
	return append(list.Signatures, sum), err
}

// bits returns which members a bit array names. The error tells what is wrong
// with it, for no bytes of it may be read beyond its end.
func bits(a *multisigpb.CompactBitArray) ([]bool, error) {
	if a == nil {
		return nil, errors.New("the bit array is missing, it says which members signed")
	}
	n := len(a.Elems) * 8
	if extra := a.ExtraBitsStored; extra >= 8 || (extra > 0 && n == 0) {
		return nil, fmt.Errorf("a bit array of %d bytes with %d extra bits", len(a.Elems), extra)
	} else if extra > 0 {
		n = n - 8 + int(extra)
	}
	list := make([]bool, n)
	for i := range list {
		list[i] = a.Elems[i/8]&(0x80>>(i%8)) != 0
	}
	return list, nil
}

// bitArray is the reverse of bits.
func bitArray(list []bool) *multisigpb.CompactBitArray {
	a := &multisigpb.CompactBitArray{ExtraBitsStored: uint32(len(list) % 8), Elems: make([]byte, (len(list)+7)/8)}
	for i, set := range list {
		if set {
			a.Elems[i/8] |= 0x80 >> (i % 8)
		}
	}
	return a
}
