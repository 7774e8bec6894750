package chain

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
)

// Coin is an amount of one denom.
type Coin struct {
	Denom  string
	Amount Amount
}

// Coins is a list of coins. A list is canonical if it is sorted by denom,
// names each denom once and holds no zero amount; Validate checks that.
type Coins []Coin

// denomRule is the reference's rule for the name of a denom.
var denomRule = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9/:._-]{2,127}$`)

// CheckDenom refuses a name that is not 3 to 128 characters of the allowed
// ones. The error wraps ErrInvalidCoins.
func CheckDenom(denom string) error {
	if !denomRule.MatchString(denom) {
		return fmt.Errorf("invalid denom: %.140q: %w", denom, ErrInvalidCoins)
	}
	return nil
}

// String returns "5uweft".
func (c Coin) String() string { return c.Amount.String() + c.Denom }

// String returns the coins joined by commas, as events and logs show them.
func (cs Coins) String() string {
	parts := make([]string, len(cs))
	for i, c := range cs {
		parts[i] = c.String()
	}
	return strings.Join(parts, ",")
}

// IsZero reports whether the list is empty.
func (cs Coins) IsZero() bool { return len(cs) == 0 }

// AmountOf returns the amount of denom, 0 if it is not there.
func (cs Coins) AmountOf(denom string) Amount {
	for _, c := range cs {
		if c.Denom == denom {
			return c.Amount
		}
	}
	return Amount{}
}

// Validate checks that the list is canonical. The error wraps ErrInvalidCoins.
func (cs Coins) Validate() error {
	for i, c := range cs {
		if err := CheckDenom(c.Denom); err != nil {
			return err
		}
		if c.Amount.IsZero() {
			return fmt.Errorf("coin %s amount is not positive: %w", c, ErrInvalidCoins)
		}
		if i > 0 && cs[i-1].Denom >= c.Denom {
			return fmt.Errorf("denom %s is not sorted or duplicate: %w", c.Denom, ErrInvalidCoins)
		}
	}
	return nil
}

// Normalize sorts coins, sums those of one denom and drops zeros. It refuses
// invalid denoms and sums above 2^256-1 with ErrInvalidCoins.
func (cs Coins) Normalize() (Coins, error) {
	sorted := append(Coins(nil), cs...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Denom < sorted[j].Denom })
	out := make(Coins, 0, len(sorted))
	for _, c := range sorted {
		if err := CheckDenom(c.Denom); err != nil {
			return nil, err
		}
		if c.Amount.IsZero() {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].Denom == c.Denom {
			sum, ok := out[last].Amount.Add(c.Amount)
			if !ok {
				return nil, fmt.Errorf("sum of %s is above 2^256-1: %w", c.Denom, ErrInvalidCoins)
			}
			out[last].Amount = sum
			continue
		}
		out = append(out, c)
	}
	return out, nil
}

// Add returns the canonical sum of two lists.
func (cs Coins) Add(other ...Coin) (Coins, error) {
	return append(append(Coins(nil), cs...), other...).Normalize()
}

// Sub returns cs minus other, and false if some amount would be negative. Both
// must be canonical.
func (cs Coins) Sub(other Coins) (Coins, bool) {
	for _, o := range other {
		if cs.AmountOf(o.Denom).Cmp(o.Amount) < 0 {
			return nil, false
		}
	}
	out := make(Coins, 0, len(cs))
	for _, c := range cs {
		rest, _ := c.Amount.Sub(other.AmountOf(c.Denom))
		if !rest.IsZero() {
			out = append(out, Coin{c.Denom, rest})
		}
	}
	return out, true
}

// maxCoinsText bounds what ParseCoins reads.
const maxCoinsText = 64 << 10

// ParseCoins reads "5uweft,7uatom" (spaces around commas allowed) into a
// canonical list; "" is the empty list. The error wraps ErrInvalidCoins.
func ParseCoins(s string) (Coins, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	if len(s) > maxCoinsText {
		return nil, fmt.Errorf("%d bytes of coins: %w", len(s), ErrInvalidCoins)
	}
	var out Coins
	for part := range strings.SplitSeq(s, ",") {
		c, err := ParseCoin(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Denom < out[j].Denom })
	if err := out.Validate(); err != nil {
		return nil, err
	}
	return out, nil
}

// ParseCoin reads "5uweft". The error wraps ErrInvalidCoins.
func ParseCoin(s string) (Coin, error) {
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if digits == 0 {
		return Coin{}, fmt.Errorf("invalid coin %.80q, write a whole number and a denom such as 5uweft: %w", s, ErrInvalidCoins)
	}
	amount, err := ParseAmount(s[:digits])
	if err != nil {
		return Coin{}, fmt.Errorf("%v: %w", err, ErrInvalidCoins)
	}
	denom := s[digits:]
	if err := CheckDenom(denom); err != nil {
		return Coin{}, err
	}
	return Coin{denom, amount}, nil
}
