// Package proof is what an operator's consensus key signs to show that it is
// there: when it is registered, after a win, and to come back from jail. Each
// has a domain of its own, so that no signature is good for another purpose,
// and none of them can be a block's vote, which begins with a length.
package proof

import (
	"encoding/binary"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"github.com/weftchain/weft/chain"
)

// KeyBytes and SignatureBytes are those of ed25519.
const (
	KeyBytes       = ed25519.PublicKeySize
	SignatureBytes = ed25519.SignatureSize
)

// text joins parts, each behind its length.
func text(domain string, parts ...[]byte) []byte {
	out := append([]byte(domain), 0)
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}

// Possession is what a key signs when an operator registers it.
func Possession(chainID string, operator chain.Address, key []byte) []byte {
	return text("weft/lottery/pop/v1", []byte(chainID), operator.Bytes(), key)
}

// Ready is what a key signs after its operator won seats in an epoch: seed is
// that of the epoch after, which nobody knew before.
func Ready(chainID string, operator chain.Address, epoch uint64, seed []byte) []byte {
	return text("weft/lottery/ready/v1", []byte(chainID), operator.Bytes(), binary.BigEndian.AppendUint64(nil, epoch), seed)
}

// Unjail is what a key signs to come back, over the seed of the epoch that is
// mined.
func Unjail(chainID string, operator chain.Address, epoch uint64, seed []byte) []byte {
	return text("weft/lottery/unjail/v1", []byte(chainID), operator.Bytes(), binary.BigEndian.AppendUint64(nil, epoch), seed)
}

var options = &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215}

// Verify reports whether sig is the key's signature, by the rules (ZIP-215) by
// which CometBFT verifies votes.
func Verify(key, message, sig []byte) bool {
	if len(key) != KeyBytes || len(sig) != SignatureBytes {
		return false
	}
	return ed25519.VerifyWithOptions(ed25519.PublicKey(key), message, sig, options)
}
