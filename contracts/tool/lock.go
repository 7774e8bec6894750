package tool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// LockName is the file in which a project remembers its contracts. It is
// committed: it has nothing that is secret or of one machine.
const LockName = "weft.lock"

// lockFormat is the version of the file's form.
const lockFormat = 1

// maxLockBytes bounds a lock that is read.
const maxLockBytes = 4 << 20

// Lock has the contracts of a project by chain and alias.
type Lock struct {
	Format int                            `json:"format"`
	Chains map[string]map[string]Deployed `json:"chains"` // by chain id, then by alias

	file string
}

// Deployed is a contract on a chain.
type Deployed struct {
	Address  string `json:"address"`
	CodeID   uint64 `json:"code_id"`
	Checksum string `json:"checksum"` // SHA-256 of the code, in hex
	Label    string `json:"label"`
	Creator  string `json:"creator"`
	Admin    string `json:"admin,omitempty"`
	Schema   string `json:"schema,omitempty"` // path of the schema, from the lock's folder
}

// OpenLock reads the lock of a folder, or of the nearest folder above that has
// one; without any it is an empty one for the folder itself.
func OpenLock(dir string) (*Lock, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for at := dir; ; at = filepath.Dir(at) {
		l, err := readLock(filepath.Join(at, LockName))
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return l, err
		}
		_, isRepository := os.Stat(filepath.Join(at, ".git"))
		if isRepository == nil || filepath.Dir(at) == at {
			return &Lock{Format: lockFormat, Chains: map[string]map[string]Deployed{}, file: filepath.Join(dir, LockName)}, nil
		}
	}
}

func readLock(file string) (*Lock, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxLockBytes {
		return nil, fmt.Errorf("%s has %d bytes, at most %d", file, info.Size(), maxLockBytes)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	l := &Lock{file: file}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(l); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if l.Format != lockFormat {
		return nil, fmt.Errorf("%s has format %d, this program knows %d", file, l.Format, lockFormat)
	}
	if l.Chains == nil {
		l.Chains = map[string]map[string]Deployed{}
	}
	return l, nil
}

// File is where the lock lies.
func (l *Lock) File() string { return l.file }

// Path returns a path of the lock, as one of this machine; "" stays "".
func (l *Lock) Path(name string) string {
	if name == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(l.file), filepath.FromSlash(name))
}

// Relative is the other way: a path as the lock keeps it. One that is not below
// the lock's folder is kept as "".
func (l *Lock) Relative(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	rel, err := filepath.Rel(filepath.Dir(l.file), abs)
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	return filepath.ToSlash(rel)
}

// Find returns the contract of an alias.
func (l *Lock) Find(chainID, alias string) (Deployed, bool) {
	d, ok := l.Chains[chainID][alias]
	return d, ok
}

// At returns the contract at an address.
func (l *Lock) At(chainID, address string) (Deployed, bool) {
	for _, d := range l.Chains[chainID] {
		if d.Address == address {
			return d, true
		}
	}
	return Deployed{}, false
}

// Aliases lists the aliases of a chain, sorted.
func (l *Lock) Aliases(chainID string) []string {
	return slices.Sorted(maps.Keys(l.Chains[chainID]))
}

// ChainsOf lists the chains that know an alias, sorted.
func (l *Lock) ChainsOf(alias string) []string {
	var ids []string
	for id, contracts := range l.Chains {
		if _, ok := contracts[alias]; ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Set remembers a contract and writes the file.
func (l *Lock) Set(chainID, alias string, d Deployed) error {
	if l.Chains[chainID] == nil {
		l.Chains[chainID] = map[string]Deployed{}
	}
	l.Chains[chainID][alias] = d
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(l); err != nil { // maps are written in the order of their keys
		return err
	}
	fresh := l.file + ".new"
	if err := os.WriteFile(fresh, b.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(fresh, l.file)
}
