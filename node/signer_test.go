package node_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/node"
)

// TestRemoteSigner: a node without a key makes blocks with one that signs elsewhere,
// also after the signer went away; with a key of its own beside it does not start.
func TestRemoteSigner(t *testing.T) {
	t.Run("tcp", func(t *testing.T) { testRemoteSigner(t, freeAddress(t)) })
	t.Run("unix", func(t *testing.T) { testRemoteSigner(t, "unix://"+filepath.Join(t.TempDir(), "signer")) })
}

func testRemoteSigner(t *testing.T, address string) {
	home := newHome(t)
	n := newInProcess(t, home)
	n.cfg.Comet.PrivValidatorListenAddr = address
	require.ErrorContains(t, n.run(t.Context()), "there is also the key")

	vault := t.TempDir()
	for _, dir := range []string{"config", "data"} {
		require.NoError(t, os.MkdirAll(filepath.Join(vault, dir), 0o700))
	}
	key, state := node.SignerFiles(home)
	safeKey, safeState := node.SignerFiles(vault)
	require.NoError(t, os.Rename(key, safeKey))
	require.NoError(t, os.Rename(state, safeState))

	sign := func() (stop func()) {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() {
			done <- node.RunSigner(ctx, node.SignerOptions{KeyFile: safeKey, StateFile: safeState, ChainID: chainID, Node: n.cfg.Comet.PrivValidatorListenAddr}, slog.New(slog.DiscardHandler))
		}()
		return func() { cancel(); require.NoError(t, <-done) }
	}
	// A node that waits for its signer can be stopped.
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.run(ctx) }()
	select {
	case err := <-ended:
		t.Fatalf("it did not wait: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	cancel()
	require.NoError(t, <-ended)

	ctx, cancel = context.WithCancel(context.Background())
	go func() { ended <- n.run(ctx) }()
	stop := sign()
	for range 3 {
		awaitBlock(t, n, ended)
	}
	stop()
	awaitStandstill(t, n)
	stop = sign()
	for range 2 {
		awaitBlock(t, n, ended)
	}
	stop() // and one whose signer has gone
	time.Sleep(300 * time.Millisecond)
	cancel()
	require.NoError(t, <-ended)
	require.NoFileExists(t, key)
}
