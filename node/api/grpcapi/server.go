// Package grpcapi is a node's gRPC door: every method of a table, by its bytes,
// and server reflection (v1 and v1alpha), so that tools such as grpcurl need no
// .proto files. What a method answers, and the limits of a query, are behind
// method.Ask; this package bounds messages, connections and streams.
package grpcapi

import (
	"context"
	"fmt"
	"math"
	"net"
	"strconv"
	"time"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/reflection"
	reflectv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectv1alpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/node/api/limit"
	"github.com/weftchain/weft/node/api/method"
)

// Options are what a Server is made of.
type Options struct {
	Ask     method.Ask
	Methods []*method.Method
	Limits  *limit.Limiter
	// Memory bounds the answers that wait to be read.
	Memory *limit.Budget
	// MaxRecvBytes and MaxSendBytes bound a message; at least 1.
	MaxRecvBytes, MaxSendBytes int
}

// Bounds of a connection.
const (
	maxStreams     = 128
	maxHeaderBytes = 16 << 10
	idle           = 5 * time.Minute
	handshake      = 10 * time.Second
	minPing        = 10 * time.Second
	maxReflected   = 1_000 // requests in one stream of reflection
	// largeAnswer is what counts against Options.Memory.
	largeAnswer = 64 << 10
)

// Server is a gRPC server.
type Server struct {
	o    Options
	grpc *grpc.Server
}

// New returns a server that does not listen yet.
func New(o Options) *Server {
	s := &Server{o: o}
	s.grpc = grpc.NewServer(
		grpc.ForceServerCodecV2(codec{}),
		grpc.MaxRecvMsgSize(o.MaxRecvBytes),
		grpc.MaxSendMsgSize(math.MaxInt32), // checked here, with a text that names the setting
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.MaxHeaderListSize(maxHeaderBytes),
		grpc.ConnectionTimeout(handshake),
		grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: idle}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: minPing, PermitWithoutStream: true}),
		grpc.StreamInterceptor(s.guardStream),
		grpc.UnknownServiceHandler(unknown),
	)
	s.register()
	s.reflect()
	return s
}

// Serve answers on l until Stop is called.
func (s *Server) Serve(l net.Listener) error { return s.grpc.Serve(l) }

// Stop ends all connections: running queries get the time that patience allows.
func (s *Server) Stop(patience time.Duration) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.grpc.GracefulStop()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		s.grpc.Stop()
	}
}

// register makes a service of the methods with the same name in front.
func (s *Server) register() {
	services := map[string]*grpc.ServiceDesc{}
	var names []string
	for _, m := range s.o.Methods {
		desc, known := services[m.Service]
		if !known {
			desc = &grpc.ServiceDesc{ServiceName: m.Service, HandlerType: (*any)(nil), Metadata: m.File}
			services[m.Service] = desc
			names = append(names, m.Service)
		}
		desc.Methods = append(desc.Methods, grpc.MethodDesc{MethodName: m.Name, Handler: s.handler(m.Path)})
	}
	for _, name := range names {
		s.grpc.RegisterService(services[name], s)
	}
}

// reflect serves the descriptors of all linked .proto files. They lie in two
// registries, gogoproto's and that of protobuf itself.
func (s *Server) reflect() {
	opts := reflection.ServerOptions{Services: s.grpc, DescriptorResolver: gogoproto.HybridResolver}
	reflectv1.RegisterServerReflectionServer(s.grpc, reflection.NewServerV1(opts))
	reflectv1alpha.RegisterServerReflectionServer(s.grpc, reflection.NewServer(opts))
}

// handler serves one method by its bytes.
func (s *Server) handler(path string) grpc.MethodHandler {
	return func(_ any, ctx context.Context, dec func(any) error, _ grpc.UnaryServerInterceptor) (res any, err error) {
		defer recovered(&err)
		if err := s.o.Limits.Allow(client(ctx)); err != nil {
			return nil, method.Status(err).Err()
		}
		var request frame
		if err := dec(&request); err != nil {
			return nil, err
		}
		leave, err := s.o.Limits.Enter(ctx)
		if err != nil {
			return nil, method.Status(err).Err()
		}
		defer leave()
		value, err := s.ask(ctx, path, request)
		if err != nil {
			return nil, method.Status(err).Err()
		}
		var sent func()
		if len(value) >= largeAnswer {
			if sent, err = s.o.Memory.Take(ctx, int64(len(value))); err != nil {
				return nil, method.Status(err).Err()
			}
		}
		return newAnswer(value, sent), nil
	}
}

func (s *Server) ask(ctx context.Context, path string, request frame) (frame, error) {
	headers, _ := metadata.FromIncomingContext(ctx)
	height, err := method.Height(headers.Get(method.HeightKey))
	if err != nil {
		return nil, err
	}
	value, at, err := s.o.Ask(ctx, path, request, height)
	if err != nil {
		return nil, err
	}
	if len(value) > s.o.MaxSendBytes {
		return nil, status.Errorf(codes.ResourceExhausted,
			"the answer has %d bytes, at most %d are sent: ask for a smaller page, or raise max-send-msg-size in section [grpc] of app.toml",
			len(value), s.o.MaxSendBytes)
	}
	return value, grpc.SetHeader(ctx, metadata.Pairs(method.HeightKey, strconv.FormatInt(at, 10)))
}

// guardStream limits the streams of reflection, the only ones.
func (s *Server) guardStream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handle grpc.StreamHandler) (err error) {
	defer recovered(&err)
	if err := s.o.Limits.Allow(client(stream.Context())); err != nil {
		return method.Status(err).Err()
	}
	return handle(srv, &counted{ServerStream: stream, limits: s.o.Limits})
}

// counted is a stream whose messages count like requests.
type counted struct {
	grpc.ServerStream
	limits *limit.Limiter
	got    int
}

// RecvMsg refuses what is more than one stream may ask.
func (c *counted) RecvMsg(m any) error {
	if c.got++; c.got > maxReflected {
		return status.Errorf(codes.ResourceExhausted, "more than %d requests in one stream: open another", maxReflected)
	}
	if c.got > 1 {
		if err := c.limits.Allow(client(c.Context())); err != nil {
			return method.Status(err).Err()
		}
	}
	return c.ServerStream.RecvMsg(m)
}

func unknown(_ any, stream grpc.ServerStream) error {
	path, _ := grpc.MethodFromServerStream(stream)
	return status.Errorf(codes.Unimplemented, "unknown method %.200s: list what there is with server reflection", path)
}

func client(ctx context.Context) string {
	if p, ok := peer.FromContext(ctx); ok && p.Addr != nil {
		return p.Addr.String()
	}
	return ""
}

// recovered turns a panic into an error of this one request.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = status.Error(codes.Internal, fmt.Sprintf("this node cannot answer: panic: %.200v", r))
	}
}
