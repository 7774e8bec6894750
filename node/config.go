package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	cmtconfig "github.com/cometbft/cometbft/config"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/node/api"
)

// Config is all that a node is told. Comet is CometBFT's own config.toml, App
// is app.toml.
type Config struct {
	Home  string
	Comet *cmtconfig.Config
	App   AppConfig
}

// AppConfig is app.toml: what is this node's own choice. Nothing in it changes
// a result.
type AppConfig struct {
	// MinGasPrices are what this node asks for before it takes a transaction,
	// such as "0.025uweft"; "" takes all.
	MinGasPrices string `mapstructure:"minimum-gas-prices"`
	// PruningConfig is what is kept of the past.
	PruningConfig `mapstructure:",squash"`
	// StateCacheMiB bounds the memory for cached state.
	StateCacheMiB int64 `mapstructure:"state-cache-mib"`
	// WasmCacheMiB bounds the memory for compiled contracts.
	WasmCacheMiB int64 `mapstructure:"wasm-cache-mib"`
	// MaxQueries is how many queries run at once.
	MaxQueries int `mapstructure:"max-queries"`
	// QueryTimeout is how long one query may take, through any door.
	QueryTimeout time.Duration `mapstructure:"query-timeout"`
	// QueryGasLimit is the gas that one query may use, below the chain's own
	// query_gas_limit; 0 leaves that.
	QueryGasLimit uint64 `mapstructure:"query-gas-limit"`
	// VerifyReplayedPow checks the dear half of the lottery's tickets in blocks that
	// were decided, too.
	VerifyReplayedPow bool `mapstructure:"verify-replayed-pow"`
	// ContractDebug prints what contracts debug to the log.
	ContractDebug bool `mapstructure:"contract-debug"`
	// GRPC and API are the doors of gRPC and REST.
	GRPC api.GRPCConfig `mapstructure:"grpc"`
	API  api.RESTConfig `mapstructure:"api"`
	// Door bounds what clients of the RPC may ask.
	Door DoorConfig `mapstructure:"rpc-door"`
	// Events is weft's own stream of events.
	Events EventsConfig `mapstructure:"events"`
	// Trace is who may have traces and what they may cost.
	Trace TraceConfig `mapstructure:"trace"`
	// StateSync says what snapshots of the state this node makes for others.
	StateSync StateSyncConfig `mapstructure:"state-sync"`
}

// Sizes in CometBFT's configuration and genesis that differ from its defaults
// (design D14).
const (
	maxBlockBytes   = 4 << 20
	maxTxBytes      = 4 << 20
	maxRPCBodyBytes = 8 << 20
	maxRPCBatch     = 1000
	// Pages that follow several contracts through one connection need more than
	// CometBFT's 5.
	maxSubscriptions = 20
	// 50 million SDK gas are worth 7 seconds of computing; the dearest code makes
	// up to 12 times that of them: bench/RESULTS.md, "What gas is worth in time".
	defaultBlockGas  = 50_000_000
	mempoolTxs       = 20_000
	mempoolCacheSize = 50_000
)

// DefaultConfig is a node that listens on loopback addresses only.
func DefaultConfig(home string) Config {
	c := cmtconfig.DefaultConfig()
	c.SetRoot(home)
	c.RPC.ListenAddress = "tcp://127.0.0.1:26657"
	c.RPC.CORSAllowedOrigins = []string{"*"} // browser wallets; the address is loopback
	c.RPC.MaxBodyBytes = maxRPCBodyBytes
	c.RPC.MaxRequestBatchSize = maxRPCBatch
	c.RPC.MaxSubscriptionsPerClient = maxSubscriptions
	c.P2P.ListenAddress = "tcp://127.0.0.1:26656"
	c.P2P.SendRate, c.P2P.RecvRate = 50_000_000, 50_000_000
	c.Mempool.MaxTxBytes = maxTxBytes
	c.Mempool.Size, c.Mempool.CacheSize = mempoolTxs, mempoolCacheSize
	c.LogLevel = "info"
	return Config{Home: home, Comet: c, App: AppConfig{
		PruningConfig: defaultPruning(), StateCacheMiB: 512, WasmCacheMiB: 100, MaxQueries: 16, QueryTimeout: abci.DefaultQueryTimeout,
		VerifyReplayedPow: true,
		GRPC:              api.DefaultGRPCConfig(), API: api.DefaultRESTConfig(),
		Door: defaultDoor(), Events: defaultEvents(), Trace: defaultTrace(), StateSync: defaultStateSync(),
	}}
}

// Bounds of app.toml.
const (
	maxCacheMiB = 1 << 20
	maxQueries  = 10_000

	minQueryTimeout = 10 * time.Millisecond
	maxQueryTimeout = 10 * time.Minute
)

// Validate refuses settings out of bounds. The error names the key, the value
// and what is allowed.
func (c Config) Validate() error {
	if c.Comet == nil {
		return errors.New("config.toml was not read")
	}
	if err := c.Comet.ValidateBasic(); err != nil {
		return fmt.Errorf("config.toml: %w", err)
	}
	if c.Comet.BlockSync != nil && c.Comet.BlockSync.AdaptiveSync {
		return errors.New("config.toml: blocksync.adaptive_sync must be false: CometBFT documents a risk of double signing")
	}
	if c.Comet.P2P.LibP2PEnabled() {
		return errors.New("config.toml: p2p.libp2p.enabled must be false: weft is built without CometBFT's experimental transport (internal/absent)")
	}
	if _, err := app.ParseGasPrices(c.App.MinGasPrices); err != nil {
		return fmt.Errorf("app.toml: minimum-gas-prices: %w", err)
	}
	if err := c.App.checkPruning(); err != nil {
		return err
	}
	for _, v := range []struct {
		key         string
		value, most int64
	}{
		{"state-cache-mib", c.App.StateCacheMiB, maxCacheMiB},
		{"wasm-cache-mib", c.App.WasmCacheMiB, maxCacheMiB},
		{"max-queries", int64(c.App.MaxQueries), maxQueries},
	} {
		if v.value < 1 || v.value > v.most {
			return fmt.Errorf("app.toml: %s is %d, must be 1 to %d", v.key, v.value, v.most)
		}
	}
	if t := c.App.QueryTimeout; t < minQueryTimeout || t > maxQueryTimeout {
		return fmt.Errorf("app.toml: query-timeout is %s, must be %s to %s", t, minQueryTimeout, maxQueryTimeout)
	}
	if err := errors.Join(c.App.GRPC.Validate(), c.App.API.Validate(), c.App.Events.Validate(), c.App.Trace.Validate(), c.App.StateSync.Validate()); err != nil {
		return err
	}
	if err := c.door().Validate(); err != nil {
		return fmt.Errorf("app.toml: section [rpc-door]: %w", err)
	}
	return nil
}

// Paths inside a home.
func configDir(home string) string     { return filepath.Join(home, "config") }
func dataDir(home string) string       { return filepath.Join(home, "data") }
func appTomlPath(home string) string   { return filepath.Join(configDir(home), "app.toml") }
func genTxDir(home string) string      { return filepath.Join(configDir(home), "gentx") }
func stateDir(home string) string      { return filepath.Join(dataDir(home), "weft") }
func snapshotDir(home string) string   { return filepath.Join(dataDir(home), "snapshots") }
func wasmCacheDir(home string) string  { return filepath.Join(dataDir(home), "wasm-cache") }
func configToml(home string) string    { return filepath.Join(configDir(home), "config.toml") }
func genesisOf(home string) string     { return filepath.Join(configDir(home), "genesis.json") }
func exists(path string) bool          { _, err := os.Stat(path); return err == nil }
func trimScheme(address string) string { return strings.TrimPrefix(address, "tcp://") }

// appToml is the text of app.toml.
const appToml = `# weft's own settings of this node. None of them changes a result.

# What this node asks for before it takes a transaction, such as "0.025uweft".
# Empty: it takes all.
minimum-gas-prices = %q
%s
# Memory for cached state, in MiB.
state-cache-mib = %d

# Memory for compiled contracts, in MiB.
wasm-cache-mib = %d

# How many queries run at once.
max-queries = %d

# How long one query may take.
query-timeout = %q

# The gas that one query may use, if it is to be less than the chain's own bound
# (query_gas_limit of its parameters). 0 leaves that.
query-gas-limit = %d

# On a chain with a lottery: compute the memory-hard half of each ticket anew also
# in blocks that were decided already. false makes block sync faster and leaves
# that check to those who decided: more than two thirds of the power made it.
verify-replayed-pow = %t

# Print what contracts debug to the log.
contract-debug = %t
`

// writeAppToml writes app.toml: the keys without a section, then each section
// with its own text.
func writeAppToml(home string, c AppConfig) error {
	text := fmt.Sprintf(appToml, c.MinGasPrices, c.pruningText(), c.StateCacheMiB, c.WasmCacheMiB, c.MaxQueries,
		c.QueryTimeout, c.QueryGasLimit, c.VerifyReplayedPow, c.ContractDebug) + c.Door.toml() + api.Text(c.GRPC, c.API) + c.Events.toml() + c.Trace.toml() + c.StateSync.toml()
	return os.WriteFile(appTomlPath(home), []byte(text), 0o644)
}
