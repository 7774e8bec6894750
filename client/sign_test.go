package client

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	"github.com/weftchain/weft/tx"
)

// TestSequenceError: whoever sends finds the sequence to sign with in the error,
// wherever it came from.
func TestSequenceError(t *testing.T) {
	text := (&chain.SequenceError{Expected: 12, Got: 7}).Error()
	for _, err := range []error{
		&RejectedError{Codespace: "sdk", Code: 32, Log: text},
		fmt.Errorf("sending: %w", &RejectedError{Codespace: "sdk", Code: 32, Log: text}),
		&QueryError{Codespace: "sdk", Code: 6, Log: "rpc error: code = Unknown desc = " + text + " with gas used: '5': unknown request"},
	} {
		var wrong *chain.SequenceError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, &chain.SequenceError{Expected: 12, Got: 7}, wrong)
		require.True(t, wrongSequence(err))
	}
	for _, err := range []error{
		&RejectedError{Codespace: "sdk", Code: 4, Log: text}, &RejectedError{Codespace: "wasm", Code: 32, Log: text},
		&RejectedError{Codespace: "sdk", Code: 32, Log: "account sequence mismatch, expected 99999999999999999999, got 1"},
		&QueryError{Log: "another failure"},
	} {
		var wrong *chain.SequenceError
		require.NotErrorAs(t, err, &wrong)
	}
}

// TestSenderSigns: a sender signs as it is told to.
func TestSenderSigns(t *testing.T) {
	key, err := tx.NewPrivKey(append(make([]byte, 31), 9))
	require.NoError(t, err)
	s := NewSender(nil, key, "weft", "weft-1")
	s.SetAccount(7, 3)
	msg := &bank.MsgSend{FromAddress: s.Address, ToAddress: s.Address}
	for _, c := range []struct {
		mode, want signing.SignMode
		unordered  bool
		sequence   uint64
	}{
		{0, tx.Direct, false, 3}, {tx.Direct, tx.Direct, true, 0}, {tx.AminoJSON, tx.AminoJSON, false, 3}, {tx.AminoJSON, tx.AminoJSON, true, 0},
	} {
		s.Mode, s.Unordered, s.TimeoutTimestamp = c.mode, c.unordered, time.Time{}
		if c.unordered {
			s.TimeoutTimestamp = time.Unix(1_800_000_000, 5)
		}
		raw, err := s.Sign(s.Builder(msg))
		require.NoError(t, err)
		d, err := tx.Decode(raw, 1<<20)
		require.NoError(t, err)
		require.Equal(t, c.unordered, d.Body.Unordered)
		require.Equal(t, c.unordered, d.Body.TimeoutTimestamp != nil)
		list, err := tx.Signatures(d.Proto())
		require.NoError(t, err)
		require.Equal(t, c.want, list[0].Data.GetSingle().Mode)
		require.Equal(t, c.sequence, list[0].Sequence)
		require.NoError(t, d.VerifySignature(list[0], tx.SignerData{ChainID: "weft-1", AccountNumber: 7, Sequence: c.sequence}))
	}
	s.Mode = signing.SignMode_SIGN_MODE_TEXTUAL
	_, err = s.Sign(s.Builder(msg))
	require.ErrorContains(t, err, "sign with SIGN_MODE_DIRECT or SIGN_MODE_LEGACY_AMINO_JSON")
}
