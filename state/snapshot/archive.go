package snapshot

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// Export writes a snapshot as one file, a tar archive of its description and its
// chunks in order.
func (k *Keeper) Export(w io.Writer, height int64) error {
	s, err := k.Find(height)
	if err != nil {
		return err
	}
	out := tar.NewWriter(w)
	names := []string{metaFile}
	for i := range s.Digests {
		names = append(names, strconv.Itoa(i))
	}
	for _, name := range names {
		if err := addFile(out, filepath.Join(k.folder(height), name), name); err != nil {
			return err
		}
	}
	return out.Close()
}

func addFile(out *tar.Writer, path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := out.WriteHeader(&tar.Header{Name: name, Size: info.Size(), Mode: 0o644}); err != nil {
		return err
	}
	_, err = io.Copy(out, f)
	return err
}

// maxMetaBytes bounds the description in an archive.
const maxMetaBytes = 128 << 20

// Import takes a snapshot out of an archive. Its chunks are compared with its
// description; whether that is a state of the chain shows when it is restored.
func (k *Keeper) Import(r io.Reader) (s Snapshot, err error) {
	if !k.begin() {
		return Snapshot{}, ErrBusy
	}
	defer k.finish()
	in := tar.NewReader(r)
	head, err := in.Next()
	if err != nil || head.Name != metaFile || head.Size > maxMetaBytes {
		return Snapshot{}, fmt.Errorf("the archive does not begin with %s: %w", metaFile, ErrStream)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return Snapshot{}, err
	}
	var m meta
	if err := json.Unmarshal(text, &m); err != nil { //weft:json its digests decide, the app hash in the end
		return Snapshot{}, fmt.Errorf("%s: %v: %w", metaFile, err, ErrStream)
	}
	if m.Format != Format || m.Height < 1 || len(m.Digests) == 0 || len(m.Digests) > MaxChunks {
		return Snapshot{}, fmt.Errorf("%s: format %d, height %d, %d chunks: %w", metaFile, m.Format, m.Height, len(m.Digests), ErrStream)
	}
	if _, err := k.Find(m.Height); err == nil {
		return Snapshot{}, fmt.Errorf("there is a snapshot of height %d already", m.Height)
	}
	dir := k.folder(m.Height) + ".new"
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		return Snapshot{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	s.Height = m.Height
	for i, want := range m.Digests {
		digest, err := importChunk(in, dir, i)
		if err != nil {
			return Snapshot{}, err
		}
		if string(digest[:]) != string(want) {
			return Snapshot{}, fmt.Errorf("chunk %d is not what %s says: %w", i, metaFile, ErrStream)
		}
		s.Digests = append(s.Digests, digest)
	}
	return s, k.keep(dir, s)
}

// importChunk writes the next file of an archive, which must be that chunk.
func importChunk(in *tar.Reader, dir string, index int) ([32]byte, error) {
	head, err := in.Next()
	if err != nil || head.Name != strconv.Itoa(index) || head.Size < 1 || head.Size > ChunkBytes {
		return [32]byte{}, fmt.Errorf("chunk %d is missing or has not 1 to %d bytes: %w", index, ChunkBytes, ErrStream)
	}
	data, err := io.ReadAll(in)
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(data), os.WriteFile(chunkPath(dir, index), data, 0o644)
}
