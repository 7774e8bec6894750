package app

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/staking"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	ed25519pb "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	distributionpb "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// consensusOf is the consensus address of a named validator.
func consensusOf(t testing.TB, name string) chain.Address {
	t.Helper()
	var key ed25519pb.PubKey
	require.NoError(t, key.Unmarshal(createValidator(t, name, "1uweft").Pubkey.Value))
	return staking.ConsensusAddress(key.Key)
}

// voted executes and commits a block with the votes of validators.
func (w *world) voted(votes map[string]int64, proved []chain.Misbehaviour, txs ...[]byte) BlockResult {
	w.t.Helper()
	in := w.input(txs...)
	for _, name := range people {
		if power, ok := votes[name]; ok {
			in.Votes = append(in.Votes, chain.Vote{Validator: consensusOf(w.t, name), Power: power, Signed: true})
		}
	}
	in.Misbehaviour = proved
	first, err := w.app.Execute(in)
	require.NoError(w.t, err)
	res, err := w.app.Execute(in)
	require.NoError(w.t, err)
	require.Equal(w.t, first, res, "a block may be executed again")
	w.last = res
	w.commit()
	return res
}

// TestValidatorsChange: who stakes validates from then on, who double signs no
// longer does; fees reach those who voted.
func TestValidatorsChange(t *testing.T) {
	w := newWorld(t, worldOptions{})
	val := prefix.Validator(addr(t, "val"))
	stake := &stakingpb.MsgDelegate{DelegatorAddress: text(t, "alice"), ValidatorAddress: val, Amount: wire.ProtoCoins(coins(t, "3000000uweft"))[0]}
	res := w.voted(map[string]int64{"val": 5}, nil, w.sign("alice", 0, stake), w.sign("bob", 0, createValidator(t, "bob", "4000000uweft")))
	for _, r := range res.Txs {
		ok(t, r)
	}
	require.Len(t, res.Updates, 2)
	power := map[int64]bool{res.Updates[0].Power: true, res.Updates[1].Power: true}
	require.Equal(t, map[int64]bool{8: true, 4: true}, power)

	res = w.voted(map[string]int64{"val": 8, "bob": 4}, nil)
	require.Empty(t, res.Updates)
	modes := 0
	for _, e := range res.Events {
		if mode, found := e.Get("mode"); e.Type == "rewards" && found {
			require.Equal(t, "BeginBlock", mode)
			modes++
		}
	}
	require.Equal(t, 2, modes)
	env := w.env()
	rewards, err := w.app.distribution.Rewards(env, addr(t, "alice"), addr(t, "val"))
	require.NoError(t, err)
	require.Len(t, rewards, 1)
	before := w.balance(addr(t, "alice"))
	ok(t, w.voted(map[string]int64{"val": 8, "bob": 4}, nil,
		w.sign("alice", 0, &distributionpb.MsgWithdrawDelegatorReward{DelegatorAddress: text(t, "alice"), ValidatorAddress: val})).Txs[0])
	require.NotEqual(t, before, w.balance(addr(t, "alice")))

	g, err := w.app.ExportGenesis()
	require.NoError(t, err)
	require.NoError(t, g.Validate())
	w2 := newWorld(t, worldOptions{genesis: g})
	require.Len(t, w2.app.genesisUpdates(t), 2)

	proof := []chain.Misbehaviour{{Validator: consensusOf(t, "bob"), Power: 4, Height: w.height, Time: start.Add(time.Duration(w.height) * time.Second)}}
	res = w.voted(map[string]int64{"val": 8, "bob": 4}, proof)
	require.Len(t, res.Updates, 1)
	require.Zero(t, res.Updates[0].Power)

	last := []chain.Misbehaviour{{Validator: consensusOf(t, "val"), Power: 8, Height: w.height, Time: start.Add(time.Duration(w.height) * time.Second)}}
	res = w.voted(map[string]int64{"val": 8}, last)
	require.Empty(t, res.Updates, "the last validator stays, with an alarm, for a chain without one stops")
	alarm := false
	for _, e := range res.Events {
		alarm = alarm || e.Type == "validator_set_refused"
	}
	require.True(t, alarm)
	w.voted(map[string]int64{"val": 8}, nil)
}

// genesisUpdates are the validators that genesis made.
func (a *App) genesisUpdates(t testing.TB) []Update {
	t.Helper()
	require.NotNil(t, a.genesis)
	return a.genesis.updates
}
