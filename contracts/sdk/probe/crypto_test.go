package probe_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/weftchain/weft/contracts/sdk/native"
)

// unhex reads hexadecimal digits.
func unhex(text string) []byte {
	raw, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return raw
}

// list writes byte strings as the JSON that the probe reads.
func list(args ...[]byte) string {
	var out []string
	for _, a := range args {
		out = append(out, `"`+base64.StdEncoding.EncodeToString(a)+`"`)
	}
	return "[" + strings.Join(out, ",") + "]"
}

func call(name string, args ...[]byte) string {
	return fmt.Sprintf(`{"crypto":{"name":%q,"args":%s}}`, name, list(args...))
}

// Vectors: a key of CosmWasm's tests; the generators of BLS12-381, their doubles,
// and a message of RFC 9380 with its point (K.1.1 with appendix J.9.1's tag).
var (
	k1Hash = unhex("5ae8317d34d1e595e3fa7247db80c0af4320cce1116de187f8f7e2e099c0d8d0")
	k1Sig  = unhex("207082eb2c3dfa0b454e0906051270ba4074ac93760ba9e7110cd9471475111151eb0dbbc9920e72146fb564f99d039802bf6ef2561446eb126ef364d21ee9c4")
	k1Key  = unhex("04051c1ee2190ecfb174bfe4f90763f2b4ff7517b70a2aec1876ebcfd644c4633fb03f3cfbd94b1f376e34592d9d41ccaf640bb751b00a1fadeb0c01157769eb73")
	g1     = unhex("97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb")
	g1Two  = unhex("a572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e")
	g2     = unhex("93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8")
	g2Two  = unhex("aa4edef9c1ed7f729f520e47730a124fd70662a904ba1074728114d1031e1572c6c886f6b57ec72a6178288c47c335771638533957d540a9d2370f17cc7ed5863bc0b995b8825e0ee1ea1e1e4d00dbae81f14b0bf3611b78c952aacab827a053")
)

// signed are a key of P-256 and one of Ed25519 with signatures: made once, for
// the contract must see the same natively and as wasm.
var signed = sync.OnceValue(func() (s struct{ hash, p256, p256Key, message, ed, edKey []byte }) {
	s.message = []byte("a message")
	sum := sha256.Sum256(s.message)
	s.hash = sum[:]
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	r, v, err := ecdsa.Sign(rand.Reader, key, s.hash)
	if err != nil {
		panic(err)
	}
	s.p256 = append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...)
	if s.p256Key, err = key.PublicKey.Bytes(); err != nil {
		panic(err)
	}
	ed := ed25519.NewKeyFromSeed(make([]byte, 32))
	s.ed, s.edKey = ed25519.Sign(ed, s.message), ed.Public().(ed25519.PublicKey)
	return s
})

func crypto(t *testing.T, h *native.Host) {
	s := signed()
	const yes, no = `"valid"`, `"not valid"`
	asks(t, h, call("secp256k1_verify", k1Hash, k1Sig, k1Key), yes)
	asks(t, h, call("secp256k1_verify", s.hash, k1Sig, k1Key), no)
	asks(t, h, call("secp256k1_verify", s.hash[1:], k1Sig, k1Key), "crypto: the hash has not 32 bytes")
	asks(t, h, call("secp256r1_verify", s.hash, s.p256, s.p256Key), yes)
	asks(t, h, call("secp256r1_verify", k1Hash, s.p256, s.p256Key), no)
	asks(t, h, call("secp256r1_verify", s.hash, s.p256, s.edKey), "crypto: the key has a wrong length or form")
	asks(t, h, call("ed25519_verify", s.message, s.ed, s.edKey), yes)
	asks(t, h, call("ed25519_verify", s.message[1:], s.ed, s.edKey), no)
	asks(t, h, call("ed25519_verify", s.message, s.ed[1:], s.edKey), "crypto: the signature has not 64 bytes")
	recovers(t, h, "secp256k1_recover_pubkey", k1Hash, k1Sig, k1Key)
	recovers(t, h, "secp256r1_recover_pubkey", s.hash, s.p256, s.p256Key)
	asks(t, h, call("secp256k1_recover_pubkey", k1Hash, k1Sig, []byte{2}), "crypto: invalid recovery number")
	asks(t, h, call("secp256r1_recover_pubkey", s.hash, make([]byte, 64), []byte{0}), "crypto: error 10")

	batch := func(messages, signatures, keys string) string {
		return `{"batch":{"messages":` + messages + `,"signatures":` + signatures + `,"keys":` + keys + `}}`
	}
	asks(t, h, batch(`[]`, `[]`, `[]`), yes)
	asks(t, h, batch(list(s.message, s.message), list(s.ed, s.ed), list(s.edKey, s.edKey)), yes)
	asks(t, h, batch(list(s.message), list(s.ed, s.ed), list(s.edKey, s.edKey)), yes)
	asks(t, h, batch(list(s.message, s.message[1:]), list(s.ed, s.ed), list(s.edKey)), no)
	asks(t, h, batch(list(s.message, s.message), list(s.ed), list(s.edKey)), "crypto: unequal numbers in a batch")

	asks(t, h, call("bls12_381_aggregate_g1", append(append([]byte{}, g1...), g1...)), `"`+hex.EncodeToString(g1Two)+`"`)
	asks(t, h, call("bls12_381_aggregate_g2", append(append([]byte{}, g2...), g2...)), `"`+hex.EncodeToString(g2Two)+`"`)
	asks(t, h, call("bls12_381_aggregate_g1", nil), "crypto: no points")
	asks(t, h, call("bls12_381_aggregate_g1", g1[1:]), "crypto: a list of points has a wrong length")
	asks(t, h, call("bls12_381_aggregate_g2", make([]byte, 96)), "crypto: not a point of the group")
	asks(t, h, call("bls12_381_pairing_equality", g1Two, g2, g1, g2Two), yes)
	asks(t, h, call("bls12_381_pairing_equality", g1, g2, g1, g2Two), no)
	asks(t, h, call("bls12_381_pairing_equality", g1, nil, g1, g2Two), "crypto: unequal numbers of points")
	asks(t, h, call("bls12_381_hash_to_g1", []byte("abc"), []byte("QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_")),
		`"83567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903"`)
	h2 := call("bls12_381_hash_to_g2", []byte("abc"), []byte("QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_"))
	if got, err := h.Query(h2); err != nil || len(got) != 2*96+2 {
		t.Error(got, err)
	}
	sum := sha256.Sum256([]byte("one two three"))
	asks(t, h, call("sha256", []byte("one"), []byte(" two"), []byte(" three")), `"`+hex.EncodeToString(sum[:])+`"`)
}

// recovers: one of the recovery numbers gives the key.
func recovers(t *testing.T, h *native.Host, name string, hash, signature, key []byte) {
	t.Helper()
	var got string
	for i := range byte(2) {
		answer, err := h.Query(call(name, hash, signature, []byte{i}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got += answer
	}
	if !strings.Contains(got, hex.EncodeToString(key)) {
		t.Errorf("%s: no %x in %s", name, key, got)
	}
}
