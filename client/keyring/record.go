package keyring

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"golang.org/x/crypto/chacha20poly1305"
)

// A key file is two lines: a JSON header, which is readable without any
// passphrase, and the sealed secret in base64. The bytes of the header line
// are the associated data of the seal, so no field of it can be changed.

// recordVersion is the version of the file format.
const recordVersion = 1

// maxRecordBytes bounds a key file; a real one has about 500 bytes.
const maxRecordBytes = 16 << 10

// How the sealing key of a file is made.
const (
	wrapArgon2id = "argon2id" // from a passphrase
	wrapOS       = "os"       // kept by the operating system
	wrapNone     = "none"     // a constant: backend test hides nothing
)

// header is the first line of a key file.
type header struct {
	Version   int    `json:"version"`
	Name      string `json:"name"`
	Algo      string `json:"algo"`
	PublicKey []byte `json:"public_key"`
	Path      string `json:"path,omitempty"`
	Wrap      string `json:"wrap"`
	WrapID    string `json:"wrap_id,omitempty"`
	KDF       *cost  `json:"kdf,omitempty"`
	Salt      []byte `json:"salt,omitempty"`
	Nonce     []byte `json:"nonce"`
}

// algoSecp256k1 is the only algorithm of account keys here.
const algoSecp256k1 = "secp256k1"

// encodeRecord seals a private key into the bytes of a file.
func encodeRecord(h header, wrapKey []byte, priv [32]byte) ([]byte, error) {
	h.Nonce = random(chacha20poly1305.NonceSizeX)
	line, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	sealed, err := seal(wrapKey, h.Nonce, line, priv[:])
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%s\n%s\n", line, base64.StdEncoding.EncodeToString(sealed)), nil
}

// record is a key file as read, not yet opened.
type record struct {
	header
	line   []byte // the header as it stands in the file
	sealed []byte
}

// decodeRecord reads a file and checks all that needs no key.
func decodeRecord(data []byte) (record, error) {
	if len(data) > maxRecordBytes {
		return record{}, fmt.Errorf("%d bytes: %w", len(data), ErrCorrupt)
	}
	line, rest, found := bytes.Cut(data, []byte("\n"))
	if !found {
		return record{}, fmt.Errorf("cut off within the header: %w", ErrCorrupt)
	}
	r := record{line: line}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r.header); err != nil {
		return record{}, fmt.Errorf("header: %v: %w", err, ErrCorrupt)
	}
	if _, err := dec.Token(); err != io.EOF {
		return record{}, fmt.Errorf("header: more than one value: %w", ErrCorrupt)
	}
	if r.Version != recordVersion {
		return record{}, fmt.Errorf("version %d of the file format, this weft knows version %d: %w", r.Version, recordVersion, ErrCorrupt)
	}
	if r.Algo != algoSecp256k1 {
		return record{}, fmt.Errorf("algorithm %.20q: %w", r.Algo, ErrCorrupt)
	}
	if _, err := secp256k1.ParsePubKey(r.PublicKey); err != nil || len(r.PublicKey) != 33 {
		return record{}, fmt.Errorf("public key: %w", ErrCorrupt)
	}
	if err := CheckName(r.Name); err != nil {
		return record{}, fmt.Errorf("name: %w", ErrCorrupt)
	}
	var err error
	r.sealed, err = base64.StdEncoding.Strict().DecodeString(strings.TrimSuffix(string(rest), "\n"))
	if err != nil || len(r.sealed) != 32+chacha20poly1305.Overhead {
		return record{}, fmt.Errorf("sealed part: %w", ErrCorrupt)
	}
	return r, nil
}

// open returns the private key and makes sure that it is that of the public
// key in the header.
func (r record) open(wrapKey []byte) ([32]byte, error) {
	secret, err := open(wrapKey, r.Nonce, r.line, r.sealed)
	if err != nil {
		return [32]byte{}, err
	}
	priv := [32]byte(secret)
	if !bytes.Equal(publicKey(priv), r.PublicKey) {
		return [32]byte{}, fmt.Errorf("private and public key differ: %w", ErrCorrupt)
	}
	return priv, nil
}
