package node_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/node"
)

// stopTime bounds how long a node may take to stop.
const stopTime = 10 * time.Second

// inProcess runs nodes inside of the test.
type inProcess struct {
	cfg    node.Config
	blocks chan int64
}

func newInProcess(t testing.TB, home string) *inProcess {
	c := config(home, freeAddress(t), freeAddress(t), 50*time.Millisecond)
	c.Comet.P2P.PexReactor = false // it writes into the home when all has stopped
	return &inProcess{c, make(chan int64, 1000)}
}

// Write takes the log's lines; there is one a block.
func (n *inProcess) Write(text []byte) (int, error) {
	if strings.Contains(string(text), "msg=block") {
		select {
		case n.blocks <- 1:
		default:
		}
	}
	return len(text), nil
}

func (n *inProcess) run(ctx context.Context) error {
	return node.Run(ctx, n.cfg, slog.New(slog.NewTextHandler(n, nil)))
}

// TestStartTwiceInOneProcess stops a node by its context and starts another on
// the same home at once, which finds everything closed.
func TestStartTwiceInOneProcess(t *testing.T) {
	home := newHome(t)
	var height int64
	for range 3 {
		n := newInProcess(t, home)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- n.run(ctx) }()
		for range 3 {
			awaitBlock(t, n, ended)
		}
		cancel()
		began := time.Now()
		select {
		case err := <-ended:
			require.NoError(t, err)
			t.Logf("stopped in %s", time.Since(began).Round(time.Millisecond))
		case <-time.After(stopTime):
			t.Fatalf("the node does not stop within %s", stopTime)
		}
		at := heights(t, home) // opens all of it: nobody else has it open
		require.Equal(t, "store = state = app", at.row())
		require.GreaterOrEqual(t, at.app, height+3, "it goes on where the one before ended")
		height = at.app
	}
	replay(t, home)
	require.Eventually(t, func() bool { return left() == "" }, patience, 50*time.Millisecond, "%s", left())
}

// left lists goroutines of ours that run. CometBFT leaves three a node.
func left() string {
	var all strings.Builder
	_ = pprof.Lookup("goroutine").WriteTo(&all, 1)
	var ours []string
	for stack := range strings.SplitSeq(all.String(), "\n\n") {
		for _, part := range []string{"cockroachdb/pebble", "tetratelabs/wazero", "weft/state.", "weft/app.", "weft/abci.", "weft/node.", "goleveldb"} {
			if strings.Contains(stack, part) {
				ours = append(ours, stack)
				break
			}
		}
	}
	return strings.Join(ours, "\n")
}

func awaitBlock(t testing.TB, n *inProcess, ended <-chan error) {
	t.Helper()
	select {
	case <-n.blocks:
	case err := <-ended:
		t.Fatalf("the node ended: %v", err)
	case <-time.After(patience):
		t.Fatal("no block")
	}
}

// awaitStandstill waits until there was no block for a second: some may still be on
// their way.
func awaitStandstill(t testing.TB, n *inProcess) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		select {
		case <-n.blocks:
		case <-time.After(time.Second):
			return
		}
	}
	t.Fatal("blocks go on")
}

// TestStartRefused starts nodes that cannot run. Each says what is wrong, with
// the name of the file, address or setting.
func TestStartRefused(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer busy.Close()
	good := newHome(t)
	remove := func(path ...string) func(*testing.T, *node.Config) {
		return func(t *testing.T, c *node.Config) {
			require.NoError(t, os.Remove(filepath.Join(append([]string{c.Home}, path...)...)))
		}
	}
	replace := func(text string, path ...string) func(*testing.T, *node.Config) {
		return func(t *testing.T, c *node.Config) {
			at := filepath.Join(append([]string{c.Home}, path...)...)
			require.NoError(t, os.RemoveAll(at))
			require.NoError(t, os.WriteFile(at, []byte(text), 0o600))
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(*testing.T, *node.Config)
		says  []string
	}{
		{
			"RPC port busy", func(_ *testing.T, c *node.Config) { c.Comet.RPC.ListenAddress = "tcp://" + busy.Addr().String() },
			[]string{busy.Addr().String(), "address already in use", "--rpc.laddr"},
		},
		{
			"P2P port busy", func(_ *testing.T, c *node.Config) { c.Comet.P2P.ListenAddress = "tcp://" + busy.Addr().String() },
			[]string{busy.Addr().String(), "address already in use", "--p2p.laddr"},
		},
		{
			"no home", func(_ *testing.T, c *node.Config) {
				*c = config(filepath.Join(c.Home, "none"), "tcp://127.0.0.1:0", "tcp://127.0.0.1:0", time.Second)
			},
			[]string{"none", "weft init"},
		},
		{"no genesis", remove("config", "genesis.json"), []string{"genesis.json", "weft init"}},
		{"a genesis that is no JSON", replace("{", "config", "genesis.json"), []string{"genesis.json", "JSON"}},
		{"a genesis with an unknown section", replace(`{"chain_id":"x","app_state":{"gov":{}}}`, "config", "genesis.json"), []string{"genesis.json", "gov"}},
		{"no validator key", remove("config", "priv_validator_key.json"), []string{"priv_validator_key.json", "missing"}},
		{"no validator state", remove("data", "priv_validator_state.json"), []string{"priv_validator_state.json", "sign twice"}},
		{"a validator key that is no JSON", replace("{", "config", "priv_validator_key.json"), []string{"priv_validator_key.json"}},
		{"a validator state that is no JSON", replace("", "data", "priv_validator_state.json"), []string{"priv_validator_state.json"}},
		{"a node key that is no JSON", replace("{", "config", "node_key.json"), []string{"node_key.json"}},
		{"a file where the state should be", replace("", "data", "weft"), []string{"weft", "not a directory"}},
		{"a file where the blocks should be", replace("", "data", "blockstore.db"), []string{"blockstore.db", "not a directory"}},
		{"adaptive sync", func(_ *testing.T, c *node.Config) { c.Comet.BlockSync.AdaptiveSync = true }, []string{"adaptive_sync", "double signing"}},
		{"no room for state", func(_ *testing.T, c *node.Config) { c.App.StateCacheMiB = 0 }, []string{"state-cache-mib is 0", "1 to"}},
		{"a price without a denom", func(_ *testing.T, c *node.Config) { c.App.MinGasPrices = "1" }, []string{"minimum-gas-prices"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			home := filepath.Join(t.TempDir(), "home")
			copyTree(t, good, home)
			n := newInProcess(t, home)
			c.spoil(t, &n.cfg)
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			err := n.run(ctx)
			require.Error(t, err)
			t.Log(err)
			for _, text := range c.says {
				require.ErrorContains(t, err, text)
			}
		})
	}
}

// TestSecondNodeOnAHome starts a node where another runs, in this process and
// in another one. The first is not disturbed.
func TestSecondNodeOnAHome(t *testing.T) {
	home := newHome(t)
	run := newCommand(t, home)
	p := run.start(t)
	p.awaitHeight(1)
	err := newInProcess(t, home).run(context.Background())
	require.ErrorContains(t, err, "in use by another process")
	t.Log(err)
	refused(t, newCommand(t, home).start(t), "in use by another process")
	p.awaitHeight(p.height() + 2)
	p.stop()
}

// TestInitRefuses keeps homes that are in use, and names that cannot be.
func TestInitRefuses(t *testing.T) {
	home := newHome(t)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, c := range []struct {
		name, home, moniker, chainID, says string
		opts                               node.InitOptions
	}{
		{"a home in use", home, "m", "id", "--overwrite", node.InitOptions{}},
		{"no chain id", file, "m", "", "chain id", node.InitOptions{}},
		{"a long chain id", file, "m", strings.Repeat("x", 51), "1 to 50", node.InitOptions{}},
		{"no moniker", file, "", "id", "moniker", node.InitOptions{}},
		{"a home below a file", file, "m", "id", "not a directory", node.InitOptions{}},
		{"a prefix that cannot be", filepath.Join(t.TempDir(), "h"), "m", "id", "prefix", node.InitOptions{Bech32Prefix: "A b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := node.Init(c.home, c.moniker, c.chainID, c.opts)
			require.ErrorContains(t, err, c.says)
		})
	}
	before, err := os.ReadFile(filepath.Join(home, "config", "priv_validator_key.json"))
	require.NoError(t, err)
	_, err = node.Init(home, "m", "other", node.InitOptions{Overwrite: true})
	require.NoError(t, err)
	after, err := os.ReadFile(filepath.Join(home, "config", "priv_validator_key.json"))
	require.NoError(t, err)
	require.Equal(t, before, after, "keys stay")
}

var _ io.Writer = (*inProcess)(nil)
