package rpc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	cmtlog "github.com/cometbft/cometbft/libs/log"
	rpccore "github.com/cometbft/cometbft/rpc/core"
	"github.com/rs/cors"

	"github.com/weftchain/weft/node/api/limit"
)

// Options are what a Door is made of.
type Options struct {
	Config Config
	// Env are CometBFT's functions, of a node that need not run yet.
	Env *rpccore.Environment
	// Address is what status tells as the address of this door.
	Address string
	// Committed tells the last height whose state is durable.
	Committed func() int64
	// IndexRead counts the bytes that were ever read from the index; it may be
	// nil.
	IndexRead func() int64
	// Log takes what goes wrong inside.
	Log *slog.Logger
	// Pages, if set, answer below /weft/.
	Pages http.Handler
	// Trace, if set, answers TracePath for those whom TraceAccess lets.
	Trace       http.Handler
	TraceAccess Access
}

// Door is the server. Make it with New, give it listeners with Serve, end it
// with Close.
type Door struct {
	opts     Options
	upstream http.Handler
	handler  http.Handler
	index    *index

	calls, heavy, waiting *limit.Limiter
	held                  atomic.Int64 // bytes of answers that wait for readers
	subscribers           atomic.Int64
	callNumber            atomic.Int64

	server  *http.Server
	ends    context.Context
	end     context.CancelFunc
	sockets sync.WaitGroup
	count   connections
}

// New makes a door for a node.
func New(opts Options) *Door {
	d := &Door{opts: opts, index: newIndex(opts.Env)}
	d.calls, d.heavy, d.waiting = opts.Config.limiters()
	d.ends, d.end = context.WithCancel(context.Background())
	d.upstream = d.routes(cmtlog.NewNopLogger())
	d.handler = http.HandlerFunc(d.serve)
	if c := opts.Config; len(c.Origins) > 0 {
		d.handler = cors.New(cors.Options{
			AllowedOrigins: c.Origins, AllowedMethods: c.Methods, AllowedHeaders: c.Headers,
		}).Handler(d.handler)
	}
	d.count = connections{cfg: opts.Config, perClient: map[string]int{}}
	d.server = &http.Server{
		Handler: d.handler, ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: opts.Config.HeaderBytes, ErrorLog: slog.NewLogLogger(opts.Log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return d.ends },
	}
	return d
}

// ServeHTTP serves one request, for tests and for mounting elsewhere.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.handler.ServeHTTP(w, r) }

// Listen opens the listeners of an address of config.toml: tcp://host:port or
// unix://path, or several with commas between them.
func Listen(addresses string) (list []net.Listener, err error) {
	defer func() {
		if err != nil {
			for _, l := range list {
				err = errors.Join(err, l.Close())
			}
			list = nil
		}
	}()
	if addresses == "" {
		return nil, nil
	}
	for address := range strings.SplitSeq(addresses, ",") {
		network, at, found := strings.Cut(strings.TrimSpace(address), "://")
		if !found || network != "tcp" && network != "unix" {
			return list, fmt.Errorf("%.200q is no address to listen on: write tcp://host:port or unix:///path", address)
		}
		if network == "unix" {
			if err := removeStale(at); err != nil {
				return list, err
			}
		}
		l, err := net.Listen(network, at)
		if err != nil {
			return list, err
		}
		list = append(list, l)
	}
	return list, nil
}

// removeStale removes the file of a unix socket on which nobody listens, as a
// process leaves it that was killed.
func removeStale(path string) error {
	if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSocket == 0 {
		return nil //nolint:nilerr // to listen there tells what is wrong
	}
	conn, err := net.Dial("unix", path)
	if err == nil {
		return errors.Join(fmt.Errorf("%s: %w", path, os.ErrExist), conn.Close())
	}
	return os.Remove(path)
}

// Serve answers on a listener until Close. It returns nil then.
func (d *Door) Serve(l net.Listener) error {
	l = countedListener{l, &d.count}
	var err error
	if c := d.opts.Config; c.CertFile != "" && c.KeyFile != "" {
		err = d.server.ServeTLS(l, c.CertFile, c.KeyFile)
	} else {
		err = d.server.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Close stops listening, tells WebSockets that the node goes away, and waits
// for calls that run until ctx ends.
func (d *Door) Close(ctx context.Context) error {
	d.end()
	err := d.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, d.server.Close())
	}
	done := make(chan struct{})
	go func() { d.sockets.Wait(); close(done) }()
	select {
	case <-done:
		return err
	case <-ctx.Done():
		return errors.Join(err, ctx.Err())
	}
}

// client is the name under which a request is counted.
func (d *Door) client(r *http.Request) string {
	if d.opts.Config.Forwarded {
		if list := r.Header.Values("X-Forwarded-For"); len(list) > 0 {
			all := list[len(list)-1]
			last := strings.TrimSpace(all[strings.LastIndexByte(all, ',')+1:])
			if last != "" && len(last) < 100 {
				return limit.Client(last)
			}
		}
	}
	return limit.Client(r.RemoteAddr)
}
