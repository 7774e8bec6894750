package keyring

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/tx"
)

// The backends: where the key that seals the files comes from.
const (
	BackendOS   = "os"   // the operating system's keyring
	BackendFile = "file" // a passphrase for each key
	BackendTest = "test" // nothing: development only
)

// Backends lists the names of the backends.
func Backends() []string { return []string{BackendOS, BackendFile, BackendTest} }

// Keyring is a folder of keys and the way to open them.
type Keyring struct {
	backend string
	folder  folder
	wrap    wrapper
}

// Kind says what the keyring has of a key, in the words of the Cosmos tools.
type Kind string

// The kinds of keys.
const (
	KindLocal   Kind = "local"   // the secret is here
	KindOffline Kind = "offline" // the public half only: somebody else signs
	KindMulti   Kind = "multi"   // several keys of which some must sign
)

// Key is what is known of a key without opening it.
type Key struct {
	Name   string
	Kind   Kind
	PubKey tx.PubKey
	Path   string // derivation path, "" if the key did not come from a mnemonic
}

// Open returns the keyring of a backend in the folder dir/keyring-BACKEND. It
// writes nothing. ask is used by backend file only. The error wraps ErrBackend
// or ErrUnsafe.
func Open(dir, backend string, ask Ask) (*Keyring, error) {
	k := &Keyring{backend: backend, folder: folder(filepath.Join(dir, "keyring-"+backend))}
	switch backend {
	case BackendOS:
		k.wrap = byOS{system{}}
	case BackendFile:
		k.wrap = byPassphrase{ask, defaultCost}
	case BackendTest:
		k.wrap = unprotected{}
	default:
		return nil, fmt.Errorf("%.40q: %w", backend, ErrBackend)
	}
	if err := k.folder.check(); err != nil {
		return nil, err
	}
	return k, nil
}

// Backend returns the name of the backend.
func (k *Keyring) Backend() string { return k.backend }

// Folder returns the path of the folder that holds the files.
func (k *Keyring) Folder() string { return string(k.folder) }

// Add stores a private key under a new name. path says where it came from and
// may be empty. The error wraps ErrName, ErrExists, ErrWeak or ErrNoOSKeyring.
func (k *Keyring) Add(name string, priv [32]byte, path string) (Key, error) {
	if err := k.Free(name); err != nil {
		return Key{}, err
	}
	if err := checkPriv(priv); err != nil {
		return Key{}, err
	}
	known, err := k.headers()
	if err != nil {
		return Key{}, err
	}
	h := header{Version: recordVersion, Name: name, Algo: algoSecp256k1, PublicKey: publicKey(priv), Path: path}
	wrapKey, err := k.wrap.fresh(&h, known)
	if err != nil {
		return Key{}, err
	}
	data, err := encodeRecord(h, wrapKey, priv)
	if err != nil {
		return Key{}, err
	}
	if err := k.folder.create(name, data); err != nil {
		return Key{}, err
	}
	return h.key()
}

// AddPublic stores a public key under a new name: a multisig, or the key of
// somebody who signs elsewhere. The error wraps ErrName or ErrExists.
func (k *Keyring) AddPublic(name string, key tx.PubKey) (Key, error) {
	if err := k.Free(name); err != nil {
		return Key{}, err
	}
	h, data, err := encodePublic(name, key)
	if err != nil {
		return Key{}, err
	}
	if err := k.folder.create(name, data); err != nil {
		return Key{}, err
	}
	return h.key()
}

// Free reports with nil that a name is allowed and not taken, so that a
// command can say so before it asks for secrets.
func (k *Keyring) Free(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	names, err := k.folder.names()
	if err != nil {
		return err
	}
	for _, other := range names {
		if strings.EqualFold(other, name) {
			return fmt.Errorf("%s: %w", other, ErrExists)
		}
	}
	return nil
}

// Get returns the public part of a key. The error wraps ErrName, ErrNotFound,
// ErrCorrupt or ErrUnsafe.
func (k *Keyring) Get(name string) (Key, error) {
	r, err := k.record(name)
	if err != nil {
		return Key{}, err
	}
	return r.key()
}

// Find returns the key with an address.
func (k *Keyring) Find(addr chain.Address) (Key, error) {
	keys, err := k.List()
	if err != nil {
		return Key{}, err
	}
	for _, key := range keys {
		if key.Address() == addr {
			return key, nil
		}
	}
	return Key{}, ErrNotFound
}

// List returns all keys, sorted by name.
func (k *Keyring) List() ([]Key, error) {
	headers, err := k.headers()
	if err != nil {
		return nil, err
	}
	keys := make([]Key, len(headers))
	for i, h := range headers {
		if keys[i], err = h.key(); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// Priv opens a key and returns its 32 secret bytes. The error wraps
// ErrPassphrase if it cannot be opened, ErrNoSecret if only the public half is
// known.
func (k *Keyring) Priv(name string) ([32]byte, error) {
	r, err := k.record(name)
	if err != nil {
		return [32]byte{}, err
	}
	if kind := r.kind(); kind != KindLocal {
		return [32]byte{}, fmt.Errorf("key %s is of kind %s: %w", name, kind, ErrNoSecret)
	}
	wrapKey, err := k.wrap.again(r.header)
	if err != nil {
		return [32]byte{}, fmt.Errorf("key %s: %w", name, err)
	}
	priv, err := r.open(wrapKey)
	if err != nil {
		return [32]byte{}, fmt.Errorf("key %s: %w", name, err)
	}
	return priv, nil
}

// Delete removes a key's file. It needs no passphrase: whoever can call it can
// remove the file as well.
func (k *Keyring) Delete(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if err := k.folder.remove(name); err != nil {
		return fmt.Errorf("key %s in %s: %w", name, k.folder, err)
	}
	return nil
}

// Rename stores a key under another name. The name is part of what is sealed,
// so a key with a secret must be opened.
func (k *Keyring) Rename(name, to string) (Key, error) {
	old, err := k.Get(name)
	if err != nil {
		return Key{}, err
	}
	if err := k.Free(to); err != nil {
		return Key{}, err
	}
	key, err := k.copyKey(old, to)
	if err != nil {
		return Key{}, err
	}
	return key, k.Delete(name)
}

// copyKey stores what there is of a key under another name.
func (k *Keyring) copyKey(old Key, to string) (Key, error) {
	if old.Kind != KindLocal {
		return k.AddPublic(to, old.PubKey)
	}
	priv, err := k.Priv(old.Name)
	if err != nil {
		return Key{}, err
	}
	return k.Add(to, priv, old.Path)
}

// record reads one key's file. A file that was given another name than the
// one sealed in it is refused.
func (k *Keyring) record(name string) (record, error) {
	if err := CheckName(name); err != nil {
		return record{}, err
	}
	data, err := k.folder.read(name)
	if err != nil {
		return record{}, fmt.Errorf("key %s in %s: %w", name, k.folder, err)
	}
	r, err := decodeRecord(data)
	if err != nil {
		return record{}, fmt.Errorf("%s: %w", k.folder.path(name), err)
	}
	if r.Name != name {
		return record{}, fmt.Errorf("%s holds the key named %s: %w", k.folder.path(name), r.Name, ErrCorrupt)
	}
	return r, nil
}

func (k *Keyring) headers() ([]header, error) {
	names, err := k.folder.names()
	if err != nil {
		return nil, err
	}
	headers := make([]header, 0, len(names))
	for _, name := range names {
		r, err := k.record(name)
		if errors.Is(err, ErrNotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		headers = append(headers, r.header)
	}
	return headers, nil
}
