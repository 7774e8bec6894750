package app

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
)

// Parts that fees are made up of: good ones, bad ones and those at the edge.
var (
	feeDenoms  = []string{"uweft", "atest", "", "u", "UWEFT", "ibc/" + strings.Repeat("A", 64), strings.Repeat("d", 128), strings.Repeat("d", 129), "a b", "1abc", "uweft\x00", "unknown"}
	feeAmounts = []string{"5000", "1", "999999999", "1000000000", "1000000001", "0", "", "-1", "+1", "01", "1e3", "1.5", " 1", maxAmount, maxAmount[:77] + "6", strings.Repeat("9", 79), strings.Repeat("9", 5000), "0x10", "١"}
	feeGas     = []uint64{200_000, 0, 1, 20_000, 60_000, 50_000_000, 50_000_001, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64}
)

const maxAmount = "115792089237316195423570985008687907853269984665640564039457584007913129639935"

// pick is one of a list: every other time the first.
func pick[T any](rng *rand.Rand, list []T) T {
	if rng.IntN(2) == 0 {
		return list[0]
	}
	return list[rng.IntN(len(list))]
}

// makeFee makes up a fee.
func makeFee(rng *rand.Rand, addresses []string) *txpb.Fee {
	fee := &txpb.Fee{GasLimit: pick(rng, feeGas), Payer: pick(rng, addresses), Granter: pick(rng, addresses)}
	if rng.IntN(8) == 0 {
		fee.GasLimit = rng.Uint64() >> rng.IntN(64)
	}
	for range []int{1, 1, 1, 0, 2, 3}[rng.IntN(6)] {
		fee.Amount = append(fee.Amount, base.Coin{Denom: pick(rng, feeDenoms), Amount: pick(rng, feeAmounts)})
	}
	return fee
}

// TestFeeFields makes up thousands of fees. None may panic or be a fault; what is
// let in pays exactly its fee, out of the right account; what is not pays
// nothing; a check, a simulation and a block agree on which it is.
func TestFeeFields(t *testing.T) {
	prices, err := ParseGasPrices("0.01uweft")
	require.NoError(t, err)
	w := newWorld(t, worldOptions{prices: prices, maxGas: 50_000_000})
	ok(t, w.block(w.sign("alice", 0, msgGrant(t, "alice", "dave", basicAllowance(t, "20000uweft", 0))))[0])
	addresses := []string{
		"", text(t, "alice"), text(t, "dave"), text(t, "bob"), text(t, "nobody"), "x", prefix.Validator(addr(t, "alice")),
		prefix.Account(layout.ModuleAddress(layout.FeeCollector)), strings.Repeat("a", 1000), " ",
	}
	seen := map[string]int{}
	rng := rand.New(rand.NewPCG(scriptSeed, 1))
	for range 600 {
		d := w.draft("dave")
		d.info.Fee = makeFee(rng, addresses)
		raw, fee := d.bytes(), d.info.Fee.String()
		res, err := w.app.Execute(w.input(raw))
		require.NoError(t, err, fee)
		got := res.Txs[0]
		seen[fmt.Sprintf("%s/%d", got.Codespace, got.Code)]++
		checked, err := w.app.Check(raw)
		require.NoError(t, err, fee)
		require.NoError(t, w.app.resetCheck())
		paid := len(got.Events) > 0
		require.False(t, checked.OK() && !paid, "a check lets in what a block refuses: %s, %s", fee, got.Log)
		if paid && checked.Code != chain.ErrInsufficientFee.Code {
			require.True(t, checked.OK(), "a check refuses what a block lets in: %s, %s", fee, checked.Log)
		}
		simulated, err := w.app.Simulate(strip(t, raw))
		require.NoError(t, err, fee)
		if got.OK() {
			require.True(t, simulated.OK(), "%s: %s", fee, simulated.Log)
		}
		w.paidAsStated(got, d.info.Fee)
	}
	t.Log(seen)
	for _, code := range []string{"/0", "sdk/4", "sdk/7", "sdk/11", "sdk/13", "sdk/41"} {
		require.NotZero(t, seen[code], code)
	}
}

// paidAsStated compares the events of a transaction that was let in with its
// fee: who paid how much, and that he had it.
func (w *world) paidAsStated(got chain.Result, fee *txpb.Fee) {
	w.t.Helper()
	if len(got.Events) == 0 {
		require.False(w.t, got.OK(), "let in without an event")
		return
	}
	want, err := wire.Coins(fee.Amount)
	require.NoError(w.t, err, "a malformed fee was let in")
	require.NoError(w.t, want.Validate(), "a fee that is not canonical was let in")
	payer := addr(w.t, "dave")
	if fee.Granter != "" {
		payer, err = prefix.ParseAccount(fee.Granter)
		require.NoError(w.t, err)
	}
	told := 0
	for _, e := range got.Events {
		paid, found := e.Get("fee")
		if e.Type != "tx" || !found {
			continue
		}
		told++
		require.Equal(w.t, want.String(), paid)
		from, _ := e.Get("fee_payer")
		require.Equal(w.t, prefix.Account(payer), from)
	}
	require.Equal(w.t, 1, told)
	env := w.env()
	for _, c := range want {
		has, err := w.app.bank.Balance(env, payer, c.Denom)
		require.NoError(w.t, err)
		require.GreaterOrEqual(w.t, has.Cmp(c.Amount), 0, "paid more than there was")
	}
}
