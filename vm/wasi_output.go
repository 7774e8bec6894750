package vm

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

const (
	// maxLineBytes is where a line is cut in two.
	maxLineBytes = 8 << 10
	// maxReasonBytes bounds what an error tells of the standard error.
	maxReasonBytes = 1 << 10

	iovecBytes = 8
	// maxBuffers bounds the buffers of one write.
	maxBuffers = 1_024
)

// line is the beginning of a line that was not ended yet.
type line struct{ text []byte }

// write takes text and hands each line that it completes to emit.
func (l *line) write(text []byte, emit func([]byte)) {
	for len(text) > 0 {
		room := maxLineBytes - len(l.text)
		// Not further than the line can go, or long lines would be searched
		// again for each piece.
		n := bytes.IndexByte(text[:min(len(text), room+1)], '\n')
		ended := n >= 0
		if !ended {
			n = min(len(text), room)
		}
		l.text = append(l.text, text[:n]...)
		text = text[n:]
		if ended {
			text = text[1:]
		}
		if ended || len(text) > 0 { // else more may follow
			emit(l.text)
			l.text = l.text[:0]
		}
	}
}

// reason collects what a program says on its standard error before it ends: the
// last lines, or those from a line on that Go opens a report with.
type reason struct {
	text   []byte
	marked bool // text begins with a report
	full   bool // the report is complete
}

func (r *reason) add(line []byte) {
	switch {
	case bytes.HasPrefix(line, []byte("panic: ")), bytes.HasPrefix(line, []byte("fatal error: ")):
		r.text, r.marked, r.full = r.text[:0], true, false
	case r.marked && bytes.HasPrefix(line, []byte("goroutine ")):
		r.full = true // what follows are the stacks
	}
	if line = bytes.TrimSpace(line); r.full || len(line) == 0 {
		return
	}
	if !r.marked && len(line) > maxReasonBytes {
		line = line[len(line)-maxReasonBytes:] // the rest would fall out again
	}
	if len(r.text) > 0 {
		r.text = append(r.text, "; "...)
	}
	r.text = append(r.text, line...)
	switch excess := len(r.text) - maxReasonBytes; {
	case excess > 0 && r.marked:
		r.text, r.full = r.text[:maxReasonBytes], true
	case excess > 0:
		r.text = r.text[:copy(r.text, r.text[excess:])]
	}
}

// fdWrite is fd_write(fd, buffers, n, written).
func (c *call) fdWrite(stack []uint64) (errno, error) {
	fd, n := arg(stack, 0), arg(stack, 2)
	if fd != fdOut && fd != fdErr {
		return wasiBadf, nil
	}
	if n > maxBuffers {
		return wasiInval, nil
	}
	vector, err := c.wasiRead(arg(stack, 1), n*iovecBytes)
	if err != nil || vector == nil {
		return wasiFault, err
	}
	written := uint64(0)
	for ; len(vector) > 0; vector = vector[iovecBytes:] {
		size := binary.LittleEndian.Uint32(vector[4:])
		text, err := c.wasiRead(binary.LittleEndian.Uint32(vector), size)
		if err != nil || text == nil {
			return wasiFault, err
		}
		if written += uint64(size); written > math.MaxUint32 {
			return wasiInval, nil
		}
		c.print(fd, text)
	}
	return c.wasiWriteU32(arg(stack, 3), uint32(written))
}

// print takes what the guest wrote. It has no effect on the guest.
func (c *call) print(fd uint32, text []byte) {
	if fd == fdErr || c.Debug != nil {
		c.world().lines[fd-fdOut].write(text, func(l []byte) { c.printLine(fd, l) })
	}
}

func (c *call) printLine(fd uint32, l []byte) {
	if fd == fdErr {
		c.wasi.reason.add(l)
	}
	if c.Debug != nil {
		c.Debug(lossy(l))
	}
}

// endLines prints what stands on lines that were not ended. A call is over then.
func (c *call) endLines() {
	if c.wasi == nil {
		return
	}
	for i := range c.wasi.lines {
		if l := &c.wasi.lines[i]; len(l.text) > 0 {
			c.printLine(fdOut+uint32(i), l.text)
			l.text = l.text[:0]
		}
	}
}

// procExit is proc_exit(code): a contract has no exit but to return.
func (c *call) procExit(stack []uint64) error {
	if err := c.charge(gasWASICall); err != nil {
		return err
	}
	return c.explain(&Error{KindAborted, fmt.Sprintf("Aborted: exit code %d", arg(stack, 0))})
}

// explain adds the guest's last words to the failure of a guest.
func (c *call) explain(err error) error {
	failure, ok := err.(*Error) //nolint:errorlint // made a moment ago by the caller
	if !ok || c.wasi == nil {
		return err
	}
	c.endLines()
	words := strings.TrimSpace(lossy(c.wasi.reason.text))
	if words == "" {
		return err
	}
	return &Error{failure.Kind, failure.Text + ": " + words}
}
