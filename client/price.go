package client

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/weftchain/weft/chain"
)

// Price is what one unit of gas costs in a denom. The zero value costs
// nothing.
type Price struct {
	amount big.Rat
	denom  string
}

// Denom is what the price is paid in.
func (p Price) Denom() string { return p.denom }

// Amount is the price of one unit of gas; the caller may keep it.
func (p Price) Amount() *big.Rat { return new(big.Rat).Set(&p.amount) }

// decimalRule is a number without sign or exponent, of a length that nothing
// can be made to suffer from.
var decimalRule = regexp.MustCompile(`^[0-9]{1,30}(\.[0-9]{1,18})?`)

// ParsePrices reads "0.025uweft,1uatom". The error wraps chain.ErrInvalidCoins.
func ParsePrices(text string) ([]Price, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var list []Price
	seen := map[string]bool{}
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		number := decimalRule.FindString(part)
		var p Price
		if _, ok := p.amount.SetString(number); !ok {
			return nil, fmt.Errorf("gas price %.80q, write a number and a denom such as 0.025uweft: %w", part, chain.ErrInvalidCoins)
		}
		p.denom = part[len(number):]
		if err := chain.CheckDenom(p.denom); err != nil {
			return nil, err
		}
		if seen[p.denom] {
			return nil, fmt.Errorf("gas price of %s is given twice: %w", p.denom, chain.ErrInvalidCoins)
		}
		seen[p.denom] = true
		list = append(list, p)
	}
	return list, nil
}

// Fee returns the coins that gas costs at prices, each rounded up.
func Fee(prices []Price, gas uint64) (chain.Coins, error) {
	var coins chain.Coins
	for _, p := range prices {
		cost := ceil(new(big.Rat).Mul(&p.amount, new(big.Rat).SetUint64(gas)))
		amount, err := chain.ParseAmount(cost.String())
		if err != nil {
			return nil, err
		}
		coins = append(coins, chain.Coin{Denom: p.denom, Amount: amount})
	}
	return coins.Normalize()
}

// Adjustment is a factor on the gas that a simulation used, from 1 to 100.
type Adjustment struct{ factor big.Rat }

// ParseAdjustment reads "1.1".
func ParseAdjustment(text string) (Adjustment, error) {
	var a Adjustment
	if decimalRule.FindString(text) != text || text == "" {
		return a, fmt.Errorf("gas adjustment %.40q is not a number such as 1.1", text)
	}
	if _, ok := a.factor.SetString(text); !ok || a.factor.Cmp(big.NewRat(1, 1)) < 0 || a.factor.Cmp(big.NewRat(100, 1)) > 0 {
		return a, fmt.Errorf("gas adjustment %.40q is not between 1 and 100", text)
	}
	return a, nil
}

// apply returns the adjusted gas, rounded up; the zero value adjusts nothing.
func (a Adjustment) apply(gas uint64) uint64 {
	if a.factor.Sign() == 0 {
		return gas
	}
	n := ceil(new(big.Rat).Mul(&a.factor, new(big.Rat).SetUint64(gas)))
	if !n.IsUint64() {
		return gas
	}
	return n.Uint64()
}

func ceil(r *big.Rat) *big.Int {
	n, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		n.Add(n, big.NewInt(1))
	}
	return n
}
