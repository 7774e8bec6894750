package feegrant

import (
	"testing"
	"time"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	feegrant "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
)

var now = time.Date(2026, time.January, 2, 3, 4, 5, 6, time.UTC)

// at is an environment of a block of that time, without a state.
func at(when time.Time) *chain.Env {
	return &chain.Env{Block: &chain.Block{Time: when, Bech32: "weft"}, Gas: chain.NewMeter(chain.NoLimit), Events: &chain.Events{}}
}

func fee(n uint64) chain.Coins { return chain.Coins{{Denom: "uweft", Amount: chain.NewAmount(n)}} }

// limit of 0 is none.
func limited(n uint64) *basic {
	b := new(basic)
	if n > 0 {
		b.SpendLimit = wire.ProtoCoins(fee(n))
	}
	return b
}

// TestNested: allowances in allowances, down to a bound.
func TestNested(t *testing.T) {
	inner, err := pack(limited(5))
	require.NoError(t, err)
	for depth := 2; depth <= maxNested+1; depth++ {
		inner, err = pack(&filtered{AllowedMsgAllowance: feegrant.AllowedMsgAllowance{Allowance: inner, AllowedMessages: []string{"/x"}}})
		require.NoError(t, err)
		a, err := unpack(inner)
		if depth > maxNested {
			require.ErrorIs(t, err, chain.ErrTxDecode)
			continue
		}
		require.NoError(t, err)
		require.NoError(t, a.check())
		env := at(now)
		spent, err := a.accept(env, fee(5), []string{"/x"})
		require.NoError(t, err)
		require.True(t, spent, "what is inside is used up")
		require.Equal(t, uint64(20*(depth-1)), env.Gas.Used())
	}
}

// TestUnpackGarbage: bytes of the wrong kind are a verdict.
func TestUnpackGarbage(t *testing.T) {
	for _, url := range []string{basicURL, periodicURL, filteredURL, "", "/x"} {
		_, err := unpack(&types.Any{TypeUrl: url, Value: []byte{0xff}})
		require.ErrorIs(t, err, chain.ErrTxDecode, url)
	}
	_, err := unpack(nil)
	require.ErrorIs(t, err, ErrNoAllowance)
}

// TestPeriodicNeverTooMuch: in whatever steps time and fees come, a period pays
// at most its limit, all of them at most the whole limit, and what is refused
// would have been too much.
func TestPeriodicNeverTooMuch(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		whole := rapid.Uint64Range(0, 500).Draw(rt, "whole limit, 0 for none")
		each := rapid.Uint64Range(1, 100).Draw(rt, "limit of a period")
		p := &periodic{feegrant.PeriodicAllowance{
			Basic: limited(whole).BasicAllowance, Period: 10 * time.Second, PeriodReset: now,
			PeriodSpendLimit: wire.ProtoCoins(fee(each)),
		}}
		require.NoError(rt, p.check())
		when := now
		var total, period uint64
		reset := p.PeriodReset
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			when = when.Add(time.Duration(rapid.Int64Range(0, 25).Draw(rt, "seconds")) * time.Second)
			if !when.Before(reset) {
				period = 0
			}
			n := rapid.Uint64Range(1, 120).Draw(rt, "fee")
			spent, err := p.accept(at(when), fee(n), nil)
			reset = p.PeriodReset
			// A whole period late to the instant, the next begins at once: the
			// reference has it so.
			require.False(rt, reset.Before(when), "the next period lies ahead")
			tooMuch := period+n > each || whole > 0 && total+n > whole
			if err != nil {
				require.ErrorIs(rt, err, ErrFeeLimitExceeded)
				require.True(rt, tooMuch, "refused %d with %d of %d used, %d of %d in all", n, period, each, total, whole)
				return // the transaction is refused, and its writes with it
			}
			require.False(rt, tooMuch)
			total, period = total+n, period+n
			require.Equal(rt, whole > 0 && total == whole, spent)
			if spent {
				return
			}
		}
	})
}

// TestPeriodicEdges: times at the edge of what can be written stay there.
func TestPeriodicEdges(t *testing.T) {
	far := time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)
	p := &periodic{feegrant.PeriodicAllowance{Period: 1<<63 - 1, PeriodReset: now, PeriodSpendLimit: wire.ProtoCoins(fee(1))}}
	_, err := p.accept(at(now), fee(1), nil)
	require.NoError(t, err)
	_, err = pack(p)
	require.NoError(t, err)
	p.PeriodReset = far
	_, err = p.accept(at(now), nil, nil)
	require.NoError(t, err)
	require.Equal(t, far, p.PeriodReset)
	p.PeriodReset, p.Period = time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC), 0
	_, err = p.accept(at(now), fee(1), nil)
	require.NoError(t, err)
	require.Equal(t, now, p.PeriodReset, "no period at all: each block has its own")
}
