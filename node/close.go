package node

import "time"

// stopPatience is how long CometBFT may take to stop; after a fault its
// consensus may never answer.
const stopPatience = 10 * time.Second

func (n *running) close() {
	n.once.Do(func() {
		n.stopping.Store(true)
		n.cancel()
		n.joining.Load().close()
		n.metrics.Close()
		n.stopAnswering()
		n.closeEvents() // its streams would hold the doors open
		n.closeAPIs()
		n.closeDoor()
		if n.comet != nil && n.comet.IsRunning() {
			n.stopComet()
		}
		if n.signer != nil {
			n.report("closing the signer's door", n.signer.close())
		}
		if n.server != nil {
			n.server.Close()
		}
		n.report("closing CometBFT's databases", n.dbs.close())
		if n.app != nil {
			n.app.Close()
		}
		if n.store != nil {
			n.report("closing the state", n.store.Close())
		}
		if n.engine != nil {
			n.report("closing the engine", n.engine.Close())
		}
		n.report("closing the engine of traces", n.tracing.close())
	})
}

func (n *running) stopComet() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.report("stopping CometBFT", n.comet.Stop())
		n.comet.Wait()
		// What waits in the mempool is still checked once more after the last
		// block, under this lock; the state must not be closed before.
		pool := n.comet.Mempool()
		pool.Lock()
		pool.Unlock() //nolint:staticcheck // only waited for
	}()
	select {
	case <-done:
	case <-time.After(stopPatience):
		n.log.Error("CometBFT does not stop; its databases are synced, nothing is lost")
	}
}

func (n *running) report(what string, err error) {
	if err != nil {
		n.log.Error(what, "err", err)
	}
}
