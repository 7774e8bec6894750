package miningpool

import "github.com/weftchain/weft/contracts/sdk"

// Instantiate makes a pool. Nothing of it can be changed afterwards. Make it
// without an admin: an admin could put other code in its place.
//
//sdk:json
type Instantiate struct {
	Window *uint32 `json:"window"`  // in how many rounds a ticket earns, 1 to 16; 1 without
	FeeBps *uint32 `json:"fee_bps"` // of what the chain pays, in ten-thousandths, at most 500; none without
	FeeTo  *string `json:"fee_to"`  // whose the fee is
}

// Distribute notes the pool's tickets of settled epochs and divides what was paid
// for them. Anybody may send it.
//
//sdk:json
type Distribute struct {
	Limit *uint32 `json:"limit"` // how many tags and epochs, 2 to 100; 30 without
}

// Claim pays the sender what the pool owes him.
//
//sdk:json
type Claim struct {
	To *string `json:"to"` // the sender without
}

// ClaimFee pays the fees to who has them.
//
//sdk:json
type ClaimFee struct{}

// QueryConfig asks for the pool's rules.
//
//sdk:json
type QueryConfig struct{}

// Config is the pool's rules.
//
//sdk:json
type Config struct {
	Denom  string    `json:"denom"`
	Window uint32    `json:"window"`
	FeeBps uint32    `json:"fee_bps"`
	FeeTo  *sdk.Addr `json:"fee_to"`
}

// QueryPool asks how far the pool is.
//
//sdk:json
type QueryPool struct{}

// Pool is how far the pool is. Reserved and Dust are of what the contract has;
// more than them is not divided yet.
//
//sdk:json
type Pool struct {
	NextEpoch     uint64      `json:"next_epoch"` // which is distributed next
	Rounds        uint64      `json:"rounds"`     // that are closed
	Sum           sdk.Uint128 `json:"sum"`        // of the shares of all rounds
	WindowTickets uint64      `json:"window_tickets"`
	Reserved      sdk.Uint128 `json:"reserved"` // owed to members and, as fee
	Fees          sdk.Uint128 `json:"fees"`     // the part of reserved that is fee
	Dust          sdk.Uint128 `json:"dust"`     // left over by division
	Part          *Part       `json:"part"`     // of the next epoch
}

// Part is an epoch whose tickets are being noted.
//
//sdk:json
type Part struct {
	After    *string `json:"after"` // the last tag
	Noted    bool    `json:"noted"` // all are
	Tickets  uint64  `json:"tickets"`
	Untagged uint64  `json:"untagged"`
}

// QueryRound asks for a closed round.
//
//sdk:json
type QueryRound struct {
	Round uint64 `json:"round"`
}

// Round is a settled epoch in which the pool had tickets.
//
//sdk:json
type Round struct {
	Epoch         uint64      `json:"epoch"`
	Tickets       uint64      `json:"tickets"`        // of members
	WindowTickets uint64      `json:"window_tickets"` // and those of the rounds before that still earn
	Income        sdk.Uint128 `json:"income"`
	Fee           sdk.Uint128 `json:"fee"`
	Share         sdk.Uint128 `json:"share"` // of each ticket of the window
	Sum           sdk.Uint128 `json:"sum"`   // of the shares up to this round
}

// Member is somebody whose tickets the pool has noted.
//
//sdk:json
type Member struct {
	Credit  sdk.Uint128 `json:"credit"`
	Claimed sdk.Uint128 `json:"claimed"`
	Tickets uint64      `json:"tickets"`
	Open    []Open      `json:"open"`
}

// Open is tickets that still earn: Sum is that of the rounds that are credited.
//
//sdk:json
type Open struct {
	Round   uint64      `json:"round"`
	Tickets uint64      `json:"tickets"`
	Sum     sdk.Uint128 `json:"sum"`
}

// QueryMember asks what somebody may claim.
//
//sdk:json
type QueryMember struct {
	Address string `json:"address"`
}

// MemberAnswer is what somebody may claim, has claimed, and how many tickets of
// his were noted.
//
//sdk:json
type MemberAnswer struct {
	Claimable sdk.Uint128 `json:"claimable"`
	Claimed   sdk.Uint128 `json:"claimed"`
	Tickets   uint64      `json:"tickets"`
	Earning   uint64      `json:"earning"` // tickets of them that go on to earn
}

// QueryMembers asks for the members, by address.
//
//sdk:json
type QueryMembers struct {
	StartAfter *sdk.Addr `json:"start_after"`
	Limit      *uint32   `json:"limit"`
}

// MembersAnswer is a page of members.
//
//sdk:json
type MembersAnswer struct {
	Members []NamedMember `json:"members"`
}

// NamedMember is a member and the address.
//
//sdk:json
type NamedMember struct {
	Address   sdk.Addr    `json:"address"`
	Claimable sdk.Uint128 `json:"claimable"`
	Claimed   sdk.Uint128 `json:"claimed"`
	Tickets   uint64      `json:"tickets"`
}

// QueryTag asks for the tag with which somebody mines for the pool.
//
//sdk:json
type QueryTag struct {
	Address string  `json:"address"`
	Worker  *string `json:"worker"` // up to 24 hexadecimal digits of his own, to tell machines apart
}

// TagAnswer is that tag: weft mine --payout POOL --tag TAG.
//
//sdk:json
type TagAnswer struct {
	Tag string `json:"tag"`
}
