package vm

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/weftchain/weft/vm/rewrite"
)

// diskCache keeps what Check and the compiler made of a code, one directory a
// code:
//
//	<key>/module   the metered module and the analysis, behind a SHA-256 of both
//	<key>/shell    what a start needs beside machine code, see shell.go; likewise
//	<key>/native/  what wazero stores: machine code, under the name of the shell's
//	<key>/sums     name and SHA-256 of each file under native
//
// The key covers everything that these depend on (see path). Whatever does not
// match its sum is deleted and made anew. The sums over native are ours because
// wazero has only a CRC over the machine code itself: a flipped bit in its table
// of function offsets would go unseen and run as code. Sums find damage, not an
// attacker who may write here; that one could replace the program as well.
//
// A nil *diskCache keeps nothing. Errors while writing are dropped: a full disk
// makes calls slow, not wrong.
type diskCache struct {
	dir    string
	config [32]byte // hash of what all keys have in common
}

// diskVersion goes up when the layout below a key changes.
const diskVersion = 3

const (
	moduleFile = "module"
	nativeDir  = "native"
	sumsFile   = "sums"
	shellFile  = "shell"
)

// openDisk prepares a cache directory; "" gives none.
func openDisk(dir string, limits Limits) (*diskCache, error) {
	if dir == "" {
		return nil, nil
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("cache directory: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cache directory: %w", err)
	}
	common := fmt.Sprintf("weft vm cache %d\nrewrite %d\nwazero %s\n%s/%s\n%+v", diskVersion, rewrite.Version, wazeroVersion,
		runtime.GOOS, runtime.GOARCH, limits)
	return &diskCache{dir, sha256.Sum256([]byte(common))}, nil
}

// path is where the cache keeps a code. The key hashes the checksum of the code
// with the versions of this cache, of the rewriter and of wazero, the platform
// and all limits. (Features of the CPU are in wazero's own file names.)
func (d *diskCache) path(checksum [32]byte, name string) string {
	key := sha256.Sum256(append(checksum[:], d.config[:]...))
	return filepath.Join(d.dir, hex.EncodeToString(key[:]), name)
}

// load returns the metered module and the analysis of a code, if they are here
// and intact.
func (d *diskCache) load(checksum [32]byte) (metered []byte, a Analysis, ok bool) {
	body := d.read(checksum, moduleFile)
	if body == nil {
		return nil, a, false
	}
	return decodeModule(body)
}

// read returns what is in a file behind its sum, nil if it is not intact.
func (d *diskCache) read(checksum [32]byte, name string) []byte {
	if d == nil {
		return nil
	}
	file := d.path(checksum, name)
	data, err := os.ReadFile(file)
	if err != nil || len(data) < sha256.Size {
		return nil
	}
	sum, body := data[:sha256.Size], data[sha256.Size:]
	if got := sha256.Sum256(body); !bytes.Equal(sum, got[:]) {
		_ = os.Remove(file)
		return nil
	}
	return body
}

// store keeps the metered module and the analysis of a code.
func (d *diskCache) store(checksum [32]byte, metered []byte, a Analysis) {
	if d != nil && os.MkdirAll(d.path(checksum, ""), 0o700) == nil {
		d.write(checksum, moduleFile, encodeModule(metered, a))
	}
}

// write writes a file with its sum in front.
func (d *diskCache) write(checksum [32]byte, name string, body []byte) {
	sum := sha256.Sum256(body)
	d.replace(d.path(checksum, name), append(sum[:], body...))
}

// intact returns the directory with the machine code of a code if it matches its
// sums, else "".
func (d *diskCache) intact(checksum [32]byte) string {
	if d == nil {
		return ""
	}
	dir := d.path(checksum, nativeDir)
	want, err := os.ReadFile(d.path(checksum, sumsFile))
	got, sumErr := sums(dir)
	if err != nil || sumErr != nil || len(got) == 0 || !bytes.Equal(want, got) {
		return ""
	}
	return dir
}

// fresh returns an empty directory for the machine code of a code, "" for none.
func (d *diskCache) fresh(checksum [32]byte) string {
	if d == nil {
		return ""
	}
	d.drop(checksum)
	dir := d.path(checksum, nativeDir)
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return dir
}

// drop deletes the machine code of a code.
func (d *diskCache) drop(checksum [32]byte) {
	_ = os.RemoveAll(d.path(checksum, nativeDir))
	_ = os.RemoveAll(d.path(checksum, sumsFile))
}

// seal notes the sums of the machine code.
func (d *diskCache) seal(checksum [32]byte) {
	if got, err := sums(d.path(checksum, nativeDir)); err == nil {
		d.replace(d.path(checksum, sumsFile), got)
	}
}

// sums lists the files below a directory with their hashes, in lexical order.
func sums(dir string) ([]byte, error) {
	var out bytes.Buffer
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if strings.HasSuffix(path, ".tmp") {
			return errors.New("unfinished file " + path)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		fmt.Fprintf(&out, "%x %s\n", sha256.Sum256(data), filepath.ToSlash(name))
		return err
	})
	return out.Bytes(), err
}

// replace writes a file so that it is there as a whole or not at all.
func (d *diskCache) replace(path string, data []byte) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
}

// encodeModule joins an analysis and a metered module.
func encodeModule(metered []byte, a Analysis) []byte {
	var b []byte
	list := func(items []string) {
		b = binary.AppendUvarint(b, uint64(len(items)))
		for _, s := range items {
			b = binary.AppendUvarint(b, uint64(len(s)))
			b = append(b, s...)
		}
	}
	flag := func(on bool) {
		b = append(b, 0)
		if on {
			b[len(b)-1] = 1
		}
	}
	list(a.EntryPoints)
	list(a.Capabilities)
	flag(a.HasIBCEntryPoints)
	flag(a.WASI)
	flag(a.Initialize)
	b = binary.AppendUvarint(b, a.CompileWork)
	flag(a.MigrateVersion != nil)
	if a.MigrateVersion != nil {
		b = binary.AppendUvarint(b, *a.MigrateVersion)
	}
	return append(b, metered...)
}

// decodeModule is the reverse of encodeModule. Its input passed a checksum, so
// it was written by encodeModule; ok is false if it was not after all.
func decodeModule(b []byte) (metered []byte, a Analysis, ok bool) {
	in := cacheReader{rest: b}
	a.EntryPoints, a.Capabilities = in.texts(), in.texts()
	a.HasIBCEntryPoints, a.WASI, a.Initialize = in.number() == 1, in.number() == 1, in.number() == 1
	a.CompileWork = in.number()
	if in.number() == 1 {
		version := in.number()
		a.MigrateVersion = &version
	}
	return in.rest, a, !in.bad
}

// cacheReader reads what the files of the cache are made of. After something
// that is not there it is bad, and has nothing more.
type cacheReader struct {
	rest []byte
	bad  bool
}

func (r *cacheReader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.rest, r.bad = nil, true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// bytes returns the next n bytes, a part of the file.
func (r *cacheReader) bytes(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.rest, r.bad = nil, true
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *cacheReader) texts() (items []string) {
	for n := r.number(); n > 0 && !r.bad; n-- {
		items = append(items, string(r.bytes(r.number())))
	}
	return items
}
