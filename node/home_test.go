package node_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/internal/loopback"
	"github.com/weftchain/weft/node"
	"github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	"github.com/weftchain/weft/proto/protojson"
	"github.com/weftchain/weft/tx"
)

const (
	chainID = "weft-test"
	prefix  = chain.Bech32("weft")
	denom   = "uweft"
	// accounts is how many keys have coins; key 0 is the validator's.
	accounts = 8
	// patience bounds every wait: far above what is needed on a busy machine.
	patience = 90 * time.Second
)

func coins(n uint64) chain.Coins {
	return chain.Coins{{Denom: denom, Amount: chain.NewAmount(n)}}
}

func key(i int) tx.PrivKey {
	seed := sha256.Sum256(fmt.Appendf(nil, "weft test key %d", i))
	k, err := tx.NewPrivKey(seed[:])
	if err != nil {
		panic(err)
	}
	return k
}

func address(i int) string { return prefix.Account(key(i).PubKey().Address()) }

// newHome makes the home of a chain with one validator, the way that its
// operator goes: init, accounts, a gentx, collect.
func newHome(t testing.TB) string {
	t.Helper()
	home := filepath.Join(t.TempDir(), "home")
	made, err := node.Init(home, "test", chainID, node.InitOptions{})
	require.NoError(t, err)
	for i := range accounts {
		require.NoError(t, node.AddGenesisAccount(home, address(i), coins(1_000_000_000_000)))
	}
	raw, err := tx.Builder{Msgs: []chain.Message{createValidator(t, made.ValidatorPubKey)}, GasLimit: 200_000}.Sign(key(0), chainID, 0, 0)
	require.NoError(t, err)
	decoded, err := client.DecodeTx(raw)
	require.NoError(t, err)
	text, err := protojson.Marshal(decoded)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(home, "config", "gentx", "gentx.json"), text, 0o600))
	require.NoError(t, node.CollectGenTxs(home))
	return home
}

func createValidator(t testing.TB, consensus []byte) chain.Message {
	pub, err := (&ed25519.PubKey{Key: consensus}).Marshal()
	require.NoError(t, err)
	return &stakingpb.MsgCreateValidator{
		Description:       stakingpb.Description{Moniker: "test"},
		Commission:        stakingpb.CommissionRates{Rate: "100000000000000000", MaxRate: "200000000000000000", MaxChangeRate: "10000000000000000"},
		MinSelfDelegation: "1",
		DelegatorAddress:  address(0),
		ValidatorAddress:  prefix.Validator(key(0).PubKey().Address()),
		Pubkey:            &types.Any{TypeUrl: "/cosmos.crypto.ed25519.PubKey", Value: pub},
		Value:             wire.ProtoCoin(coins(1_000_000)[0]),
	}
}

// freeAddress is a loopback address on which nobody listens now, as CometBFT writes
// them.
func freeAddress(t testing.TB) string {
	t.Helper()
	return "tcp://" + loopback.Must(t)
}

// copyTree copies a folder, for backups that are restored at the wrong time.
func copyTree(t testing.TB, from, to string) {
	t.Helper()
	require.NoError(t, os.RemoveAll(to))
	require.NoError(t, os.CopyFS(to, os.DirFS(from)))
}
