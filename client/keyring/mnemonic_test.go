package keyring

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tyler-smith/go-bip39"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/tx"
)

const (
	alice  = "enlist hip relief stomach skate base shallow young switch frequent cry park"
	faucet = "economy stock theory fatal elder harbor betray wasp final emotion task crumble siren bottom lizard educate guess current outdoor pair theory focus wife stone"
	bob    = "remain fragile remove stamp quiz bus country dress critic mammal office need"
)

// TestBIP39 checks official English vectors: entropy to words to seed.
func TestBIP39(t *testing.T) {
	for _, v := range []struct{ entropy, words, seed string }{
		{"00000000000000000000000000000000", strings.Repeat("abandon ", 11) + "about", "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04"},
		{"7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f", "legal winner thank year wave sausage worth useful legal winner thank yellow", "2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607"},
		{"80808080808080808080808080808080", "letter advice cage absurd amount doctor acoustic avoid letter advice cage above", "d71de856f81a8acc65e6fc851a38d4d7ec216fd0796d0a6827a3ad6ed5511a30fa280f12eb2e47ed2ac03b5c462a0358d18d69fe4f985ec81778c1b370b652a8"},
	} {
		entropy, err := hex.DecodeString(v.entropy)
		require.NoError(t, err)
		words, err := bip39.NewMnemonic(entropy)
		require.NoError(t, err)
		require.Equal(t, v.words, words)
		require.Equal(t, v.seed, hex.EncodeToString(bip39.NewSeed(words, "TREZOR")))
		seed, err := hex.DecodeString(v.seed)
		require.NoError(t, err)
		want, err := derive(seed, "m/44'/118'/0'/0/0")
		require.NoError(t, err)
		got, err := FromMnemonic(v.words, "TREZOR", "m/44'/118'/0'/0/0")
		require.NoError(t, err)
		require.Equal(t, want.key, got)
	}
}

// TestCosmosAddresses derives the public test accounts of CosmJS's chain.
func TestCosmosAddresses(t *testing.T) {
	for mnemonic, addresses := range map[string][]string{
		faucet: {"wasm1pkptre7fdkl6gfrzlesjjvhxhlc3r4gm32kke3", "wasm10dyr9899g6t0pelew4nvf4j5c3jcgv0r5d3a5l", "wasm1xy4yqngt0nlkdcenxymg8tenrghmek4n3u2lwa", "wasm142u9fgcjdlycfcez3lw8x6x5h7rfjlnfaallkd", "wasm1hsm76p4ahyhl5yh3ve9ur49r5kemhp2r93f89d"},
		alice:  {"wasm14qemq0vw6y3gc3u3e0aty2e764u4gs5lndxgyk", "wasm1hhg2rlu9jscacku2wwckws7932qqqu8xm5ca8y", "wasm1xv9tklw7d82sezh9haa573wufgy59vmwnxhnsl", "wasm17yg9mssjenmc3jkqth6ulcwj9cxujrxxg9nmzk", "wasm1f7j7ryulwjfe9ljplvhtcaxa6wqgula3nh873j"},
		bob:    {"wasm1lvrwcvrqlc5ktzp2c4t22xgkx29q3y83426at5", "wasm1vkv9sfwaak76weyamqx0flmng2vuquxqjq3flu", "wasm106jwym4s9aujcmes26myzzwqsccw09sd3nap5h", "wasm1c7wpeen2uv8thayf7g8q2rgpm29clj0dzlu7t9", "wasm1mjxpv9ft30wer7ma7kwfxhm42l379xuttrjcl3"},
	} {
		for i, want := range addresses {
			path, err := CosmosPath(0, uint32(i))
			require.NoError(t, err)
			priv, err := FromMnemonic(mnemonic, "", path)
			require.NoError(t, err)
			key, err := tx.ParsePubKey(publicKey(priv))
			require.NoError(t, err)
			require.Equal(t, want, chain.Bech32("wasm").Account(key.Address()))
		}
	}
}

func TestCheckMnemonic(t *testing.T) {
	clean, err := CheckMnemonic("  " + strings.ToUpper(strings.ReplaceAll(alice, " ", " \t\n ")) + "\r\n")
	require.NoError(t, err)
	require.Equal(t, alice, clean)
	for name, bad := range map[string]string{
		"empty":         "",
		"eleven words":  strings.Join(strings.Fields(alice)[:11], " "),
		"13 words":      alice + " park",
		"unknown word":  strings.Replace(alice, "hip", "hipp", 1),
		"checksum":      strings.Replace(alice, "park", "pave", 1),
		"swapped words": strings.Replace(alice, "enlist hip", "hip enlist", 1),
		"long":          strings.Repeat("abandon ", 200),
	} {
		_, err := CheckMnemonic(bad)
		require.ErrorIs(t, err, ErrMnemonic, name)
		require.NotContains(t, err.Error(), "enlist", name)
	}
	for _, n := range []int{12, 15, 18, 21, 24} {
		m, err := NewMnemonic(n)
		require.NoError(t, err)
		require.Len(t, strings.Fields(m), n)
		_, err = CheckMnemonic(m)
		require.NoError(t, err)
	}
	for _, n := range []int{-3, 0, 9, 13, 27} {
		_, err := NewMnemonic(n)
		require.ErrorIs(t, err, ErrMnemonic)
	}
}
