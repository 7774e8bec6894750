package protojson

import (
	"testing"

	"github.com/stretchr/testify/require"

	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
)

// A file may hold what no message can.
func TestUnmarshalRefuses(t *testing.T) {
	for _, bad := range []string{
		`{"body":{"messages":[null]}}`, `{"auth_info":{"signer_infos":[null]}}`,
		`{"auth_info":{"signer_infos":[{"mode_info":{"multi":{"mode_infos":[null]}}}]}}`, `{"x":1}`, ``, `{} {}`,
	} {
		require.Error(t, Unmarshal([]byte(bad), &txpb.Tx{}), bad)
	}
}

func TestRoundTrip(t *testing.T) {
	want := &txpb.Tx{Body: &txpb.TxBody{Memo: "m", TimeoutHeight: 1 << 60}, Signatures: [][]byte{{1, 2}}}
	text, err := Marshal(want)
	require.NoError(t, err)
	require.Contains(t, string(text), `"timeout_height":"1152921504606846976"`)
	require.Contains(t, string(text), `"auth_info":null`)
	var got txpb.Tx
	require.NoError(t, Unmarshal(text, &got))
	require.Equal(t, want.Body.Memo, got.Body.Memo)
	require.Equal(t, want.Signatures, got.Signatures)
}
