package keyring

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"golang.org/x/crypto/blowfish" //nolint:staticcheck // deprecated for new formats; this reads an old one
)

// bcryptCost is what Cosmos's armor of kdf "bcrypt" always used.
const bcryptCost = 12

// bcryptAlphabet is bcrypt's own order of the 64 characters.
var bcryptAlphabet = base64.NewEncoding("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789").WithPadding(base64.NoPadding)

// bcryptKey stretches a passphrase as Cosmos's old armor did: the SHA-256 of
// the text of a bcrypt hash with a given salt. x/crypto/bcrypt picks its salt
// itself, so the 2^12 rounds are written out here over x/crypto/blowfish.
func bcryptKey(passphrase, salt []byte) ([]byte, error) {
	if len(salt) != saltBytes {
		return nil, fmt.Errorf("bcrypt salt of %d bytes: %w", len(salt), ErrCorrupt)
	}
	key := append(append([]byte(nil), passphrase...), 0) // as C's bcrypt: the terminating zero counts
	cipher, err := blowfish.NewSaltedCipher(key, salt)
	if err != nil {
		return nil, err
	}
	for range 1 << bcryptCost {
		blowfish.ExpandKey(key, cipher)
		blowfish.ExpandKey(salt, cipher)
	}
	hash := []byte("OrpheanBeholderScryDoubt")
	for i := 0; i < len(hash); i += blowfish.BlockSize {
		for range 64 {
			cipher.Encrypt(hash[i:i+blowfish.BlockSize], hash[i:i+blowfish.BlockSize])
		}
	}
	text := fmt.Sprintf("$2a$%02d$%s%s", bcryptCost, bcryptAlphabet.EncodeToString(salt), bcryptAlphabet.EncodeToString(hash[:23]))
	sum := sha256.Sum256([]byte(text))
	return sum[:], nil
}
