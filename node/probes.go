package node

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/weftchain/weft/node/metrics"
)

// openMetrics registers the application's metrics where CometBFT's are served.
func (n *running) openMetrics() (err error) {
	if !n.cfg.Comet.Instrumentation.Prometheus {
		return nil
	}
	n.metrics, err = metrics.New(prometheus.DefaultRegisterer, metrics.Sources{
		ChainID: n.genesis.ChainID, VM: n.engine.Stats, State: n.store.Stats, ABCI: n.server.Counts,
	})
	return err
}

// health is what the probes tell.
type health struct {
	OK     bool  `json:"ok"`
	Height int64 `json:"height"`
	// LastBlockSeconds is the age of the last commit of this process.
	LastBlockSeconds *float64 `json:"last_block_seconds,omitempty"`
	CatchingUp       bool     `json:"catching_up"`
	Reason           string   `json:"reason,omitempty"` // if not ok
}

// stalledAfter is the age of the last block from which a node is not ready. A
// network with a third of its validators away needs some rounds for a block.
const stalledAfter = 30 * time.Second

// live says whether the process should go on: it is not about to end.
func (n *running) live() health {
	h := health{OK: true}
	h.Height, _ = n.app.Info()
	if len(n.faults) > 0 || n.stopping.Load() {
		h.OK, h.Reason = false, "the node stops"
	}
	return h
}

// ready says whether clients should be sent here: the node follows the chain and
// blocks are made.
func (n *running) ready(now time.Time) health {
	h := n.live()
	if !h.OK {
		return h
	}
	h.CatchingUp = n.comet.ConsensusReactor().WaitSync()
	last := n.lastBlock.Load()
	age := now.Sub(time.Unix(0, last))
	if last != 0 {
		seconds := age.Seconds()
		h.LastBlockSeconds = &seconds
	}
	idle := !n.cfg.Comet.Consensus.CreateEmptyBlocks // blocks come only with transactions then
	switch {
	case h.CatchingUp:
		h.Reason = "it catches up with the chain"
	case last == 0 && (!idle || h.Height == 0):
		h.Reason = "no block since the start"
	case age > stalledAfter && !idle:
		h.Reason = fmt.Sprintf("no block for %s", age.Round(time.Second))
	default:
		return h
	}
	h.OK = false
	return h
}

// serveProbe answers /livez and /readyz.
func (n *running) serveProbe(w http.ResponseWriter, r *http.Request) {
	h := n.live()
	if r.URL.Path == "/readyz" {
		h = n.ready(time.Now())
	}
	code := http.StatusOK
	if !h.OK {
		code = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(h) // who asked may have gone
}
