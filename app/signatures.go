package app

import (
	"crypto/sha256"
	"sync"

	"github.com/weftchain/weft/tx"
)

// signatures verifies signatures and remembers the good ones, so that what
// CheckTx has verified is not computed again when the block comes. A signature
// is good for ever over the same bytes by the same key, hence a memory of it
// changes no result, only the time. It may be used from many goroutines.
type signatures struct {
	mu       sync.Mutex
	young    map[[32]byte]struct{}
	old      map[[32]byte]struct{}
	verified uint64 // computed, for tests
}

// maxRemembered bounds each of the two generations that are remembered.
const maxRemembered = 1 << 16

func newSignatures() *signatures {
	return &signatures{young: map[[32]byte]struct{}{}, old: map[[32]byte]struct{}{}}
}

// Verify reports whether sig is key's signature over signBytes.
func (s *signatures) Verify(key tx.PubKey, signBytes, sig []byte) bool {
	name := fingerprint(key, signBytes, sig)
	if s.known(name) {
		return true
	}
	if !key.Verify(signBytes, sig) {
		return false
	}
	s.remember(name)
	return true
}

// Trusts reports false: keys and signatures must be there.
func (s *signatures) Trusts() bool { return false }

// fingerprint names key, message and signature. Keys of one kind and signatures
// have one length each where they matter: Verify refuses others.
func fingerprint(key tx.PubKey, signBytes, sig []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte(key.Kind()))
	h.Write([]byte{0})
	h.Write(key.Bytes())
	h.Write(sig)
	digest := sha256.Sum256(signBytes)
	h.Write(digest[:])
	var name [32]byte
	h.Sum(name[:0])
	return name
}

func (s *signatures) known(name [32]byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.young[name]; ok {
		return true
	}
	_, ok := s.old[name]
	return ok
}

func (s *signatures) remember(name [32]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verified++
	if len(s.young) >= maxRemembered {
		s.old, s.young = s.young, map[[32]byte]struct{}{}
	}
	s.young[name] = struct{}{}
}

// believes is the verifier of simulations: nothing is signed yet.
type believes struct{}

// Verify reports true.
func (believes) Verify(tx.PubKey, []byte, []byte) bool { return true }

// Trusts reports true: keys and signatures may be missing.
func (believes) Trusts() bool { return true }
