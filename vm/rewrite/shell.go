package rewrite

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
)

// The engine validates every body of a module that it gets, also if it has the
// machine code on disk already: more than half of what a start takes. A shell is a
// metered module whose bodies do nothing. Whoever lays the machine code of the
// metered module where the engine looks for the shell's has a module that behaves
// as the metered one does. CodeFunction tells whether this worked.

// CodeFunction is an export of the metered module: () -> i64, the CodeMark of the
// code that the machine code was made of. That of a shell returns 0.
const CodeFunction = "weft.code"

// CodeMark is what CodeFunction returns for a code with this SHA-256. It is not 0.
func CodeMark(checksum [32]byte) uint64 { return binary.LittleEndian.Uint64(checksum[:]) | 1 }

// addedFunctions stand behind the contract's: pause, growth, and CodeFunction.
const addedFunctions = 3

func (w *writer) codeBody() []byte {
	w.code = appendI64Const(w.code[:0], int64(CodeMark(sha256.Sum256(w.m.code))))
	return append(w.code, opEnd)
}

var errNoShell = errors.New("rewrite: the shell of something that is no metered module")

// Shell returns the shell of a metered module: all of it but the bodies.
func Shell(metered []byte) ([]byte, error) {
	r := reader{buf: metered, pos: len(wasmMagic) + len(wasmVersion), end: len(metered)}
	if r.end < r.pos {
		return nil, errNoShell
	}
	out := append([]byte(nil), metered[:r.pos]...)
	for r.left() > 0 && r.err == nil {
		start := r.pos
		id := r.byte()
		content := r.bytes(r.u32())
		if id != secCode {
			out = append(out, metered[start:r.pos]...)
			continue
		}
		bodies := reader{buf: content, end: len(content)}
		n := bodies.u32()
		if bodies.err != nil || n < addedFunctions || int(n) > len(content) {
			return nil, errNoShell
		}
		code := appendU32(nil, n)
		for range n - 1 {
			code = append(code, 3, 0, opUnreachable, opEnd)
		}
		out = appendSection(out, secCode, append(code, 4, 0, opI64Const, 0, opEnd))
	}
	if r.err != nil {
		return nil, errNoShell
	}
	return out, nil
}
