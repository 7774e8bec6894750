package app

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/tx"
)

// unordered is a transaction of alice without a sequence, that times out so long
// after the next block.
func (w *world) unordered(lasts time.Duration, all ...*signatory) []byte {
	w.t.Helper()
	b := tx.Builder{
		GasLimit: 1_000_000, Fee: coins(w.t, "100uweft"), Unordered: true, TimeoutTimestamp: w.input().Time.Add(lasts),
	}
	for _, s := range all {
		b.Msgs = append(b.Msgs, sendBy(w.t, s))
	}
	return bytesOf(w.t, w.signBy(b, all...))
}

// nonces counts what is remembered of unordered transactions.
func (w *world) nonces() int {
	w.t.Helper()
	it, err := w.env().FreeStore(layout.Auth).Iterate(layout.UnorderedNoncePrefix, chain.PrefixEnd(layout.UnorderedNoncePrefix), false)
	require.NoError(w.t, err)
	n := 0
	for ; it.Valid(); n++ {
		require.NoError(w.t, it.Next())
	}
	require.NoError(w.t, it.Close())
	return n
}

// TestUnordered: transactions without a sequence pass in any order, each once,
// until their timeout.
func TestUnordered(t *testing.T) {
	w := newWorld(t, worldOptions{})
	alice, carol := k1(t, "alice"), ed(t, "e").with(tx.Direct)
	w.fund(carol)
	first, second := w.unordered(time.Second, alice), w.unordered(2*time.Second, alice)
	same := w.unordered(time.Second, alice, carol)
	for _, raw := range [][]byte{second, first} {
		c, err := w.app.Check(raw)
		require.NoError(t, err)
		ok(t, c.Result)
	}
	res := w.block(second, first, first, same, w.sign("alice", 0, msgSend(t, "alice", "bob", "1uweft")))
	ok(t, res[0])
	ok(t, res[1])
	requireCode(t, "sdk/18", res[2], "once")
	require.Contains(t, res[2].Log, "failed to add unordered nonce: sender "+alice.text()+" has already used timeout ")
	requireCode(t, "sdk/18", res[3], "alice used that timeout")
	ok(t, res[4])
	require.Equal(t, uint64(1), w.accountOf(alice).Sequence)
	require.Equal(t, 2, w.nonces())
	for _, e := range res[0].Events {
		_, found := e.Get("acc_seq")
		require.False(t, found, "there is no sequence to tell")
	}

	// The block at the very timeout may still hold it, and remembers it.
	res = w.block(first, second, w.unordered(time.Second/2, carol, alice))
	requireCode(t, "sdk/18", res[0])
	requireCode(t, "sdk/18", res[1])
	ok(t, res[2])
	require.NotNil(t, w.accountOf(carol).PubKey)
	require.Zero(t, w.accountOf(carol).Sequence)
	require.Equal(t, 4, w.nonces())
	res = w.block(first, second)
	requireCode(t, "sdk/42", res[0])
	requireCode(t, "sdk/18", res[1])
	w.block()
	require.Zero(t, w.nonces(), "what nobody can repeat is forgotten")
}

// TestUnorderedRefused: the reference's bounds.
func TestUnorderedRefused(t *testing.T) {
	w := newWorld(t, worldOptions{})
	alice := k1(t, "alice")
	b := tx.Builder{GasLimit: 1_000_000, Fee: coins(t, "100uweft"), Unordered: true, Msgs: w.msgs(alice)}
	none := w.signBy(b, alice)
	zero := b
	zero.TimeoutTimestamp = time.Unix(0, 5)
	epoch := w.signBy(zero, alice)
	now := w.input().Time
	sequence := b
	sequence.TimeoutTimestamp = now.Add(time.Minute)
	signed := w.signBy(sequence, alice)
	signed.AuthInfo.SignerInfos[0].Sequence = 1
	res := w.block(bytesOf(t, none), bytesOf(t, epoch), bytesOf(t, signed),
		w.unordered(-time.Nanosecond, alice), w.unordered(10*time.Minute+time.Nanosecond, alice), w.unordered(10*time.Minute, alice))
	for i, want := range []struct{ code, log string }{
		{"sdk/18", "unordered transaction must have timeout_timestamp set: invalid request"},
		{"sdk/18", "unordered transaction must have timeout_timestamp set: invalid request"},
		{"sdk/18", "sequence is not allowed for unordered transactions: invalid request"},
		{"sdk/42", "block time: 2026-01-02T03:04:07.000000006Z, timeout timestamp: 2026-01-02T03:04:07.000000005Z: tx timeout"},
		{"sdk/18", "unordered tx ttl exceeds 10m0s: invalid request"},
		{"/0", ""},
	} {
		requireCode(t, want.code, res[i], i)
		require.Equal(t, want.log, res[i].Log)
	}
	require.Zero(t, w.accountOf(alice).Sequence)
}

// TestUnorderedGas: the reference takes 2,240 for the nonce, and the store what
// it always does.
func TestUnorderedGas(t *testing.T) {
	w := newWorld(t, worldOptions{})
	alice := k1(t, "alice")
	ok(t, w.block(bytesOf(t, w.by(alice)))[0])
	w.block() // shares the fee, so that the collector is as empty now as in the next block
	raw := w.unordered(time.Minute, alice)
	simulated, err := w.app.Simulate(raw)
	require.NoError(t, err)
	ok(t, simulated)
	res := ok(t, w.block(raw)[0])
	require.Equal(t, res.GasUsed, simulated.GasUsed)
}
