// Package slashing watches over those who validate: who signs too few blocks
// loses a little stake and goes to jail for a while; who signs two blocks of
// one height loses more and never comes back. It leaves stake and what a slash
// does to it to staking, and the verification of evidence to CometBFT.
//
// Rules, keys, events and codes are those of the Cosmos module of that name,
// and of the module evidence for double signing.
package slashing

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	slashing "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// Verdicts of codespace "slashing", numbered as the reference numbers them.
var (
	ErrNoValidator  = chain.NewError("slashing", 3, "validator does not exist for that address")
	ErrStillJailed  = chain.NewError("slashing", 4, "validator still jailed; cannot be unjailed")
	ErrNotJailed    = chain.NewError("slashing", 5, "validator not jailed; cannot be unjailed")
	ErrNoSelfStake  = chain.NewError("slashing", 6, "validator has no self-delegation; cannot be unjailed")
	ErrLowSelfStake = chain.NewError("slashing", 7, "validator's self delegation less than minimum; cannot be unjailed")
	ErrNoInfo       = chain.NewError("slashing", 8, "no validator signing info found")
	ErrTombstoned   = chain.NewError("slashing", 9, "validator already tombstoned")
)

// Stakes is what slashing needs of staking. Validators and delegations that are
// not there are nil.
type Stakes interface {
	Validator(env *chain.Env, operator chain.Address) (*staking.Validator, error)
	ByConsensus(env *chain.Env, cons chain.Address) (*staking.Validator, error)
	Delegation(env *chain.Env, delegator, operator chain.Address) (*staking.Delegation, error)
	Params(env *chain.Env) (staking.Params, error)
	Slash(env *chain.Env, cons chain.Address, height, power int64, fraction chain.Dec) (chain.Amount, error)
	Jail(env *chain.Env, cons chain.Address) error
	Unjail(env *chain.Env, cons chain.Address) error
}

// Mined is who validates by work instead of stake (ADR 0013): who is absent or
// signs twice is found out here, what it loses is decided there.
type Mined interface {
	// Watches reports whether a key is one of them, and whether it is in jail.
	Watches(env *chain.Env, cons chain.Address) (known, jailed bool, err error)
	// Absent jails a key that signed too few blocks.
	Absent(env *chain.Env, cons chain.Address) error
	// Equivocated punishes a key that signed two blocks of one height.
	Equivocated(env *chain.Env, cons chain.Address) error
}

// Slashing is the module.
type Slashing struct {
	Stakes Stakes
	// Mined is nil on a chain where nobody validates by work.
	Mined Mined
}

// updateDelay is how many blocks pass until a change of the set takes effect
// after the next block: what happened at a height was decided by the stake of
// that many blocks before.
const updateDelay = 1

// forever is until when a tombstoned validator is in jail.
var forever = time.Unix(253_402_300_799, 0).UTC()

// Bounds of parameters.
const (
	maxWindow = 1_000_000
	maxJail   = 10 * 365 * 24 * time.Hour
)

// DefaultParams are the reference's: half of 100 blocks must be signed.
func DefaultParams() slashing.Params {
	return slashing.Params{
		SignedBlocksWindow: 100, MinSignedPerWindow: base.DecBytes("500000000000000000"), DowntimeJailDuration: 10 * time.Minute,
		SlashFractionDoubleSign: base.DecBytes("50000000000000000"), SlashFractionDowntime: base.DecBytes("10000000000000000"),
	}
}

// CheckParams refuses parameters out of bounds.
func CheckParams(p slashing.Params) error {
	if p.SignedBlocksWindow <= 0 || p.SignedBlocksWindow > maxWindow {
		return fmt.Errorf("slashing.params.signed_blocks_window is %d, must be 1 to %d: %w", p.SignedBlocksWindow, maxWindow, chain.ErrInvalidRequest)
	}
	if p.DowntimeJailDuration <= 0 || p.DowntimeJailDuration > maxJail {
		return fmt.Errorf("slashing.params.downtime_jail_duration is %s, must be above 0 and at most %s: %w", p.DowntimeJailDuration, maxJail, chain.ErrInvalidRequest)
	}
	for _, f := range []struct {
		name string
		raw  base.DecBytes
	}{
		{"min_signed_per_window", p.MinSignedPerWindow},
		{"slash_fraction_double_sign", p.SlashFractionDoubleSign},
		{"slash_fraction_downtime", p.SlashFractionDowntime},
	} {
		d, err := chain.ParseDec(string(f.raw))
		if err != nil || d.Cmp(chain.OneDec()) > 0 {
			return fmt.Errorf("slashing.params.%s is %.60q, must be 0 to 1: %w", f.name, base.Dec(f.raw).Decimal(), chain.ErrInvalidRequest)
		}
	}
	return nil
}

// Params returns the parameters.
func (s *Slashing) Params(env *chain.Env) (slashing.Params, error) {
	p, err := load[slashing.Params](env, layout.SlashingParams)
	if err == nil && p == nil {
		err = fmt.Errorf("no slashing parameters in state")
	}
	if err != nil {
		return slashing.Params{}, err
	}
	return *p, nil
}

// fraction reads a parameter; an error is a fault.
func fraction(raw base.DecBytes) (chain.Dec, error) {
	d, err := chain.ParseDec(string(raw))
	if err != nil {
		return d, fmt.Errorf("slashing parameters in state: %v", err)
	}
	return d, nil
}

// load reads a record of this module, nil if there is none.
func load[T any, P chain.Record[T]](env *chain.Env, key []byte) (P, error) {
	return chain.LoadRecord[T, P](env.Store(layout.Slashing), key)
}

func save(env *chain.Env, key []byte, m chain.Message) error {
	return chain.SaveRecord(env.Store(layout.Slashing), key, m)
}

// each visits all entries behind a prefix, as they were when the walk began.
func each(env *chain.Env, prefix []byte, visit func(key, value []byte) error) error {
	it, err := env.Store(layout.Slashing).Iterate(prefix, chain.PrefixEnd(prefix), false)
	if err != nil {
		return err
	}
	for it.Valid() && err == nil {
		if err = visit(it.Key()[len(prefix):], it.Value()); err == nil {
			err = it.Next()
		}
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return err
}

// Info returns a key's signing record, nil if there is none.
func (s *Slashing) Info(env *chain.Env, cons chain.Address) (*slashing.ValidatorSigningInfo, error) {
	return load[slashing.ValidatorSigningInfo](env, layout.SlashingInfo(cons))
}

func saveInfo(env *chain.Env, cons chain.Address, info *slashing.ValidatorSigningInfo) error {
	return save(env, layout.SlashingInfo(cons), info)
}

func newInfo(env *chain.Env, cons chain.Address) *slashing.ValidatorSigningInfo {
	return &slashing.ValidatorSigningInfo{
		Address: env.Bech32().Consensus(cons), StartHeight: env.Block.Height, JailedUntil: time.Unix(0, 0).UTC(),
	}
}
