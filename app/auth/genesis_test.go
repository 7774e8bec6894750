package auth_test

import (
	"testing"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/chain"
	authpb "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	multisig "github.com/weftchain/weft/proto/cosmos/crypto/multisig"
	"github.com/weftchain/weft/tx"
)

// TestGenesisKeys: an account of genesis may have a key of any kind, if it is a
// key and the account is its own.
func TestGenesisKeys(t *testing.T) {
	ed, err := tx.NewPubKey(tx.Ed25519, make([]byte, 32))
	require.NoError(t, err)
	secret := make([]byte, 32)
	secret[31] = 1
	k1, err := tx.NewPrivKey(secret)
	require.NoError(t, err)
	multi, err := tx.NewMultisig(2, ed, k1.PubKey())
	require.NoError(t, err)
	offCurve := append([]byte{10, 33, 2}, make([]byte, 32)...)
	value, err := (&multisig.LegacyAminoPubKey{Threshold: 1, PublicKeys: []*types.Any{{TypeUrl: tx.Secp256k1URL, Value: offCurve}}}).Marshal()
	require.NoError(t, err)
	bad := &types.Any{TypeUrl: tx.MultisigURL, Value: value}
	badKey, err := tx.PubKeyFromAny(bad)
	require.NoError(t, err, "its points are not looked at yet")

	for name, c := range map[string]struct {
		key  *types.Any
		addr chain.Address
		good bool
	}{
		"secp256k1":        {k1.PubKey().Any(), k1.PubKey().Address(), true},
		"ed25519":          {ed.Any(), ed.Address(), true},
		"multisig":         {multi.Any(), multi.Address(), true},
		"another's":        {multi.Any(), ed.Address(), false},
		"not on the curve": {&types.Any{TypeUrl: tx.Secp256k1URL, Value: offCurve}, ed.Address(), false},
		"member not on it": {bad, badKey.Address(), false},
		"unknown kind":     {&types.Any{TypeUrl: "/cosmos.crypto.bls12_381.PubKey"}, ed.Address(), false},
	} {
		base := &authpb.BaseAccount{Address: prefix.Account(c.addr), PubKey: c.key}
		packed, err := base.Marshal()
		require.NoError(t, err)
		g := &authpb.GenesisState{Params: auth.DefaultParams(), Accounts: []*types.Any{{TypeUrl: "/cosmos.auth.v1beta1.BaseAccount", Value: packed}}}
		err = auth.ValidateGenesis(prefix, g)
		if !c.good {
			require.Error(t, err, name)
			_, verdict := chain.Verdict(err)
			require.True(t, verdict, name)
			continue
		}
		require.NoError(t, err, name)
		w := newWorld(t)
		require.NoError(t, w.auth.InitGenesis(w.env, g))
		acc, err := w.auth.Get(w.env, c.addr)
		require.NoError(t, err)
		require.Equal(t, c.key.TypeUrl, acc.PubKey.TypeUrl)
		out, err := w.auth.ExportGenesis(w.env)
		require.NoError(t, err)
		require.Equal(t, g.Accounts[0].Value, out.Accounts[0].Value)
	}
}
