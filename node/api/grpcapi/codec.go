package grpcapi

import (
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// frame is a message that is passed on as it came, without being decoded.
type frame []byte

// codec takes frames as they are and leaves other messages, those of
// reflection, to gRPC's own codec.
type codec struct{}

// Name is that of protobuf: it is what lies on the wire.
func (codec) Name() string { return proto.Name }

// Marshal returns the bytes of a message.
func (codec) Marshal(v any) (mem.BufferSlice, error) {
	if f, ok := v.(*frame); ok {
		return mem.BufferSlice{mem.SliceBuffer(*f)}, nil
	}
	return encoding.GetCodecV2(proto.Name).Marshal(v)
}

// Unmarshal reads a message; a frame gets a copy, for the buffers are used again.
func (codec) Unmarshal(data mem.BufferSlice, v any) error {
	if f, ok := v.(*frame); ok {
		*f = data.Materialize()
		return nil
	}
	return encoding.GetCodecV2(proto.Name).Unmarshal(data, v)
}
