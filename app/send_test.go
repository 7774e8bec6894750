package app

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/internal/golden"
	"github.com/weftchain/weft/tx"
)

// show writes events as text.
func show(events []chain.Event) []byte {
	var out bytes.Buffer
	for _, e := range events {
		fmt.Fprintf(&out, "%s\n", e.Type)
		for _, a := range e.Attributes {
			fmt.Fprintf(&out, "  %s = %s\n", a.Key, a.Value)
		}
	}
	return out.Bytes()
}

// TestSendEvents holds the order of cosmos-wire facts, section 9.
func TestSendEvents(t *testing.T) {
	w := newWorld(t, worldOptions{})
	res := w.block(
		w.sign("alice", 0, msgSend(t, "alice", "bob", "7atest,5uweft"), msgSend(t, "alice", "nobody", "1uweft")),
		w.sign("bob", 0, msgSend(t, "bob", "carol", "1uweft"), msgSend(t, "bob", "carol", "999999999999uweft")),
		w.build("carol", 0, tx.Builder{Msgs: []chain.Message{msgSend(t, "carol", "bob", "1uweft")}, GasLimit: txGas}),
	)
	ok(t, res[0])
	requireCode(t, "sdk/5", res[1])
	ok(t, res[2])
	var out bytes.Buffer
	for i, title := range []string{"two sends", "the second message fails", "without a fee"} {
		fmt.Fprintf(&out, "== %s: code %d\n%s", title, res[i].Code, show(res[i].Events))
	}
	golden.Check(t, out.Bytes())
}

// TestSendGas states the gas of sends. wasmd v0.70.3 uses 50,829 for a send and
// 64,064 for the first send of an account, both without a fee, and 68,782 with
// one: docs/spec/gas.md has the table, and says why weft uses less.
func TestSendGas(t *testing.T) {
	w := newWorld(t, worldOptions{})
	send := func(to, fee string) uint64 {
		b := tx.Builder{Msgs: []chain.Message{msgSend(t, "alice", to, "5uweft")}, GasLimit: txGas, Fee: coins(t, fee)}
		return ok(t, w.block(w.build("alice", 0, b))[0]).GasUsed
	}
	first, second, creating, paying := send("bob", ""), send("bob", ""), send("nobody", ""), send("bob", "5000uweft")
	require.Less(t, first, uint64(64_064))
	require.Less(t, second, uint64(50_829))
	require.Less(t, creating, uint64(61_212))
	require.Less(t, paying, uint64(68_782))
	golden.Check(t, fmt.Appendf(nil, "first send of an account  %d\nsend                      %d\nsend to a new account     %d\nsend with a fee           %d\n",
		first, second, creating, paying))
}

// TestFailedMessages: what a failed message did is undone, fee and sequence
// stay (cosmos-wire facts, section 7).
func TestFailedMessages(t *testing.T) {
	w := newWorld(t, worldOptions{})
	res := w.block(w.sign("alice", 0, msgSend(t, "alice", "bob", "100uweft"), msgSend(t, "alice", "bob", "999999999999uweft")))[0]
	requireCode(t, "sdk/5", res)
	require.Equal(t, "failed to execute message; message index: 1: spendable balance 999994900uweft is smaller than 999999999999uweft: insufficient funds", res.Log)
	require.Empty(t, res.Data)
	require.Empty(t, res.Responses)
	require.Equal(t, "1000000000atest,999995000uweft", w.balance(addr(t, "alice")), "only the fee is gone")
	require.Equal(t, "1000000000atest,1000000000uweft", w.balance(addr(t, "bob")))
	require.Equal(t, uint64(1), w.account("alice").Sequence)
	require.NotNil(t, w.account("alice").PubKey)

	// Refused before the fee was taken: nothing stays.
	bad := w.sign("bob", 0, msgSend(t, "bob", "alice", "1uweft"))
	bad[len(bad)-1] ^= 1
	res = w.block(bad)[0]
	requireCode(t, "sdk/4", res)
	require.Empty(t, res.Events)
	require.Equal(t, "1000000000atest,1000000000uweft", w.balance(addr(t, "bob")))
	require.Equal(t, uint64(0), w.account("bob").Sequence)
	require.Nil(t, w.account("bob").PubKey)
}

// TestOutOfGas: the fee stays, the messages are undone, gas used may pass the
// limit.
func TestOutOfGas(t *testing.T) {
	w := newWorld(t, worldOptions{})
	build := func(gas uint64, ahead uint64) []byte {
		return w.build("alice", ahead, tx.Builder{Msgs: []chain.Message{msgSend(t, "alice", "bob", "5uweft")}, GasLimit: gas, Fee: coins(t, "10uweft")})
	}
	ok(t, w.block(build(txGas, 0))[0]) // makes the key known
	used := ok(t, w.block(build(txGas, 0))[0]).GasUsed
	res := w.block(build(used, 0), build(used-1, 1), build(20_000, 2), build(1, 2))
	ok(t, res[0])
	require.Equal(t, used, res[0].GasUsed, "the limit may be used to the last unit")
	requireCode(t, "sdk/11", res[1])
	require.Regexp(t, `^out of gas in location: \w+; gasWanted: \d+, gasUsed: \d+: out of gas$`, res[1].Log)
	require.Greater(t, res[1].GasUsed, res[1].GasWanted)
	require.NotEmpty(t, res[1].Events, "those of the fee")
	requireCode(t, "sdk/11", res[2])
	require.Empty(t, res[2].Events, "it ran out before it was let in")
	requireCode(t, "sdk/11", res[3])
	require.Equal(t, uint64(1), res[3].GasWanted)
	require.Equal(t, uint64(4), w.account("alice").Sequence)
	require.Equal(t, "1000000000atest,999999945uweft", w.balance(addr(t, "alice")), "four fees, three sends")
}

// TestSequences: replay, gap, two of one account in a block, in both orders.
func TestSequences(t *testing.T) {
	w := newWorld(t, worldOptions{})
	one, two := w.sign("alice", 0, msgSend(t, "alice", "bob", "1uweft")), w.sign("alice", 1, msgSend(t, "alice", "bob", "2uweft"))
	rival := w.sign("alice", 0, msgSend(t, "alice", "bob", "3uweft"))
	gap := w.sign("alice", 5, msgSend(t, "alice", "bob", "4uweft"))
	res := w.block(two, one, one, rival, two, gap)
	for i, want := range []string{"sdk/32", "/0", "sdk/32", "sdk/32", "/0", "sdk/32"} {
		requireCode(t, want, res[i], i)
	}
	require.Equal(t, "account sequence mismatch, expected 0, got 1: incorrect account sequence", res[0].Log)
	require.Equal(t, uint64(2), w.account("alice").Sequence)
	require.Equal(t, "1000000000atest,1000000003uweft", w.balance(addr(t, "bob")))
	requireCode(t, "sdk/32", w.block(one)[0], "replay in a later block")
}

// TestNewAccounts: who receives has an account; numbers go on in order.
func TestNewAccounts(t *testing.T) {
	w := newWorld(t, worldOptions{})
	require.Nil(t, w.account("x"))
	ok(t, w.block(w.sign("alice", 0, msgSend(t, "alice", "x", "100000uweft"), msgSend(t, "alice", "y", "1uweft")))[0])
	x, y := w.account("x"), w.account("y")
	require.Equal(t, x.Number+1, y.Number)
	require.Zero(t, x.Sequence)
	require.Nil(t, x.PubKey)
	ok(t, w.block(w.sign("x", 0, msgSend(t, "x", "alice", "1uweft")))[0])
	require.Equal(t, uint64(1), w.account("x").Sequence)
}
