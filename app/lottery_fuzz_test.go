package app

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/app/lottery/target"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// FuzzLane puts together what nodes and proposers may send: true tickets, answers
// and transfers, bent, cut, doubled and shuffled. Whatever this node proposes it
// accepts; two nodes judge any proposal alike; and any block at all is executed
// without a fault to the same state.
func FuzzLane(f *testing.F) {
	g := miningGenesis(f)
	one, two := newPit(f, g), newPit(f, g)
	good := make([][]byte, 0, 14)
	for range 10 {
		good = append(good, unsigned(f, one.dig("bob", "")))
	}
	good = append(good, one.sign("carol", 0, msgSend(f, "carol", "bob", "1uweft")), []byte("garbage"),
		unsigned(f, &lotterypb.MsgReady{Operator: text(f, "bob"), ConsSignature: make([]byte, 64)}), withFee(f, good[0]))
	f.Add([]byte{0, 0, 0})
	f.Add([]byte{0, 0, 0, 1, 0, 0, 2, 0, 0, 10, 0, 0})
	f.Add([]byte{10, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 13, 0, 0})
	f.Add([]byte{3, 40, 1, 4, 90, 255, 5, 3, 7, 11, 0, 0, 6, 250, 1})
	f.Fuzz(func(t *testing.T, script []byte) {
		txs := make([][]byte, 0, 40)
		for ; len(script) >= 3 && len(txs) < 40; script = script[3:] {
			raw := bytes.Clone(good[int(script[0])%len(good)])
			if at := int(script[1]); at > 0 && len(raw) > 0 {
				raw[at%len(raw)] ^= script[2]
			} else if script[2] > 200 {
				raw = raw[:len(raw)*int(script[2]-200)/60]
			}
			txs = append(txs, raw)
		}
		proposal, err := one.app.Prepare(txs, 1<<20)
		require.NoError(t, err)
		accepted, err := two.app.Process(proposal)
		require.NoError(t, err)
		require.True(t, accepted, "a proposal of a correct node")
		first, err := one.app.Process(txs)
		require.NoError(t, err)
		second, err := two.app.Process(txs)
		require.NoError(t, err)
		require.Equal(t, first, second)
		for _, block := range [][][]byte{proposal, txs} {
			a, err := one.app.Execute(one.input(block...))
			require.NoError(t, err)
			b, err := two.app.Execute(two.input(block...))
			require.NoError(t, err)
			require.Equal(t, a.AppHash, b.AppHash)
		}
		if first {
			for _, raw := range txs {
				_, err := one.app.Check(raw)
				require.NoError(t, err)
			}
		}
	})
}

// TestDearFlood: on a chain of memory-hard work a false mix is found out, and a
// node verifies a bounded number of tickets between two blocks.
func TestDearFlood(t *testing.T) {
	g := miningGenesis(t)
	easiest := target.FromWork(1)
	g.Lottery.Params.Algo, g.Lottery.Params.PowLimit = lotterypb.AlgoArgon2id, easiest[:]
	p := newPit(t, g)
	e := p.status().Current
	good := p.digIn(&e, "bob", "")
	forged := *good
	check := func(nonce uint64) Checked {
		forged.Nonce, forged.Mix = nonce, make([]byte, 32) // the cheap guard lets nearly all of them through
		c, err := p.app.Check(unsigned(t, &forged))
		require.NoError(t, err)
		return c
	}
	busy := 0
	for n := uint64(1000); busy < 3; n++ {
		require.Less(t, n, uint64(1000+2*maxDear))
		switch c := check(n); c.Code {
		case lottery.ErrMix.Code, lottery.ErrTarget.Code:
		case lottery.ErrBusy.Code:
			busy++
		default:
			t.Fatal(c.Code, c.Log)
		}
	}
	raw := unsigned(t, good)
	c, err := p.app.Check(raw)
	require.NoError(t, err)
	requireCode(t, "lottery/17", c.Result, "a true one has to come back as well")
	forged.Nonce = 1
	accepted, err := p.app.Process([][]byte{unsigned(t, &forged)})
	require.NoError(t, err)
	require.False(t, accepted)
	requireCode(t, "lottery/5", p.step(nil, unsigned(t, &forged))[0])
	c, err = p.app.Check(raw)
	require.NoError(t, err)
	require.True(t, c.OK(), c.Log)
	ok(t, p.step(nil, p.lane(raw)...)[0])
}
