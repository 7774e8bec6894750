package app

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
)

// genesisInput is what the chain starts from, kept until the first block is
// committed: it is applied anew whenever that block is executed.
type genesisInput struct {
	doc         *Genesis
	time        time.Time
	maxBlockGas uint64
	firstHeight int64
	updates     []Update
	hash        []byte // of the state before the first block
}

// InitGenesis takes the state that the chain starts from and returns its
// validators and the app hash of the state before the first block, whose height
// is given. It may be called again after a crash. MaxBlockGas is CometBFT's
// block.max_gas, 0 for no bound.
func (a *App) InitGenesis(appState []byte, at time.Time, firstHeight int64, maxBlockGas uint64) ([]Update, []byte, error) {
	if last, _ := a.store.Version(); last != 0 {
		return nil, nil, fmt.Errorf("genesis for a chain that is at height %d", last)
	}
	g, err := ParseGenesis(appState)
	if err != nil {
		return nil, nil, err
	}
	if err := g.Validate(); err != nil {
		return nil, nil, err
	}
	if err := a.checkWiring(g); err != nil {
		return nil, nil, err
	}
	in := &genesisInput{doc: g, time: at.UTC(), maxBlockGas: maxBlockGas, firstHeight: firstHeight}
	branch := a.store.Branch()
	if err := in.apply(a, branch); err != nil {
		return nil, nil, err
	}
	hash, err := a.store.Stage(branch, firstHeight)
	if err != nil {
		return nil, nil, err
	}
	a.checking.Lock()
	defer a.checking.Unlock()
	in.hash = hash
	a.genesis = in
	return in.updates, hash, a.makeCheck()
}

// apply writes genesis into a branch: parameters, modules, then the
// transactions that create validators.
func (in *genesisInput) apply(a *App, branch chain.Branch) error {
	if err := writeParams(branch, in.doc.Params); err != nil {
		return err
	}
	branch.Set(layout.Params, layout.BlockMaxGas, layout.Uint64(in.maxBlockGas))
	env, err := a.env(&chain.Block{ChainID: a.chainID, Time: in.time}, branch)
	if err != nil {
		return err
	}
	if err := a.auth.InitGenesis(env, &in.doc.Auth); err != nil {
		return fmt.Errorf("genesis auth: %w", err)
	}
	if err := a.bank.InitGenesis(env, &in.doc.Bank); err != nil {
		return fmt.Errorf("genesis bank: %w", err)
	}
	if err := a.auth.EnsureModule(env, layout.FeeCollector); err != nil {
		return err
	}
	if err := a.auth.EnsureModule(env, layout.WasmModule, "burner"); err != nil {
		return err
	}
	if err := a.distribution.InitGenesis(env, &in.doc.Distribution); err != nil {
		return fmt.Errorf("genesis distribution: %w", err)
	}
	if err := a.mint.InitGenesis(env, in.doc.Mint); err != nil {
		return fmt.Errorf("genesis mint: %w", err)
	}
	if err := a.slashing.InitGenesis(env, &in.doc.Slashing); err != nil {
		return fmt.Errorf("genesis slashing: %w", err)
	}
	if err := a.staking.InitGenesis(env, &in.doc.Staking); err != nil {
		return fmt.Errorf("genesis staking: %w", err)
	}
	if err := a.wasm.InitGenesis(env, &in.doc.Wasm); err != nil {
		return fmt.Errorf("genesis wasm: %w", err)
	}
	if err := a.upgrade.InitGenesis(env, in.doc.Upgrade); err != nil {
		return fmt.Errorf("genesis upgrade: %w", err)
	}
	if err := a.feegrant.InitGenesis(env, &in.doc.Feegrant); err != nil {
		return fmt.Errorf("genesis feegrant: %w", err)
	}
	if in.doc.Lottery != nil {
		if err := a.lottery.InitGenesis(env, in.doc.Lottery); err != nil {
			return fmt.Errorf("genesis lottery: %w", err)
		}
	}
	for i, text := range in.doc.GenTxs {
		if err := a.deliverGenTx(env, text); err != nil {
			return fmt.Errorf("genutil.gen_txs[%d]: %w", i, err)
		}
	}
	if in.updates, err = a.validators(env); err != nil {
		return err
	}
	return a.checkSeatPower(env, in.updates)
}

// ExportGenesis is the state of the last commit as a genesis: it gives the same
// state again, but for what depends on heights.
func (a *App) ExportGenesis() (*Genesis, error) {
	height, _ := a.store.Version()
	return a.ExportGenesisAt(height)
}

// ExportGenesisAt is ExportGenesis after an earlier height, which must be kept.
func (a *App) ExportGenesisAt(height int64) (*Genesis, error) {
	view, err := a.viewAt(height)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	env, err := a.queryBlock(view.Height(), view.Branch())
	if err != nil {
		return nil, err
	}
	g := &Genesis{Params: protoParams(env.Block.Params)}
	authState, err := a.auth.ExportGenesis(env)
	if err != nil {
		return nil, err
	}
	bankState, err := a.bank.ExportGenesis(env)
	if err != nil {
		return nil, err
	}
	feegrantState, err := a.feegrant.ExportGenesis(env)
	if err != nil {
		return nil, err
	}
	stakingState, err := a.staking.ExportGenesis(env)
	if err != nil {
		return nil, err
	}
	distributionState, err := a.distribution.ExportGenesis(env)
	if err != nil {
		return nil, err
	}
	slashingState, err := a.slashing.ExportGenesis(env)
	if err != nil {
		return nil, err
	}
	if g.Upgrade, err = a.upgrade.ExportGenesis(env); err != nil {
		return nil, err
	}
	if g.Mint, err = a.mint.ExportGenesis(env); err != nil {
		return nil, err
	}
	if a.lottery != nil {
		if g.Lottery, err = a.lottery.ExportGenesis(env); err != nil {
			return nil, err
		}
	}
	wasmState, err := a.wasm.ExportGenesis(env)
	if err != nil {
		return nil, err
	}
	g.Distribution, g.Slashing = *distributionState, *slashingState
	g.Auth, g.Bank, g.Feegrant, g.Staking, g.Wasm = *authState, *bankState, *feegrantState, *stakingState, *wasmState
	return g, nil
}
