package tx_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	"github.com/weftchain/weft/tx"
)

// prepared is what --generate-only prints.
const prepared = `{"body":{"messages":[{"@type":"/cosmos.bank.v1beta1.MsgSend","from_address":"weft1w508d6qejxtdg4y5r3zarvary0c5xw7k85awf9","to_address":"weft1qyqszqgpqyqszqgpqyqszqgpqyqszqgp0r6k7n","amount":[{"denom":"uweft","amount":"5"}]}],"memo":"hi","timeout_height":"0","unordered":false,"timeout_timestamp":null,"extension_options":[],"non_critical_extension_options":[]},"auth_info":{"signer_infos":[],"fee":{"amount":[{"denom":"uweft","amount":"500"}],"gas_limit":"200000","payer":"","granter":""},"tip":null},"signatures":[]}`

// TestFile walks the way of a transaction that several people sign: prepared,
// signed slot by slot, read again.
func TestFile(t *testing.T) {
	d, err := tx.UnmarshalJSON([]byte(prepared))
	require.NoError(t, err)
	text, err := tx.MarshalJSON(d)
	require.NoError(t, err)
	require.Equal(t, prepared, string(text))

	alice, carol := key(t, 1), key(t, 2)
	d.AuthInfo.Fee.Payer = "weft1qyqszqgpqyqszqgpqyqszqgpqyqszqgp0r6k7n"
	first := tx.SignerData{ChainID: "weft-1", AccountNumber: 7, Sequence: 3}
	second := tx.SignerData{ChainID: "weft-1", AccountNumber: 8, Sequence: 0}
	require.NoError(t, tx.SignSlot(d, 1, carol, tx.AminoJSON, second))
	list, err := tx.Signatures(d)
	require.NoError(t, err)
	require.Len(t, list, 1, "the first has not signed yet")
	require.NoError(t, tx.SignSlot(d, 0, alice, tx.AminoJSON, first))
	text, err = tx.MarshalJSON(d)
	require.NoError(t, err)
	d, err = tx.UnmarshalJSON(text)
	require.NoError(t, err)
	list, err = tx.Signatures(d)
	require.NoError(t, err)
	require.Len(t, list, 2)
	decoded, err := tx.FromProto(d)
	require.NoError(t, err)
	require.NoError(t, decoded.VerifySignature(list[0], first))
	require.NoError(t, decoded.VerifySignature(list[1], second))
	require.Error(t, decoded.VerifySignature(list[1], first))

	text, err = tx.MarshalSignatures(list[:1])
	require.NoError(t, err)
	require.Contains(t, string(text), `{"signatures":[{"public_key":{"@type":"/cosmos.crypto.secp256k1.PubKey","key":"Anm+Zn753LusVaBilc6HCwcCm/zbLc4o2VnygVsW+BeY"},"data":{"single":{"mode":"SIGN_MODE_LEGACY_AMINO_JSON","signature":"`)
	again, err := tx.UnmarshalSignatures(text)
	require.NoError(t, err)
	require.Equal(t, list[:1], again)
}

func TestFileRefuses(t *testing.T) {
	for _, bad := range []string{
		``, `null`, `{}`, `[]`, `{"body":{}} {}`, `{"body":{},"x":1}`, `{"body":{"messages":[null]}}`, `{"body":{"messages":[{}]}}`,
		`{"body":{"messages":[{"@type":"/x.Y"}]}}`, `{"body":{},"auth_info":{"signer_infos":[null]}}`,
		`{"body":{},"auth_info":{"signer_infos":[{"mode_info":{"multi":{"mode_infos":[null]}}}]}}`,
		`{"body":{"extension_options":[null]}}`, `{"body":{"timeout_timestamp":"x"}}`, `{"body":{"timeout_timestamp":"99999-01-01T00:00:00Z"}}`,
	} {
		d, err := tx.UnmarshalJSON([]byte(bad))
		if err == nil {
			_, err = tx.Encode(d)
		}
		require.Error(t, err, bad)
	}
	for _, bad := range []string{``, `[]`, `{"signatures":[null]}`, `{"signatures":[{}]}`, `{"signatures":[{"public_key":null,"data":{}}]}`} {
		_, err := tx.UnmarshalSignatures([]byte(bad))
		require.Error(t, err, bad)
	}
}

// FuzzFile: no text makes the readers of files panic, nor those who work with
// what they read.
func FuzzFile(f *testing.F) {
	f.Add([]byte(prepared))
	f.Add([]byte(`{"body":{},"auth_info":{"signer_infos":[{"mode_info":{"multi":{"bitarray":{"elems":"oA=="},"mode_infos":[{"single":{"mode":127}},null]}}}]},"signatures":["CgE="]}`))
	f.Add([]byte(`{"signatures":[{"public_key":{"@type":"/cosmos.crypto.multisig.LegacyAminoPubKey","public_keys":[null]},"data":{"multi":{"signatures":[null]}}}]}`))
	multi, err := tx.NewMultisig(1, key(f, 1).PubKey())
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text []byte) {
		if list, err := tx.UnmarshalSignatures(text); err == nil {
			use(t, multi, list)
		}
		d, err := tx.UnmarshalJSON(text)
		if err != nil {
			return
		}
		_, _ = tx.MarshalJSON(d)
		_, _ = tx.Encode(d)
		_, _ = tx.FromProto(d)
		if list, err := tx.Signatures(d); err == nil {
			use(t, multi, list)
		}
		_ = tx.SignSlot(d, 0, key(t, 1), tx.AminoJSON, tx.SignerData{})
	})
}

func use(t *testing.T, multi tx.PubKey, list []*signing.SignatureDescriptor) {
	d, err := tx.Decode(good(t), maxBytes)
	require.NoError(t, err)
	for _, s := range list {
		_ = d.VerifySignature(s, tx.SignerData{})
		_, _ = tx.FlatSignatures(s.Data)
		_ = tx.OnlyAmino(s.Data)
	}
	_, _ = tx.Combine(multi, 0, list)
	_ = tx.SetSignatures(d.Proto(), list...)
	_, _ = tx.MarshalSignatures(list)
}
