// Package lottery lets those who do not stake take part by work: in each epoch
// of blocks miners look for tickets, the best of which win coins, seats (power
// to validate for a time, capped below a third) and the epoch's lead. A chain
// whose genesis has no lottery section has no store of this package and is as
// if the package were not there.
//
// The rules are pure packages below this one: epoch (clock, seed), ticket (the
// puzzle), target (difficulty), ranking, pot (money), seats (power), proof
// (signatures). This one keeps their state. Stake, jail, evidence and what
// CometBFT is told are left to staking, slashing and valset (ADR 0013).
package lottery

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// Bank is what the lottery needs of bank.
type Bank interface {
	Mint(env *chain.Env, to chain.Address, coins chain.Coins) error
	BurnFrom(env *chain.Env, module string, coins chain.Coins) error
	Send(env *chain.Env, from, to chain.Address, coins chain.Coins) error
	Balance(env *chain.Env, addr chain.Address, denom string) (chain.Amount, error)
	Blocked(addr chain.Address) bool
}

// Accounts is what the lottery needs of auth.
type Accounts interface {
	EnsureModule(env *chain.Env, name string, permissions ...string) error
}

// Stakes is what the lottery needs of staking.
type Stakes interface {
	// ByConsensus is the validator with a key, nil if nobody stakes with it.
	ByConsensus(env *chain.Env, cons chain.Address) (*staking.Validator, error)
	Params(env *chain.Env) (staking.Params, error)
}

// Signing is what the lottery needs of slashing.
type Signing interface {
	// KeyJoined refuses a key that must not come back.
	KeyJoined(env *chain.Env, key []byte, again bool) error
	// KeyBonded comes when a key starts to validate.
	KeyBonded(env *chain.Env, cons chain.Address) error
	// Released refuses to let a key out of jail before its time.
	Released(env *chain.Env, cons chain.Address) error
}

// Lottery is the module.
type Lottery struct {
	Bank     Bank
	Accounts Accounts
	Stakes   Stakes
	Signing  Signing
	// TrustWork leaves out Prove in blocks that were decided.
	TrustWork bool

	proved proved
}

// New returns a module that is not wired yet.
func New() *Lottery { return &Lottery{} }

// account is where the lottery's coins are.
var account = layout.ModuleAddress(layout.LotteryModule)

// Power is a key and its power.
type Power struct {
	PubKey []byte // ed25519, 32 bytes
	Power  int64
}

// BeginBlock takes the lottery's part of the fees and notes which operators
// did not sign the block before. The error is a fault of this node.
func (l *Lottery) BeginBlock(env *chain.Env, votes []chain.Vote) error {
	if err := alone(env, "fees", l.takeFees); err != nil {
		return err
	}
	for _, v := range votes {
		if v.Signed {
			continue
		}
		if err := l.noteMiss(env, v.Validator); err != nil {
			return err
		}
	}
	return nil
}

// EndBlock does what is due at a height and returns who validates by work beside
// the anchors, who are those that stake. The error is a fault of this node.
func (l *Lottery) EndBlock(env *chain.Env, anchors []Power) ([]Power, error) {
	if env.Block.Height == 0 {
		return nil, nil // genesis: the first epoch begins after the first block
	}
	if err := l.turnEpochs(env, anchors); err != nil {
		return nil, fmt.Errorf("lottery: %w", err)
	}
	if err := l.release(env); err != nil {
		return nil, fmt.Errorf("lottery escrow: %w", err)
	}
	if err := l.pay(env); err != nil {
		return nil, fmt.Errorf("lottery payments: %w", err)
	}
	return l.mined(env, anchors)
}

// turnEpochs begins, ends, settles and activates.
func (l *Lottery) turnEpochs(env *chain.Env, anchors []Power) error {
	cur, err := current(env)
	if err != nil {
		return err
	}
	if cur == nil {
		return l.begin(env)
	}
	height := env.Block.Height
	if cur.Epoch > 0 {
		prev, err := epochAt(env, cur.Epoch-1)
		if err != nil {
			return err
		}
		if prev != nil {
			if err := l.turnPrevious(env, prev, anchors); err != nil {
				return err
			}
		}
	}
	if spanOf(cur).Ends(height) {
		return l.close(env, cur)
	}
	return nil
}

func (l *Lottery) turnPrevious(env *chain.Env, prev *lottery.Epoch, anchors []Power) error {
	span, height := spanOf(prev), env.Block.Height
	if prev.Stage == lottery.StageSettled {
		if err := prune(env, prev); err != nil {
			return err
		}
	}
	if prev.Stage == lottery.StageMining && height >= span.SettlesAt() {
		if err := l.settle(env, prev); err != nil {
			return fmt.Errorf("settling epoch %d: %w", prev.Epoch, err)
		}
	}
	if prev.Stage == lottery.StageSettled && height >= span.ActivatesAt() {
		if err := l.activate(env, prev, total(anchors)); err != nil {
			return fmt.Errorf("activating epoch %d: %w", prev.Epoch, err)
		}
	}
	return nil
}

// alone does one piece of work on a branch of its own; what a rule refuses is
// left out with an event lottery_entry_failed.
func alone(env *chain.Env, what string, work func(*chain.Env) error) error {
	child := env.Child()
	err := work(child)
	if err == nil {
		env.Keep(child)
		return nil
	}
	if verdict, rule := chain.Verdict(err); rule {
		env.Events.Emit(chain.NewEvent("lottery_entry_failed", "entry", what,
			"codespace", verdict.Codespace, "code", fmt.Sprint(verdict.Code), "reason", err.Error()))
		return nil
	}
	return err
}

func total(set []Power) int64 {
	var sum int64
	for _, p := range set {
		sum += p.Power // staking bounds the sum far below 2^63
	}
	return sum
}

// nanos is block time as escrow counts it.
func nanos(t time.Time) int64 { return t.UnixNano() }
