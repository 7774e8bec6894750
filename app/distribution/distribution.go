package distribution

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	distribution "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// Verdicts of codespace "distribution", numbered as the reference numbers them.
var (
	ErrNoDelegationInfo = chain.NewError("distribution", 5, "no delegation distribution info")
	ErrNoValidatorInfo  = chain.NewError("distribution", 6, "no validator distribution info")
	ErrNoCommission     = chain.NewError("distribution", 7, "no validator commission to withdraw")
	ErrWithdrawDisabled = chain.NewError("distribution", 8, "set withdraw address disabled")
	ErrPoolTooLow       = chain.NewError("distribution", 9, "community pool does not have sufficient coins to distribute")
	ErrNoValidator      = chain.NewError("distribution", 12, "validator does not exist")
	ErrNoDelegation     = chain.NewError("distribution", 13, "delegation does not exist")
)

// Bank is what distribution needs of bank.
type Bank interface {
	Send(env *chain.Env, from, to chain.Address, coins chain.Coins) error
	Balances(env *chain.Env, addr chain.Address) (chain.Coins, error)
	Blocked(addr chain.Address) bool
}

// Accounts is what distribution needs of auth.
type Accounts interface {
	EnsureModule(env *chain.Env, name string, permissions ...string) error
}

// Stakes is what distribution needs of staking. The first two return its
// verdict if there is no such thing, the others nil.
type Stakes interface {
	RequireValidator(env *chain.Env, operator chain.Address) (*staking.Validator, error)
	RequireDelegation(env *chain.Env, delegator, operator chain.Address) (*staking.Delegation, error)
	ByConsensus(env *chain.Env, cons chain.Address) (*staking.Validator, error)
	EachDelegation(env *chain.Env, delegator chain.Address, visit func(operator chain.Address) error) error
}

// Distribution is the module.
type Distribution struct {
	Bank     Bank
	Accounts Accounts
	Stakes   Stakes
}

// account is where all that is owed lies.
var account = layout.ModuleAddress(layout.RewardsModule)

// DefaultParams tax fees by 2 % and let delegators choose where rewards go.
func DefaultParams() distribution.Params {
	return distribution.Params{CommunityTax: "20000000000000000", BaseProposerReward: "0", BonusProposerReward: "0", WithdrawAddrEnabled: true}
}

// CheckParams refuses parameters out of bounds.
func CheckParams(p distribution.Params) error {
	tax, err := chain.ParseDec(string(p.CommunityTax))
	if err != nil || tax.Cmp(chain.OneDec()) > 0 {
		return fmt.Errorf("distribution.params.community_tax is %.60q, must be 0 to 1: %w", p.CommunityTax.Decimal(), chain.ErrInvalidRequest)
	}
	for _, d := range []base.Dec{p.BaseProposerReward, p.BonusProposerReward} {
		if d != "" && d != "0" {
			return fmt.Errorf("distribution.params: rewards of proposers are %.60q, no longer in use, must be 0: %w", d.Decimal(), chain.ErrInvalidRequest)
		}
	}
	return nil
}

// Params returns the parameters.
func (d *Distribution) Params(env *chain.Env) (distribution.Params, error) {
	p, err := load[distribution.Params](env, layout.RewardsParams)
	if err == nil && p == nil {
		err = fmt.Errorf("no distribution parameters in state")
	}
	if err != nil {
		return distribution.Params{}, err
	}
	return *p, nil
}

// load reads a record of this module, nil if there is none.
func load[T any, P chain.Record[T]](env *chain.Env, key []byte) (P, error) {
	return chain.LoadRecord[T, P](env.Store(layout.Distribution), key)
}

func save(env *chain.Env, key []byte, m chain.Message) error {
	return chain.SaveRecord(env.Store(layout.Distribution), key, m)
}

// each visits all entries behind a prefix, as they were when the walk began.
func each(env *chain.Env, prefix []byte, visit func(key, value []byte) error) error {
	return eachUntil(env, prefix, prefix, chain.PrefixEnd(prefix), visit)
}

// eachUntil visits the entries from start to end; keys come without prefix.
func eachUntil(env *chain.Env, prefix, start, end []byte, visit func(key, value []byte) error) error {
	it, err := env.Store(layout.Distribution).Iterate(start, end, false)
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

// The records that hold nothing but coins.

func (d *Distribution) pool(env *chain.Env) (decCoins, error) {
	p, err := load[distribution.FeePool](env, layout.RewardsPool)
	if err != nil || p == nil {
		return nil, err
	}
	return fromProto(p.CommunityPool)
}

func savePool(env *chain.Env, c decCoins) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("community pool: %w", err)
	}
	return save(env, layout.RewardsPool, &distribution.FeePool{CommunityPool: c.proto()})
}

// addToPool gives coins to all.
func (d *Distribution) addToPool(env *chain.Env, c decCoins) error {
	if len(c) == 0 {
		return nil
	}
	p, err := d.pool(env)
	if err != nil {
		return err
	}
	return savePool(env, p.add(c))
}

func owed(env *chain.Env, operator chain.Address) (decCoins, error) {
	o, err := load[distribution.ValidatorOutstandingRewards](env, layout.RewardsOwed(operator))
	if err != nil || o == nil {
		return nil, err
	}
	return fromProto(o.Rewards)
}

func saveOwed(env *chain.Env, operator chain.Address, c decCoins) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("outstanding rewards: %w", err)
	}
	return save(env, layout.RewardsOwed(operator), &distribution.ValidatorOutstandingRewards{Rewards: c.proto()})
}

func commission(env *chain.Env, operator chain.Address) (decCoins, error) {
	a, err := load[distribution.ValidatorAccumulatedCommission](env, layout.RewardsCommission(operator))
	if err != nil || a == nil {
		return nil, err
	}
	return fromProto(a.Commission)
}

func saveCommission(env *chain.Env, operator chain.Address, c decCoins) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("commission: %w", err)
	}
	return save(env, layout.RewardsCommission(operator), &distribution.ValidatorAccumulatedCommission{Commission: c.proto()})
}

// WithdrawAddress is where a delegator's rewards go: to itself unless it said
// otherwise.
func (d *Distribution) WithdrawAddress(env *chain.Env, delegator chain.Address) (chain.Address, error) {
	raw, err := env.Store(layout.Distribution).Get(layout.RewardsWithdraw(delegator))
	if err != nil || raw == nil {
		return delegator, err
	}
	return chain.Address(raw), nil
}

// pay sends coins out of the module's account to where someone wants them.
func (d *Distribution) pay(env *chain.Env, to chain.Address, coins chain.Coins) error {
	if coins.IsZero() {
		return nil
	}
	address, err := d.WithdrawAddress(env, to)
	if err != nil {
		return err
	}
	return d.Bank.Send(env, account, address, coins)
}
