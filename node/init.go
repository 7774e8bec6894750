package node

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	cmtconfig "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/types"

	"github.com/weftchain/weft/app"
)

// InitOptions say how a home is made.
type InitOptions struct {
	// Overwrite replaces configuration and genesis of an existing home. Keys
	// and data stay.
	Overwrite bool
	// Bech32Prefix and BaseDenom name addresses and the base coin; empty are
	// the defaults.
	Bech32Prefix string
	BaseDenom    string
	// Lottery is "local" or "public" for a chain that mines, with parameters for
	// such networks; "" is a chain without.
	Lottery string
	// Configure changes the configuration before it is written; nil leaves the
	// defaults.
	Configure func(*Config)
}

// InitResult is what a new home holds.
type InitResult struct {
	Moniker         string
	ChainID         string
	NodeID          string
	ValidatorPubKey []byte // ed25519
}

// maxChainID is CometBFT's bound.
const maxChainID = types.MaxChainIDLen

// Init makes a node's home: configuration, keys, and a genesis without accounts
// and validators. It refuses a home that has a genesis unless told otherwise.
func Init(home, moniker, chainID string, opts InitOptions) (InitResult, error) {
	if chainID == "" || len(chainID) > maxChainID {
		return InitResult{}, fmt.Errorf("chain id %q must have 1 to %d characters", chainID, maxChainID)
	}
	if moniker == "" || len(moniker) > 70 {
		return InitResult{}, fmt.Errorf("moniker %q must have 1 to 70 characters", moniker)
	}
	if exists(genesisOf(home)) && !opts.Overwrite {
		return InitResult{}, fmt.Errorf("%s exists: this home is in use; choose another --home or pass --overwrite", genesisOf(home))
	}
	for _, dir := range []string{configDir(home), dataDir(home), genTxDir(home)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return InitResult{}, fmt.Errorf("cannot make %s: %w", dir, err)
		}
	}
	cfg := DefaultConfig(home)
	cfg.Comet.Moniker = moniker
	if opts.Configure != nil {
		opts.Configure(&cfg)
	}
	if err := writeConfigToml(home, cfg.Comet); err != nil {
		return InitResult{}, err
	}
	if err := writeAppToml(home, cfg.App); err != nil {
		return InitResult{}, err
	}
	nodeKey, err := p2p.LoadOrGenNodeKey(cfg.Comet.NodeKeyFile())
	if err != nil {
		return InitResult{}, fmt.Errorf("%s: %w", cfg.Comet.NodeKeyFile(), err)
	}
	key, err := initValidatorKey(cfg.Comet)
	if err != nil {
		return InitResult{}, err
	}
	res := InitResult{Moniker: moniker, ChainID: chainID, NodeID: string(nodeKey.ID()), ValidatorPubKey: key}
	return res, initGenesis(home, chainID, opts)
}

func initValidatorKey(c *cmtconfig.Config) ([]byte, error) {
	keyFile, stateFile := c.PrivValidatorKeyFile(), c.PrivValidatorStateFile()
	if exists(keyFile) {
		if err := checkValidatorKey(c); err != nil {
			return nil, err
		}
		pv := privval.LoadFilePVEmptyState(keyFile, stateFile)
		return pv.Key.PubKey.Bytes(), nil
	}
	if err := os.MkdirAll(filepath.Dir(stateFile), 0o755); err != nil {
		return nil, err
	}
	pv := privval.GenFilePV(keyFile, stateFile)
	pv.Save()
	return pv.Key.PubKey.Bytes(), nil
}

func initGenesis(home, chainID string, opts InitOptions) error {
	g := app.DefaultGenesis()
	if opts.Bech32Prefix != "" {
		g.Params.Bech32Prefix = opts.Bech32Prefix
	}
	if opts.BaseDenom != "" {
		g.Params.BaseDenom = opts.BaseDenom
		g.Staking.Params.BondDenom = opts.BaseDenom
	}
	if err := setLottery(&g, opts.Lottery); err != nil {
		return err
	}
	if err := g.Validate(); err != nil {
		return err
	}
	state, err := g.JSON()
	if err != nil {
		return err
	}
	params := types.DefaultConsensusParams()
	params.Block.MaxBytes = maxBlockBytes
	params.Block.MaxGas = defaultBlockGas
	params.Evidence.MaxBytes = 1 << 20
	params.Evidence.MaxAgeDuration = g.Staking.Params.UnbondingTime // as long as there is stake to slash
	doc := &types.GenesisDoc{
		ChainID: chainID, GenesisTime: time.Now().UTC().Truncate(time.Millisecond),
		ConsensusParams: params, InitialHeight: 1, AppState: state,
	}
	return saveGenesis(home, doc)
}
