package strict_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/spent"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	"github.com/weftchain/weft/proto/cosmos/crypto/multisig"
	multisigv1beta1 "github.com/weftchain/weft/proto/cosmos/crypto/multisig/v1beta1"
	"github.com/weftchain/weft/proto/cosmos/crypto/secp256k1"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	tx "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/proto/strict"
)

const (
	bodyName = "cosmos.tx.v1beta1.TxBody"
	authName = "cosmos.tx.v1beta1.AuthInfo"
)

func pack(t testing.TB, m proto.Message) *types.Any {
	t.Helper()
	bz, err := proto.Marshal(m)
	require.NoError(t, err)
	return &types.Any{TypeUrl: "/" + proto.MessageName(m), Value: bz}
}

func marshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	bz, err := proto.Marshal(m)
	require.NoError(t, err)
	return bz
}

// num is a varint field, str a length-delimited one, key a bare tag.
func num(field int, v uint64) []byte {
	return binary.AppendUvarint(key(field, 0), v)
}

func str(field int, content ...[]byte) []byte {
	value := slices.Concat(content...)
	return append(binary.AppendUvarint(key(field, 2), uint64(len(value))), value...)
}

func key(field, wire int) []byte {
	return binary.AppendUvarint(nil, uint64(field)<<3|uint64(wire))
}

func anyBytes(url string, content ...[]byte) []byte {
	return slices.Concat(str(1, []byte(url)), str(2, content...))
}

func body(t testing.TB) *tx.TxBody {
	t.Helper()
	at := time.Unix(1_700_000_000, 5).UTC()
	return &tx.TxBody{
		Messages: []*types.Any{
			pack(t, &bank.MsgSend{FromAddress: "a", ToAddress: "b", Amount: []base.Coin{{Denom: "uweft", Amount: "5"}}}),
			pack(t, &wasm.MsgPinCodes{Authority: "a", CodeIDs: []uint64{1, 300, 1 << 40}}),
			pack(t, &wasm.MsgStoreCode{
				Sender: "a", WASMByteCode: []byte{0, 0xff},
				InstantiatePermission: &wasm.AccessConfig{Permission: wasm.AccessTypeAnyOfAddresses, Addresses: []string{"x", "y"}},
			}),
		},
		Memo:             "ünï",
		TimeoutHeight:    1 << 60,
		TimeoutTimestamp: &at,
	}
}

func auth(t testing.TB) *tx.AuthInfo {
	t.Helper()
	members := []*types.Any{pack(t, &secp256k1.PubKey{Key: make([]byte, 33)}), pack(t, &secp256k1.PubKey{Key: []byte{1}})}
	single := &tx.ModeInfo{Sum: &tx.ModeInfo_Single_{Single: &tx.ModeInfo_Single{Mode: signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON}}}
	return &tx.AuthInfo{
		SignerInfos: []*tx.SignerInfo{{
			PublicKey: pack(t, &multisig.LegacyAminoPubKey{Threshold: 1, PublicKeys: members}),
			ModeInfo: &tx.ModeInfo{Sum: &tx.ModeInfo_Multi_{Multi: &tx.ModeInfo_Multi{
				Bitarray:  &multisigv1beta1.CompactBitArray{ExtraBitsStored: 2, Elems: []byte{0x80}},
				ModeInfos: []*tx.ModeInfo{single},
			}}},
			Sequence: 3,
		}},
		Fee: &tx.Fee{Amount: []base.Coin{{Denom: "uweft", Amount: "5"}}, GasLimit: 200_000, Granter: "g"},
	}
}

func TestAccepts(t *testing.T) {
	require.NoError(t, strict.RejectUnknown(bodyName, marshal(t, body(t)), strict.Options{}))
	require.NoError(t, strict.RejectUnknown(authName, marshal(t, auth(t)), strict.Options{}))
	require.NoError(t, strict.RejectUnknown(bodyName, nil, strict.Options{}))
	// Both forms of a repeated number, and an Any whose value comes first.
	pin := "cosmwasm.wasm.v1.MsgPinCodes"
	require.NoError(t, strict.RejectUnknown(pin, slices.Concat(num(2, 7), str(2, []byte{1, 2, 0x80, 1}), num(2, 9)), strict.Options{}))
	swapped := str(1, str(2, str(1, []byte("a"))), str(1, []byte("/"+pin)))
	require.NoError(t, strict.RejectUnknown(bodyName, swapped, strict.Options{}))
}

func TestRefuses(t *testing.T) {
	const send = "/cosmos.bank.v1beta1.MsgSend"
	inMsg := func(content ...[]byte) []byte { return str(1, anyBytes(send, content...)) }
	for _, tc := range []struct {
		name, message string
		bytes         []byte
		want          string
	}{
		{"unknown field", bodyName, num(6, 1), "cosmos.tx.v1beta1.TxBody: unknown field 6"},
		{"non-critical field when not allowed", bodyName, num(1024, 1), "unknown field 1024"},
		{"unknown field in a coin in a message", bodyName, inMsg(str(3, num(9, 1))), "cosmos.base.v1beta1.Coin: unknown field 9"},
		{"unknown field in an Any", bodyName, str(1, anyBytes(send), num(3, 1)), "google.protobuf.Any: unknown field 3"},
		{"non-critical number in an Any", bodyName, str(1, anyBytes(send), num(1024, 1)), "google.protobuf.Any: unknown field 1024"},
		{"unregistered type", bodyName, str(1, anyBytes("/nobody.knows.Me")), `message "nobody.knows.Me" is not registered`},
		{"type URL with a host", bodyName, str(1, anyBytes("type.googleapis.com"+send)), "does not begin with a slash"},
		{"type URL with two slashes", bodyName, str(1, anyBytes("/"+send)), "is not registered"},
		{"empty Any", bodyName, str(1), "does not begin with a slash"},
		{"two type URLs", bodyName, str(1, anyBytes(send), str(1, []byte(send))), "field 1 is given twice"},
		{"two values", bodyName, str(1, anyBytes(send), str(2)), "field 2 is given twice"},
		{"two memos", bodyName, slices.Concat(str(2, []byte("a")), str(2, []byte("b"))), "field 2 is given twice"},
		{"two members of a oneof", "cosmos.tx.v1beta1.ModeInfo", slices.Concat(str(1), str(2)), "field 2 is given twice"},
		{"memo as number", bodyName, num(2, 1), "field 2: wire type 0 where 2 is due"},
		{"timeout as bytes", bodyName, str(3, []byte{1}), "field 3: wire type 2 where 0 is due"},
		{"timeout as fixed64", bodyName, append(key(3, 1), make([]byte, 8)...), "field 3: wire type 1 where 0 is due"},
		{"group", bodyName, slices.Concat(key(2, 3), key(2, 4)), "wire type 3 is not supported"},
		{"wire type 7", bodyName, key(2, 7), "wire type 7 is not supported"},
		{"text that is not UTF-8", bodyName, str(2, []byte{0xff}), "text is not UTF-8"},
		{"tag without value", bodyName, key(2, 2), "input ends too early"},
		{"value cut off", bodyName, str(2, []byte("memo"))[:4], "input ends too early"},
		{"length beyond int", bodyName, binary.AppendUvarint(key(2, 2), 1<<63), "input ends too early"},
		{"number cut off", bodyName, []byte{3 << 3, 0x80}, "input ends too early"},
		{"number beyond 64 bits", bodyName, append(key(3, 0), bytes.Repeat([]byte{0xff}, 10)...), "does not fit in 64 bits"},
		{"field number 0", bodyName, []byte{0x02, 0x00}, "field number 0 is out of range"},
		{"field number beyond 29 bits", bodyName, binary.AppendUvarint(nil, 1<<32|2<<3|2), "is out of range"},
		{"packed numbers cut off", "cosmwasm.wasm.v1.MsgPinCodes", str(2, []byte{1, 0x80}), "input ends too early"},
		{"packed form of a singular number", "cosmos.tx.v1beta1.Fee", str(2, []byte{1}), "wire type 2 where 0 is due"},
		{"unregistered outermost message", "no.Such", nil, "is not registered"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.ErrorContains(t, strict.RejectUnknown(tc.message, tc.bytes, strict.Options{}), tc.want)
		})
	}
}

func TestNonCritical(t *testing.T) {
	allow := strict.Options{AllowNonCritical: true}
	plain := marshal(t, body(t))
	for _, tc := range []struct {
		field int
		pass  bool
	}{{6, false}, {1022, false}, {1024, true}, {2046, true}, {2048, false}, {3071, false}, {3072, true}, {4096, false}} {
		for _, extra := range [][]byte{num(tc.field, 1), str(tc.field, []byte{0xff}), append(key(tc.field, 5), 1, 2, 3, 4)} {
			bz := slices.Concat(plain, extra)
			require.Equal(t, tc.pass, strict.RejectUnknown(bodyName, bz, allow) == nil, "field %d", tc.field)
			has, err := strict.HasNonCritical(bodyName, bz)
			require.NoError(t, err)
			require.Equal(t, tc.pass, has, "field %d", tc.field)
		}
	}
	has, err := strict.HasNonCritical(bodyName, plain)
	require.NoError(t, err)
	require.False(t, has)
	// Known fields with such numbers are not unknown ones.
	has, err = strict.HasNonCritical(bodyName, str(2047))
	require.NoError(t, err)
	require.False(t, has)
	// Below the outermost message nothing unknown passes.
	inner := str(1, anyBytes("/cosmos.bank.v1beta1.MsgSend", num(1024, 1)))
	require.ErrorContains(t, strict.RejectUnknown(bodyName, inner, allow), "MsgSend: unknown field 1024")
	// What passes must still be well formed.
	require.Error(t, strict.RejectUnknown(bodyName, key(1024, 3), allow))
	_, err = strict.HasNonCritical(bodyName, key(1024, 2))
	require.ErrorContains(t, err, "input ends too early")
}

// nest wraps levels times, without copying the inside again for each level.
func nest(levels int, head func(inner int) []byte) []byte {
	heads := make([][]byte, 0, levels)
	size := 0
	for range levels {
		h := head(size)
		heads = append(heads, h)
		size += len(h)
	}
	slices.Reverse(heads)
	return slices.Concat(heads...)
}

func anyHead(inner int) []byte {
	const url = "/cosmos.crypto.multisig.LegacyAminoPubKey"
	value := binary.AppendUvarint(key(2, 2), uint64(inner)) // Any.value
	content := append(str(1, []byte(url)), value...)
	return append(binary.AppendUvarint(key(2, 2), uint64(len(content)+inner)), content...) // public_keys
}

func modeHead(inner int) []byte {
	multi := binary.AppendUvarint(key(2, 2), uint64(inner))                            // Multi.mode_infos
	return append(binary.AppendUvarint(key(2, 2), uint64(len(multi)+inner)), multi...) // ModeInfo.multi
}

func TestDepth(t *testing.T) {
	const pubKey, modeInfo = "cosmos.crypto.multisig.LegacyAminoPubKey", "cosmos.tx.v1beta1.ModeInfo"
	require.NoError(t, strict.RejectUnknown(pubKey, nest(strict.MaxAnyDepth, anyHead), strict.Options{}))
	require.ErrorContains(t, strict.RejectUnknown(pubKey, nest(strict.MaxAnyDepth+1, anyHead), strict.Options{}), "nested more than 10 deep")
	// A ModeInfo and its Multi are two levels.
	require.NoError(t, strict.RejectUnknown(modeInfo, nest(49, modeHead), strict.Options{}))
	require.ErrorContains(t, strict.RejectUnknown(modeInfo, nest(50, modeHead), strict.Options{}), "nested more than 100 deep")
}

// TestHostileSizes holds the walk to its promise of linear work. The times are
// a hundred times what was measured, and far below what anything worse takes.
func TestHostileSizes(t *testing.T) {
	const pubKey = "cosmos.crypto.multisig.LegacyAminoPubKey"
	deep := nest(21_000, anyHead)
	wide := bytes.Repeat(str(1, anyBytes("/cosmos.bank.v1beta1.MsgSend")), 30_000)
	require.Greater(t, len(deep), 1<<20)
	require.NoError(t, strict.RejectUnknown(bodyName, nil, strict.Options{})) // the table is built
	require.Less(t, spent.CPU(func() { require.Error(t, strict.RejectUnknown(pubKey, deep, strict.Options{})) }), 500*time.Millisecond)
	require.Less(t, spent.CPU(func() { require.NoError(t, strict.RejectUnknown(bodyName, wide, strict.Options{})) }), 3*time.Second)
	long := strings.Repeat("x", 1<<20)
	err := strict.RejectUnknown(bodyName, str(1, anyBytes("/"+long)), strict.Options{})
	require.Error(t, err)
	require.Less(t, len(err.Error()), 300, "an error must not carry the input")
}

func FuzzRejectUnknown(f *testing.F) {
	f.Add(marshal(f, body(f)), marshal(f, auth(f)))
	f.Add(nest(12, anyHead), nest(60, modeHead))
	f.Add(slices.Concat(num(1024, 1), str(1, anyBytes("/cosmos.tx.v1beta1.TxBody", num(1, 1)))), str(1, str(2, str(2))))
	f.Add([]byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, []byte{0x80})
	f.Fuzz(func(t *testing.T, bodyBytes, authBytes []byte) {
		if strict.RejectUnknown(bodyName, bodyBytes, strict.Options{AllowNonCritical: true}) == nil {
			var b tx.TxBody
			if err := b.Unmarshal(bodyBytes); err != nil {
				// A Timestamp may be beyond what time.Time holds.
				require.ErrorContains(t, err, "timestamp")
				return
			}
			has, err := strict.HasNonCritical(bodyName, bodyBytes)
			require.NoError(t, err)
			if !has {
				require.NoError(t, strict.RejectUnknown(bodyName, bodyBytes, strict.Options{}))
			}
			for _, a := range b.Messages {
				require.NotNil(t, proto.MessageType(a.TypeUrl[1:]), a.TypeUrl)
			}
		}
		if strict.RejectUnknown(authName, authBytes, strict.Options{}) == nil {
			var a tx.AuthInfo
			require.NoError(t, a.Unmarshal(authBytes))
			again := marshal(t, &a)
			require.NoError(t, strict.RejectUnknown(authName, again, strict.Options{}))
			require.LessOrEqual(t, len(again), len(authBytes), "nothing is invented")
		}
	})
}

func BenchmarkRejectUnknown(b *testing.B) {
	bz := marshal(b, body(b))
	b.SetBytes(int64(len(bz)))
	b.ReportAllocs()
	for b.Loop() {
		if err := strict.RejectUnknown(bodyName, bz, strict.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
