package app

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm"
)

// TestUnderLoad runs the script while others check, simulate and query, with
// contracts among them: the results stay those of the script. It is for the
// race detector as well.
func TestUnderLoad(t *testing.T) {
	s := scripted(t)
	smart, err := (&wasmpb.QuerySmartContractStateRequest{
		Address: prefix.Account(layout.ContractAddress(1, 1)), QueryData: []byte(`{"summary":{}}`),
	}).Marshal()
	require.NoError(t, err)
	var workers sync.WaitGroup
	var done chan struct{}
	answered := make([]int, 3)
	load := func(w *world, worker int) {
		defer workers.Done()
		for i := worker; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			txs := s.blocks[(20+i)%len(s.blocks)].Txs
			var err error
			switch i % 3 {
			case 0:
				_, err = w.app.Query(Query{Path: "/cosmwasm.wasm.v1.Query/SmartContractState", Data: smart})
				if err == nil {
					answered[worker]++
				}
			case 1:
				if len(txs) > 0 {
					_, err = w.app.Check(txs[0])
				}
			case 2:
				if len(txs) > 0 {
					_, err = w.app.Simulate(txs[0])
				}
			}
			if _, verdict := chain.Verdict(err); err != nil && !verdict {
				t.Errorf("a fault: %v", err)
				return
			}
		}
	}
	s.replay(t, worldOptions{engine: engine(t, vm.Config{})}, func(h int, w *world) {
		switch h {
		case 5:
			done = make(chan struct{})
			for worker := range answered {
				workers.Add(1)
				go load(w, worker)
			}
		case len(s.blocks) - 1:
			close(done)
			workers.Wait()
		}
	})
	require.NotZero(t, answered[0]+answered[1]+answered[2], "no query of a contract was answered")
}

// TestQueryHeightDuringCommit: an answer for a height is that height's, also
// when the next one is committed meanwhile.
func TestQueryHeightDuringCommit(t *testing.T) {
	w := newWorld(t, worldOptions{})
	stop, failed := make(chan struct{}), make(chan error, 1)
	var workers sync.WaitGroup
	workers.Add(1)
	go func() {
		defer workers.Done()
		for {
			select {
			case <-stop:
				return
			default:
			}
			height, _ := w.app.Info()
			ans, err := w.app.Query(Query{Path: "/store/acc/key", Data: []byte("globalAccountNumber"), Height: height})
			if err != nil || ans.Height != height {
				failed <- errors.Join(err, errors.New("answered for another height"))
				return
			}
		}
	}()
	for range 60 {
		w.block()
	}
	close(stop)
	workers.Wait()
	select {
	case err := <-failed:
		t.Fatal(err)
	default:
	}
}
