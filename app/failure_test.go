package app

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/tx"
)

// TestFailureInfo: what a node's result tells beside codespace and code.
func TestFailureInfo(t *testing.T) {
	w := newWorld(t, worldOptions{})
	send := msgSend(t, "alice", "bob", "1uweft")
	poor := w.build("alice", 0, tx.Builder{Msgs: []chain.Message{send}, GasLimit: 40_000, Fee: coins(t, "500uweft")})
	nobody := chain.Bech32("weft").Account(addr(t, "nobody"))
	lost := w.sign("alice", 1, send, &wasmpb.MsgExecuteContract{Sender: chain.Bech32("weft").Account(addr(t, "alice")), Contract: nobody, Msg: []byte("{}")})
	res := w.block(poor, lost, w.sign("bob", 7, msgSend(t, "bob", "alice", "1uweft")), w.sign("carol", 0, msgSend(t, "carol", "bob", "999999999999999uweft")))

	requireCode(t, "sdk/11", res[0])
	gas, ok := chain.ParseFailureInfo(res[0].Info)
	require.True(t, ok)
	require.Equal(t, uint64(40_000), gas.OutOfGas.Wanted)
	require.Equal(t, res[0].GasUsed, gas.OutOfGas.Used)
	require.Contains(t, res[0].Log, "out of gas in location: "+gas.OutOfGas.Location+"; gasWanted: 40000, gasUsed: ")

	requireCode(t, "wasm/22", res[1])
	require.Equal(t, "failed to execute message; message index: 1: address "+nobody+": no such contract [call path: "+nobody+" execute]", res[1].Log)
	path, ok := chain.ParseFailureInfo(res[1].Info)
	require.True(t, ok)
	require.Equal(t, []chain.StepInfo{{Contract: nobody, Entry: "execute", Text: nobody + " execute"}}, path.CallPath)

	requireCode(t, "sdk/32", res[2])
	require.JSONEq(t, `{"sequence":{"expected":"0","got":"7"}}`, res[2].Info)

	requireCode(t, "sdk/5", res[3])
	require.Regexp(t, `spendable balance \d+uweft is smaller than 999999999999999uweft: insufficient funds$`, res[3].Log)
	require.Empty(t, res[3].Info)
}

// TestLongFailure: a text is bounded, and keeps the end by which clients know it.
func TestLongFailure(t *testing.T) {
	w := newWorld(t, worldOptions{})
	err := fmt.Errorf("message index: 0: %s: %w", strings.Repeat("ü", 100_000), chain.ErrLogic)
	text, info := explain(w.env(), err)
	require.Less(t, len(text), chain.MaxFailureText+100)
	require.True(t, strings.HasPrefix(text, "failed to execute message; message index: 0: ü"))
	require.True(t, strings.HasSuffix(text, "ü: internal logic error"))
	require.Empty(t, info)
}
