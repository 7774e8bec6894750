package airdrop

import "github.com/weftchain/weft/contracts/sdk"

// Instantiate makes an airdrop, without any stage yet.
//
//sdk:json
type Instantiate struct {
	Owner *string `json:"owner"` // the sender without
	Asset Asset   `json:"asset"` // what all stages give
}

// Register begins a stage. Only the owner may, and the funds of the stage come
// along: coins with the message; tokens with a message to the token,
// {"send":{"contract":AIRDROP,"amount":…,"msg":base64 of {"register":{…}}}}.
//
//sdk:json
type Register struct {
	MerkleRoot string          `json:"merkle_root"` // 64 hexadecimal digits
	Start      *sdk.Expiration `json:"start"`       // claims begin with this block; at once without
	Expiration sdk.Expiration  `json:"expiration"`  // in this block there are no more claims; with never there is no clawback either
}

// Receive is what a CW20 token says when somebody has sent tokens.
//
//sdk:json
type Receive struct {
	Sender sdk.Addr    `json:"sender"`
	Amount sdk.Uint128 `json:"amount"`
	Msg    []byte      `json:"msg"` // {"register":{…}}
}

// hook is the message that comes with tokens.
//
//sdk:json
type hook struct {
	Register Register `json:"register"`
}

// Claim pays the sender what the list of a stage has for him, once.
//
//sdk:json
type Claim struct {
	Stage  uint64      `json:"stage"`
	Amount sdk.Uint128 `json:"amount"` // as in the list
	Proof  []string    `json:"proof"`  // the hashes beside the way to the root, from below; each 64 hexadecimal digits
}

// Clawback pays what was not claimed of a stage that is over to the owner, or to
// whom he says.
//
//sdk:json
type Clawback struct {
	Stage uint64  `json:"stage"`
	To    *string `json:"to"`
}

// UpdateOwner makes somebody else the owner; null, nobody for ever.
//
//sdk:json
type UpdateOwner struct {
	NewOwner *string `json:"new_owner"`
}

// QueryConfig asks who owns the airdrop and what it gives.
//
//sdk:json
type QueryConfig struct{}

// ConfigAnswer is who owns the airdrop, what it gives and how many stages it has.
//
//sdk:json
type ConfigAnswer struct {
	Owner       *sdk.Addr `json:"owner"`
	Asset       Asset     `json:"asset"`
	LatestStage uint64    `json:"latest_stage"`
}

// QueryStage asks for a stage.
//
//sdk:json
type QueryStage struct {
	Stage uint64 `json:"stage"`
}

// Stage is a list and its funds.
//
//sdk:json
type Stage struct {
	MerkleRoot     string          `json:"merkle_root"`
	Start          *sdk.Expiration `json:"start"`
	Expiration     sdk.Expiration  `json:"expiration"`
	TotalAmount    sdk.Uint128     `json:"total_amount"`
	ClaimedAmount  sdk.Uint128     `json:"claimed_amount"`
	ReturnedAmount sdk.Uint128     `json:"returned_amount"` // by clawback
}

// QueryStages asks for the stages, from the first one on.
//
//sdk:json
type QueryStages struct {
	StartAfter *sdk.U64 `json:"start_after"`
	Limit      *uint32  `json:"limit"`
}

// StagesAnswer is a page of stages.
//
//sdk:json
type StagesAnswer struct {
	Stages []NumberedStage `json:"stages"`
}

// NumberedStage is a stage and its number.
//
//sdk:json
type NumberedStage struct {
	ID    uint64 `json:"id"`
	Stage Stage  `json:"stage"`
}

// QueryIsClaimed asks whether somebody has claimed.
//
//sdk:json
type QueryIsClaimed struct {
	Stage   uint64 `json:"stage"`
	Address string `json:"address"`
}

// IsClaimedAnswer is whether somebody has claimed, and how much he got.
//
//sdk:json
type IsClaimedAnswer struct {
	IsClaimed bool        `json:"is_claimed"`
	Amount    sdk.Uint128 `json:"amount"`
}

// QueryClaims asks who has claimed.
//
//sdk:json
type QueryClaims struct {
	Stage      uint64    `json:"stage"`
	StartAfter *sdk.Addr `json:"start_after"`
	Limit      *uint32   `json:"limit"`
}

// ClaimsAnswer is a page of claims.
//
//sdk:json
type ClaimsAnswer struct {
	Claims []Claimed `json:"claims"`
}

// Claimed is who has got how much.
//
//sdk:json
type Claimed struct {
	Address sdk.Addr    `json:"address"`
	Amount  sdk.Uint128 `json:"amount"`
}

// QueryVerify asks whether a proof fits, without a claim.
//
//sdk:json
type QueryVerify struct {
	Stage   uint64      `json:"stage"`
	Address string      `json:"address"`
	Amount  sdk.Uint128 `json:"amount"`
	Proof   []string    `json:"proof"`
}

// VerifyAnswer is whether a proof fits.
//
//sdk:json
type VerifyAnswer struct {
	Valid bool `json:"valid"`
}
