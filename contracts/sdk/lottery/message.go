package lottery

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Status is where the lottery stands.
//
//sdk:json
type Status struct {
	Epoch   uint64  `json:"epoch"`   // the one that is mined
	Settled *uint64 `json:"settled"` // the last that is settled; nil before the first
	Stopped bool    `json:"stopped"` // by an emergency stop
}

// Params are the rules of the epoch that is mined.
//
//sdk:json
type Params struct {
	Mode           string      `json:"mode"` // off, reward or seats
	Denom          string      `json:"denom"`
	Algo           string      `json:"algo"`
	EpochBlocks    uint64      `json:"epoch_blocks"`
	GraceBlocks    uint64      `json:"grace_blocks"`
	ReadyBlocks    uint64      `json:"ready_blocks"`
	TargetTickets  uint64      `json:"target_tickets"`
	MaxTickets     uint64      `json:"max_tickets"`
	SeatsPerEpoch  uint64      `json:"seats_per_epoch"`
	SeatsWindow    uint64      `json:"seats_window"`
	CapBps         uint32      `json:"cap_bps"`
	TicketBps      uint32      `json:"ticket_bps"`
	SeatBps        uint32      `json:"seat_bps"`
	Subsidy        sdk.Uint128 `json:"subsidy"`
	HalvingEpochs  uint64      `json:"halving_epochs"`
	EpochsKept     uint64      `json:"epochs_kept"`
	CountsKept     uint64      `json:"counts_kept"`
	CountsPageMost uint32      `json:"counts_page_most"`
}

// Epoch is one round of the lottery. What settlement decides is 0 before it.
//
//sdk:json
type Epoch struct {
	Epoch       uint64      `json:"epoch"`
	Stage       Stage       `json:"stage"`
	Counted     bool        `json:"counted"` // tickets and counts can be asked
	FirstHeight uint64      `json:"first_height"`
	LastHeight  uint64      `json:"last_height"`
	SettlesAt   uint64      `json:"settles_at"` // at the end of this block
	Seed        string      `json:"seed"`       // 64 hexadecimal digits, as target
	Target      string      `json:"target"`
	Algo        string      `json:"algo"`
	Denom       string      `json:"denom"`
	Tickets     uint64      `json:"tickets"`
	Minted      sdk.Uint128 `json:"minted"`
	Pot         sdk.Uint128 `json:"pot"`
	PerTicket   sdk.Uint128 `json:"per_ticket"`
}

// Stage is how far an epoch is.
type Stage string

// The stages: tickets are taken; they are ranked and paid; seats have begun.
const (
	Mining  Stage = "mining"
	Settled Stage = "settled"
	Done    Stage = "done"
)

// EncodeJSON writes the word.
func (s Stage) EncodeJSON(w *json.Writer) { w.Text(string(s)) }

// DecodeJSON reads the word.
func (s *Stage) DecodeJSON(r *json.Reader) { *s = Stage(r.Text()) }

// Beacon is randomness for low stakes: see the package's text.
//
//sdk:json
type Beacon struct {
	Epoch     uint64 `json:"epoch"`
	Beacon    string `json:"beacon"` // 64 hexadecimal digits
	SettlesAt uint64 `json:"settles_at"`
}

// Leader is the best ticket of an epoch. The bonus went to the operator's escrow,
// if there is one, else to the payout.
//
//sdk:json
type Leader struct {
	Digest   string      `json:"digest"`
	Payout   sdk.Addr    `json:"payout"`
	Operator *sdk.Addr   `json:"operator"`
	Bonus    sdk.Uint128 `json:"bonus"`
}

// Count is how many tickets had a tag: 64 hexadecimal digits, or "".
//
//sdk:json
type Count struct {
	Tag     string `json:"tag"`
	Tickets uint64 `json:"tickets"`
}

// Seats are how many there may be, how many are held, and how many of those give
// power.
//
//sdk:json
type Seats struct {
	Window uint64 `json:"window"`
	Held   uint64 `json:"held"`
	Active uint64 `json:"active"`
}

// numbered asks about an epoch.
//
//sdk:json
type numbered struct {
	Epoch uint64 `json:"epoch"`
}

// ticketsQuery asks for one number.
//
//sdk:json
type ticketsQuery struct {
	Epoch  uint64   `json:"epoch"`
	Payout sdk.Addr `json:"payout"`
	Tag    *string  `json:"tag"`
}

// countsQuery asks for a page.
//
//sdk:json
type countsQuery struct {
	Epoch      uint64   `json:"epoch"`
	Payout     sdk.Addr `json:"payout"`
	StartAfter *string  `json:"start_after"`
	Limit      uint32   `json:"limit"`
}

// seatsQuery asks about an operator's, or all.
//
//sdk:json
type seatsQuery struct {
	Operator *sdk.Addr `json:"operator"`
}

//sdk:json
type leaderAnswer struct {
	Epoch  uint64  `json:"epoch"`
	Leader *Leader `json:"leader"`
}

//sdk:json
type ticketsAnswer struct {
	Tickets uint64 `json:"tickets"`
}

//sdk:json
type countsAnswer struct {
	Counts []Count `json:"counts"`
	Next   *string `json:"next"`
}
