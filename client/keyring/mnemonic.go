package keyring

import (
	"fmt"
	"strings"

	"github.com/tyler-smith/go-bip39"
	"golang.org/x/text/unicode/norm"
)

// maxMnemonicBytes bounds the text that is looked at: 24 words of at most 8
// letters are 215 bytes; the rest is room for spaces.
const maxMnemonicBytes = 1024

// NewMnemonic returns words for words*11 bits of which 32/33 are random: 12,
// 15, 18, 21 or 24 words.
func NewMnemonic(words int) (string, error) {
	if words < 12 || words > 24 || words%3 != 0 {
		return "", fmt.Errorf("a mnemonic has 12, 15, 18, 21 or 24 words, not %d: %w", words, ErrMnemonic)
	}
	entropy, err := bip39.NewEntropy(words * 32 / 3)
	if err != nil {
		return "", fmt.Errorf("no randomness for a mnemonic: %w", err)
	}
	return bip39.NewMnemonic(entropy)
}

// MnemonicFrom returns the 24 words of 256 bits that come from elsewhere.
func MnemonicFrom(entropy [32]byte) (string, error) { return bip39.NewMnemonic(entropy[:]) }

// CheckMnemonic returns the words in the form that is hashed: NFKD, lower
// case, one space between them. The error wraps ErrMnemonic, says which word
// is unknown, and never repeats the words that are known.
func CheckMnemonic(text string) (string, error) {
	if len(text) > maxMnemonicBytes {
		return "", fmt.Errorf("%d bytes are too long: %w", len(text), ErrMnemonic)
	}
	words := strings.Fields(strings.ToLower(norm.NFKD.String(text)))
	switch len(words) {
	case 12, 15, 18, 21, 24:
	default:
		return "", fmt.Errorf("%d words, a mnemonic has 12, 15, 18, 21 or 24: %w", len(words), ErrMnemonic)
	}
	for i, word := range words {
		if _, known := bip39.GetWordIndex(word); !known {
			return "", fmt.Errorf("word %d is not in the English list: %w", i+1, ErrMnemonic)
		}
	}
	clean := strings.Join(words, " ")
	if _, err := bip39.EntropyFromMnemonic(clean); err != nil {
		return "", fmt.Errorf("the checksum does not fit, a word is wrong or misplaced: %w", ErrMnemonic)
	}
	return clean, nil
}

// FromMnemonic derives a secp256k1 private key. passphrase is BIP-39's ("the
// 25th word", usually empty) and has nothing to do with that of a key file.
func FromMnemonic(mnemonic, passphrase, path string) ([32]byte, error) {
	clean, err := CheckMnemonic(mnemonic)
	if err != nil {
		return [32]byte{}, err
	}
	seed := bip39.NewSeed(clean, norm.NFKD.String(passphrase))
	x, err := derive(seed, path)
	return x.key, err
}
