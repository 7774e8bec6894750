// Package wire turns the shared words of package chain into the protobuf forms
// that Cosmos messages and queries repeat everywhere (coins, pages) and back.
package wire

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
)

// MaxCoins bounds the coins of one list in a message.
const MaxCoins = 256

// Coins reads the coins of a message as they stand: order, duplicates and
// zeros are the caller's to judge (chain.Coins.Validate). Denoms and amounts
// are checked; the error wraps chain.ErrInvalidCoins.
func Coins(list []base.Coin) (chain.Coins, error) {
	if len(list) > MaxCoins {
		return nil, fmt.Errorf("%d coins in one list, at most %d: %w", len(list), MaxCoins, chain.ErrInvalidCoins)
	}
	out := make(chain.Coins, 0, len(list))
	for _, c := range list {
		coin, err := Coin(c)
		if err != nil {
			return nil, err
		}
		out = append(out, coin)
	}
	return out, nil
}

// Coin reads one coin.
func Coin(c base.Coin) (chain.Coin, error) {
	if err := chain.CheckDenom(c.Denom); err != nil {
		return chain.Coin{}, err
	}
	amount, err := chain.ParseAmount(c.Amount)
	if err != nil {
		return chain.Coin{}, fmt.Errorf("%v: %w", err, chain.ErrInvalidCoins)
	}
	return chain.Coin{Denom: c.Denom, Amount: amount}, nil
}

// ProtoCoins is the protobuf form of coins; never nil.
func ProtoCoins(cs chain.Coins) []base.Coin {
	out := make([]base.Coin, len(cs))
	for i, c := range cs {
		out[i] = ProtoCoin(c)
	}
	return out
}

// ProtoCoin is the protobuf form of a coin.
func ProtoCoin(c chain.Coin) base.Coin {
	return base.Coin{Denom: c.Denom, Amount: c.Amount.String()}
}
