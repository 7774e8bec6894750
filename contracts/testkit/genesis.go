package testkit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"sync"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/chain"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	ed25519pb "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// genesis is a chain with one validator and an authority, and nobody else.
func genesis() (*app.Genesis, error) {
	g := app.DefaultGenesis()
	g.Params.Authority = text(authority)
	const stake = 1_000_000_000
	if err := g.AddAccount(prefix, text(validator), chain.Coins{{Denom: g.Params.BaseDenom, Amount: chain.NewAmount(stake)}}); err != nil {
		return nil, err
	}
	if err := g.AddAccount(prefix, text(authority), nil); err != nil {
		return nil, err
	}
	gentx, err := signed("validator", createValidator(base.Coin{Denom: g.Params.BaseDenom, Amount: fmt.Sprint(stake)}))
	if err != nil {
		return nil, err
	}
	g.GenTxs = append(g.GenTxs, gentx)
	return &g, nil
}

// createValidator bonds the validator, who takes a commission of a tenth.
func createValidator(stake base.Coin) *stakingpb.MsgCreateValidator {
	seed := sha256.Sum256([]byte("consensus key of testkit's validator"))
	key := ed25519pb.PubKey{Key: ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)}
	value, err := key.Marshal()
	if err != nil {
		panic(err) // 32 bytes
	}
	return &stakingpb.MsgCreateValidator{
		Description:       stakingpb.Description{Moniker: "testkit"},
		Commission:        stakingpb.CommissionRates{Rate: "100000000000000000", MaxRate: "200000000000000000", MaxChangeRate: "10000000000000000"},
		MinSelfDelegation: "1", ValidatorAddress: prefix.Validator(validator),
		Pubkey: &types.Any{TypeUrl: "/cosmos.crypto.ed25519.PubKey", Value: value}, Value: stake,
	}
}

// signed is the JSON of a transaction of genesis.
func signed(name string, msg chain.Message) ([]byte, error) {
	raw, err := tx.Builder{Msgs: []chain.Message{msg}, GasLimit: 200_000}.Sign(Key(name), ChainID, 0, 0)
	if err != nil {
		return nil, err
	}
	d, err := tx.Decode(raw, 1<<20)
	if err != nil {
		return nil, err
	}
	out, err := (&jsonpb.Marshaler{OrigName: true}).MarshalToString(&txpb.Tx{Body: &d.Body, AuthInfo: &d.AuthInfo, Signatures: d.Raw.Signatures})
	return []byte(out), err
}

var keys sync.Map // of names

// Key returns the private key of a named account, for contracts that check
// signatures. It is made of the name: no secret.
func Key(name string) tx.PrivKey {
	if key, ok := keys.Load(name); ok {
		return key.(tx.PrivKey)
	}
	sum := sha256.Sum256([]byte("testkit: key of " + name))
	key, err := tx.NewPrivKey(sum[:])
	if err != nil {
		panic(err) // one hash in 2^128 is no key
	}
	keys.Store(name, key)
	return key
}

var (
	validator = Key("validator").PubKey().Address()
	authority = Key("authority").PubKey().Address()
)
