package tx_test

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"testing"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client/keyring"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	"github.com/weftchain/weft/tx"
)

func unhex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// vectors are CosmJS's for SIGN_MODE_DIRECT: a send of 1234567ucosm from the
// account of a well known mnemonic, account number 1, chain "simd-testing".
var vectors = []struct{ signed, doc, signature string }{
	{
		"0a93010a90010a1c2f636f736d6f732e62616e6b2e763162657461312e4d736753656e6412700a2d636f736d6f7331706b707472653766646b6c366766727a6c65736a6a766878686c63337234676d6d6b38727336122d636f736d6f7331717970717870713971637273737a673270767871367273307a716733797963356c7a763778751a100a0575636f736d12073132333435363712650a4e0a460a1f2f636f736d6f732e63727970746f2e736563703235366b312e5075624b657912230a21034f04181eeba35391b858633a765c4a0c189697b40d216354d50890d350c7029012040a02080112130a0d0a0575636f736d12043230303010c09a0c1a40c9dd20e07464d3a688ff4b710b1fbc027e495e797cfa0b4804da2ed117959227772de059808f765aa29b8f92edf30f4c2c5a438e30d3fe6897daa7141e3ce6f9",
		"0a93010a90010a1c2f636f736d6f732e62616e6b2e763162657461312e4d736753656e6412700a2d636f736d6f7331706b707472653766646b6c366766727a6c65736a6a766878686c63337234676d6d6b38727336122d636f736d6f7331717970717870713971637273737a673270767871367273307a716733797963356c7a763778751a100a0575636f736d12073132333435363712650a4e0a460a1f2f636f736d6f732e63727970746f2e736563703235366b312e5075624b657912230a21034f04181eeba35391b858633a765c4a0c189697b40d216354d50890d350c7029012040a02080112130a0d0a0575636f736d12043230303010c09a0c1a0c73696d642d74657374696e672001",
		"c9dd20e07464d3a688ff4b710b1fbc027e495e797cfa0b4804da2ed117959227772de059808f765aa29b8f92edf30f4c2c5a438e30d3fe6897daa7141e3ce6f9",
	},
	{
		"", "0a93010a90010a1c2f636f736d6f732e62616e6b2e763162657461312e4d736753656e6412700a2d636f736d6f7331706b707472653766646b6c366766727a6c65736a6a766878686c63337234676d6d6b38727336122d636f736d6f7331717970717870713971637273737a673270767871367273307a716733797963356c7a763778751a100a0575636f736d12073132333435363712670a500a460a1f2f636f736d6f732e63727970746f2e736563703235366b312e5075624b657912230a21034f04181eeba35391b858633a765c4a0c189697b40d216354d50890d350c7029012040a020801180112130a0d0a0575636f736d12043230303010c09a0c1a0c73696d642d74657374696e672001",
		"525adc7e61565a509c60497b798c549fbf217bb5cd31b24cc9b419d098cc95330c99ecc4bc72448f85c365a4e3f91299a3d40412fb3751bab82f1940a83a0a4c",
	},
	{
		"", "0a93010a90010a1c2f636f736d6f732e62616e6b2e763162657461312e4d736753656e6412700a2d636f736d6f7331706b707472653766646b6c366766727a6c65736a6a766878686c63337234676d6d6b38727336122d636f736d6f7331717970717870713971637273737a673270767871367273307a716733797963356c7a763778751a100a0575636f736d12073132333435363712670a500a460a1f2f636f736d6f732e63727970746f2e736563703235366b312e5075624b657912230a21034f04181eeba35391b858633a765c4a0c189697b40d216354d50890d350c7029012040a020801180212130a0d0a0575636f736d12043230303010c09a0c1a0c73696d642d74657374696e672001",
		"f3f2ca73806f2abbf6e0fe85f9b8af66f0e9f7f79051fdb8abe5bb8633b17da132e82d577b9d5f7a6dae57a144efc9ccc6eef15167b44b3b22a57240109762af",
	},
}

func TestSignModeDirect(t *testing.T) {
	path, err := keyring.CosmosPath(0, 0)
	require.NoError(t, err)
	secret, err := keyring.FromMnemonic("economy stock theory fatal elder harbor betray wasp final emotion task crumble "+
		"siren bottom lizard educate guess current outdoor pair theory focus wife stone", "", path)
	require.NoError(t, err)
	faucet, err := tx.NewPrivKey(secret[:])
	require.NoError(t, err)
	from := chain.Bech32("cosmos").Account(faucet.PubKey().Address())
	require.Equal(t, "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6", from)
	b := tx.Builder{
		Msgs: []chain.Message{&bank.MsgSend{
			FromAddress: from, ToAddress: "cosmos1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu",
			Amount: []base.Coin{{Denom: "ucosm", Amount: "1234567"}},
		}},
		Fee: chain.Coins{{Denom: "ucosm", Amount: chain.NewAmount(2000)}}, GasLimit: 200_000,
	}
	for sequence, v := range vectors {
		signed, err := b.Sign(faucet, "simd-testing", 1, uint64(sequence))
		require.NoError(t, err)
		d, err := tx.Decode(signed, maxBytes)
		require.NoError(t, err)
		doc := tx.SignBytesDirect(d.Raw.BodyBytes, d.Raw.AuthInfoBytes, "simd-testing", 1)
		require.Equal(t, v.doc, hex.EncodeToString(doc))
		require.Equal(t, v.signature, hex.EncodeToString(d.Raw.Signatures[0]))
		if v.signed != "" {
			require.Equal(t, v.signed, hex.EncodeToString(signed))
		}
		require.True(t, faucet.PubKey().Verify(doc, d.Raw.Signatures[0]))
	}
}

// order is the order of secp256k1's group.
var order, _ = new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)

func scalar(n *big.Int) []byte { return n.FillBytes(make([]byte, 32)) }

func TestVerifyRefuses(t *testing.T) {
	k := key(t, 1)
	msg := []byte("message")
	sig := k.Sign(msg)
	require.Len(t, sig, tx.SignatureBytes)
	require.True(t, k.PubKey().Verify(msg, sig))
	r, s := sig[:32], sig[32:]
	high := scalar(new(big.Int).Sub(order, new(big.Int).SetBytes(s)))
	zero, n := make([]byte, 32), scalar(order)
	above := scalar(new(big.Int).Add(order, new(big.Int).SetBytes([]byte{1})))
	half := new(big.Int).Rsh(order, 1)
	for name, bad := range map[string][]byte{
		"none":           nil,
		"empty":          {},
		"63 bytes":       sig[:63],
		"65 bytes":       append(append([]byte(nil), sig...), 0),
		"65, id first":   append([]byte{0}, sig...),
		"zeros":          make([]byte, 64),
		"ones":           bytes.Repeat([]byte{0xff}, 64),
		"r = 0":          cat(zero, s),
		"s = 0":          cat(r, zero),
		"r = n":          cat(n, s),
		"s = n":          cat(r, n),
		"r = n + 1":      cat(above, s),
		"s = n + 1":      cat(r, above),
		"high s":         cat(r, high),
		"s = half + 1":   cat(r, scalar(new(big.Int).Add(half, big.NewInt(1)))),
		"r and s change": cat(s, r),
	} {
		require.False(t, k.PubKey().Verify(msg, bad), name)
	}
	for i := range sig {
		bad := append([]byte(nil), sig...)
		bad[i] ^= 1
		require.False(t, k.PubKey().Verify(msg, bad), "byte %d", i)
	}
	require.False(t, k.PubKey().Verify([]byte("massage"), sig))
	require.False(t, key(t, 2).PubKey().Verify(msg, sig))
	require.False(t, tx.PubKey{}.Verify(msg, sig), "no key signs nothing")
}

// TestSignBytesSeparate: chain, account number, body and auth info all change
// what is signed, and no two combinations give the same bytes.
func TestSignBytesSeparate(t *testing.T) {
	seen := map[string]bool{}
	for _, body := range []string{"", "a", "ab"} {
		for _, info := range []string{"", "b", "bc"} {
			for _, id := range []string{"", "c", "weft-1"} {
				for _, number := range []uint64{0, 1, 1<<64 - 1} {
					seen[string(tx.SignBytesDirect([]byte(body), []byte(info), id, number))] = true
				}
			}
		}
	}
	require.Len(t, seen, 3*3*3*3)
}

func TestPubKeys(t *testing.T) {
	good := key(t, 1).PubKey()
	got, err := tx.ParsePubKey(good.Bytes())
	require.NoError(t, err)
	require.Equal(t, good.Address(), got.Address())
	got, err = tx.PubKeyFromAny(good.Any())
	require.NoError(t, err)
	require.Equal(t, good.Bytes(), got.Bytes())
	// Bitcoin's first key: HASH160 of the compressed base point.
	require.Equal(t, "751e76e8199196d454941c45d1b3a323f1433bd6", hex.EncodeToString([]byte(good.Address())))

	changed := func(prefix byte) []byte { return cat([]byte{prefix}, good.Bytes()[1:]) }
	uncompressed := unhex(t, "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8")
	for name, bad := range map[string][]byte{
		"none": nil, "32 bytes": good.Bytes()[1:], "34 bytes": append(good.Bytes(), 0), "65 bytes": uncompressed,
		"prefix 0": changed(0), "prefix 4": changed(4), "prefix 5": changed(5), "prefix 6": changed(6),
		"x not on curve": cat([]byte{2}, make([]byte, 31), []byte{5}),
		"x = p":          unhex(t, "02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"),
		"x above p":      unhex(t, "02ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
	} {
		_, err := tx.ParsePubKey(bad)
		require.ErrorIs(t, err, chain.ErrInvalidPubKey, name)
		_, err = tx.PubKeyFromAny(&types.Any{TypeUrl: tx.Secp256k1URL, Value: field(1, bad)})
		require.ErrorIs(t, err, chain.ErrInvalidPubKey, name)
	}
	for name, bad := range map[string]*types.Any{
		"none": nil, "empty": {}, "bls": {TypeUrl: "/cosmos.crypto.bls12_381.PubKey", Value: field(1, make([]byte, 48))},
		"garbage": {TypeUrl: tx.Secp256k1URL, Value: []byte{0xff}}, "1 MiB url": {TypeUrl: string(make([]byte, 1<<20))},
	} {
		_, err := tx.PubKeyFromAny(bad)
		require.ErrorIs(t, err, chain.ErrInvalidPubKey, name)
		require.Less(t, len(err.Error()), 1000)
	}
}

func TestPrivKeys(t *testing.T) {
	for name, bad := range map[string][]byte{
		"none": nil, "31 bytes": make([]byte, 31), "33 bytes": make([]byte, 33), "0": make([]byte, 32),
		"n": scalar(order), "ones": bytes.Repeat([]byte{0xff}, 32),
	} {
		_, err := tx.NewPrivKey(bad)
		require.Error(t, err, name)
	}
	last := scalar(new(big.Int).Sub(order, big.NewInt(1)))
	k, err := tx.NewPrivKey(last)
	require.NoError(t, err)
	require.Equal(t, last, k.Bytes())
	require.Equal(t, k.Sign([]byte("x")), k.Sign([]byte("x")), "RFC 6979: no dice")
}

func TestForSimulation(t *testing.T) {
	raw, err := builder(t).ForSimulation(key(t, 1).PubKey(), 3)
	require.NoError(t, err)
	d, err := tx.Decode(raw, maxBytes)
	require.NoError(t, err)
	require.Equal(t, [][]byte{{}}, d.Raw.Signatures)
	signed, err := tx.Decode(good(t), maxBytes)
	require.NoError(t, err)
	require.Equal(t, signed.Body.String(), d.Body.String())
	require.Equal(t, signed.AuthInfo.String(), d.AuthInfo.String())
}

func BenchmarkVerify(b *testing.B) {
	k := key(b, 1)
	p, msg := k.PubKey(), make([]byte, 300)
	sig := k.Sign(msg)
	b.ReportAllocs()
	for b.Loop() {
		if !p.Verify(msg, sig) {
			b.Fatal("good signature refused")
		}
	}
}
