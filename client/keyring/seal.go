package keyring

import (
	"crypto/rand"
	"fmt"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

// Bounds of what a header may ask of the key derivation. They are checked
// before any of it runs, so that a planted file cannot take all memory.
const (
	maxMemoryKiB = 1 << 20 // 1 GiB
	maxTime      = 64
	maxThreads   = 64
	saltBytes    = 16
)

// cost is what a new file asks of Argon2id: half a second's worth of work
// on a small machine, far above what RFC 9106 asks for interactive use.
type cost struct {
	Time      uint32 `json:"time"`
	MemoryKiB uint32 `json:"memory_kib"`
	Threads   uint8  `json:"threads"`
}

// defaultCost is RFC 9106's second recommendation (3 passes over 64 MiB, four
// lanes).
var defaultCost = cost{Time: 3, MemoryKiB: 64 << 10, Threads: 4}

// minPassphrase is the shortest passphrase of a new file, in bytes.
const minPassphrase = 8

// argonKey stretches a passphrase. It refuses parameters outside the bounds.
func argonKey(passphrase, salt []byte, c cost) ([]byte, error) {
	if c.Time < 1 || c.Time > maxTime || c.Threads < 1 || c.Threads > maxThreads ||
		c.MemoryKiB < 8*uint32(c.Threads) || c.MemoryKiB > maxMemoryKiB || len(salt) != saltBytes {
		return nil, fmt.Errorf("argon2id time %d, memory %d KiB, threads %d, salt of %d bytes are outside the bounds: %w",
			c.Time, c.MemoryKiB, c.Threads, len(salt), ErrCorrupt)
	}
	return argon2.IDKey(passphrase, salt, c.Time, c.MemoryKiB, c.Threads, chacha20poly1305.KeySize), nil
}

// seal encrypts secret under key and binds header to it.
func seal(key, nonce, header, secret []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nonce, secret, header), nil
}

// open undoes seal. The error wraps ErrPassphrase if the key, the header or the
// sealed bytes are not those of seal.
func open(key, nonce, header, sealed []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	if len(nonce) != chacha20poly1305.NonceSizeX {
		return nil, fmt.Errorf("nonce of %d bytes: %w", len(nonce), ErrCorrupt)
	}
	secret, err := aead.Open(nil, nonce, sealed, header)
	if err != nil {
		return nil, ErrPassphrase
	}
	return secret, nil
}

// random returns n bytes from the system. crypto/rand never fails: it ends the
// program when the system has no randomness.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
