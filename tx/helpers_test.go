package tx_test

import (
	"testing"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// maxBytes is the default bound of a transaction.
const maxBytes = 4 << 20

// key is the n-th test key.
func key(t testing.TB, n byte) tx.PrivKey {
	secret := make([]byte, 32)
	secret[31] = n
	k, err := tx.NewPrivKey(secret)
	require.NoError(t, err)
	return k
}

func send(from, to chain.Address) *bank.MsgSend {
	p := chain.Bech32("weft")
	return &bank.MsgSend{
		FromAddress: p.Account(from), ToAddress: p.Account(to), Amount: []base.Coin{{Denom: "uweft", Amount: "5"}},
	}
}

// builder is a plain send of one coin.
func builder(t testing.TB) tx.Builder {
	from, to := key(t, 1).PubKey().Address(), key(t, 2).PubKey().Address()
	return tx.Builder{
		Msgs: []chain.Message{send(from, to)}, Memo: "hello", GasLimit: 200_000,
		Fee: chain.Coins{{Denom: "uweft", Amount: chain.NewAmount(500)}},
	}
}

// good is the bytes of a signed send.
func good(t testing.TB) []byte {
	raw, err := builder(t).Sign(key(t, 1), "weft-test", 7, 3)
	require.NoError(t, err)
	return raw
}

// parts takes a transaction apart.
func parts(t testing.TB, raw []byte) (txpb.TxRaw, txpb.TxBody, txpb.AuthInfo) {
	var r txpb.TxRaw
	var b txpb.TxBody
	var a txpb.AuthInfo
	require.NoError(t, r.Unmarshal(raw))
	require.NoError(t, b.Unmarshal(r.BodyBytes))
	require.NoError(t, a.Unmarshal(r.AuthInfoBytes))
	return r, b, a
}

// withBody is the good transaction with other body bytes.
func withBody(t testing.TB, body []byte) []byte {
	r, _, _ := parts(t, good(t))
	r.BodyBytes = body
	return marshal(t, &r)
}

func withAuthInfo(t testing.TB, info []byte) []byte {
	r, _, _ := parts(t, good(t))
	r.AuthInfoBytes = info
	return marshal(t, &r)
}

// withMessage is the good transaction with one Any in the place of its message.
func withMessage(t testing.TB, a *types.Any) []byte {
	_, b, _ := parts(t, good(t))
	b.Messages = []*types.Any{a}
	return withBody(t, marshal(t, &b))
}

func marshal(t testing.TB, m chain.Message) []byte {
	raw, err := m.Marshal()
	require.NoError(t, err)
	return raw
}
