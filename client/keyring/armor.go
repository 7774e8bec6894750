package keyring

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/nacl/secretbox"
)

// The armor is the one of the Cosmos SDK since 0.46 ("kdf: argon2"), so that
// keys move in both directions; the older one ("kdf: bcrypt") is read only.
// Its header is not bound to the sealed part, but nothing in it can be chosen:
// every parameter except the salt is fixed by the name of the kdf.

// maxArmorBytes bounds an armored key; a real one has about 250 bytes.
const maxArmorBytes = 8 << 10

const (
	armorBegin = "-----BEGIN TENDERMINT PRIVATE KEY-----"
	armorEnd   = "-----END TENDERMINT PRIVATE KEY-----"
)

// aminoSecpPriv precedes the 32 bytes of a secp256k1 private key in amino.
var aminoSecpPriv = []byte{0xe1, 0xb0, 0xf7, 0x9b, 0x20}

// Armor encrypts a private key with a passphrase into the text that Cosmos
// tools import.
func Armor(priv [32]byte, passphrase []byte) (string, error) {
	if len(passphrase) < minPassphrase {
		return "", ErrWeak
	}
	salt := random(saltBytes)
	aead, err := chacha20poly1305.New(armorKey(passphrase, salt))
	if err != nil {
		return "", err
	}
	// The nonce is zero in this format: the key is new with every salt.
	sealed := aead.Seal(nil, make([]byte, aead.NonceSize()), append(bytes.Clone(aminoSecpPriv), priv[:]...), nil)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nkdf: argon2\nsalt: %X\ntype: secp256k1\n\n", armorBegin, salt)
	text := base64.StdEncoding.EncodeToString(sealed)
	for len(text) > 64 {
		b.WriteString(text[:64] + "\n")
		text = text[64:]
	}
	fmt.Fprintf(&b, "%s\n=%s\n%s\n", text, base64.StdEncoding.EncodeToString(crc24(sealed)), armorEnd)
	return b.String(), nil
}

// Unarmor decrypts an armored private key. The error wraps ErrPassphrase or
// ErrCorrupt.
func Unarmor(text string, passphrase []byte) ([32]byte, error) {
	fields, sealed, err := parseArmor(text)
	if err != nil {
		return [32]byte{}, err
	}
	if algo := fields["type"]; algo != "" && algo != algoSecp256k1 {
		return [32]byte{}, fmt.Errorf("armored key of type %.20q, only secp256k1 is known here: %w", algo, ErrCorrupt)
	}
	salt, err := hex.DecodeString(fields["salt"])
	if err != nil || len(salt) != saltBytes {
		return [32]byte{}, fmt.Errorf("salt of the armored key: %w", ErrCorrupt)
	}
	var plain []byte
	switch kdf := fields["kdf"]; kdf {
	case "argon2":
		plain, err = openArgon(passphrase, salt, sealed)
	case "bcrypt":
		plain, err = openBcrypt(passphrase, salt, sealed)
	default:
		return [32]byte{}, fmt.Errorf("kdf %.20q of the armored key is not argon2 or bcrypt: %w", kdf, ErrCorrupt)
	}
	if err != nil {
		return [32]byte{}, err
	}
	secret, ok := bytes.CutPrefix(plain, aminoSecpPriv)
	if !ok || len(secret) != 32 {
		return [32]byte{}, fmt.Errorf("the armor holds no secp256k1 private key: %w", ErrCorrupt)
	}
	return [32]byte(secret), nil
}

func armorKey(passphrase, salt []byte) []byte {
	return argon2.IDKey(passphrase, salt, 1, 64<<10, 4, chacha20poly1305.KeySize)
}

func openArgon(passphrase, salt, sealed []byte) ([]byte, error) {
	aead, err := chacha20poly1305.New(armorKey(passphrase, salt))
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, make([]byte, aead.NonceSize()), sealed, nil)
	if err != nil {
		return nil, ErrPassphrase
	}
	return plain, nil
}

// openBcrypt opens XSalsa20-Poly1305 with the nonce in front.
func openBcrypt(passphrase, salt, sealed []byte) ([]byte, error) {
	key, err := bcryptKey(passphrase, salt)
	if err != nil {
		return nil, err
	}
	if len(sealed) < 24+secretbox.Overhead {
		return nil, fmt.Errorf("armored key of %d bytes: %w", len(sealed), ErrCorrupt)
	}
	plain, ok := secretbox.Open(nil, sealed[24:], (*[24]byte)(sealed[:24]), (*[32]byte)(key))
	if !ok {
		return nil, ErrPassphrase
	}
	return plain, nil
}

// parseArmor reads the OpenPGP armor (RFC 4880, section 6.2): header lines, an
// empty line, base64, a checksum.
func parseArmor(text string) (map[string]string, []byte, error) {
	if len(text) > maxArmorBytes {
		return nil, nil, fmt.Errorf("armor of %d bytes: %w", len(text), ErrCorrupt)
	}
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	body, ok := strings.CutPrefix(text, armorBegin+"\n")
	if ok {
		body, ok = strings.CutSuffix(body, "\n"+armorEnd)
	}
	if !ok {
		return nil, nil, fmt.Errorf("no text between %s and %s: %w", armorBegin, armorEnd, ErrCorrupt)
	}
	head, data, ok := strings.Cut(body, "\n\n")
	if !ok {
		return nil, nil, fmt.Errorf("no empty line behind the header of the armor: %w", ErrCorrupt)
	}
	fields := map[string]string{}
	for line := range strings.SplitSeq(head, "\n") {
		key, value, found := strings.Cut(line, ": ")
		if _, twice := fields[key]; !found || twice {
			return nil, nil, fmt.Errorf("header line %.40q of the armor: %w", line, ErrCorrupt)
		}
		fields[key] = strings.TrimSpace(value)
	}
	data, sum, _ := strings.Cut(data, "\n=")
	sealed, err := base64.StdEncoding.DecodeString(data) // skips line ends
	if err != nil {
		return nil, nil, fmt.Errorf("base64 of the armor: %w", ErrCorrupt)
	}
	if sum != "" && strings.TrimSpace(sum) != base64.StdEncoding.EncodeToString(crc24(sealed)) {
		return nil, nil, fmt.Errorf("checksum of the armor, a character is wrong: %w", ErrCorrupt)
	}
	return fields, sealed, nil
}

// crc24 is the checksum of the OpenPGP armor (RFC 4880, section 6.1).
func crc24(data []byte) []byte {
	crc := uint32(0xb704ce)
	for _, b := range data {
		crc ^= uint32(b) << 16
		for range 8 {
			crc <<= 1
			if crc&0x1000000 != 0 {
				crc ^= 0x1864cfb
			}
		}
	}
	return []byte{byte(crc >> 16), byte(crc >> 8), byte(crc)}
}
