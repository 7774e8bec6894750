package grpcapi_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/node/api/grpcapi"
	"github.com/weftchain/weft/node/api/limit"
	"github.com/weftchain/weft/node/api/method"
	_ "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
)

const path = "/cosmos.bank.v1beta1.Query/Params"

// bytesCodec sends and takes messages as they are.
type bytesCodec struct{}

func (bytesCodec) Name() string { return proto.Name }

func (bytesCodec) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(*v.(*[]byte))}, nil
}

func (bytesCodec) Unmarshal(data mem.BufferSlice, v any) error {
	*v.(*[]byte) = data.Materialize()
	return nil
}

// serve starts a server whose answers ask gives, and returns how to dial it.
func serve(t *testing.T, o grpcapi.Options) func(...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	var err error
	o.Methods, err = method.Table([]string{path})
	require.NoError(t, err)
	if o.Limits == nil {
		o.Limits = limit.New(limit.Config{})
	}
	if o.Memory == nil {
		o.Memory = limit.NewBudget(1<<30, time.Second)
	}
	o.MaxRecvBytes, o.MaxSendBytes = 1<<20, 2<<20
	s := grpcapi.New(o)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Stop(time.Second)
		require.NoError(t, <-done)
	})
	return func(opts ...grpc.DialOption) *grpc.ClientConn {
		conn, err := grpc.NewClient(l.Addr().String(), append(opts, grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithDefaultCallOptions(grpc.ForceCodecV2(bytesCodec{})))...)
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
}

func call(conn *grpc.ClientConn, text string, opts ...grpc.CallOption) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	in, out := []byte(text), []byte(nil)
	err := conn.Invoke(ctx, path, &in, &out, opts...)
	return string(out), err
}

// TestBytes: what is asked and answered passes as it is, with the height.
func TestBytes(t *testing.T) {
	conn := serve(t, grpcapi.Options{Ask: func(_ context.Context, at string, req []byte, height int64) ([]byte, int64, error) {
		return fmt.Appendf(nil, "%s %x %d", at, req, height), 77, nil
	}})()
	var header metadata.MD
	got, err := call(conn, "\xff\x00", grpc.Header(&header))
	require.NoError(t, err)
	require.Equal(t, path+" ff00 0", got)
	require.Equal(t, []string{"77"}, header.Get("x-cosmos-block-height"))
}

// TestErrors: what Ask refuses with keeps its code and text, a fault and a panic
// are the node's own and end nothing but the request.
func TestErrors(t *testing.T) {
	conn := serve(t, grpcapi.Options{Ask: func(_ context.Context, _ string, req []byte, _ int64) ([]byte, int64, error) {
		switch string(req) {
		case "status":
			return nil, 0, status.Error(codes.NotFound, "account a not found")
		case "verdict":
			return nil, 0, fmt.Errorf("balance: %w", chain.ErrInsufficientFunds)
		case "address":
			return nil, 0, fmt.Errorf("decoding bech32 failed: %w", chain.ErrInvalidAddress)
		case "gas":
			return nil, 0, chain.OutOfGas("Loop")
		case "large":
			return make([]byte, 2<<20+1), 0, nil
		case "fault":
			return nil, 0, errors.New("disk\nstack")
		}
		panic("oops")
	}})()
	for in, want := range map[string]struct {
		code codes.Code
		text string
	}{
		"status":                        {codes.NotFound, "account a not found"},
		"verdict":                       {codes.Unknown, "codespace sdk code 5: insufficient funds: balance"},
		"address":                       {codes.InvalidArgument, "codespace sdk code 7: invalid address: decoding bech32 failed"},
		"gas":                           {codes.ResourceExhausted, "query_gas_limit"},
		"large":                         {codes.ResourceExhausted, "max-send-msg-size in section [grpc] of app.toml"},
		"fault":                         {codes.Internal, "this node cannot answer: disk"},
		"panic":                         {codes.Internal, "panic: oops"},
		strings.Repeat("x", (1<<20)+10): {codes.ResourceExhausted, "larger than max"},
	} {
		_, err := call(conn, in)
		require.Equal(t, want.code, status.Code(err), "%.20s: %v", in, err)
		require.Contains(t, err.Error(), want.text)
		require.NotContains(t, err.Error(), "stack")
	}
}

// TestRate: a client that sends too much is told the limit and its setting.
func TestRate(t *testing.T) {
	conn := serve(t, grpcapi.Options{
		Limits: limit.New(limit.Config{Rate: 0.001, Burst: 2, RateKey: "rate-limit in section [grpc] of app.toml"}),
		Ask:    func(context.Context, string, []byte, int64) ([]byte, int64, error) { return nil, 1, nil },
	})()
	for range 2 {
		_, err := call(conn, "")
		require.NoError(t, err)
	}
	_, err := call(conn, "")
	require.Equal(t, codes.ResourceExhausted, status.Code(err))
	require.Contains(t, err.Error(), "rate-limit in section [grpc] of app.toml")
}

// TestSlowReaders: clients that ask and do not read keep a bounded memory, and
// give it back when they go.
func TestSlowReaders(t *testing.T) {
	const answer = 1 << 20
	dial := serve(t, grpcapi.Options{
		Memory: limit.NewBudget(20*answer, 10*time.Millisecond),
		Ask: func(context.Context, string, []byte, int64) ([]byte, int64, error) {
			return make([]byte, answer), 1, nil
		},
	})
	// A window that does not grow: else the client's library takes whole answers in
	// advance when the machine is slow.
	lazy := dial(grpc.WithStaticStreamWindowSize(64 << 10))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range 60 {
		stream, err := lazy.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, path)
		require.NoError(t, err)
		in := []byte{}
		require.NoError(t, stream.SendMsg(&in))
		require.NoError(t, stream.CloseSend())
	}
	honest := dial()
	require.Eventually(t, func() bool {
		_, err := call(honest, "")
		return status.Code(err) == codes.ResourceExhausted
	}, 10*time.Second, 10*time.Millisecond, "the memory is used up")
	cancel()
	require.NoError(t, lazy.Close())
	require.Eventually(t, func() bool {
		_, err := call(honest, "")
		return err == nil
	}, 10*time.Second, 10*time.Millisecond, "it is free again")
}

// TestDescriptors: methods that are no methods are found when the node starts.
func TestDescriptors(t *testing.T) {
	for _, bad := range []string{"", "/", "/x", "/no.Service/Method", "/cosmos.bank.v1beta1.Query/No", "/cosmos.bank.v1beta1.MsgSend/X"} {
		_, err := method.Table([]string{bad})
		require.Error(t, err, bad)
	}
}
