package arcade

import "github.com/weftchain/weft/contracts/sdk"

// Instantiate makes an arcade. Prices are in the lottery's denom.
//
//sdk:json
type Instantiate struct {
	Price     sdk.Uint128 `json:"price"`      // of a play
	Most      sdk.Uint128 `json:"most"`       // that is played for in an epoch; keep it below what a leader's ticket wins
	LeaderBps uint32      `json:"leader_bps"` // the leader's part of a pot, in ten-thousandths
}

// Play takes part in the epoch that is mined. Coins for one or more plays come
// along.
//
//sdk:json
type Play struct{}

// Settle decides the round of an epoch, when the next epoch is settled.
//
//sdk:json
type Settle struct {
	Epoch uint64 `json:"epoch"`
}

// Claim pays a winner.
//
//sdk:json
type Claim struct {
	Winner *string `json:"winner"` // the sender without
}

// QueryConfig asks for the rules.
//
//sdk:json
type QueryConfig struct{}

// Config is the rules.
//
//sdk:json
type Config struct {
	Denom     string      `json:"denom"`
	Price     sdk.Uint128 `json:"price"`
	Most      sdk.Uint128 `json:"most"`
	LeaderBps uint32      `json:"leader_bps"`
}

// QueryRound asks for the round of an epoch.
//
//sdk:json
type QueryRound struct {
	Epoch uint64 `json:"epoch"`
}

// Round is what was played in an epoch that is not decided; zeros for others.
//
//sdk:json
type Round struct {
	Plays uint64      `json:"plays"`
	Pot   sdk.Uint128 `json:"pot"`
}

// QueryWinnings asks what somebody may claim.
//
//sdk:json
type QueryWinnings struct {
	Address string `json:"address"`
}

// WinningsAnswer is what somebody may claim.
//
//sdk:json
type WinningsAnswer struct {
	Amount sdk.Uint128 `json:"amount"`
}
