package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// TestKeyKinds: accounts of every kind of key sign in every mode, and pay what
// their kind costs.
func TestKeyKinds(t *testing.T) {
	w := newWorld(t, worldOptions{})
	cost := map[tx.Kind]uint64{tx.Secp256k1: 1000, tx.Ed25519: 590, tx.Secp256r1: 500}
	base := map[tx.Kind]uint64{}
	for _, s := range []*signatory{k1(t, "k"), ed(t, "e"), r1(t, "r")} {
		w.fund(s)
		ok(t, w.block(bytesOf(t, w.by(s.with(tx.AminoJSON))))[0])
		raw := bytesOf(t, w.by(s.with(tx.Direct)))
		res := ok(t, w.block(raw)[0])
		require.Equal(t, uint64(2), w.accountOf(s).Sequence)
		// What is left without size and signature depends on the length of the
		// account alone: addresses have 20 or 32 bytes.
		base[s.key.Kind()] = res.GasUsed - 10*uint64(len(raw)) - cost[s.key.Kind()]

		bad := w.by(s)
		bad.Signatures[0][40] ^= 1
		requireCode(t, "sdk/4", w.block(bytesOf(t, bad))[0], s.key.Kind())
		high := w.by(s)
		high.Signatures[0] = high.Signatures[0][:63]
		requireCode(t, "sdk/4", w.block(bytesOf(t, high))[0], s.key.Kind())
		swapped := w.by(s)
		swapped.AuthInfo.SignerInfos[0].PublicKey = k1(t, "other").key.Any()
		requireCode(t, "sdk/8", w.block(bytesOf(t, swapped))[0], s.key.Kind())
	}
	require.InDelta(t, base[tx.Secp256k1], base[tx.Ed25519], 200)
	require.Len(t, string(r1(t, "r").addr()), 32)
}

// TestSeveralSigners: each signs in a mode of its own, and whoever the fee names
// pays for all.
func TestSeveralSigners(t *testing.T) {
	w := newWorld(t, worldOptions{})
	alice, carol, e := k1(t, "alice"), k1(t, "carol"), ed(t, "e")
	w.fund(e)
	for _, modes := range [][3]signing.SignMode{
		{tx.AminoJSON, tx.AminoJSON, tx.AminoJSON},
		{tx.Direct, tx.Direct, tx.Direct},
		{tx.AminoJSON, tx.Direct, tx.AminoJSON},
		{tx.Direct, tx.DirectAux, tx.DirectAux},
	} {
		before := w.balance(carol.addr())
		b := tx.Builder{
			GasLimit: 1_000_000, Fee: coins(t, "100uweft"), FeePayer: alice.text(), FeeGranter: "",
			Msgs: []chain.Message{sendBy(t, alice), sendBy(t, carol), sendBy(t, alice), sendBy(t, e)},
		}
		signed := w.signBy(b, alice.with(modes[0]), carol.with(modes[1]), e.with(modes[2]))
		res := ok(t, w.block(bytesOf(t, signed))[0])
		require.Len(t, res.Responses, 4)
		require.NotEqual(t, before, w.balance(carol.addr()))
		for _, s := range []*signatory{alice, carol, e} {
			require.NotNil(t, w.accountOf(s).PubKey)
		}
	}
	require.Equal(t, uint64(4), w.accountOf(carol).Sequence)

	// The payer is a signer of its own, at the end.
	b := tx.Builder{GasLimit: 1_000_000, Fee: coins(t, "100uweft"), FeePayer: carol.text(), Msgs: []chain.Message{sendBy(t, e)}}
	ok(t, w.block(bytesOf(t, w.signBy(b, e.with(tx.DirectAux), carol)))[0])
	requireCode(t, "sdk/8", w.block(bytesOf(t, w.signBy(b, carol, e)))[0], "in the wrong order")
	b.FeePayer = ""
	signed := w.signBy(b, e.with(tx.Direct))
	signed.AuthInfo.SignerInfos[0].ModeInfo = tx.SingleMode(tx.DirectAux)
	requireCode(t, "sdk/4", w.block(bytesOf(t, signed))[0], "who pays covers the fee")
}

// TestSignatureTexts are the reference's, which people search the web for.
func TestSignatureTexts(t *testing.T) {
	w := newWorld(t, worldOptions{})
	text := func(spoil func(*txpb.Tx), s *signatory) string {
		signed := w.by(s)
		spoil(signed)
		return w.block(bytesOf(t, signed))[0].Log
	}
	badly := func(d *txpb.Tx) { d.Signatures[0][3] ^= 1 }
	alice := k1(t, "alice")
	require.Equal(t, "signature verification failed; please verify account number (1), sequence (0) and chain-id (weft-test): unauthorized", text(badly, alice))
	require.Equal(t, "signature verification failed; please verify account number (1) and chain-id (weft-test): (unable to verify single signer signature): unauthorized",
		text(badly, alice.with(tx.Direct)))
	require.Equal(t, "account sequence mismatch, expected 0, got 5: incorrect account sequence",
		text(func(d *txpb.Tx) { d.AuthInfo.SignerInfos[0].Sequence = 5 }, alice))
	require.Contains(t, text(func(d *txpb.Tx) {
		d.AuthInfo.SignerInfos[0].ModeInfo = tx.SingleMode(signing.SignMode_SIGN_MODE_TEXTUAL)
	}, alice), "sign mode SIGN_MODE_TEXTUAL is not accepted, sign with SIGN_MODE_DIRECT or SIGN_MODE_LEGACY_AMINO_JSON")
	require.Contains(t, text(func(d *txpb.Tx) { d.Body.NonCriticalExtensionOptions = d.Body.Messages }, alice), "chain-id (weft-test): unauthorized")
}

// TestSequenceError: what the chain expects is a field, not only a text.
func TestSequenceError(t *testing.T) {
	w := newWorld(t, worldOptions{})
	res := w.block(w.sign("alice", 3, msgSend(t, "alice", "bob", "1uweft")))[0]
	requireCode(t, "sdk/32", res)
	got, found := chain.ParseSequenceError(res.Log)
	require.True(t, found)
	require.Equal(t, &chain.SequenceError{Expected: 0, Got: 3}, got)
	require.ErrorIs(t, got, chain.ErrWrongSequence)
	require.Equal(t, res.Log, got.Error())
}
