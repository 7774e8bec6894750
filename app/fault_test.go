package app

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	"github.com/weftchain/weft/vm"
)

var errDisk = errors.New("disk")

// faulty is a branch of which the n-th read fails, and all that follow.
type faulty struct {
	chain.Branch
	left *int
}

func (f faulty) spend() error {
	*f.left--
	if *f.left < 0 {
		return errDisk
	}
	return nil
}

func (f faulty) Get(store string, key []byte) ([]byte, error) {
	if err := f.spend(); err != nil {
		return nil, err
	}
	return f.Branch.Get(store, key)
}

func (f faulty) Iterate(store string, start, end []byte, reverse bool) (chain.Iterator, error) {
	if err := f.spend(); err != nil {
		return nil, err
	}
	it, err := f.Branch.Iterate(store, start, end, reverse)
	return faultyIterator{it, f}, err
}

// faultyTree is a faulty branch whose children are faulty too, on one count.
type faultyTree struct{ faulty }

func (f faultyTree) Branch() chain.Branch {
	return faultyTree{faulty{f.faulty.Branch.Branch(), f.left}}
}

type faultyIterator struct {
	chain.Iterator
	f faulty
}

func (i faultyIterator) Error() error {
	if *i.f.left < 0 {
		return errDisk
	}
	return i.Iterator.Error()
}

func (i faultyIterator) Valid() bool { return *i.f.left >= 0 && i.Iterator.Valid() }

func (i faultyIterator) Next() {
	*i.f.left--
	i.Iterator.Next()
}

// TestFaults: a read that fails anywhere on the way of a transaction is an
// error of this node, never a failed transaction: no contract catches it, no
// panic handler turns it into a verdict.
func TestFaults(t *testing.T) {
	s := scripted(t)
	g, err := ParseGenesis(s.genesis)
	require.NoError(t, err)
	w := newWorld(t, worldOptions{genesis: g, engine: engine(t, vm.Config{}), maxGas: 60_000_000, noBlock: true})
	faults := 0
	for h, in := range s.blocks[:20] {
		if h > 0 {
			view := w.store.Latest()
			for i, raw := range in.Txs {
				for n := 0; ; n++ {
					left := n
					env, err := w.app.env(&chain.Block{ChainID: testChain, Height: in.Height, Time: in.Time, Hash: in.Hash, Proposer: in.Proposer}, view.Branch())
					require.NoError(t, err)
					env.State = faultyTree{faulty{env.State, &left}}
					_, err = w.app.deliver(env, i, raw)
					if left >= 0 { // it did not come to the fault
						require.NoError(t, err)
						break
					}
					faults++
					require.ErrorIs(t, err, errDisk, "height %d, transaction %d, read %d", in.Height, i, n)
					_, verdict := chain.Verdict(err)
					require.False(t, verdict)
				}
			}
			view.Close()
		}
		res, err := w.app.Execute(in)
		require.NoError(t, err)
		s.same(t, h, res)
		require.NoError(t, w.app.Commit())
	}
	require.Greater(t, faults, 200)
}

// TestPanicIsAVerdict: a rule that panics fails its transaction with sdk/111222
// and leaves nothing of its message.
func TestPanicIsAVerdict(t *testing.T) {
	w := newWorld(t, worldOptions{})
	route := w.app.messages["/cosmos.bank.v1beta1.MsgSend"]
	good := route.Handle
	route.Handle = func(env *chain.Env, m chain.Message) (chain.Message, error) {
		res, err := good(env, m)
		if m.(*bankpb.MsgSend).ToAddress == text(t, "carol") {
			panic("boom")
		}
		return res, err
	}
	w.app.messages["/cosmos.bank.v1beta1.MsgSend"] = route
	res := w.block(w.sign("alice", 0, msgSend(t, "alice", "bob", "1uweft"), msgSend(t, "alice", "carol", "1uweft")), w.sign("dave", 0, msgSend(t, "dave", "bob", "1uweft")))
	requireCode(t, "sdk/111222", res[0])
	require.Contains(t, res[0].Log, "recovered: boom")
	ok(t, res[1])
	require.Equal(t, "1000000000atest,1000000001uweft", w.balance(addr(t, "bob")))
	require.Equal(t, uint64(1), w.account("alice").Sequence)
}
