package vm

import "encoding/binary"

// encodeSections joins byte strings, each followed by its length as four bytes,
// most significant first: the form in which an iterator entry reaches the guest.
func encodeSections(sections ...[]byte) []byte {
	n := 0
	for _, s := range sections {
		n += len(s) + 4
	}
	out := make([]byte, 0, n)
	for _, s := range sections {
		out = append(out, s...)
		out = binary.BigEndian.AppendUint32(out, uint32(len(s)))
	}
	return out
}

// sections is a buffer of joined byte strings that was found well-formed. It is
// taken apart only when asked to: a guest can put millions of empty sections
// into a buffer, and their number is priced before they are.
type sections struct {
	data  []byte
	count int
}

// checkSections walks through such a buffer, from its end.
func checkSections(data []byte) (sections, error) {
	count, rest := 0, data
	for ; len(rest) >= 4; count++ {
		end := len(rest) - 4
		n := binary.BigEndian.Uint32(rest[end:])
		if uint64(n) > uint64(end) {
			return sections{}, errCommunication("Got an invalid section: section length overflow")
		}
		rest = rest[:end-int(n)]
	}
	if len(rest) > 0 {
		return sections{}, errCommunication("Got an invalid section: extra data outside of any section")
	}
	return sections{data, count}, nil
}

// split returns the sections, as views of the buffer.
func (s sections) split() [][]byte {
	out := make([][]byte, s.count)
	rest := s.data
	for i := s.count - 1; i >= 0; i-- {
		end := len(rest) - 4
		start := end - int(binary.BigEndian.Uint32(rest[end:]))
		out[i] = rest[start:end:end]
		rest = rest[:start]
	}
	return out
}
