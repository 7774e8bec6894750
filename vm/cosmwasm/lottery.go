package cosmwasm

// LotteryRequest is the custom query that chains with a lottery answer. Lottery
// is nil if the contract asked for something else.
type LotteryRequest struct {
	Lottery *LotteryQuery `json:"lottery,omitempty"`
}

// DecodeLotteryRequest reads the text of QueryRequest.Custom.
func DecodeLotteryRequest(doc []byte) (*LotteryRequest, error) {
	var r LotteryRequest
	if err := Unmarshal(doc, &r); err != nil {
		return nil, err
	}
	return &r, nil
}

// LotteryQuery asks about the lottery.
type LotteryQuery struct {
	Status  *LotteryStatusQuery  `json:"status,omitempty"`
	Params  *LotteryParamsQuery  `json:"params,omitempty"`
	Epoch   *LotteryEpochQuery   `json:"epoch,omitempty"`
	Beacon  *LotteryBeaconQuery  `json:"beacon,omitempty"`
	Leader  *LotteryLeaderQuery  `json:"leader,omitempty"`
	Tickets *LotteryTicketsQuery `json:"tickets,omitempty"`
	Counts  *LotteryCountsQuery  `json:"counts,omitempty"`
	Seats   *LotterySeatsQuery   `json:"seats,omitempty"`
}

func (*LotteryRequest) oneOf() {}
func (*LotteryQuery) oneOf()   {}

// LotteryStatusQuery asks for a LotteryStatusResponse.
type LotteryStatusQuery struct{}

// LotteryParamsQuery asks for a LotteryParamsResponse.
type LotteryParamsQuery struct{}

// LotteryEpochQuery asks for a LotteryEpochResponse; without Epoch about the
// epoch that is mined.
type LotteryEpochQuery struct {
	Epoch *uint64 `json:"epoch,omitempty"`
}

// LotteryBeaconQuery asks for a LotteryBeaconResponse; without Epoch about the
// last that is settled.
type LotteryBeaconQuery struct {
	Epoch *uint64 `json:"epoch,omitempty"`
}

// LotteryLeaderQuery asks for a LotteryLeaderResponse; without Epoch about the
// last that is settled.
type LotteryLeaderQuery struct {
	Epoch *uint64 `json:"epoch,omitempty"`
}

// LotteryTicketsQuery asks for a LotteryTicketsResponse: how many tickets a
// payout had, in all or with one tag (64 hexadecimal digits, or none for those
// without a tag).
type LotteryTicketsQuery struct {
	Epoch  uint64  `json:"epoch"`
	Payout string  `json:"payout"`
	Tag    *string `json:"tag,omitempty"`
}

// LotteryCountsQuery asks for a LotteryCountsResponse: a payout's tickets by tag,
// in the order of tags, from the one behind StartAfter on.
type LotteryCountsQuery struct {
	Epoch      uint64  `json:"epoch"`
	Payout     string  `json:"payout"`
	StartAfter *string `json:"start_after,omitempty"`
	Limit      *uint32 `json:"limit,omitempty"`
}

// LotterySeatsQuery asks for a LotterySeatsResponse.
type LotterySeatsQuery struct {
	Operator *string `json:"operator,omitempty"`
}

// LotteryStatusResponse answers LotteryStatusQuery.
type LotteryStatusResponse struct {
	Epoch   uint64  `json:"epoch"`   // the one that is mined
	Settled *uint64 `json:"settled"` // the last that is settled, null before the first
	Stopped bool    `json:"stopped"` // by an emergency stop
}

// LotteryParamsResponse answers LotteryParamsQuery with the rules of the epoch
// that is mined.
type LotteryParamsResponse struct {
	Mode           string `json:"mode"` // off, reward or seats
	Denom          string `json:"denom"`
	Algo           string `json:"algo"`
	EpochBlocks    uint64 `json:"epoch_blocks"`
	GraceBlocks    uint64 `json:"grace_blocks"`
	ReadyBlocks    uint64 `json:"ready_blocks"`
	TargetTickets  uint64 `json:"target_tickets"`
	MaxTickets     uint64 `json:"max_tickets"`
	SeatsPerEpoch  uint64 `json:"seats_per_epoch"`
	SeatsWindow    uint64 `json:"seats_window"`
	CapBps         uint32 `json:"cap_bps"`
	TicketBps      uint32 `json:"ticket_bps"`
	SeatBps        uint32 `json:"seat_bps"`
	Subsidy        string `json:"subsidy"` // of the first epochs
	HalvingEpochs  uint64 `json:"halving_epochs"`
	EpochsKept     uint64 `json:"epochs_kept"` // how many can be asked about
	CountsKept     uint64 `json:"counts_kept"` // of the settled ones, how many have counts
	CountsPageMost uint32 `json:"counts_page_most"`
}

// LotteryEpochResponse answers LotteryEpochQuery. Digests are hexadecimal,
// amounts are in base units of Denom. What settlement decides is 0 before it.
type LotteryEpochResponse struct {
	Epoch       uint64 `json:"epoch"`
	Stage       string `json:"stage"`   // mining, settled or done
	Counted     bool   `json:"counted"` // tickets and counts can be asked
	FirstHeight uint64 `json:"first_height"`
	LastHeight  uint64 `json:"last_height"`
	SettlesAt   uint64 `json:"settles_at"`
	Seed        string `json:"seed"`
	Target      string `json:"target"`
	Algo        string `json:"algo"`
	Denom       string `json:"denom"`
	Tickets     uint64 `json:"tickets"`
	Minted      string `json:"minted"`
	Pot         string `json:"pot"`
	PerTicket   string `json:"per_ticket"`
}

// LotteryBeaconResponse answers LotteryBeaconQuery.
type LotteryBeaconResponse struct {
	Epoch     uint64 `json:"epoch"`
	Beacon    string `json:"beacon"` // 64 hexadecimal digits
	SettlesAt uint64 `json:"settles_at"`
}

// LotteryLeaderResponse answers LotteryLeaderQuery. Leader is null if the epoch
// had no ticket.
type LotteryLeaderResponse struct {
	Epoch  uint64         `json:"epoch"`
	Leader *LotteryLeader `json:"leader"`
}

// LotteryLeader is the best ticket of an epoch. The bonus goes to the operator's
// escrow if there is one, else to the payout.
type LotteryLeader struct {
	Digest   string  `json:"digest"`
	Payout   string  `json:"payout"`
	Operator *string `json:"operator"`
	Bonus    string  `json:"bonus"`
}

// LotteryTicketsResponse answers LotteryTicketsQuery.
type LotteryTicketsResponse struct {
	Tickets uint64 `json:"tickets"`
}

// LotteryCountsResponse answers LotteryCountsQuery. Next is what StartAfter is
// for the next page, null behind the last one.
type LotteryCountsResponse struct {
	Counts Array[LotteryCount] `json:"counts"`
	Next   *string             `json:"next"`
}

// LotteryCount is how many tickets had a tag: 64 hexadecimal digits, or none.
type LotteryCount struct {
	Tag     string `json:"tag"`
	Tickets uint64 `json:"tickets"`
}

// LotterySeatsResponse answers LotterySeatsQuery. Held are won seats, Active
// those that give power; of all operators, or of the one that was asked about.
type LotterySeatsResponse struct {
	Window uint64 `json:"window"` // how many seats there are
	Held   uint64 `json:"held"`
	Active uint64 `json:"active"`
}
