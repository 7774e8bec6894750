package app

import (
	"fmt"
	"strings"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/tx"
)

// priceUnit is what one whole unit of a price is counted as: prices have up to
// 18 decimals.
const (
	priceUnit     = 1_000_000_000_000_000_000
	priceDecimals = 18
)

// GasPrice is what one unit of gas costs in a denom, times 10^18.
type GasPrice struct {
	Denom string
	Price chain.Amount
}

// GasPrices are prices in several denoms; paying one of them is enough.
type GasPrices []GasPrice

// ParseGasPrices reads "0.025uweft,0.1uatom"; "" is no price.
func ParseGasPrices(s string) (GasPrices, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	var out GasPrices
	for part := range strings.SplitSeq(s, ",") {
		p, err := parseGasPrice(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func parseGasPrice(s string) (GasPrice, error) {
	number := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/:._-0123456789")
	if number != "" {
		return GasPrice{}, fmt.Errorf("gas price %.60q must look like 0.025uweft", s)
	}
	end := 0
	for end < len(s) && (s[end] == '.' || s[end] >= '0' && s[end] <= '9') {
		end++
	}
	whole, decimals, _ := strings.Cut(s[:end], ".")
	if whole == "" || len(decimals) > priceDecimals || strings.Contains(decimals, ".") {
		return GasPrice{}, fmt.Errorf("gas price %.60q must look like 0.025uweft, with at most %d decimals", s, priceDecimals)
	}
	digits := strings.TrimLeft(whole+decimals+strings.Repeat("0", priceDecimals-len(decimals)), "0")
	if digits == "" {
		digits = "0"
	}
	price, err := chain.ParseAmount(digits)
	if err != nil {
		return GasPrice{}, fmt.Errorf("gas price %.60q: %w", s, err)
	}
	if err := chain.CheckDenom(s[end:]); err != nil {
		return GasPrice{}, fmt.Errorf("gas price %.60q: %w", s, err)
	}
	return GasPrice{Denom: s[end:], Price: price}, nil
}

// required is the least fee for gas: the price times gas, rounded up.
func (p GasPrice) required(gas uint64) (chain.Coin, bool) {
	unit := chain.NewAmount(priceUnit)
	fee, ok := p.Price.MulDiv(chain.NewAmount(gas), unit)
	if !ok {
		return chain.Coin{}, false
	}
	// Rounded down: add one unless the product was whole.
	if gas == 0 {
		return chain.Coin{Denom: p.Denom}, true
	}
	if back, whole := fee.MulDiv(unit, chain.NewAmount(gas)); !whole || back.Cmp(p.Price) < 0 {
		if fee, ok = fee.Add(chain.NewAmount(1)); !ok {
			return chain.Coin{}, false
		}
	}
	return chain.Coin{Denom: p.Denom, Amount: fee}, true
}

// check refuses a transaction that offers less than this node asks for.
func (ps GasPrices) check(t *tx.Tx) error {
	if len(ps) == 0 {
		return nil
	}
	fee, gas, err := t.Fee()
	if err != nil {
		return err
	}
	var required chain.Coins
	for _, p := range ps {
		least, ok := p.required(gas)
		if !ok {
			continue
		}
		if fee.AmountOf(p.Denom).Cmp(least.Amount) >= 0 {
			return nil
		}
		required = append(required, least)
	}
	return fmt.Errorf("insufficient fees; got: %s required: %s: %w", fee, required, chain.ErrInsufficientFee)
}

// priority orders transactions for the mempool: the least of what the fee pays
// for a unit of gas over its denoms, in whole units, at most 2^63-1.
func priority(t *tx.Tx) int64 {
	fee, gas, err := t.Fee()
	if err != nil || gas == 0 || len(fee) == 0 {
		return 0
	}
	const most = 1<<63 - 1
	least := uint64(most)
	for _, c := range fee {
		each, _ := c.Amount.MulDiv(chain.NewAmount(1), chain.NewAmount(gas))
		if n, fits := each.Uint64(); fits {
			least = min(least, n)
		}
	}
	return int64(least)
}
