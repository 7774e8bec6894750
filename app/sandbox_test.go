package app

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
)

func newSandbox(t *testing.T) *Sandbox {
	t.Helper()
	store, err := state.Open("", state.Options{Stores: layout.Stores()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	a, err := New(Options{Store: store, ChainID: testChain})
	require.NoError(t, err)
	t.Cleanup(a.Close)
	s, err := a.Sandbox(genesis(t), start)
	require.NoError(t, err)
	return s
}

// give is a transaction of alice to bob that nobody signed.
func give(t *testing.T, amount string, sequence uint64) []byte {
	t.Helper()
	raw, err := tx.Builder{Msgs: []chain.Message{msgSend(t, "alice", "bob", amount)}, GasLimit: txGas}.
		ForSimulation(secret(t, "alice").PubKey(), sequence)
	require.NoError(t, err)
	return raw
}

func sandboxBalance(t *testing.T, s *Sandbox, name string) string {
	t.Helper()
	c, err := s.Balances(addr(t, name))
	require.NoError(t, err)
	return c.String()
}

// TestSandboxAgrees: a transaction does in a sandbox what it does in a block, for
// the gas that a simulation tells.
func TestSandboxAgrees(t *testing.T) {
	s, w := newSandbox(t), newWorld(t, worldOptions{})
	want, err := w.app.Simulate(give(t, "7uweft", 0))
	require.NoError(t, err)
	res, err := s.Deliver(give(t, "7uweft", 0))
	require.NoError(t, err)
	ok(t, res)
	require.Equal(t, want.GasUsed, res.GasUsed)
	require.Equal(t, want.Events, res.Events)
	ok(t, w.block(w.build("alice", 0, tx.Builder{Msgs: []chain.Message{msgSend(t, "alice", "bob", "7uweft")}, GasLimit: txGas}))[0])
	require.Equal(t, w.balance(addr(t, "bob")), sandboxBalance(t, s, "bob"))

	raw, err := (&bankpb.QueryBalanceRequest{Address: text(t, "bob"), Denom: "uweft"}).Marshal()
	require.NoError(t, err)
	answer, err := s.Query("/cosmos.bank.v1beta1.Query/Balance", raw)
	require.NoError(t, err)
	fromNode, err := w.app.Query(Query{Path: "/cosmos.bank.v1beta1.Query/Balance", Data: raw})
	require.NoError(t, err)
	require.Equal(t, fromNode.Value, answer)
	_, err = s.Query("/nobody/Knows", nil)
	require.ErrorIs(t, err, chain.ErrUnknownRequest)
}

// TestSandboxForks: what happens in a fork happens there alone, and the blocks of
// a sandbox go forward.
func TestSandboxForks(t *testing.T) {
	s := newSandbox(t)
	fork := s.Fork(s.app)
	for sequence, one := range []*Sandbox{s, fork, fork} {
		res, err := one.Deliver(give(t, "1uweft", uint64(sequence)/2))
		require.NoError(t, err)
		ok(t, res)
	}
	require.Equal(t, "1000000000atest,1000000001uweft", sandboxBalance(t, s, "bob"))
	require.Equal(t, "1000000000atest,1000000002uweft", sandboxBalance(t, fork, "bob"))
	require.NoError(t, fork.NextBlock(9, start.Add(time.Hour)))
	require.Equal(t, int64(9), fork.Block().Height)
	require.Equal(t, int64(1), s.Block().Height)
	require.ErrorContains(t, fork.NextBlock(9, start.Add(time.Hour)), "block 9")
	require.ErrorContains(t, fork.NextBlock(10, start), "cannot follow")
	sequence, exists, err := fork.Account(addr(t, "alice"))
	require.NoError(t, err)
	require.True(t, exists)
	require.Equal(t, uint64(2), sequence)
}

// TestSandboxBalance: the supply goes along, and what a transaction wrote is told.
func TestSandboxBalance(t *testing.T) {
	s := newSandbox(t)
	bob, nobody := addr(t, "bob"), addr(t, "nobody")
	supply := func() string {
		amount, err := s.app.bank.Supply(s.look(), "atest")
		require.NoError(t, err)
		return amount.String()
	}
	require.Equal(t, "6000000000", supply())
	require.NoError(t, s.SetBalance(bob, chain.Coin{Denom: "atest", Amount: chain.NewAmount(5)}))
	require.Equal(t, "5000000005", supply())
	require.NoError(t, s.CreateAccount(nobody))
	require.NoError(t, s.SetBalance(nobody, chain.Coin{Denom: "atest", Amount: chain.NewAmount(7)}))
	require.NoError(t, s.SetBalance(nobody, chain.Coin{Denom: "atest", Amount: chain.NewAmount(7)}))
	require.Equal(t, "5000000012", supply())
	require.Equal(t, "7atest", sandboxBalance(t, s, "nobody"))
	require.NoError(t, s.SetBalance(nobody, chain.Coin{Denom: "atest"}))
	require.Equal(t, "5000000005", supply())

	res, err := s.Deliver(give(t, "3atest", 0))
	require.NoError(t, err)
	ok(t, res)
	var keys []string
	for _, w := range s.Written() {
		keys = append(keys, w.Store)
		value, err := s.Get(w.Store, w.Key)
		require.NoError(t, err)
		require.Equal(t, w.Value, value)
	}
	require.Subset(t, keys, []string{layout.Auth, layout.Bank})
}
