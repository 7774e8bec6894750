package feegrant

import (
	"fmt"
	"time"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	feegrant "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
)

// Type URLs of the kinds of allowances.
const (
	basicURL    = "/cosmos.feegrant.v1beta1.BasicAllowance"
	periodicURL = "/cosmos.feegrant.v1beta1.PeriodicAllowance"
	filteredURL = "/cosmos.feegrant.v1beta1.AllowedMsgAllowance"
)

// allowance is one of the kinds.
type allowance interface {
	// accept takes a fee off what is left. It reports true when nothing is left
	// or may ever be used again: the allowance is to be deleted then.
	accept(env *chain.Env, fee chain.Coins, msgs []string) (spent bool, err error)
	// check refuses what contradicts itself.
	check() error
	// ends is when the allowance ends, nil for never.
	ends() *time.Time
	// message is the form that the state holds, and its type URL.
	message() (chain.Message, string, error)
}

// maxNested bounds allowances inside of each other.
const maxNested = 8

// unpack reads an allowance. The error wraps ErrNoAllowance, or
// chain.ErrTxDecode for what is no allowance.
func unpack(a *types.Any) (allowance, error) { return unpackAt(a, 1) }

func unpackAt(a *types.Any, depth int) (allowance, error) {
	if a == nil {
		return nil, fmt.Errorf("failed to get allowance: %w", ErrNoAllowance)
	}
	if depth > maxNested {
		return nil, fmt.Errorf("allowances are nested more than %d deep: %w", maxNested, chain.ErrTxDecode)
	}
	var err error
	switch a.TypeUrl {
	case basicURL:
		b := new(basic)
		if err = b.Unmarshal(a.Value); err == nil {
			return b, nil
		}
	case periodicURL:
		p := new(periodic)
		if err = p.Unmarshal(a.Value); err == nil {
			return p, nil
		}
	case filteredURL:
		f := new(filtered)
		if err = f.Unmarshal(a.Value); err == nil {
			return f, f.open(depth)
		}
	default:
		return nil, fmt.Errorf("type %.100q is no allowance, use %s, %s or %s: %w", a.TypeUrl, basicURL, periodicURL, filteredURL, chain.ErrTxDecode)
	}
	return nil, fmt.Errorf("%s: %v: %w", a.TypeUrl, err, chain.ErrTxDecode)
}

// pack is the form of an allowance that the state and answers hold.
func pack(a allowance) (*types.Any, error) {
	m, url, err := a.message()
	if err != nil {
		return nil, err
	}
	value, err := m.Marshal()
	if err != nil {
		return nil, err
	}
	return &types.Any{TypeUrl: url, Value: value}, nil
}

// less takes a fee off coins, and reports false if there is too little.
func less(have []base.Coin, fee chain.Coins) ([]base.Coin, bool, error) {
	coins, err := wire.Coins(have)
	if err != nil {
		return nil, false, err
	}
	left, ok := coins.Sub(fee)
	return wire.ProtoCoins(left), ok, nil
}

// canonical refuses coins that are not sorted, unique and positive.
func canonical(what string, list []base.Coin) (chain.Coins, error) {
	coins, err := wire.Coins(list)
	if err == nil {
		err = coins.Validate()
	}
	if err != nil {
		return nil, fmt.Errorf("%s is invalid: %w", what, err)
	}
	return coins, nil
}

// basic is an allowance up to a sum and a time.
type basic struct{ feegrant.BasicAllowance }

func (b *basic) message() (chain.Message, string, error) { return &b.BasicAllowance, basicURL, nil }

func (b *basic) ends() *time.Time { return b.Expiration }

// over reports whether the time is past: at the very end it still counts.
func (b *basic) over(env *chain.Env) bool {
	return b.Expiration != nil && b.Expiration.Before(env.Block.Time)
}

func (b *basic) accept(env *chain.Env, fee chain.Coins, _ []string) (bool, error) {
	if b.over(env) {
		return true, fmt.Errorf("basic allowance: %w", ErrFeeLimitExpired)
	}
	return b.spend(fee, "basic allowance")
}

// spend takes a fee off the limit, if there is one.
func (b *basic) spend(fee chain.Coins, what string) (bool, error) {
	if len(b.SpendLimit) == 0 {
		return false, nil
	}
	left, ok, err := less(b.SpendLimit, fee)
	if err != nil {
		return false, err
	}
	if !ok {
		return false, fmt.Errorf("%s: %w", what, ErrFeeLimitExceeded)
	}
	b.SpendLimit = left
	return len(left) == 0, nil
}

func (b *basic) check() error {
	if _, err := canonical("send amount", b.SpendLimit); err != nil {
		return err
	}
	if b.Expiration != nil && b.Expiration.Unix() < 0 {
		return fmt.Errorf("expiration time cannot be negative: %w", ErrInvalidDuration)
	}
	return nil
}
