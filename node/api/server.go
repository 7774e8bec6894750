// Package api opens a node's doors for clients: gRPC with server reflection
// (grpcapi) and REST (rest). Both serve the same table of methods (method) with
// the same function behind it, so they give the same answers as an ABCI query.
// It knows addresses, limits and how servers start and stop; it does not know
// CometBFT, the application or the state.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/netutil"

	"github.com/weftchain/weft/node/api/grpcapi"
	"github.com/weftchain/weft/node/api/limit"
	"github.com/weftchain/weft/node/api/method"
	"github.com/weftchain/weft/node/api/openapi"
	"github.com/weftchain/weft/node/api/rest"
)

// Options are what a Server is made of.
type Options struct {
	GRPC GRPCConfig
	REST RESTConfig
	// Ask answers a method, Methods lists the paths that it answers.
	Ask     method.Ask
	Methods []string
	// Weft serves the paths below /weft/ on the REST door. It may be nil.
	Weft http.Handler
	// Probes serve /livez and /readyz on the REST door, without its limits: who
	// watches a node must hear of it when it is busy. It may be nil.
	Probes http.Handler
	Log    *slog.Logger
}

// otherwise serves what is neither a method nor the door's description.
func (o Options) otherwise(w http.ResponseWriter, r *http.Request) {
	if o.Weft != nil && strings.HasPrefix(r.URL.Path, "/weft/") {
		o.Weft.ServeHTTP(w, r)
		return
	}
	rest.NotImplemented(w, r)
}

// probed puts the probes before a handler.
func (o Options) probed(next http.Handler) http.Handler {
	if o.Probes == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/livez" || r.URL.Path == "/readyz" {
			o.Probes.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Server is the open doors.
type Server struct {
	log  *slog.Logger
	grpc *grpcapi.Server
	http *http.Server
	// GRPCAddress and RESTAddress are where the doors listen, "" where one is
	// closed.
	GRPCAddress, RESTAddress string
}

// Bounds of an HTTP connection. An answer may take as long as a query may and
// as a slow client takes to read it.
const (
	headerTimeout  = 10 * time.Second
	readTimeout    = 30 * time.Second
	writeTimeout   = 90 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	stopTimeout    = 3 * time.Second
	// answersInMemory is what each door holds for clients who read slowly.
	answersInMemory = 256 << 20
)

// NewServer opens the doors and serves until Close. A door whose address is the
// default one and is taken stays closed, with a line in the log: so several
// nodes start on one machine. Any other address that is taken is an error.
func NewServer(o Options) (*Server, error) {
	s := &Server{log: o.Log}
	methods, err := method.Table(o.Methods)
	if err != nil {
		return nil, err
	}
	if err := s.openGRPC(o, methods); err != nil {
		return nil, err
	}
	if err := s.openREST(o, methods); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Server) openGRPC(o Options, methods []*method.Method) error {
	if !o.GRPC.Enable {
		return nil
	}
	l, err := s.listen("grpc", o.GRPC.Address, DefaultGRPCAddress, o.GRPC.MaxConnections)
	if l == nil {
		return err
	}
	s.GRPCAddress = l.Addr().String()
	s.grpc = grpcapi.New(grpcapi.Options{
		Ask: o.Ask, Methods: methods, Limits: limit.New(o.GRPC.limits()),
		Memory:       limit.NewBudget(answersInMemory, patience),
		MaxRecvBytes: o.GRPC.MaxRecvBytes, MaxSendBytes: o.GRPC.MaxSendBytes,
	})
	go func() { s.report("gRPC", s.grpc.Serve(l)) }()
	return nil
}

func (s *Server) openREST(o Options, methods []*method.Method) error {
	if !o.REST.Enable {
		return nil
	}
	handler, err := rest.New(rest.Options{
		Ask: o.Ask, Methods: methods, Limits: limit.New(o.REST.limits()),
		Memory:       limit.NewBudget(answersInMemory, patience),
		MaxBodyBytes: o.REST.MaxBodyBytes, MaxAnswerBytes: o.REST.MaxAnswerBytes,
		Origins: o.REST.CORSOrigins, Pages: openapi.Handler(o.otherwise),
	})
	if err != nil {
		return err
	}
	l, err := s.listen("api", o.REST.Address, DefaultRESTAddress, o.REST.MaxConnections)
	if l == nil {
		return err
	}
	s.RESTAddress = l.Addr().String()
	s.http = &http.Server{
		Handler: o.probed(handler), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	go func() { s.report("REST", s.http.Serve(l)) }()
	return nil
}

// listen returns nil without an error if the default address is taken.
func (s *Server) listen(section, address, otherwise string, connections int) (net.Listener, error) {
	address = trimScheme(address)
	l, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		return netutil.LimitListener(l, connections), nil
	case address == otherwise && errors.Is(err, syscall.EADDRINUSE):
		s.log.Warn("this door stays closed: its address is taken", "section", section, "address", address,
			"do", fmt.Sprintf("choose another with --%s.address or address in section [%s] of app.toml", section, section))
		return nil, nil
	}
	return nil, fmt.Errorf("cannot listen on %s: %w: choose another address with --%s.address or in section [%s] of app.toml",
		address, err, section, section)
}

func (s *Server) report(door string, err error) {
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		s.log.Error("a door closed by itself", "door", door, "err", err)
	}
}

// Close closes the doors. Running requests get a few seconds to end.
func (s *Server) Close() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if s.http == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		if s.http.Shutdown(ctx) != nil {
			s.report("REST", s.http.Close())
		}
	}()
	if s.grpc != nil {
		s.grpc.Stop(stopTimeout)
	}
	<-done
}
