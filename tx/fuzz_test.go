package tx_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	multisigpb "github.com/weftchain/weft/proto/cosmos/crypto/multisig/v1beta1"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// FuzzVerify holds that whatever can be decoded can be judged: keys, modes,
// multisig signatures and documents of any shape are an answer, never a panic,
// and the same one each time.
func FuzzVerify(f *testing.F) {
	f.Add(good(f))
	for _, e := range entries(f, "testdata/cosmjs.txt") {
		f.Add(unhex(f, e[2]))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := tx.Decode(raw, maxBytes)
		if err != nil {
			return
		}
		for i, info := range d.AuthInfo.SignerInfos {
			if i < len(d.Raw.Signatures) {
				judge(t, raw, d, info, d.Raw.Signatures[i])
			}
		}
	})
}

func judge(t *testing.T, raw []byte, d *tx.Tx, info *txpb.SignerInfo, sig []byte) {
	key, err := tx.PubKeyFromAny(info.PublicKey)
	if err != nil {
		return
	}
	again, err := tx.PubKeyFromAny(key.Any())
	require.NoError(t, err)
	require.Equal(t, key.Address(), again.Address())
	data, err := tx.JoinSignature(info.ModeInfo, sig)
	if err != nil {
		return
	}
	_, back, err := tx.SplitSignature(data)
	require.NoError(t, err)
	if info.ModeInfo.GetSingle() != nil {
		require.Equal(t, sig, back)
	}
	_, err = tx.FlatSignatures(data)
	require.NoError(t, err)
	who := tx.SignerData{ChainID: "weft-js", AccountNumber: 7, Sequence: info.Sequence}
	judged := 0
	count := func(key tx.PubKey, doc, sig []byte) bool { judged++; return key.Verify(doc, sig) }
	first := d.Verify(key, data, who, count)
	require.LessOrEqual(t, judged, 2*key.Leaves())
	if first == nil {
		require.Len(t, tx.Singles(key, data), len(tx.Singles(again, data)))
	}
	other, err := tx.Decode(raw, maxBytes)
	require.NoError(t, err)
	require.Equal(t, first == nil, other.Verify(again, data, who, tx.PubKey.Verify) == nil)
}

// FuzzBits holds that a bit array of any shape is read within its bytes.
func FuzzBits(f *testing.F) {
	f.Add(uint32(3), []byte{0b10100000}, []byte{10, 1, 1, 10, 1, 2})
	f.Add(uint32(9), []byte{0xff}, []byte{})
	f.Add(uint32(1<<32-1), []byte{}, []byte{})
	three, err := tx.NewMultisig(2, key(f, 1).PubKey(), key(f, 2).PubKey(), key(f, 3).PubKey())
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, extra uint32, elems, sig []byte) {
		d, err := tx.Decode(good(t), maxBytes)
		require.NoError(t, err)
		var list multisigpb.MultiSignature
		if list.Unmarshal(sig) != nil {
			return
		}
		info := &txpb.ModeInfo_Multi{Bitarray: &multisigpb.CompactBitArray{ExtraBitsStored: extra, Elems: elems}}
		for range list.Signatures {
			info.ModeInfos = append(info.ModeInfos, tx.SingleMode(tx.Direct))
		}
		data, err := tx.JoinSignature(&txpb.ModeInfo{Sum: &txpb.ModeInfo_Multi_{Multi: info}}, sig)
		if err != nil {
			return
		}
		believe := func(tx.PubKey, []byte, []byte) bool { return true }
		err = d.Verify(three, data, tx.SignerData{}, believe)
		fits := extra == 3 && len(elems) == 1
		require.False(t, err == nil && !fits)
		require.LessOrEqual(t, len(tx.Singles(three, data)), 3)
	})
}

// TestMultisigProperty: of random keys of random shape, as many as must sign do;
// what they sign verifies, and nothing that differs in one bit does.
func TestMultisigProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(rt, "members")
		threshold := rapid.IntRange(1, n).Draw(rt, "threshold")
		keys, members := make([]tx.PrivKey, n), make([]tx.PubKey, n)
		for i := range keys {
			keys[i] = key(t, byte(rapid.IntRange(1, 250).Draw(rt, "key")))
			members[i] = keys[i].PubKey()
		}
		multi, err := tx.NewMultisig(threshold, members...)
		require.NoError(t, err)
		raw, err := builder(t).Unsigned(tx.Signer{PubKey: multi, Sequence: 3, Mode: tx.AminoJSON})
		require.NoError(t, err)
		d, err := tx.Decode(marshal(t, raw), maxBytes)
		require.NoError(t, err)
		who := tx.SignerData{ChainID: "weft-test", AccountNumber: 7, Sequence: 3}
		var signed []*signing.SignatureDescriptor
		order := rand.New(rand.NewPCG(uint64(n), uint64(threshold))).Perm(n)
		for _, i := range order[:rapid.IntRange(threshold, n).Draw(rt, "signing")] {
			s, err := tx.SignDescriptor(d.Proto(), keys[i], tx.AminoJSON, who)
			require.NoError(t, err)
			signed = append(signed, s)
		}
		text, err := tx.MarshalSignatures(signed)
		require.NoError(t, err)
		signed, err = tx.UnmarshalSignatures(text)
		require.NoError(t, err)
		sum, err := tx.Combine(multi, 3, signed)
		require.NoError(t, err)
		require.NoError(t, d.VerifySignature(sum, who))

		out := d.Proto()
		require.NoError(t, tx.SetSignatures(out, sum))
		file, err := tx.MarshalJSON(out)
		require.NoError(t, err)
		out, err = tx.UnmarshalJSON(file)
		require.NoError(t, err)
		list, err := tx.Signatures(out)
		require.NoError(t, err)
		require.Equal(t, sum.Data.String(), list[0].Data.String())
		last, err := tx.FromProto(out)
		require.NoError(t, err)
		require.NoError(t, last.VerifySignature(list[0], who))

		at := rapid.IntRange(0, len(out.Signatures[0])-1).Draw(rt, "byte")
		out.Signatures[0][at] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		if broken, err := tx.Signatures(out); err == nil {
			require.Error(t, last.VerifySignature(broken[0], who))
		}
		_, err = tx.Combine(multi, 3, signed[:0])
		require.Error(t, err)
	})
}

// TestKeysRoundTrip: a key is the same after it was written and read in each of
// its forms.
func TestKeysRoundTrip(t *testing.T) {
	ed, err := tx.NewPubKey(tx.Ed25519, bytes.Repeat([]byte{3}, 32))
	require.NoError(t, err)
	r1, err := tx.NewPubKey(tx.Secp256r1, unhex(t, "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"))
	require.NoError(t, err)
	inner, err := tx.NewMultisig(1, ed, key(t, 2).PubKey())
	require.NoError(t, err)
	multi, err := tx.NewMultisig(2, key(t, 1).PubKey(), ed, inner)
	require.NoError(t, err)
	require.Equal(t, 4, multi.Leaves())
	for _, k := range []tx.PubKey{key(t, 1).PubKey(), ed, r1, inner, multi} {
		got, err := tx.PubKeyFromAny(k.Any())
		require.NoError(t, err)
		require.Equal(t, k.Address(), got.Address())
		text, err := tx.PubKeyJSON(k)
		require.NoError(t, err)
		require.True(t, json.Valid(text))
		got, err = tx.PubKeyFromJSON(text)
		require.NoError(t, err)
		require.Equal(t, k.Any(), got.Any())
		require.Equal(t, k.String(), got.String())
	}
	text, err := tx.PubKeyJSON(key(t, 1).PubKey())
	require.NoError(t, err)
	require.Equal(t, `{"@type":"/cosmos.crypto.secp256k1.PubKey","key":"Anm+Zn753LusVaBilc6HCwcCm/zbLc4o2VnygVsW+BeY"}`, string(text))
	for _, bad := range []string{
		``, `{}`, `null`, `[]`, `{"@type":""}`, `{"@type":"/x.Y"}`, `{"@type":"/cosmos.crypto.secp256k1.PubKey"}`,
		`{"@type":"/cosmos.crypto.secp256k1.PubKey","key":"AA=="}`, `{"@type":"/cosmos.crypto.multisig.LegacyAminoPubKey","threshold":1}`,
		`{"@type":"/cosmos.crypto.multisig.LegacyAminoPubKey","threshold":1,"public_keys":[null]}`,
	} {
		_, err := tx.PubKeyFromJSON([]byte(bad))
		require.Error(t, err, bad)
	}
	_, err = tx.NewMultisig(1, r1)
	require.Error(t, err, "secp256r1 has no amino bytes")
	_, err = tx.NewMultisig(1, tx.PubKey{})
	require.Error(t, err)
	require.Nil(t, tx.PubKey{}.Any())
}

// TestMultisigAddress: CosmJS's vectors of multisig addresses are in
// testdata/cosmjs.txt; these are the edges of the amino bytes.
func TestMultisigAddress(t *testing.T) {
	a, b := key(t, 1).PubKey(), key(t, 2).PubKey()
	one, err := tx.NewMultisig(1, a, b)
	require.NoError(t, err)
	two, err := tx.NewMultisig(2, a, b)
	require.NoError(t, err)
	other, err := tx.NewMultisig(1, b, a)
	require.NoError(t, err)
	require.Len(t, map[string]bool{string(one.Address()): true, string(two.Address()): true, string(other.Address()): true}, 3)
	keys := []tx.PubKey{a, b}
	tx.SortKeys(keys)
	require.Less(t, string(keys[0].Address()), string(keys[1].Address()))
	_, err = tx.PubKeyFromAny(&types.Any{TypeUrl: tx.MultisigURL, Value: []byte{0xff}})
	require.Error(t, err)
}
