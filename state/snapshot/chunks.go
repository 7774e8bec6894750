package snapshot

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// ChunkBytes is the length of all chunks but the last. CometBFT carries up to
// 16 MB.
const ChunkBytes = 8 << 20

// MaxChunks bounds a snapshot: 8 TB.
const MaxChunks = 1 << 20

// Snapshot is what there is to know of a snapshot before its chunks.
type Snapshot struct {
	Height int64
	// Digests are the SHA-256 of the chunks. One after the other they are the
	// metadata that peers get.
	Digests [][32]byte
}

// Metadata returns the digests as peers get them.
func (s Snapshot) Metadata() []byte {
	b := make([]byte, 0, len(s.Digests)*sha256.Size)
	for _, d := range s.Digests {
		b = append(b, d[:]...)
	}
	return b
}

// Hash names the snapshot: the SHA-256 of its metadata.
func (s Snapshot) Hash() []byte {
	sum := sha256.Sum256(s.Metadata())
	return sum[:]
}

// FromMetadata reads what a peer says of a snapshot. The number of chunks and the
// hash must fit.
func FromMetadata(height int64, chunks uint32, metadata, hash []byte) (Snapshot, error) {
	s := Snapshot{Height: height}
	if chunks == 0 || chunks > MaxChunks || len(metadata) != int(chunks)*sha256.Size {
		return s, fmt.Errorf("%d bytes of digests for %d chunks: %w", len(metadata), chunks, ErrStream)
	}
	for ; len(metadata) > 0; metadata = metadata[sha256.Size:] {
		s.Digests = append(s.Digests, [32]byte(metadata))
	}
	if string(s.Hash()) != string(hash) {
		return s, fmt.Errorf("its hash is %X, not %X: %w", s.Hash(), hash, ErrStream)
	}
	return s, nil
}

// chunkWriter cuts a stream into files 0, 1, … of a folder.
type chunkWriter struct {
	ctx     context.Context // ends the writing
	pause   func()          // after each write, if not nil
	dir     string
	file    *os.File
	digest  hash.Hash
	written int
	digests [][32]byte
}

// Write implements io.Writer.
func (w *chunkWriter) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		if err := w.ctx.Err(); err != nil {
			return n, err
		}
		if w.file == nil {
			if err := w.open(); err != nil {
				return n, err
			}
		}
		part := p[:min(len(p), ChunkBytes-w.written)]
		if _, err := w.file.Write(part); err != nil {
			return n, err
		}
		_, _ = w.digest.Write(part)
		n, p = n+len(part), p[len(part):]
		if w.written += len(part); w.written == ChunkBytes {
			if err := w.close(); err != nil {
				return n, err
			}
		}
	}
	if w.pause != nil {
		w.pause()
	}
	return n, nil
}

func (w *chunkWriter) open() (err error) {
	if len(w.digests) == MaxChunks {
		return errors.New("the state is too large for a snapshot")
	}
	w.file, err = os.Create(chunkPath(w.dir, len(w.digests)))
	w.digest, w.written = sha256.New(), 0
	return err
}

// close completes the chunk at hand.
func (w *chunkWriter) close() error {
	if w.file == nil {
		return nil
	}
	err := errors.Join(w.file.Sync(), w.file.Close())
	w.file = nil
	w.digests = append(w.digests, [32]byte(w.digest.Sum(nil)))
	return err
}

func chunkPath(dir string, index int) string { return filepath.Join(dir, strconv.Itoa(index)) }

// chunkReader is the chunks of a folder as one stream.
type chunkReader struct {
	dir   string
	count int
	next  int
	file  *os.File
}

// Read implements io.Reader.
func (r *chunkReader) Read(p []byte) (int, error) {
	for {
		if r.file == nil {
			if r.next == r.count {
				return 0, io.EOF
			}
			f, err := os.Open(chunkPath(r.dir, r.next))
			if err != nil {
				return 0, err
			}
			r.file = f
			r.next++
		}
		n, err := r.file.Read(p)
		if n > 0 || err != nil && !errors.Is(err, io.EOF) {
			return n, err
		}
		if err := r.Close(); err != nil {
			return 0, err
		}
	}
}

// Close closes the chunk at hand.
func (r *chunkReader) Close() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	return err
}
