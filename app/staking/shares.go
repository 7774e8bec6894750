package staking

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// stake is the coins behind a validator and the shares that they are divided
// into. Slashing takes coins and leaves shares, so a share starts as a coin and
// is worth less after a slash.
type stake struct {
	tokens chain.Amount
	shares chain.Dec
}

// stakeOf reads a validator's stake; an error is a fault.
func stakeOf(v *staking.Validator) (stake, error) {
	tokens, err := amountOf(v.Tokens)
	if err != nil {
		return stake{}, fmt.Errorf("validator %s: tokens: %v", v.OperatorAddress, err)
	}
	shares, err := chain.ParseDec(string(v.DelegatorShares))
	if err != nil {
		return stake{}, fmt.Errorf("validator %s: shares: %v", v.OperatorAddress, err)
	}
	return stake{tokens, shares}, nil
}

// amountOf reads an amount of the state, where "" is 0.
func amountOf(text string) (chain.Amount, error) {
	if text == "" {
		return chain.Amount{}, nil
	}
	return chain.ParseAmount(text)
}

// ruined says that shares are there and nothing behind them: nobody could buy
// shares at that price.
func (s stake) ruined() bool { return s.tokens.IsZero() && !s.shares.IsZero() }

// issue returns the shares that coins buy, or that are worth those coins,
// rounded down. It is void of a ruined stake.
func (s stake) issue(coins chain.Amount) chain.Dec {
	if s.shares.IsZero() {
		return chain.NewDec(coins)
	}
	return s.shares.MulAmount(coins).QuoAmount(s.tokens)
}

// worth returns the coins behind shares.
func (s stake) worth(shares chain.Dec) chain.Dec {
	if s.shares.IsZero() {
		return chain.Dec{}
	}
	return chain.SharesWorth(shares, s.tokens, s.shares)
}

// add puts coins in and returns the shares that they bought.
func (s stake) add(coins chain.Amount) (stake, chain.Dec, error) {
	bought := s.issue(coins)
	tokens, ok := s.tokens.Add(coins)
	if !ok {
		return s, chain.Dec{}, fmt.Errorf("the stake would pass 2^256-1: %w", chain.ErrInvalidRequest)
	}
	out := stake{tokens, s.shares.Add(bought)}
	return out, bought, out.shares.Check()
}

// remove takes shares out and returns the coins that leave with them. Whoever
// takes the last share takes all that is left.
func (s stake) remove(shares chain.Dec) (stake, chain.Amount, error) {
	rest := s.shares.Sub(shares)
	if err := rest.Check(); err != nil {
		return s, chain.Amount{}, err
	}
	if rest.IsZero() {
		return stake{}, s.tokens, nil
	}
	coins := s.worth(shares).Truncate()
	tokens, ok := s.tokens.Sub(coins)
	if !ok {
		return s, chain.Amount{}, fmt.Errorf("shares are worth more than the stake: %w", chain.ErrLogic)
	}
	return stake{tokens, rest}, coins, nil
}

// units is the power that coins give.
func units(tokens chain.Amount) (uint64, error) {
	u, ok := tokens.MulDiv(chain.NewAmount(1), chain.NewAmount(PowerReduction))
	power, fits := u.Uint64()
	if !ok || !fits || power > maxPower {
		return 0, fmt.Errorf("a stake of %s, at most %d units of power fit: %w", tokens, uint64(maxPower), chain.ErrInvalidRequest)
	}
	return power, nil
}
