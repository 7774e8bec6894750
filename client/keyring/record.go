package keyring

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/cosmos/gogoproto/types"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/weftchain/weft/tx"
)

// A key file with a secret is two lines: a JSON header, which is readable without any
// passphrase, and the sealed secret in base64. The bytes of the header line
// are the associated data of the seal, so no field of it can be changed.
//
// A file without one (a multisig, somebody else's key) is the header alone. Who
// can write into the folder can put another key there; nothing hides in it.

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
	Algo      string `json:"algo,omitempty"`
	PublicKey []byte `json:"public_key,omitempty"`
	Public    []byte `json:"public,omitempty"` // of a file without a secret: the Any of the key
	Path      string `json:"path,omitempty"`
	Wrap      string `json:"wrap"`
	WrapID    string `json:"wrap_id,omitempty"`
	KDF       *cost  `json:"kdf,omitempty"`
	Salt      []byte `json:"salt,omitempty"`
	Nonce     []byte `json:"nonce,omitempty"`
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

// encodePublic makes the file of a key whose secret is not here.
func encodePublic(name string, key tx.PubKey) (header, []byte, error) {
	public, err := key.Any().Marshal()
	if err != nil {
		return header{}, nil, err
	}
	h := header{Version: recordVersion, Name: name, Public: public, Wrap: wrapNone}
	line, err := json.Marshal(h)
	if err != nil {
		return header{}, nil, err
	}
	if len(line) >= maxRecordBytes {
		return header{}, nil, fmt.Errorf("a public key of %d bytes is too long for a key file: %w", len(public), ErrCorrupt)
	}
	return h, append(line, '\n'), nil
}

// kind says what the file holds.
func (h header) kind() Kind {
	key, err := h.pubKey()
	switch {
	case len(h.Public) == 0:
		return KindLocal
	case err == nil && key.Kind() == tx.Multisig:
		return KindMulti
	}
	return KindOffline
}

// pubKey reads the public key.
func (h header) pubKey() (tx.PubKey, error) {
	if len(h.Public) == 0 {
		return tx.ParsePubKey(h.PublicKey)
	}
	var a types.Any
	if err := a.Unmarshal(h.Public); err != nil {
		return tx.PubKey{}, err
	}
	return tx.PubKeyFromAny(&a)
}

func (h header) key() (Key, error) {
	pub, err := h.pubKey()
	if err != nil {
		return Key{}, fmt.Errorf("key %s: %v: %w", h.Name, err, ErrCorrupt)
	}
	return Key{Name: h.Name, Kind: h.kind(), PubKey: pub, Path: h.Path}, nil
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
	if err := CheckName(r.Name); err != nil {
		return record{}, fmt.Errorf("name: %w", ErrCorrupt)
	}
	if len(r.Public) > 0 {
		return r, r.checkPublic(rest)
	}
	if r.Algo != algoSecp256k1 {
		return record{}, fmt.Errorf("algorithm %.20q: %w", r.Algo, ErrCorrupt)
	}
	if _, err := secp256k1.ParsePubKey(r.PublicKey); err != nil || len(r.PublicKey) != 33 {
		return record{}, fmt.Errorf("public key: %w", ErrCorrupt)
	}
	var err error
	r.sealed, err = base64.StdEncoding.Strict().DecodeString(strings.TrimSuffix(string(rest), "\n"))
	if err != nil || len(r.sealed) != 32+chacha20poly1305.Overhead {
		return record{}, fmt.Errorf("sealed part: %w", ErrCorrupt)
	}
	return r, nil
}

// checkPublic checks a file without a secret. rest is what follows the header.
func (r record) checkPublic(rest []byte) error {
	if len(rest) > 0 || r.Algo != "" || len(r.PublicKey) > 0 || r.Wrap != wrapNone || len(r.Nonce) > 0 {
		return fmt.Errorf("a public key with parts of a secret one: %w", ErrCorrupt)
	}
	key, err := r.pubKey()
	if err == nil {
		err = key.Check()
	}
	if err != nil {
		return fmt.Errorf("public key: %v: %w", err, ErrCorrupt)
	}
	return nil
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
