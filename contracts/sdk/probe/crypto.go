package probe

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// Bytes are bytes as an element of a list.
type Bytes []byte

// EncodeJSON writes base64.
func (b Bytes) EncodeJSON(w *json.Writer) { w.Binary(b) }

// DecodeJSON reads base64.
func (b *Bytes) DecodeJSON(r *json.Reader) { *b = r.Binary() }

// Crypto calls a crypto function by the name of its import; recoveries have the
// number as the last argument, of one byte.
//
//sdk:json
type Crypto struct {
	Name string  `json:"name"`
	Args []Bytes `json:"args"`
}

// Batch is a batch of signatures.
//
//sdk:json
type Batch struct {
	Messages   []Bytes `json:"messages"`
	Signatures []Bytes `json:"signatures"`
	Keys       []Bytes `json:"keys"`
}

func crypto(c *sdk.Context, m *Crypto) (Text, error) {
	var args [4][]byte
	for i := range m.Args {
		args[i] = m.Args[i]
	}
	a, b := args[0], args[1]
	switch m.Name {
	case "secp256k1_verify":
		return valid(c.Secp256k1Verify(a, b, args[2]))
	case "secp256r1_verify":
		return valid(c.Secp256r1Verify(a, b, args[2]))
	case "ed25519_verify":
		return valid(c.Ed25519Verify(a, b, args[2]))
	case "bls12_381_pairing_equality":
		return valid(c.BLSPairingEqual(a, b, args[2], args[3]))
	case "secp256k1_recover_pubkey":
		return digits(c.Secp256k1Recover(a, b, args[2][0]))
	case "secp256r1_recover_pubkey":
		return digits(c.Secp256r1Recover(a, b, args[2][0]))
	case "bls12_381_aggregate_g1":
		return digits(c.BLSAggregateG1(a))
	case "bls12_381_aggregate_g2":
		return digits(c.BLSAggregateG2(a))
	case "bls12_381_hash_to_g1":
		return digits(c.BLSHashToG1(a, b))
	case "bls12_381_hash_to_g2":
		return digits(c.BLSHashToG2(a, b))
	case "sha256":
		sum := sdk.SHA256(a, b, args[2], args[3])
		return digits(sum[:], nil)
	}
	return "", sdk.Error("no function " + m.Name)
}

func batch(c *sdk.Context, m *Batch) (Text, error) {
	list := func(from []Bytes) (to [][]byte) {
		for _, b := range from {
			to = append(to, b)
		}
		return to
	}
	return valid(c.Ed25519BatchVerify(list(m.Messages), list(m.Signatures), list(m.Keys)))
}

func valid(ok bool, err error) (Text, error) {
	if ok {
		return "valid", err
	}
	return "not valid", err
}

func digits(answer []byte, err error) (Text, error) { return Text(sdk.Hex(answer)), err }
