package app

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// quorum is a multisig key of named members.
func quorum(t testing.TB, threshold int, names ...string) tx.PubKey {
	t.Helper()
	var members []tx.PubKey
	for _, name := range names {
		members = append(members, secret(t, name).PubKey())
	}
	key, err := tx.NewMultisig(threshold, members...)
	require.NoError(t, err)
	return key
}

// signedBy is a transaction of a multisig key, signed by some of its members.
func (w *world) signedBy(key tx.PubKey, b tx.Builder, names ...string) []byte {
	w.t.Helper()
	acc, err := w.app.auth.Get(w.env(), key.Address())
	require.NoError(w.t, err)
	require.NotNil(w.t, acc)
	raw, err := b.Unsigned(tx.Signer{PubKey: key, Sequence: acc.Sequence})
	require.NoError(w.t, err)
	unsigned, err := raw.Marshal()
	require.NoError(w.t, err)
	decoded, err := tx.Decode(unsigned, 1<<20)
	require.NoError(w.t, err)
	t := decoded.Proto()
	who := tx.SignerData{ChainID: testChain, AccountNumber: acc.Number, Sequence: acc.Sequence, PaysFee: true}
	var sigs []*signing.SignatureDescriptor
	for _, name := range names {
		sig, err := tx.SignDescriptor(t, secret(w.t, name), tx.AminoJSON, who)
		require.NoError(w.t, err)
		sigs = append(sigs, sig)
	}
	joint, err := tx.Combine(key, acc.Sequence, sigs)
	require.NoError(w.t, err)
	require.NoError(w.t, tx.SetSignatures(t, joint))
	out, err := tx.Encode(t)
	require.NoError(w.t, err)
	return out
}

// strip takes parts out of a transaction that clients do not know yet when they
// simulate.
func strip(t testing.TB, raw []byte, parts ...string) []byte {
	t.Helper()
	var r txpb.TxRaw
	require.NoError(t, r.Unmarshal(raw))
	var info txpb.AuthInfo
	require.NoError(t, info.Unmarshal(r.AuthInfoBytes))
	for i := range r.Signatures {
		r.Signatures[i] = nil
	}
	for _, part := range parts {
		for _, s := range info.SignerInfos {
			switch part {
			case "key":
				s.PublicKey = nil
			case "mode":
				s.ModeInfo = nil
			case "unspecified":
				s.ModeInfo = tx.SingleMode(0)
			}
		}
		switch part {
		case "fee":
			info.Fee = &txpb.Fee{Payer: info.Fee.Payer, Granter: info.Fee.Granter}
		case "gas":
			info.Fee.GasLimit = 0
		}
	}
	var err error
	r.AuthInfoBytes, err = info.Marshal()
	require.NoError(t, err)
	out, err := r.Marshal()
	require.NoError(t, err)
	return out
}

// TestSimulateMissing: whatever of a transaction is not there yet when it is
// simulated, the gas is enough and at most 5 % too much.
func TestSimulateMissing(t *testing.T) {
	w := newWorld(t, worldOptions{})
	two, five := quorum(t, 2, "alice", "bob", "carol"), quorum(t, 3, "alice", "bob", "carol", "dave", "val")
	for _, key := range []tx.PubKey{two, five} {
		ok(t, w.block(w.sign("alice", 0, msgSend(t, "alice", prefix.Account(key.Address()), "900000atest,900000uweft")))[0])
	}
	ok(t, w.block(w.sign("alice", 0, msgSend(t, "alice", "poor", "900000atest")))[0])
	ok(t, w.block(w.sign("alice", 0, msgGrant(t, "alice", "carol", basicAllowance(t, "1000000uweft", 0))))[0])
	joint := func(key tx.PubKey, names ...string) func() []byte {
		msg := msgSend(t, "alice", "bob", "3uweft")
		msg.FromAddress = prefix.Account(key.Address())
		return func() []byte {
			return w.signedBy(key, tx.Builder{Msgs: []chain.Message{msg}, GasLimit: 300_000, Fee: coins(t, "5000uweft")}, names...)
		}
	}
	poor := func() []byte {
		return w.build("poor", 0, tx.Builder{Msgs: []chain.Message{msgSend(t, "poor", "bob", "3atest")}, GasLimit: txGas, Fee: coins(t, "5000atest")})
	}
	for _, c := range []struct {
		name  string
		make  func() []byte
		joint bool // a multisig key that the chain does not know
	}{
		{"known key", func() []byte { return w.sign("alice", 0, msgSend(t, "alice", "bob", "3uweft")) }, false},
		{"new key", func() []byte { return w.sign("dave", 0, msgSend(t, "dave", "bob", "3uweft")) }, false},
		{"two signers", func() []byte { return w.draft("alice", "val").bytes() }, false},
		{"fee in another denom, new key", poor, false},
		{"fee in another denom", poor, false},
		{"granter", func() []byte { return w.granted("carol", "alice", "5000uweft") }, false},
		{"granter, known key", func() []byte { return w.granted("carol", "alice", "5000uweft") }, false},
		{"2 of 3, new key", joint(two, "carol", "alice"), true},
		{"2 of 3", joint(two, "bob", "carol"), false},
		{"3 of 5, new key", joint(five, "bob", "carol", "val"), true},
		{"3 of 5", joint(five, "dave", "carol", "val"), false},
	} {
		raw := c.make()
		var told []uint64
		var how []string
		for _, parts := range [][]string{{}, {"mode"}, {"unspecified"}, {"gas"}, {"fee"}, {"fee", "unspecified"}, {"key"}, {"fee", "key", "mode"}} {
			if c.joint && slices.Contains(parts, "key") {
				continue // nobody can know yet that it is a multisig key
			}
			res, err := w.app.Simulate(strip(t, raw, parts...))
			require.NoError(t, err)
			require.True(t, res.OK(), "%s %v: %s", c.name, parts, res.Log)
			told, how = append(told, res.GasUsed), append(how, fmt.Sprint(parts))
		}
		used := ok(t, w.block(raw)[0]).GasUsed
		for i, gas := range told {
			t.Logf("%-32s without %-28s used %6d simulated %6d", c.name, how[i], used, gas)
			require.GreaterOrEqual(t, gas, used, "%s %s", c.name, how[i])
			require.LessOrEqual(t, gas, used+used/20, "%s %s: too much", c.name, how[i])
		}
	}
}

// TestSimulateAll: who sends all that he has sees it succeed without a fee
// stated, and fail with one.
func TestSimulateAll(t *testing.T) {
	w := newWorld(t, worldOptions{})
	raw := w.sign("alice", 0, msgSend(t, "alice", "bob", "1000000000uweft"))
	res, err := w.app.Simulate(strip(t, raw, "fee"))
	require.NoError(t, err)
	ok(t, res)
	res, err = w.app.Simulate(strip(t, raw))
	require.NoError(t, err)
	requireCode(t, "sdk/5", res)
	require.Equal(t, "1000000000atest,1000000000uweft", w.balance(addr(t, "alice")), "nothing stays")
	for _, e := range res.Events {
		for _, a := range e.Attributes {
			require.NotContains(t, a.Value, "50000000uweft", "the pretended fee is shown to nobody")
		}
	}
}
