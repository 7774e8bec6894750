package tx_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/internal/spent"
	multisigkey "github.com/weftchain/weft/proto/cosmos/crypto/multisig"
	multisigpb "github.com/weftchain/weft/proto/cosmos/crypto/multisig/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/tx"
)

// TestVerifyWork: what a bad signature makes a node do is linear in the bytes
// of the transaction, whatever they hold. The bound is generous: it is there to
// notice what grows faster.
func TestVerifyWork(t *testing.T) {
	from := chain.Bech32("weft").Account(key(t, 1).PubKey().Address())
	const most = 1 << 18
	for name, msg := range map[string]string{
		"deep":           strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999),
		"lists":          "[" + strings.Repeat("[],", most/3) + "[]]",
		"keys":           `{` + strings.Repeat(`"a":1,`, most/6) + `"a":1}`,
		"numbers":        "[" + strings.Repeat("1e-300,", most/7) + "1]",
		"long number":    strings.Repeat("9", 300) + "." + strings.Repeat("9", most),
		"text to escape": `"` + strings.Repeat("<", most) + `"`,
	} {
		b := tx.Builder{GasLimit: 1, Msgs: []chain.Message{&wasm.MsgExecuteContract{Sender: from, Contract: from, Msg: []byte(msg)}}}
		raw, err := b.SignMode(tx.AminoJSON, key(t, 1), tx.SignerData{})
		require.NoError(t, err, name)
		require.Less(t, spent.CPU(func() {
			d, err := tx.Decode(raw, maxBytes)
			require.NoError(t, err)
			list, err := tx.Signatures(d.Proto())
			require.NoError(t, err)
			require.Error(t, d.VerifySignature(list[0], tx.SignerData{Sequence: 1}), name)
		}), 5*time.Second, name)
	}

	one := key(t, 1).PubKey().Any()
	many := make([]*types.Any, 20_000)
	for i := range many {
		many[i] = one
	}
	value := marshal(t, &multisigkey.LegacyAminoPubKey{Threshold: 1, PublicKeys: many})
	info := &txpb.ModeInfo_Multi{Bitarray: &multisigpb.CompactBitArray{Elems: bytes.Repeat([]byte{0xff}, 2_500)}}
	var sigs multisigpb.MultiSignature
	for range 20_000 {
		info.ModeInfos, sigs.Signatures = append(info.ModeInfos, tx.SingleMode(tx.Direct)), append(sigs.Signatures, nil)
	}
	data, err := tx.JoinSignature(&txpb.ModeInfo{Sum: &txpb.ModeInfo_Multi_{Multi: info}}, marshal(t, &sigs))
	require.NoError(t, err)
	require.Less(t, spent.CPU(func() {
		k, err := tx.PubKeyFromAny(&types.Any{TypeUrl: tx.MultisigURL, Value: value})
		require.NoError(t, err)
		require.Equal(t, 20_000, k.Leaves())
		_ = k.Address()
		require.Len(t, tx.Singles(k, data), 20_000)
	}), 5*time.Second)
}
