package distribution

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
)

// decCoin is an amount with a fraction.
type decCoin struct {
	denom  string
	amount chain.Dec
}

// decCoins are sorted by denom, one entry each, none zero.
type decCoins []decCoin

// fromCoins turns canonical coins into decimals.
func fromCoins(coins chain.Coins) decCoins {
	out := make(decCoins, len(coins))
	for i, c := range coins {
		out[i] = decCoin{c.Denom, chain.NewDec(c.Amount)}
	}
	return out
}

// fromProto reads coins of the state; an error is a fault.
func fromProto(list []base.DecCoin) (decCoins, error) {
	out := make(decCoins, 0, len(list))
	for i, c := range list {
		amount, err := chain.ParseDec(string(c.Amount))
		if err != nil || i > 0 && list[i-1].Denom >= c.Denom {
			return nil, fmt.Errorf("coins in state: %s%s: %v", c.Amount, c.Denom, err)
		}
		if !amount.IsZero() {
			out = append(out, decCoin{c.Denom, amount})
		}
	}
	return out, nil
}

// proto is the form of messages and of the state; never nil.
func (c decCoins) proto() []base.DecCoin {
	out := make([]base.DecCoin, len(c))
	for i, x := range c {
		out[i] = base.DecCoin{Denom: x.denom, Amount: base.Dec(x.amount.Wire())}
	}
	return out
}

// String is the form of events: "1.500000000000000000uweft,…".
func (c decCoins) String() string {
	text := ""
	for i, x := range c {
		if i > 0 {
			text += ","
		}
		text += x.amount.String() + x.denom
	}
	return text
}

// check refuses amounts that left their bounds.
func (c decCoins) check() error {
	for _, x := range c {
		if err := x.amount.Check(); err != nil {
			return fmt.Errorf("%s: %w", x.denom, err)
		}
	}
	return nil
}

// combine merges two lists: op gets both amounts of each denom.
func combine(a, b decCoins, op func(x, y chain.Dec) chain.Dec) decCoins {
	var out decCoins
	for len(a) > 0 || len(b) > 0 {
		var denom string
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].denom <= b[0].denom:
			denom = a[0].denom
		default:
			denom = b[0].denom
		}
		var x, y chain.Dec
		if len(a) > 0 && a[0].denom == denom {
			x, a = a[0].amount, a[1:]
		}
		if len(b) > 0 && b[0].denom == denom {
			y, b = b[0].amount, b[1:]
		}
		if sum := op(x, y); !sum.IsZero() {
			out = append(out, decCoin{denom, sum})
		}
	}
	return out
}

func (c decCoins) add(d decCoins) decCoins { return combine(c, d, chain.Dec.Add) }

// sub is void where d is more.
func (c decCoins) sub(d decCoins) decCoins { return combine(c, d, chain.Dec.Sub) }

// atMost is the lower amount of each denom.
func (c decCoins) atMost(d decCoins) decCoins {
	return combine(c, d, func(x, y chain.Dec) chain.Dec {
		if x.Cmp(y) < 0 {
			return x
		}
		return y
	})
}

// each applies op to all amounts.
func (c decCoins) each(op func(chain.Dec) chain.Dec) decCoins {
	return combine(c, nil, func(x, _ chain.Dec) chain.Dec { return op(x) })
}

func (c decCoins) mulDown(by chain.Dec) decCoins {
	return c.each(func(x chain.Dec) chain.Dec { return x.MulTruncate(by) })
}

func (c decCoins) mul(by chain.Dec) decCoins {
	return c.each(func(x chain.Dec) chain.Dec { return x.Mul(by) })
}

func (c decCoins) quoDown(by chain.Dec) decCoins {
	return c.each(func(x chain.Dec) chain.Dec { return x.QuoTruncate(by) })
}

// split cuts whole coins from what is left behind the point.
func (c decCoins) split() (chain.Coins, decCoins) {
	var whole chain.Coins
	for _, x := range c {
		if n := x.amount.Truncate(); !n.IsZero() {
			whole = append(whole, chain.Coin{Denom: x.denom, Amount: n})
		}
	}
	return whole, c.sub(fromCoins(whole))
}
