package snapshot

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/weftchain/weft/state"
)

// Format is the version of the form.
const Format = 1

// magic begins a stream.
const magic = "weft state 1\n"

// What comes next in a stream: a store with its name, a leaf, an inner node with
// its height (innerBase + height), or the end. Heights of trees are below 100.
const (
	tagEnd    = 0
	tagStore  = 1
	tagLeaf   = 2
	innerBase = 16
	maxTag    = innerBase + 127
)

// Bounds of what is read, above what a state can hold.
const (
	maxName  = 255
	maxKey   = 1 << 20
	maxValue = 256 << 20
)

// ErrStream says that bytes are no stream of this form.
var ErrStream = errors.New("not a snapshot of this form")

// Write writes the state of a view.
func Write(w io.Writer, v *state.View, stores []string) error {
	out := &encoder{w: bufio.NewWriterSize(w, 64<<10)}
	out.text(magic)
	out.uint(uint64(v.Height()))
	for _, store := range stores {
		out.uint(tagStore)
		out.bytes([]byte(store))
		err := v.Export(store, func(n state.TreeNode) error {
			if n.Height > 0 {
				out.uint(innerBase + uint64(n.Height))
				out.uint(uint64(n.Version))
			} else {
				out.uint(tagLeaf)
				out.uint(uint64(n.Version))
				out.bytes(n.Key)
				out.bytes(n.Value)
			}
			return out.err
		})
		if err != nil {
			return err
		}
	}
	out.uint(tagEnd)
	return errors.Join(out.err, out.w.Flush())
}

// encoder writes fields; the first error stays.
type encoder struct {
	w   *bufio.Writer
	err error
}

func (e *encoder) text(s string) {
	if e.err == nil {
		_, e.err = e.w.WriteString(s)
	}
}

func (e *encoder) uint(v uint64) {
	if e.err == nil {
		_, e.err = e.w.Write(binary.AppendUvarint(e.w.AvailableBuffer(), v))
	}
}

func (e *encoder) bytes(b []byte) {
	e.uint(uint64(len(b)))
	if e.err == nil {
		_, e.err = e.w.Write(b)
	}
}

// Read fills an empty store from a stream. The store is empty again if the stream
// is not the state of that height with that app hash; the error is then ErrStream
// or state.ErrSnapshot. The stream must end where the state does.
func Read(r io.Reader, s *state.Store, height int64, appHash []byte) error {
	to, err := s.Restore(height)
	if err != nil {
		return err
	}
	if err = read(&decoder{r: bufio.NewReaderSize(r, 64<<10)}, to, height); err == nil {
		err = to.Finish(appHash)
	}
	if err != nil {
		return errors.Join(err, to.Abort())
	}
	return nil
}

func read(in *decoder, to *state.Restorer, height int64) error {
	if text := in.take(len(magic)); in.err == nil && string(text) != magic {
		return fmt.Errorf("it does not begin as one: %w", ErrStream)
	}
	if got := in.uint(); in.err == nil && got != uint64(height) {
		return fmt.Errorf("it is of height %d, not %d: %w", got, height, ErrStream)
	}
	for in.err == nil {
		tag := in.uint()
		var err error
		switch {
		case in.err != nil:
		case tag == tagEnd:
			return in.end()
		case tag == tagStore:
			if name := in.bytes(maxName); in.err == nil {
				err = to.Begin(string(name))
			}
		case tag == tagLeaf:
			n := state.TreeNode{Version: in.version(), Key: in.bytes(maxKey), Value: in.bytes(maxValue)}
			if in.err == nil {
				err = to.Add(n)
			}
		case tag > innerBase && tag <= maxTag:
			n := state.TreeNode{Version: in.version(), Height: int8(tag - innerBase)}
			if in.err == nil {
				err = to.Add(n)
			}
		default:
			err = fmt.Errorf("what %d is, nobody knows: %w", tag, ErrStream)
		}
		if err != nil {
			return err
		}
	}
	return in.err
}

// decoder reads fields; the first error stays.
type decoder struct {
	r   *bufio.Reader
	err error
}

func (d *decoder) fail(err error) {
	if d.err != nil {
		return
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("it ends too early: %w", ErrStream)
	}
	d.err = err
}

func (d *decoder) uint() uint64 {
	if d.err != nil {
		return 0
	}
	v, err := binary.ReadUvarint(d.r)
	if err != nil {
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			err = fmt.Errorf("%w: %w", err, ErrStream)
		}
		d.fail(err)
	}
	return v
}

// version reads a version; one that does not fit is refused by the store.
func (d *decoder) version() int64 {
	v := d.uint()
	if v > 1<<62 {
		d.fail(fmt.Errorf("a version of %d: %w", v, ErrStream))
	}
	return int64(v)
}

func (d *decoder) bytes(most uint64) []byte {
	n := d.uint()
	if n > most {
		d.fail(fmt.Errorf("a field of %d bytes, at most %d are allowed: %w", n, most, ErrStream))
	}
	if d.err != nil {
		return nil
	}
	return d.take(int(n))
}

// takeAtOnce is how much is read before more memory is asked for: a length that
// somebody only claims costs nothing.
const takeAtOnce = 1 << 20

func (d *decoder) take(n int) []byte {
	b := make([]byte, 0, min(n, takeAtOnce))
	for len(b) < n && d.err == nil {
		from := len(b)
		b = append(b, make([]byte, min(n-from, takeAtOnce))...)
		if _, err := io.ReadFull(d.r, b[from:]); err != nil {
			d.fail(err)
		}
	}
	return b
}

// end makes sure that nothing follows.
func (d *decoder) end() error {
	if _, err := d.r.ReadByte(); !errors.Is(err, io.EOF) {
		if err != nil {
			return err
		}
		return fmt.Errorf("something follows its end: %w", ErrStream)
	}
	return nil
}

// IsRefusal reports whether an error says that the bytes are not the state, as
// opposed to a fault of this node.
func IsRefusal(err error) bool { return errors.Is(err, ErrStream) || errors.Is(err, state.ErrSnapshot) }
