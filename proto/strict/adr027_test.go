package strict_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	tx "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/proto/strict"
)

func TestADR027(t *testing.T) {
	b, a, s := str(1, []byte("body")), str(2, []byte("auth")), str(3, []byte("sig"))
	long := str(1, bytes.Repeat([]byte{7}, 300))
	for _, tc := range []struct {
		name  string
		bytes []byte
		want  string // "" accepts
	}{
		{"nothing", nil, ""},
		{"all", slices.Concat(b, a, s), ""},
		{"several signatures, one empty", slices.Concat(b, a, s, str(3), s), ""},
		{"no body", slices.Concat(a, s), ""},
		{"a length of two bytes", slices.Concat(long, a, s), ""},
		{"auth before body", slices.Concat(a, b, s), "field 1 comes after field 2"},
		{"signature in between", slices.Concat(b, s, a), "field 2 comes after field 3"},
		{"two bodies", slices.Concat(b, b, a, s), "field 1 is given twice"},
		{"two auths", slices.Concat(b, a, a, s), "field 2 is given twice"},
		{"unknown field", slices.Concat(b, a, s, str(4)), "unknown field 4"},
		{"non-critical field", slices.Concat(b, a, s, num(1024, 1)), "unknown field 1024"},
		{"field 0", []byte{0x02, 0x00}, "unknown field 0"},
		{"a number", num(1, 1), "field 1: wire type 0 where 2 is due"},
		{"a long tag", slices.Concat([]byte{0x8a, 0x00}, b[1:]), "varint of 2 bytes where 1 are enough"},
		{"a long length", slices.Concat([]byte{0x0a, 0x84, 0x00}, b[2:]), "field 1: length: varint of 2 bytes where 1 are enough"},
		{"a tag beyond 64 bits", bytes.Repeat([]byte{0xff}, 11), "does not fit in 64 bits"},
		{"a tag alone", b[:1], "field 1: length: input ends too early"},
		{"cut off", slices.Concat(b, a, s[:3]), "field 3: input ends too early"},
		{"a length beyond int", binary.AppendUvarint(key(3, 2), 1<<63), "field 3: input ends too early"},
		{"a byte left over", slices.Concat(b, a, s, []byte{0}), "unknown field 0"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := strict.ADR027(tc.bytes)
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want)
		})
	}
}

// FuzzADR027 holds that what is accepted is what an encoder writes: decoding and
// encoding gives the same bytes, but for an empty body or auth info spelled out.
func FuzzADR027(f *testing.F) {
	f.Add(slices.Concat(str(1, []byte("body")), str(2, []byte("auth")), str(3), str(3, []byte("sig"))))
	f.Add(slices.Concat(str(2, []byte("auth")), str(1, []byte("body"))))
	f.Add([]byte{0x0a, 0x84, 0x00, 1, 2, 3, 4})
	f.Add(str(1, bytes.Repeat([]byte{7}, 300)))
	f.Fuzz(func(t *testing.T, bz []byte) {
		if strict.ADR027(bz) != nil {
			return
		}
		var raw tx.TxRaw
		require.NoError(t, raw.Unmarshal(bz))
		require.NoError(t, strict.RejectUnknown("cosmos.tx.v1beta1.TxRaw", bz, strict.Options{}))
		again := marshal(t, &raw)
		if len(again) == len(bz) {
			require.True(t, bytes.Equal(bz, again))
			return
		}
		require.True(t, len(raw.BodyBytes) == 0 || len(raw.AuthInfoBytes) == 0)
		require.Less(t, len(again), len(bz))
	})
}
