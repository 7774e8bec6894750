// Package metrics shows to Prometheus what the application, the engine of
// contracts, the state, the queries and the checks of the mempool do. CometBFT has
// metrics of its own and the server for both: section [instrumentation] of
// config.toml. The package counts blocks and snapshots, and asks the others when
// somebody looks; it knows no thresholds and raises no alarm.
package metrics

import (
	"errors"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/vm"
)

// Sources are asked when somebody looks.
type Sources struct {
	ChainID string
	VM      func() vm.Stats
	State   func() state.Stats
	ABCI    func() abci.Counts
}

// Block is what there is to count of a block.
type Block struct {
	Txs, Failed       int
	Gas               uint64
	Execution, Commit time.Duration
}

// Collector gathers the metrics of one node. The methods of a nil Collector do
// nothing.
type Collector struct {
	sources   Sources
	own       []prometheus.Collector
	register  prometheus.Registerer
	blocks    prometheus.Counter
	txs       *prometheus.CounterVec
	gas       prometheus.Counter
	execution prometheus.Histogram
	commit    prometheus.Histogram
	snapshots *prometheus.CounterVec
	snapshot  prometheus.Gauge
	once      sync.Once
}

// seconds are the buckets of times within a block.
var seconds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// New registers a collector. Several nodes of one process need chain ids of their
// own.
func New(register prometheus.Registerer, s Sources) (*Collector, error) {
	labels := prometheus.Labels{"chain_id": s.ChainID}
	counter := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Namespace: "weft", Name: name, Help: help, ConstLabels: labels}
	}
	histogram := func(name, help string) prometheus.HistogramOpts {
		return prometheus.HistogramOpts{Namespace: "weft", Name: name, Help: help, ConstLabels: labels, Buckets: seconds}
	}
	c := &Collector{
		sources: s, register: register,
		blocks:    prometheus.NewCounter(counter("blocks_total", "Blocks committed since the start.")),
		txs:       prometheus.NewCounterVec(counter("txs_total", "Transactions in these blocks, by result."), []string{"result"}),
		gas:       prometheus.NewCounter(counter("gas_used_total", "Gas used by these transactions.")),
		execution: prometheus.NewHistogram(histogram("block_execution_seconds", "Time to execute and hash a block.")),
		commit:    prometheus.NewHistogram(histogram("block_commit_seconds", "Time to make a block durable.")),
		snapshots: prometheus.NewCounterVec(counter("snapshots_total", "Snapshots of the state made, by result."), []string{"result"}),
		snapshot: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "weft", Name: "snapshot_height", Help: "Height of the newest snapshot made since the start.", ConstLabels: labels,
		}),
	}
	for _, result := range []string{"ok", "failed"} { // shown from the start
		c.txs.WithLabelValues(result)
		c.snapshots.WithLabelValues(result)
	}
	c.own = []prometheus.Collector{c.blocks, c.txs, c.gas, c.execution, c.commit, c.snapshots, c.snapshot, asked{s, describe(labels)}}
	for i, part := range c.own {
		if err := register.Register(part); err != nil {
			c.own = c.own[:i]
			c.Close()
			var taken prometheus.AlreadyRegisteredError
			if errors.As(err, &taken) {
				return nil, errors.New("another node of this process has metrics of this chain already")
			}
			return nil, err
		}
	}
	return c, nil
}

// Close takes the metrics back.
func (c *Collector) Close() {
	if c == nil {
		return
	}
	c.once.Do(func() {
		for _, part := range c.own {
			c.register.Unregister(part)
		}
	})
}

// Block counts a block.
func (c *Collector) Block(b Block) {
	if c == nil {
		return
	}
	c.blocks.Inc()
	c.txs.WithLabelValues("ok").Add(float64(b.Txs - b.Failed))
	c.txs.WithLabelValues("failed").Add(float64(b.Failed))
	c.gas.Add(float64(b.Gas))
	c.execution.Observe(b.Execution.Seconds())
	c.commit.Observe(b.Commit.Seconds())
}

// Snapshot counts a snapshot that was made, or not.
func (c *Collector) Snapshot(height int64, ok bool) {
	switch {
	case c == nil:
	case ok:
		c.snapshots.WithLabelValues("ok").Inc()
		c.snapshot.Set(float64(height))
	default:
		c.snapshots.WithLabelValues("failed").Inc()
	}
}
