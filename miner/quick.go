package miner

import (
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"hash"

	"github.com/weftchain/weft/app/lottery/ticket"
)

// quick is SHA-256d over a ticket's 48 bytes. Both hashes are over one block of
// SHA-256 each, so there is no state in the middle to keep; what can be saved is
// what the library does around a block. Here both blocks are padded once, only
// the nonce and the first digest are written into them, and the digest is read
// out of the library's state, which knows no padding of its own then.
type quick struct {
	h          hash.Hash
	state      encoding.BinaryAppender
	extranonce uint64
	one, two   [64]byte
	buf        []byte
}

// stateAt is where the eight words of the digest stand in the library's
// marshaled state, behind its magic number (hash/crypto: the form is stable,
// states can be kept on disk).
const stateAt = 4

func newQuick(prehash [32]byte, extranonce uint64) hasher {
	h := sha256.New()
	state, ok := h.(encoding.BinaryAppender)
	q := &quick{h: h, state: state, extranonce: extranonce, buf: make([]byte, 0, 256)}
	inner := ticket.Inner(prehash, extranonce, 0)
	copy(q.one[:], inner[:])
	q.one[ticket.InnerBytes] = 0x80
	binary.BigEndian.PutUint64(q.one[56:], 8*ticket.InnerBytes)
	q.two[32] = 0x80
	binary.BigEndian.PutUint64(q.two[56:], 8*32)
	if !ok || !q.right() {
		return &plain{algo: ticket.SHA256D, extranonce: extranonce, inner: inner}
	}
	return q
}

// right compares with the rules' own function: a library of another form would
// not be used.
func (q *quick) right() bool {
	digest, ok := q.hash(1)
	want, _ := ticket.SHA256D.Hash([ticket.InnerBytes]byte(q.one[:ticket.InnerBytes]))
	return ok && digest == want
}

// hash is the digest of a nonce.
func (q *quick) hash(nonce uint64) (digest [32]byte, ok bool) {
	binary.BigEndian.PutUint64(q.one[40:], nonce)
	for i, block := range [2]*[64]byte{&q.one, &q.two} {
		q.h.Reset()
		_, _ = q.h.Write(block[:]) // never fails (hash.Hash)
		state, err := q.state.AppendBinary(q.buf[:0])
		if err != nil || len(state) < stateAt+32 {
			return digest, false
		}
		q.buf = state
		if i == 0 {
			copy(q.two[:32], state[stateAt:])
		} else {
			digest = [32]byte(state[stateAt : stateAt+32])
		}
	}
	return digest, true
}

func (q *quick) seek(w *Work, nonce, n uint64) (uint64, *Found) {
	buf := q.buf[:0]
	for i := range n {
		binary.BigEndian.PutUint64(q.one[40:], nonce+i)
		q.h.Reset()
		_, _ = q.h.Write(q.one[:])
		buf, _ = q.state.AppendBinary(buf[:0]) // cannot fail: right() had it work
		copy(q.two[:32], buf[stateAt:])
		q.h.Reset()
		_, _ = q.h.Write(q.two[:])
		buf, _ = q.state.AppendBinary(buf[:0])
		if binary.BigEndian.Uint64(buf[stateAt:]) > w.first {
			continue
		}
		if digest := [32]byte(buf[stateAt : stateAt+32]); w.solves(digest) {
			return i + 1, &Found{Work: w, Extranonce: q.extranonce, Nonce: nonce + i, Digest: digest}
		}
	}
	return n, nil
}
