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
	growStack()
}

// growStack makes the stack of the goroutine that answers all calls 64 KiB large:
// it is the one that runs the init functions. Else it has 8 KiB and doubles when
// a function finds no room. That moves all of it and costs 30,000,000 of VM gas,
// three calls of a small contract, in every call that needs it.
//
//go:noinline
func growStack() {
	var room [40 << 10]byte
	use(&room)
}

//go:noinline
func use(*[40 << 10]byte) {}

// bytes and pointers keep the compiler from leaving the allocations out.
var (
	bytes    []byte
	pointers []*byte
)
