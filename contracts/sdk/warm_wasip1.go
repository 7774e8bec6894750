package sdk

// The first object of a size class makes Go's allocator fetch a piece of the
// heap, which costs as much as the rest of a small call. Every call starts from
// the memory that the init functions left, so they do it once for all calls.
func init() {
	for n := 8; n <= 1024; n += 8 {
		bytes = make([]byte, n)
		pointers = make([]*byte, n/8)
	}
	bytes, pointers = nil, nil
}

// bytes and pointers keep the compiler from leaving the allocations out.
var (
	bytes    []byte
	pointers []*byte
)
