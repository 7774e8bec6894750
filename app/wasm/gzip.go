package wasm

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
)

// gzipMagic opens a gzip stream that uses deflate.
var gzipMagic = []byte{0x1f, 0x8b, 0x08}

func isGzip(data []byte) bool { return bytes.HasPrefix(data, gzipMagic) }

// gunzip unpacks the first member of a gzip stream and ignores what follows.
// A result of limit bytes or more is refused before it is held in memory. The
// errors are texts for the log only.
func gunzip(data []byte, limit uint64) ([]byte, error) {
	if uint64(len(data)) > limit {
		return nil, fmt.Errorf("max %d bytes: exceeds limit", limit)
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	r.Multistream(false)
	out, err := io.ReadAll(io.LimitReader(r, int64(limit)))
	if err != nil {
		return nil, err
	}
	if uint64(len(out)) < limit {
		return out, nil
	}
	return nil, fmt.Errorf("max %d bytes: exceeds limit", limit)
}
