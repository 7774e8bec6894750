package grpcapi

import (
	"runtime"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// frame is a message that is passed on as it came, without being decoded.
type frame []byte

// answer is a frame that is sent, and what is called when its bytes are needed
// no longer: a client that does not read keeps them.
type answer struct {
	frame
	sent func()
}

// newAnswer makes an answer whose sent is called in any case, at the latest when
// the garbage collector takes the bytes.
func newAnswer(value frame, sent func()) *answer {
	if sent != nil {
		runtime.AddCleanup(&value[0], func(sent func()) { sent() }, sent)
	}
	return &answer{value, sent}
}

// onFree is a pool that is told when gRPC is done with bytes.
type onFree func()

// Get is not called: nothing is taken out of this pool.
func (onFree) Get(length int) *[]byte {
	fresh := make([]byte, length)
	return &fresh
}

// Put is called when nobody refers to the bytes any more.
func (f onFree) Put(*[]byte) { f() }

// codec takes frames as they are and leaves other messages, those of
// reflection, to gRPC's own codec.
type codec struct{}

// Name is that of protobuf: it is what lies on the wire.
func (codec) Name() string { return proto.Name }

// Marshal returns the bytes of a message.
func (codec) Marshal(v any) (mem.BufferSlice, error) {
	a, ok := v.(*answer)
	switch {
	case !ok:
		return encoding.GetCodecV2(proto.Name).Marshal(v)
	case a.sent == nil:
		return mem.BufferSlice{mem.SliceBuffer(a.frame)}, nil
	}
	data := []byte(a.frame)
	return mem.BufferSlice{mem.NewBuffer(&data, onFree(a.sent))}, nil
}

// Unmarshal reads a message; a frame gets a copy, for the buffers are used again.
func (codec) Unmarshal(data mem.BufferSlice, v any) error {
	if f, ok := v.(*frame); ok {
		*f = data.Materialize()
		return nil
	}
	return encoding.GetCodecV2(proto.Name).Unmarshal(data, v)
}
