package node

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/node/api"
	"github.com/weftchain/weft/node/api/method"
	"github.com/weftchain/weft/node/api/service"
)

// Commit is the program's source revision, set when a release is built.
var Commit = ""

// nodeMethods answer what is asked about this node and its blocks. They come
// into being after the application, which passes questions on to them.
type nodeMethods struct {
	services atomic.Pointer[service.Services]
}

// ask is what the application is given.
func (m *nodeMethods) ask(ctx context.Context, path string, data []byte) (value []byte, known bool, err error) {
	if s := m.services.Load(); s != nil {
		return s.Ask(ctx, path, data)
	}
	return nil, false, nil
}

// openMethods makes the methods that need CometBFT.
func (n *running) openMethods() {
	keep, every := n.cfg.App.states()
	n.methods.services.Store(service.New(service.Options{
		Comet: n.door.Local(), State: n.app, MaxTxBytes: maxTxBytes,
		Info: service.Info{
			Version: Version, Commit: Commit,
			MinGasPrices: n.cfg.App.MinGasPrices, KeepHeights: keep, PruneEvery: every,
		},
	}))
}

// openAPIs opens the gRPC and REST doors over the application's own query.
func (n *running) openAPIs() (err error) {
	paths := append(n.app.QueryPaths(), n.methods.services.Load().Methods()...)
	n.apis, err = api.NewServer(api.Options{
		GRPC: n.cfg.App.GRPC, REST: n.cfg.App.API, Ask: askServer(n.server),
		Methods: append(paths, abci.Methods()...), Log: n.log, Weft: n.eventPages(), Probes: http.HandlerFunc(n.serveProbe),
	})
	if err == nil {
		n.log.Info("clients are served", "grpc", n.apis.GRPCAddress, "rest", n.apis.RESTAddress)
	}
	return err
}

func askServer(s *abci.Server) method.Ask {
	return func(ctx context.Context, path string, request []byte, height int64) ([]byte, int64, error) {
		ans, err := s.Ask(ctx, app.Query{Path: path, Data: request, Height: height})
		return ans.Value, ans.Height, err
	}
}

func (n *running) closeAPIs() {
	if n.apis != nil {
		n.apis.Close()
	}
}
