package keyring

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// suffix ends the name of every key file.
const suffix = ".key"

// maxKeys bounds how many keys one folder may hold.
const maxKeys = 10_000

// folder is a directory of key files that only its owner can reach.
type folder string

// check refuses a folder in which others could plant or replace files. A
// missing folder is fine: it is an empty one.
func (f folder) check() error {
	info, err := os.Lstat(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder: %w", f, ErrUnsafe)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s has mode %#o; type: chmod 700 %s: %w", f, info.Mode().Perm(), f, ErrUnsafe)
	}
	return nil
}

// names lists the names of the keys, in the order of the directory (sorted).
func (f folder) names() ([]string, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(entries) > maxKeys {
		return nil, fmt.Errorf("%s holds %d files, at most %d", f, len(entries), maxKeys)
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), suffix); ok && nameRule.MatchString(name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// read returns the bytes of a key's file. A link, a device or a file that
// others can read is refused.
func (f folder) read(name string) ([]byte, error) {
	path := f.path(name)
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a plain file: %w", path, ErrUnsafe)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s has mode %#o; type: chmod 600 %s: %w", path, info.Mode().Perm(), path, ErrUnsafe)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(file, maxRecordBytes+1))
}

// create writes a new key's file: complete and synced before it gets its name,
// and never over another one, whoever else may be writing.
func (f folder) create(name string, data []byte) error {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	names, err := f.names()
	if err != nil {
		return err
	}
	for _, other := range names {
		if strings.EqualFold(other, name) {
			return fmt.Errorf("%s: %w", other, ErrExists)
		}
	}
	tmp, err := os.CreateTemp(string(f), ".new-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // gone already if it was renamed
	if _, err = tmp.Write(data); err == nil {
		err = tmp.Sync()
	}
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return f.adopt(tmp.Name(), name)
}

// adopt gives a finished file its name. A hard link fails if the name is taken;
// where a file system has none, a rename does what is left.
func (f folder) adopt(tmp, name string) error {
	err := os.Link(tmp, f.path(name))
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: %w", name, ErrExists)
	}
	if err != nil {
		if err = os.Rename(tmp, f.path(name)); err != nil {
			return err
		}
	}
	return f.sync()
}

func (f folder) remove(name string) error {
	if err := os.Remove(f.path(name)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return ErrNotFound
		}
		return err
	}
	return f.sync()
}

// sync makes a change of names durable. Not every system can sync a folder,
// and then there is nothing to do.
func (f folder) sync() error {
	dir, err := os.Open(string(f))
	if err != nil {
		return err
	}
	_ = dir.Sync()
	return dir.Close()
}

func (f folder) path(name string) string { return filepath.Join(string(f), name+suffix) }
