package node

import (
	"log/slog"
	"sync"
	"time"

	"github.com/weftchain/weft/abci"
)

// joiningPeriod is how often a node that joins by state sync says why nothing
// happens.
const joiningPeriod = 10 * time.Second

// joining tells of a state sync: what comes, and while nothing comes, why and what
// to do.
type joining struct {
	log   *slog.Logger
	peers func() int
	stop  func()
	ended chan struct{}

	mu    sync.Mutex
	moved bool // since the last word about it
	begun bool
}

// startJoining begins to tell, if this node joins by state sync.
func (n *running) startJoining() {
	height, _ := n.store.Version()
	if !n.cfg.Comet.StateSync.Enable || height > 0 {
		return
	}
	stop := make(chan struct{})
	j := &joining{
		log: n.log, peers: n.comet.Switch().Peers().Size, ended: make(chan struct{}),
		stop: sync.OnceFunc(func() { close(stop) }),
	}
	n.joining.Store(j)
	go func() {
		defer close(j.ended)
		ticker := time.NewTicker(joiningPeriod)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
				j.wonder()
			}
		}
	}()
}

// close ends the telling; j may be nil.
func (j *joining) close() {
	if j != nil {
		j.stop()
		<-j.ended
	}
}

// wonder says what is missing, if nothing has come since it last looked.
func (j *joining) wonder() {
	j.mu.Lock()
	moved, begun := j.moved, j.begun
	j.moved = false
	j.mu.Unlock()
	peers := j.peers()
	switch {
	case moved:
	case peers == 0:
		j.log.Warn("state sync waits: no peer is connected",
			"do", "set p2p.persistent_peers to ID@HOST:26656 of running nodes, and see that the port is open: weft doctor dials them")
	case begun:
		j.log.Warn("state sync waits: no peer sends the next chunk", "peers", peers, "do", "add peers that have the snapshot, or wait: others are asked")
	default:
		j.log.Warn("state sync waits: no peer offers a snapshot that the light client can verify", "peers", peers,
			"do", "one peer at least needs snapshot-interval in app.toml, and the nodes of --rpc the blocks around it; or take all blocks with weft start")
	}
}

// taking is told of each step of a state sync.
func (n *running) taking(t abci.Taking) {
	j := n.joining.Load()
	if j == nil {
		return
	}
	j.mu.Lock()
	j.moved, j.begun = true, true
	j.mu.Unlock()
	switch {
	case t.Err != nil:
		n.log.Warn("state sync: a snapshot was refused, another is asked for", "height", t.Height, "err", t.Err)
	case t.Chunk == 0:
		n.log.Info("state sync: takes a snapshot, whose app hash the light client has verified", "height", t.Height, "chunks", t.Of)
	case t.Chunk < t.Of:
		n.log.Info("state sync", "height", t.Height, "chunk", t.Chunk, "of", t.Of)
	default:
		n.log.Info("state sync: the state is complete and has the verified app hash; blocks follow", "height", t.Height)
		j.stop()
	}
}
