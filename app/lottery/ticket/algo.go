package ticket

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// Algo is a proof-of-work function, by its number on the wire.
type Algo uint32

// The functions. Number 2 is kept for BLAKE3 and is not in use.
const (
	// SHA256D is SHA-256 twice: for local networks and tests. Checking it costs
	// nothing.
	SHA256D Algo = 1
	// Argon2id is Argon2id over 256 KiB behind a cheap guard: for public
	// networks. Checking it costs about as much as three signatures.
	Argon2id Algo = 3
)

// argon2Memory is the KiB that Argon2id fills.
const argon2Memory = 256

// guardMagic begins what the guard hashes, padded to 16 bytes.
const guardMagic = "weft/guard/v1\x00\x00\x00"

var (
	// ErrAbove says that a digest is not below the target.
	ErrAbove = errors.New("the digest is not below the target")
	// ErrMix says that the mix which a ticket carries is not that of its nonce.
	ErrMix = errors.New("the mix is not what the function gives")
)

// String is the name in parameters and on the command line.
func (a Algo) String() string {
	switch a {
	case SHA256D:
		return "sha256d"
	case Argon2id:
		return "argon2id-256k"
	}
	return fmt.Sprintf("algorithm %d", uint32(a))
}

// Known reports whether there is such a function.
func (a Algo) Known() bool { return a == SHA256D || a == Argon2id }

// Dear reports whether a check needs more than a few hashes.
func (a Algo) Dear() bool { return a == Argon2id }

// Hash computes the function: the digest, and the mix that a ticket carries (nil
// for a function without).
func (a Algo) Hash(inner [InnerBytes]byte) (digest [32]byte, mix []byte) {
	if a.Dear() {
		mix = argon2.IDKey(inner[:], inner[:32], 1, argon2Memory, 1, MixBytes)
	}
	return a.Quick(inner, mix), mix
}

// Quick is the digest if the mix is right: what a node computes first, for to
// find a false mix with a good digest is work too.
func (a Algo) Quick(inner [InnerBytes]byte, mix []byte) [32]byte {
	if !a.Dear() {
		return twice(inner[:])
	}
	b := make([]byte, 0, len(guardMagic)+InnerBytes+MixBytes)
	b = append(append(append(b, guardMagic...), inner[:]...), mix...)
	return twice(b)
}

func twice(b []byte) [32]byte {
	once := sha256.Sum256(b)
	return sha256.Sum256(once[:])
}

// CheckQuick is the cheap half of a check: form of the mix, and digest against
// target. The error wraps ErrAbove or says what is malformed.
func (a Algo) CheckQuick(inner [InnerBytes]byte, mix []byte, target [32]byte) ([32]byte, error) {
	want := 0
	switch {
	case !a.Known():
		return [32]byte{}, fmt.Errorf("%s is not known", a)
	case a.Dear():
		want = MixBytes
	}
	if len(mix) != want {
		return [32]byte{}, fmt.Errorf("mix of %d bytes, with %s it has %d", len(mix), a, want)
	}
	digest := a.Quick(inner, mix)
	if bytes.Compare(digest[:], target[:]) >= 0 {
		return digest, fmt.Errorf("digest %x, target %x: %w", digest[:12], target[:12], ErrAbove)
	}
	return digest, nil
}

// CheckMix is the dear half: it computes the mix anew. The error is ErrMix.
func (a Algo) CheckMix(inner [InnerBytes]byte, mix []byte) error {
	if !a.Dear() {
		return nil
	}
	if _, right := a.Hash(inner); !bytes.Equal(right, mix) {
		return ErrMix
	}
	return nil
}
