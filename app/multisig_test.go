package app

import (
	"encoding/base64"
	"testing"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/auth"
	multisigkey "github.com/weftchain/weft/proto/cosmos/crypto/multisig"
	multisigpb "github.com/weftchain/weft/proto/cosmos/crypto/multisig/v1beta1"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

func (w *world) accountOf(s *signatory) *auth.Account {
	w.t.Helper()
	acc, err := w.app.auth.Get(w.env(), s.addr())
	require.NoError(w.t, err)
	return acc
}

// three are members of multisig keys, of different kinds.
func three(t testing.TB) []*signatory {
	return []*signatory{k1(t, "m0"), k1(t, "m1"), ed(t, "m2").with(tx.AminoJSON)}
}

// TestMultisig: an account of several keys signs with its members, in either
// mode, alone and beside others, and inside of another multisig key.
func TestMultisig(t *testing.T) {
	w := newWorld(t, worldOptions{})
	members := three(t)
	two := group(t, 2, members, 0, 2)
	direct := group(t, 2, []*signatory{members[0].with(tx.Direct), members[1], members[2].with(tx.Direct)}, 0, 2)
	require.Equal(t, two.addr(), direct.addr())
	nested := group(t, 1, []*signatory{k1(t, "m3"), two}, 1)
	both := group(t, 2, []*signatory{k1(t, "m3"), two}, 0, 1)
	w.fund(two, nested, both, ed(t, "m2"))

	ok(t, w.block(bytesOf(t, w.by(two)))[0])
	require.Equal(t, uint64(1), w.accountOf(two).Sequence)
	require.Equal(t, two.key.Any(), w.accountOf(two).PubKey)
	a := bytesOf(t, w.by(two))
	resA := ok(t, w.block(a)[0])
	b := bytesOf(t, w.by(group(t, 2, members, 0, 1, 2)))
	resB := ok(t, w.block(b)[0])
	require.Equal(t, 1000+10*uint64(len(b)-len(a)), resB.GasUsed-resA.GasUsed, "a secp256k1 signature more, and its bytes")

	ok(t, w.block(bytesOf(t, w.by(direct)))[0])
	ok(t, w.block(bytesOf(t, w.by(nested)))[0])
	ok(t, w.block(bytesOf(t, w.by(both)))[0])
	ok(t, w.block(bytesOf(t, w.by(k1(t, "alice"), two, ed(t, "m2"))))[0])

	keyless := w.by(two)
	keyless.AuthInfo.SignerInfos[0].PublicKey = nil // the amino document does not cover it
	ok(t, w.block(bytesOf(t, keyless))[0])
}

// TestMultisigEvents: each member's signature has an event, then their sum.
func TestMultisigEvents(t *testing.T) {
	w := newWorld(t, worldOptions{})
	two := group(t, 2, three(t), 0, 1)
	w.fund(two)
	signed := w.by(two)
	var list multisigpb.MultiSignature
	require.NoError(t, list.Unmarshal(signed.Signatures[0]))
	var want []string
	for _, sig := range append(list.Signatures, signed.Signatures[0]) {
		want = append(want, base64.StdEncoding.EncodeToString(sig))
	}
	var got []string
	for _, e := range ok(t, w.block(bytesOf(t, signed))[0]).Events {
		if sig, found := e.Get("signature"); found {
			got = append(got, sig)
		}
	}
	require.Equal(t, want, got)
}

// TestMultisigRefused: whatever is wrong with a multisig signature, it is a
// refusal and nothing more (advisories, section 1c and the list "multisig").
func TestMultisigRefused(t *testing.T) {
	w := newWorld(t, worldOptions{})
	members := three(t)
	two := group(t, 2, members, 0, 2)
	w.fund(two)
	var txs [][]byte
	var want, names []string
	add := func(name, code string, spoil func(*txpb.Tx, *txpb.ModeInfo_Multi, *multisigpb.MultiSignature)) {
		t.Helper()
		signed := w.by(two)
		multi := signed.AuthInfo.SignerInfos[0].ModeInfo.GetMulti()
		var sigs multisigpb.MultiSignature
		require.NoError(t, sigs.Unmarshal(signed.Signatures[0]))
		signed.Signatures[0] = nil
		spoil(signed, multi, &sigs)
		if signed.Signatures[0] == nil {
			signed.Signatures[0] = encode(t, &sigs)
		}
		txs, want, names = append(txs, bytesOf(t, signed)), append(want, code), append(names, name)
	}
	bitArray := func(extra uint32, elems ...byte) *multisigpb.CompactBitArray {
		return &multisigpb.CompactBitArray{ExtraBitsStored: extra, Elems: elems}
	}
	for name, bits := range map[string]*multisigpb.CompactBitArray{
		"missing": nil, "empty": {}, "bits without bytes": bitArray(3), "others": bitArray(3, 0b11000000), "one": bitArray(3, 0b10000000),
		"all": bitArray(3, 0b11100000), "none": bitArray(3, 0), "two keys": bitArray(2, 0b11000000), "four keys": bitArray(4, 0b10100000),
		"eight keys": bitArray(0, 0b10100000), "extra bits 8": bitArray(8, 0b10100000), "extra bits 11": bitArray(11, 0b10100000),
		"extra bits 2^32-1": bitArray(1<<32-1, 0b10100000), "a byte too many": bitArray(3, 0b10100000, 0), "1 MiB": bitArray(3, make([]byte, 10_000)...),
	} {
		add("bit array: "+name, "sdk/4", func(_ *txpb.Tx, m *txpb.ModeInfo_Multi, _ *multisigpb.MultiSignature) { m.Bitarray = bits })
	}
	add("a signature too few", "sdk/4", func(_ *txpb.Tx, _ *txpb.ModeInfo_Multi, s *multisigpb.MultiSignature) {
		s.Signatures = s.Signatures[:1]
	})
	add("a signature too many", "sdk/4", func(_ *txpb.Tx, _ *txpb.ModeInfo_Multi, s *multisigpb.MultiSignature) {
		s.Signatures = append(s.Signatures, s.Signatures[0])
	})
	add("one more than the bits name", "sdk/4", func(_ *txpb.Tx, m *txpb.ModeInfo_Multi, s *multisigpb.MultiSignature) {
		s.Signatures, m.ModeInfos = append(s.Signatures, s.Signatures[0]), append(m.ModeInfos, m.ModeInfos[0])
	})
	add("no signatures", "sdk/4", func(_ *txpb.Tx, _ *txpb.ModeInfo_Multi, s *multisigpb.MultiSignature) { s.Signatures = nil })
	add("no modes", "sdk/4", func(_ *txpb.Tx, m *txpb.ModeInfo_Multi, _ *multisigpb.MultiSignature) { m.ModeInfos = nil })
	add("an empty mode", "sdk/4", func(_ *txpb.Tx, m *txpb.ModeInfo_Multi, _ *multisigpb.MultiSignature) {
		m.ModeInfos[1] = &txpb.ModeInfo{}
	})
	for _, mode := range []int32{0, 1, 2, 3, 99, 191} {
		add("another mode", "sdk/4", func(_ *txpb.Tx, m *txpb.ModeInfo_Multi, _ *multisigpb.MultiSignature) {
			m.ModeInfos[0].GetSingle().Mode = signing.SignMode(mode)
		})
	}
	add("swapped", "sdk/4", func(_ *txpb.Tx, _ *txpb.ModeInfo_Multi, s *multisigpb.MultiSignature) {
		s.Signatures[0], s.Signatures[1] = s.Signatures[1], s.Signatures[0]
	})
	add("one is bad", "sdk/4", func(_ *txpb.Tx, _ *txpb.ModeInfo_Multi, s *multisigpb.MultiSignature) { s.Signatures[1][5] ^= 1 })
	add("garbage", "sdk/4", func(t *txpb.Tx, _ *txpb.ModeInfo_Multi, _ *multisigpb.MultiSignature) {
		t.Signatures[0] = []byte{0xff, 0xff}
	})
	add("an unknown field", "sdk/4", func(d *txpb.Tx, _ *txpb.ModeInfo_Multi, s *multisigpb.MultiSignature) {
		d.Signatures[0] = append(encode(t, s), 0x12, 1, 'x')
	})
	add("a single signature", "sdk/4", func(d *txpb.Tx, _ *txpb.ModeInfo_Multi, s *multisigpb.MultiSignature) {
		d.AuthInfo.SignerInfos[0].ModeInfo, d.Signatures[0] = tx.SingleMode(tx.AminoJSON), s.Signatures[0]
	})
	add("nested for a single key", "sdk/4", func(_ *txpb.Tx, m *txpb.ModeInfo_Multi, _ *multisigpb.MultiSignature) {
		m.ModeInfos[0] = &txpb.ModeInfo{Sum: &txpb.ModeInfo_Multi_{Multi: &txpb.ModeInfo_Multi{Bitarray: bitArray(1, 0x80)}}}
	})
	add("nested 60 deep", "sdk/4", func(d *txpb.Tx, _ *txpb.ModeInfo_Multi, _ *multisigpb.MultiSignature) {
		info, sig := tx.SingleMode(tx.AminoJSON), make([]byte, 64)
		for range 40 {
			info = &txpb.ModeInfo{Sum: &txpb.ModeInfo_Multi_{Multi: &txpb.ModeInfo_Multi{Bitarray: bitArray(1, 0x80), ModeInfos: []*txpb.ModeInfo{info}}}}
			sig = encode(t, &multisigpb.MultiSignature{Signatures: [][]byte{sig}})
		}
		d.AuthInfo.SignerInfos[0].ModeInfo, d.Signatures[0] = info, sig
	})
	add("the key in another order", "sdk/8", func(d *txpb.Tx, _ *txpb.ModeInfo_Multi, _ *multisigpb.MultiSignature) {
		d.AuthInfo.SignerInfos[0].PublicKey = group(t, 2, []*signatory{members[1], members[0], members[2]}).key.Any()
	})
	add("another threshold", "sdk/8", func(d *txpb.Tx, _ *txpb.ModeInfo_Multi, _ *multisigpb.MultiSignature) {
		d.AuthInfo.SignerInfos[0].PublicKey = group(t, 1, members).key.Any()
	})
	for i, res := range w.block(txs...) {
		requireCode(t, want[i], res, names[i])
		require.Less(t, len(res.Log), 1000, names[i])
	}
	require.Zero(t, w.accountOf(two).Sequence)
	ok(t, w.block(bytesOf(t, w.by(two)))[0])
}

// TestMultisigLimits: members count against the limit of signatures, signing or
// not, and keys that no signature is good for are refused.
func TestMultisigLimits(t *testing.T) {
	w := newWorld(t, worldOptions{})
	many := make([]*signatory, 8)
	for i := range many {
		many[i] = k1(t, string(rune('a'+i)))
	}
	seven, eight := group(t, 7, many[:7], 0, 1, 2, 3, 4, 5, 6), group(t, 1, many, 0)
	twice := group(t, 2, []*signatory{many[0], many[0]}, 0, 1)
	w.fund(seven, eight, twice)
	ok(t, w.block(bytesOf(t, w.by(seven)))[0])
	res := w.block(bytesOf(t, w.by(eight)))[0]
	requireCode(t, "sdk/14", res)
	require.Equal(t, "signatures: 8, limit: 7: maximum number of signatures exceeded", res.Log)
	ok(t, w.block(bytesOf(t, w.by(twice)))[0])
	requireCode(t, "sdk/14", w.block(bytesOf(t, w.by(seven, k1(t, "alice"))))[0])

	// Keys that only a program would make: their accounts exist, nobody signs.
	strange := func(threshold uint32, members ...*types.Any) *types.Any {
		return &types.Any{TypeUrl: tx.MultisigURL, Value: encode(t, &multisigkey.LegacyAminoPubKey{Threshold: threshold, PublicKeys: members})}
	}
	one := many[0].key.Any()
	offCurve := &types.Any{TypeUrl: tx.Secp256k1URL, Value: append([]byte{10, 33, 2}, make([]byte, 32)...)}
	for name, c := range map[string]struct {
		key  *types.Any
		code string
	}{
		"threshold 0":         {strange(0, one, one), "sdk/4"},
		"threshold above":     {strange(3, one, one), "sdk/4"},
		"threshold 2^32-1":    {strange(1<<32-1, one, one), "sdk/4"},
		"not on the curve":    {strange(1, offCurve, one), "sdk/8"},
		"no members":          {strange(1), "sdk/8"},
		"a secp256r1 member":  {strange(1, r1(t, "x").key.Any()), "sdk/8"},
		"an unknown member":   {strange(1, &types.Any{TypeUrl: "/cosmos.bank.v1beta1.MsgSend"}), "sdk/8"},
		"1,000 members":       {strange(1, repeat(one, 1000)...), "sdk/14"},
		"1,000 bad members":   {strange(1, repeat(offCurve, 1000)...), "sdk/14"},
		"a key of 32 bytes":   {strange(1, &types.Any{TypeUrl: tx.Secp256k1URL, Value: append([]byte{10, 32}, make([]byte, 32)...)}), "sdk/8"},
		"nested 12 deep":      {nest(strange, one, 12), "sdk/2"},
		"nested at the limit": {nest(strange, one, 8), "sdk/4"},
	} {
		t.Run(name, func(t *testing.T) {
			key, err := tx.PubKeyFromAny(c.key)
			s := &signatory{key: key}
			if err != nil {
				s = many[0]
			}
			w.fund(s)
			b := tx.Builder{GasLimit: 1_000_000, Fee: coins(t, "100uweft"), Msgs: w.msgs(s)}
			raw, err := b.Unsigned(tx.Signer{PubKey: many[0].key})
			require.NoError(t, err)
			var info txpb.AuthInfo
			require.NoError(t, info.Unmarshal(raw.AuthInfoBytes))
			info.SignerInfos[0] = &txpb.SignerInfo{PublicKey: c.key, Sequence: w.accountOf(s).Sequence, ModeInfo: &txpb.ModeInfo{Sum: &txpb.ModeInfo_Multi_{Multi: &txpb.ModeInfo_Multi{
				Bitarray: &multisigpb.CompactBitArray{ExtraBitsStored: 2, Elems: []byte{0}},
			}}}}
			raw.AuthInfoBytes, raw.Signatures = encode(t, &info), [][]byte{{}}
			requireCode(t, c.code, w.block(encode(t, raw))[0])
		})
	}
}

func repeat(key *types.Any, n int) []*types.Any {
	list := make([]*types.Any, n)
	for i := range list {
		list[i] = key
	}
	return list
}

// nest puts a key into as many multisig keys.
func nest(strange func(uint32, ...*types.Any) *types.Any, key *types.Any, depth int) *types.Any {
	for range depth {
		key = strange(1, key)
	}
	return key
}
