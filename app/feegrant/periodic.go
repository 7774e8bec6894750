package feegrant

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	feegrant "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
)

// periodic is an allowance up to a sum in each period, within a basic one.
type periodic struct{ feegrant.PeriodicAllowance }

func (p *periodic) message() (chain.Message, string, error) {
	return &p.PeriodicAllowance, periodicURL, nil
}

func (p *periodic) ends() *time.Time { return p.Basic.Expiration }

func (p *periodic) accept(env *chain.Env, fee chain.Coins, _ []string) (bool, error) {
	whole := basic{p.Basic}
	if whole.over(env) {
		return true, fmt.Errorf("absolute limit: %w", ErrFeeLimitExpired)
	}
	if err := p.turn(env.Block.Time); err != nil {
		return false, err
	}
	left, ok, err := less(p.PeriodCanSpend, fee)
	if err != nil {
		return false, err
	}
	if !ok {
		return false, fmt.Errorf("period limit: %w", ErrFeeLimitExceeded)
	}
	p.PeriodCanSpend = left
	spent, err := whole.spend(fee, "absolute limit")
	p.Basic = whole.BasicAllowance
	return spent, err
}

// turn begins a new period if the last has ended: its sum is the period's limit
// or what the whole allowance has left, whichever is less. Who comes late by
// less than a period keeps the rhythm; else the next period counts from now.
func (p *periodic) turn(now time.Time) error {
	if now.Before(p.PeriodReset) {
		return nil
	}
	whole, err := wire.Coins(p.Basic.SpendLimit)
	if err != nil {
		return err
	}
	limit, err := wire.Coins(p.PeriodSpendLimit)
	if err != nil {
		return err
	}
	p.PeriodCanSpend = p.PeriodSpendLimit
	if _, enough := whole.Sub(limit); !enough && len(whole) > 0 {
		p.PeriodCanSpend = p.Basic.SpendLimit
	}
	p.PeriodReset = p.PeriodReset.Add(p.Period)
	if now.After(p.PeriodReset) {
		p.PeriodReset = now.Add(p.Period)
	}
	return nil
}

func (p *periodic) check() error {
	if err := (&basic{p.Basic}).check(); err != nil {
		return err
	}
	limit, err := canonical("spend amount", p.PeriodSpendLimit)
	if err != nil {
		return err
	}
	if limit.IsZero() {
		return fmt.Errorf("spend limit must be positive: %w", chain.ErrInvalidCoins)
	}
	if _, err := canonical("can spend amount", p.PeriodCanSpend); err != nil {
		return err
	}
	whole, err := wire.Coins(p.Basic.SpendLimit)
	if err != nil {
		return err
	}
	for _, c := range limit {
		if len(whole) > 0 && whole.AmountOf(c.Denom).IsZero() {
			return fmt.Errorf("period spend limit has different currency than basic spend limit: %w", chain.ErrInvalidCoins)
		}
	}
	if p.Period < 0 {
		return fmt.Errorf("negative clock step: %w", ErrInvalidDuration)
	}
	return nil
}
