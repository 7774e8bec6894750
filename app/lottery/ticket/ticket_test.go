package ticket

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// vector is one entry of testdata/vectors.json, which testdata/vectors.py makes
// without any code of this repository.
type vector struct {
	Seed, Payout, Operator, Tag string
	Epoch, Extranonce, Nonce    uint64
	Algo, Version               uint32
	Header, Prehash, Inner      string
	Mix, Digest                 string
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

func vectors(t *testing.T) []vector {
	t.Helper()
	raw, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var list []vector
	require.NoError(t, json.Unmarshal(raw, &list))
	require.NotEmpty(t, list)
	return list
}

func (v vector) header(t *testing.T) Header {
	t.Helper()
	return Header{
		Seed: [32]byte(unhex(t, v.Seed)), Epoch: v.Epoch, Algo: Algo(v.Algo), Version: v.Version,
		Payout: unhex(t, v.Payout), Operator: unhex(t, v.Operator), Tag: unhex(t, v.Tag),
	}
}

func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		h := v.header(t)
		require.NoError(t, h.Check())
		raw, pre := h.Bytes(), h.Prehash()
		require.Equal(t, v.Header, hex.EncodeToString(raw[:]))
		require.Equal(t, v.Prehash, hex.EncodeToString(pre[:]))
		inner := Inner(pre, v.Extranonce, v.Nonce)
		require.Equal(t, v.Inner, hex.EncodeToString(inner[:]))
		if h.Algo.Dear() {
			// The script has no Argon2id; it makes the guard over a given mix.
			digest := h.Algo.Quick(inner, unhex(t, v.Mix))
			require.Equal(t, v.Digest, hex.EncodeToString(digest[:]))
			continue
		}
		digest, mix := h.Algo.Hash(inner)
		require.Nil(t, mix)
		require.Equal(t, v.Digest, hex.EncodeToString(digest[:]))
	}
}

// TestEveryBitCounts: whatever bit of a header is turned, the work is lost.
func TestEveryBitCounts(t *testing.T) {
	v := vectors(t)[0]
	h := v.header(t)
	raw := h.Bytes()
	seen := map[[32]byte]bool{h.Prehash(): true}
	for i := range 8 * len(raw) {
		raw[i/8] ^= 1 << (i % 8)
		sum := sha256.Sum256(raw[:])
		require.False(t, seen[sum])
		seen[sum] = true
		raw[i/8] ^= 1 << (i % 8)
	}
	seen = map[[32]byte]bool{h.Prehash(): true}
	for _, change := range []func(*Header){
		func(h *Header) { h.Seed[31]++ }, func(h *Header) { h.Epoch++ }, func(h *Header) { h.Algo = Argon2id },
		func(h *Header) { h.Version++ }, func(h *Header) { h.Payout = append(bytes.Clone(h.Payout), make([]byte, 12)...) },
		func(h *Header) { h.Operator = nil }, func(h *Header) { h.Tag = nil },
		func(h *Header) { h.Payout = bytes.Repeat([]byte{1}, 20) },
	} {
		other := h
		change(&other)
		require.False(t, seen[other.Prehash()])
		seen[other.Prehash()] = true
	}
}

func TestHeaderCheck(t *testing.T) {
	good := vectors(t)[0].header(t)
	for name, change := range map[string]func(*Header){
		"version":       func(h *Header) { h.Version = 2 },
		"no payout":     func(h *Header) { h.Payout = nil },
		"payout":        func(h *Header) { h.Payout = make([]byte, 21) },
		"operator":      func(h *Header) { h.Operator = make([]byte, 32) },
		"zero operator": func(h *Header) { h.Operator = make([]byte, 20) },
		"tag":           func(h *Header) { h.Tag = make([]byte, 31) },
		"zero tag":      func(h *Header) { h.Tag = make([]byte, 32) },
	} {
		h := good
		change(&h)
		require.Error(t, h.Check(), name)
	}
}

func TestCheck(t *testing.T) {
	easy := [32]byte(bytes.Repeat([]byte{0xff}, 32))
	for _, algo := range []Algo{SHA256D, Argon2id} {
		h := vectors(t)[0].header(t)
		h.Algo = algo
		inner := Inner(h.Prehash(), 1, 2)
		digest, mix := algo.Hash(inner)
		got, err := algo.CheckQuick(inner, mix, easy)
		require.NoError(t, err)
		require.Equal(t, digest, got)
		require.NoError(t, algo.CheckMix(inner, mix))

		_, err = algo.CheckQuick(inner, mix, digest)
		require.ErrorIs(t, err, ErrAbove, "the target itself is too high")
		next := digest
		next[31]++
		_, err = algo.CheckQuick(inner, mix, next)
		require.NoError(t, err)
		_, err = algo.CheckQuick(inner, append(bytes.Clone(mix), 0), easy)
		require.Error(t, err)
		if algo.Dear() {
			mix[0] ^= 1
			_, err = algo.CheckQuick(inner, mix, easy)
			require.NoError(t, err, "a false mix passes the guard if it is lucky")
			require.ErrorIs(t, algo.CheckMix(inner, mix), ErrMix)
			_, err = algo.CheckQuick(inner, nil, easy)
			require.Error(t, err)
		}
	}
	for _, algo := range []Algo{0, 2, 4} {
		_, err := algo.CheckQuick([InnerBytes]byte{}, nil, easy)
		require.Error(t, err)
	}
}

func BenchmarkSHA256D(b *testing.B) {
	inner := Inner([32]byte{1}, 0, 0)
	for b.Loop() {
		inner[47]++
		SHA256D.Hash(inner)
	}
}

func BenchmarkArgon2id(b *testing.B) {
	inner := Inner([32]byte{1}, 0, 0)
	for b.Loop() {
		inner[47]++
		Argon2id.Hash(inner)
	}
}

func BenchmarkGuard(b *testing.B) {
	inner, mix := Inner([32]byte{1}, 0, 0), make([]byte, MixBytes)
	target := [32]byte{1}
	for b.Loop() {
		inner[47]++
		_, _ = Argon2id.CheckQuick(inner, mix, target)
	}
}
