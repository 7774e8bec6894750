// Package airdrop gives coins or CW20 tokens to any number of people for the
// price of one hash in the store: the owner registers the root of a Merkle tree
// over all addresses and their amounts, and everybody fetches his own with the
// proof that he is in it. Package tree makes root and proofs from a list.
//
// Each list is a stage with its own funds, which come with it, and its own end;
// what has not been fetched by then goes back to the owner.
package airdrop

import "github.com/weftchain/weft/contracts/sdk"

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Contract is the airdrop.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(instantiate),
	Execute: sdk.Routes{
		sdk.On("register", register),
		sdk.On("receive", receive),
		sdk.On("claim", claim),
		sdk.On("clawback", clawback),
		sdk.On("update_owner", updateOwner),
	},
	Query: sdk.Answers{
		sdk.Answer("config", queryConfig),
		sdk.Answer("stage", queryStage),
		sdk.Answer("stages", queryStages),
		sdk.Answer("is_claimed", queryIsClaimed),
		sdk.Answer("claims", queryClaims),
		sdk.Answer("verify", queryVerify),
	},
}

// The errors of the airdrop.
const (
	ErrDenom       = sdk.Error("the denom of an asset is empty")
	ErrNotOwner    = sdk.Error("only the owner may do this")
	ErrNotToken    = sdk.Error("only the airdrop's own token may bring a stage")
	ErrRoot        = sdk.Error("a Merkle root has 64 hexadecimal digits")
	ErrTooLarge    = sdk.Error("an amount must be less than 2^128")
	ErrNothing     = sdk.Error("a stage needs funds")
	ErrExpiration  = sdk.Error("the end of a stage must lie ahead, and behind its start")
	ErrNoStage     = sdk.Error("no such stage")
	ErrNotBegun    = sdk.Error("the stage has not begun")
	ErrExpired     = sdk.Error("the stage is over")
	ErrNotExpired  = sdk.Error("the stage is not over")
	ErrClaimed     = sdk.Error("already claimed")
	ErrProof       = sdk.Error("the proof does not fit: check stage, address and amount")
	ErrProofForm   = sdk.Error("a proof has at most 32 hashes of 64 hexadecimal digits")
	ErrOverdrawn   = sdk.Error("the stage has not so much left: its list adds up to more than its funds")
	ErrNothingLeft = sdk.Error("nothing is left of the stage")
	ErrTwoKinds    = sdk.Error("start and end of a stage are both heights or both times")
)

// Version is that of the messages and the store.
const Version = "1.0.0"

// The store.
var (
	configs = sdk.NewItem[config]("config")
	stages  = sdk.NewMap[sdk.U64, Stage]("stages")
	// claims has what was paid: who is in it gets nothing more of the stage.
	claims = sdk.NewMap[stageOwner, sdk.Uint128]("claims")
)

// stageOwner is a stage and somebody who has claimed.
type stageOwner = sdk.Pair[sdk.U64, sdk.Addr]

// config is the store's config.
//
//sdk:json
type config struct {
	Owner       *sdk.Addr `json:"owner"`
	Asset       Asset     `json:"asset"`
	LatestStage uint64    `json:"latest_stage"`
}

func instantiate(c *sdk.Context, m *Instantiate) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	owner := c.Sender
	if m.Owner != nil {
		var err error
		if owner, err = c.Address(*m.Owner); err != nil {
			return nil, err
		}
	}
	if err := m.Asset.validate(c); err != nil {
		return nil, err
	}
	configs.Save(c, config{Owner: &owner, Asset: m.Asset})
	c.SaveVersion("weft:airdrop", Version)
	return sdk.Respond("instantiate").Attr("owner", owner.String()).Attr("asset", m.Asset.String()), nil
}

// updateOwner makes somebody else the owner, or nobody: then no stage can be
// added, and what is left of the others stays where it is.
func updateOwner(c *sdk.Context, m *UpdateOwner) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	cfg := configs.Load(c)
	if !cfg.ownedBy(c.Sender) {
		return nil, ErrNotOwner
	}
	name := "nobody"
	cfg.Owner = nil
	if m.NewOwner != nil {
		owner, err := c.Address(*m.NewOwner)
		if err != nil {
			return nil, err
		}
		cfg.Owner, name = &owner, owner.String()
	}
	configs.Save(c, cfg)
	return sdk.Respond("update_owner").Attr("owner", name), nil
}

func (cfg *config) ownedBy(who sdk.Addr) bool { return cfg.Owner != nil && *cfg.Owner == who }
