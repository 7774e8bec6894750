package app

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/tx"
)

// TestCheckOverlay: transactions of one account pass one behind the other, and
// a commit starts anew from what was committed (cosmos-wire facts, section 12).
func TestCheckOverlay(t *testing.T) {
	w := newWorld(t, worldOptions{})
	var txs [][]byte
	for i := range uint64(3) {
		txs = append(txs, w.sign("alice", i, msgSend(t, "alice", "bob", "1uweft")))
		c, err := w.app.Check(txs[i])
		require.NoError(t, err)
		ok(t, c.Result)
		require.Equal(t, i, c.Sequence)
		require.Equal(t, addr(t, "alice"), c.Sender)
		require.Equal(t, LaneDefault, c.Lane)
		require.Equal(t, uint64(txGas), c.GasWanted)
		require.NotZero(t, c.GasUsed)
		require.Empty(t, c.Data)
		require.NotEmpty(t, c.Events)
	}
	again, err := w.app.Check(txs[0])
	require.NoError(t, err)
	requireCode(t, "sdk/32", again.Result)

	w.execute(txs[0])
	c, err := w.app.Check(txs[0])
	require.NoError(t, err)
	requireCode(t, "sdk/32", c.Result, "an executed block changes nothing before it is committed")
	w.commit()

	for i, raw := range txs {
		c, err := w.app.Check(raw)
		require.NoError(t, err)
		requireCode(t, []string{"sdk/32", "/0", "/0"}[i], c.Result, "checked again after the block")
	}
	w.block() // the two others came into no block
	c, err = w.app.Check(txs[1])
	require.NoError(t, err)
	ok(t, c.Result)
}

// TestCheckFunds: what was let in has paid, so that nobody fills the mempool
// with fees that he has only once.
func TestCheckFunds(t *testing.T) {
	w := newWorld(t, worldOptions{})
	build := func(ahead uint64) []byte {
		return w.build("alice", ahead, tx.Builder{Msgs: []chain.Message{msgSend(t, "alice", "bob", "1uweft")}, GasLimit: txGas, Fee: coins(t, "600000000uweft")})
	}
	c, err := w.app.Check(build(0))
	require.NoError(t, err)
	ok(t, c.Result)
	c, err = w.app.Check(build(1))
	require.NoError(t, err)
	requireCode(t, "sdk/5", c.Result)
}

func TestMinGasPrices(t *testing.T) {
	prices, err := ParseGasPrices("0.025uweft,0.1atest")
	require.NoError(t, err)
	w := newWorld(t, worldOptions{prices: prices})
	check := func(gas uint64, fee string) chain.Result {
		raw := w.build("alice", 0, tx.Builder{Msgs: []chain.Message{msgSend(t, "alice", "bob", "1uweft")}, GasLimit: gas, Fee: coins(t, fee)})
		c, err := w.app.Check(raw)
		require.NoError(t, err)
		require.NoError(t, w.app.resetCheck())
		return c.Result
	}
	for _, c := range []struct {
		gas       uint64
		fee, code string
	}{
		{100_000, "2500uweft", "/0"},
		{100_000, "2499uweft", "sdk/13"},
		{100_001, "2500uweft", "sdk/13"}, // 2500.025 is rounded up
		{100_001, "2501uweft", "/0"},
		{100_040, "2501uweft", "/0"},
		{100_041, "2501uweft", "sdk/13"},
		{100_000, "10000atest", "/0"}, // one denom is enough
		{100_000, "9999atest,2499uweft", "sdk/13"},
		{100_000, "9999atest,2500uweft", "/0"},
		{100_000, "", "sdk/13"},
	} {
		requireCode(t, c.code, check(c.gas, c.fee), c.gas, c.fee)
	}
	require.Equal(t, "insufficient fees; got: 1uweft required: 2500uweft,10000atest: insufficient fee", check(100_000, "1uweft").Log)
	free := w.build("alice", 0, tx.Builder{Msgs: []chain.Message{msgSend(t, "alice", "bob", "1uweft")}, GasLimit: txGas})
	ok(t, w.block(free)[0])
}

// TestMinGasPricesOrder: what is wrong by itself is told before the fee, what
// depends on accounts behind it, as in the reference.
func TestMinGasPricesOrder(t *testing.T) {
	prices, err := ParseGasPrices("1uweft")
	require.NoError(t, err)
	w := newWorld(t, worldOptions{prices: prices})
	check := func(code string, spoil func(*draft)) {
		t.Helper()
		d := w.draft("alice")
		spoil(d)
		c, err := w.app.Check(d.bytes())
		require.NoError(t, err)
		requireCode(t, code, c.Result)
	}
	check("sdk/13", func(d *draft) { d.info.SignerInfos[0].Sequence = 9 })
	check("sdk/13", func(d *draft) { d.info.Fee.Granter = text(t, "bob") })
	check("sdk/11", func(d *draft) { d.info.Fee.GasLimit = 1 })
	check("sdk/12", func(d *draft) { d.body.Memo = strings.Repeat("m", 257) })
	check("sdk/30", func(d *draft) { d.body.TimeoutHeight = 1 })
}

func TestParseGasPrices(t *testing.T) {
	for text, want := range map[string]GasPrices{
		"":                           nil,
		" ":                          nil,
		"1uweft":                     {{"uweft", chain.NewAmount(priceUnit)}},
		"0uweft":                     {{"uweft", chain.NewAmount(0)}},
		"0.025uweft":                 {{"uweft", chain.NewAmount(25_000_000_000_000_000)}},
		"0.000000000000000001uweft":  {{"uweft", chain.NewAmount(1)}},
		"2.5ibc/AB , 1.0factory/x/y": {{"ibc/AB", chain.NewAmount(2_500_000_000_000_000_000)}, {"factory/x/y", chain.NewAmount(priceUnit)}},
		"00.5uweft":                  {{"uweft", chain.NewAmount(priceUnit / 2)}},
		"1.uweft":                    {{"uweft", chain.NewAmount(priceUnit)}},
	} {
		got, err := ParseGasPrices(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, bad := range []string{
		"uweft", "1", ".5uweft", "-1uweft", "+1uweft", "1e3 uweft", "1,5uweft", "0.0000000000000000001uweft", "1..5uweft", "1.5.5uweft",
		"1u", "1uweft,", ",", "1 uweft", "1uwéft", "1\x00uweft",
		"999999999999999999999999999999999999999999999999999999999999999999999999999999uweft",
	} {
		_, err := ParseGasPrices(bad)
		require.Error(t, err, "%q", bad)
	}
}

// TestRequiredFee: rounded up, and never wrapped.
func TestRequiredFee(t *testing.T) {
	unit, huge := chain.NewAmount(priceUnit), mustAmount(t, "115792089237316195423570985008687907853269984665640564039457584007913129639935")
	for _, c := range []struct {
		price chain.Amount
		gas   uint64
		want  string
	}{
		{unit, 0, "0"},
		{unit, 7, "7"},
		{chain.NewAmount(1), 1, "1"},
		{chain.NewAmount(1), priceUnit, "1"},
		{chain.NewAmount(1), priceUnit + 1, "2"},
		{chain.NewAmount(3), priceUnit / 3, "1"},
		{chain.NewAmount(0), math.MaxUint64, "0"},
		{chain.NewAmount(priceUnit - 1), 1, "1"},
		{chain.NewAmount(priceUnit + 1), 1, "2"},
		{huge, priceUnit, huge.String()},
	} {
		got, fits := GasPrice{"uweft", c.price}.required(c.gas)
		require.True(t, fits)
		require.Equal(t, c.want, got.Amount.String(), "%s x %d", c.price, c.gas)
	}
	_, fits := GasPrice{"uweft", huge}.required(math.MaxUint64)
	require.False(t, fits)
}

func mustAmount(t testing.TB, s string) chain.Amount {
	a, err := chain.ParseAmount(s)
	require.NoError(t, err)
	return a
}

// TestPriority: the least of what each denom pays for a unit of gas.
func TestPriority(t *testing.T) {
	w := newWorld(t, worldOptions{})
	for _, c := range []struct {
		fee  string
		gas  uint64
		want int64
	}{
		{"", 100, 0},
		{"99uweft", 100, 0},
		{"100uweft", 100, 1},
		{"1000uweft", 100, 10},
		{"500atest,1000uweft", 100, 5},
		{"115792089237316195423570985008687907853269984665640564039457584007913129639935uweft", 1, math.MaxInt64},
	} {
		raw := w.build("alice", 0, tx.Builder{Msgs: []chain.Message{msgSend(t, "alice", "bob", "1uweft")}, GasLimit: c.gas, Fee: coins(t, c.fee)})
		d, err := tx.Decode(raw, 1<<20)
		require.NoError(t, err)
		require.Equal(t, c.want, priority(d), c.fee)
	}
}

// TestSignatureOnce: what CheckTx verified FinalizeBlock does not verify again,
// and a bad signature is never remembered.
func TestSignatureOnce(t *testing.T) {
	w := newWorld(t, worldOptions{})
	base := w.app.signatures.verified // the gentx's
	raw := w.sign("alice", 0, msgSend(t, "alice", "bob", "1uweft"))
	c, err := w.app.Check(raw)
	require.NoError(t, err)
	ok(t, c.Result)
	require.Equal(t, base+1, w.app.signatures.verified)
	ok(t, w.execute(raw)[0])
	ok(t, w.execute(raw)[0])
	require.Equal(t, base+1, w.app.signatures.verified)
	w.commit()

	bad := w.sign("carol", 0, msgSend(t, "carol", "bob", "1uweft"))
	bad[len(bad)-1] ^= 1
	for range 2 {
		c, err = w.app.Check(bad)
		require.NoError(t, err)
		requireCode(t, "sdk/4", c.Result)
	}
	requireCode(t, "sdk/4", w.block(bad)[0])
	require.Equal(t, base+1, w.app.signatures.verified)
	unseen := w.sign("carol", 0, msgSend(t, "carol", "bob", "2uweft"))
	ok(t, w.block(unseen)[0])
	require.Equal(t, base+2, w.app.signatures.verified, "one that came with the block only")
}

// TestSignatureMemory: two generations, each bounded.
func TestSignatureMemory(t *testing.T) {
	s := newSignatures()
	name := func(i int) [32]byte { return [32]byte{byte(i), byte(i >> 8), byte(i >> 16)} }
	for i := range maxRemembered + 10 {
		s.remember(name(i))
	}
	require.True(t, s.known(name(0)), "the old generation")
	require.True(t, s.known(name(maxRemembered+9)))
	for i := range maxRemembered {
		s.remember(name(1<<20 + i))
	}
	require.False(t, s.known(name(0)))
	require.LessOrEqual(t, len(s.young), maxRemembered)
	require.LessOrEqual(t, len(s.old), maxRemembered)
}
