// Package miningpool is a pool for miners that nobody runs. Its members mine with
// the contract as the payout of their tickets and their own address in the tag;
// the chain counts tickets by tag, and the contract divides what it was paid
// by these counts. Nobody can take another's part, not even who made the
// contract: there is no owner, and all that it does follows from the chain's
// numbers.
//
// A settled epoch in which the pool had tickets is a round. What the chain paid
// for it is divided among all tickets of the last rounds, as many as the window
// has, so that a lead's bonus and good epochs are spread. What division leaves
// over goes into the next round.
package miningpool

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/lottery"
)

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Contract is the pool.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(instantiate),
	Execute: sdk.Routes{
		sdk.On("distribute", distribute),
		sdk.On("claim", claim),
		sdk.On("claim_fee", claimFee),
	},
	Query: sdk.Answers{
		sdk.Answer("config", queryConfig),
		sdk.Answer("pool", queryPool),
		sdk.Answer("round", queryRound),
		sdk.Answer("member", queryMember),
		sdk.Answer("members", queryMembers),
		sdk.Answer("tag", queryTag),
	},
}

// The errors of the pool.
const (
	ErrWindow   = sdk.Error("a window has 1 to 16 rounds")
	ErrFee      = sdk.Error("a fee is at most 500 ten-thousandths")
	ErrFeeTo    = sdk.Error("fee_to and fee_bps come together")
	ErrLimit    = sdk.Error("a limit is 2 to 100")
	ErrUpToDate = sdk.Error("all settled epochs are distributed: come back after the next one")
	ErrUnpaid   = sdk.Error("the chain has not paid this epoch yet: come back in some blocks")
	ErrNothing  = sdk.Error("nothing to claim")
	ErrNotFeeTo = sdk.Error("only who has the fee may claim it")
	ErrNoRound  = sdk.Error("no such round")
	ErrMember   = sdk.Error("a member is an account with a key, whose address has 20 bytes")
	ErrWorker   = sdk.Error("a worker has at most 24 hexadecimal digits, two for a byte")
)

// Version is that of the messages and the store.
const Version = "1.0.0"

// Bounds of a pool.
const (
	MaxWindow = 16
	MaxFeeBps = 500

	limitLeast = 2 // an epoch and a tag
	limitUsual = 30
	limitMost  = 100
	// patience is how many epochs the pool waits for what the chain owes it before
	// it divides what is there: a payment that failed must not hold up others.
	patience = 32
	tagBytes = 32
	keyBytes = 20 // of an address that is a hash of a key
)

// The store.
var (
	configs = sdk.NewItem[Config]("config")
	pools   = sdk.NewItem[Pool]("pool")
	rounds  = sdk.NewMap[sdk.U64, Round]("rounds")
	members = sdk.NewMap[sdk.Addr, Member]("members")
)

func instantiate(c *sdk.Context, m *Instantiate) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	cfg := Config{Window: 1}
	if m.Window != nil {
		cfg.Window = *m.Window
	}
	if m.FeeBps != nil {
		cfg.FeeBps = *m.FeeBps
	}
	switch {
	case cfg.Window < 1 || cfg.Window > MaxWindow:
		return nil, ErrWindow
	case cfg.FeeBps > MaxFeeBps:
		return nil, ErrFee
	case (m.FeeTo == nil) != (cfg.FeeBps == 0):
		return nil, ErrFeeTo
	}
	if m.FeeTo != nil {
		to, err := c.Address(*m.FeeTo)
		if err != nil {
			return nil, err
		}
		cfg.FeeTo = &to
	}
	e, err := lottery.Current(c)
	if err != nil {
		return nil, err
	}
	cfg.Denom = e.Denom
	configs.Save(c, cfg)
	pools.Save(c, Pool{NextEpoch: e.Epoch})
	c.SaveVersion("weft:miningpool", Version)
	return sdk.Respond("instantiate").Attr("first_epoch", number(e.Epoch)).Attr("denom", e.Denom), nil
}

func number(n uint64) string { return sdk.U128(n).String() }

// claim pays the sender what the pool owes him.
func claim(c *sdk.Context, m *Claim) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	to := c.Sender
	if m.To != nil {
		var err error
		if to, err = c.Address(*m.To); err != nil {
			return nil, err
		}
	}
	cfg, p := configs.Load(c), pools.Load(c)
	who, ok := members.Get(c, c.Sender)
	if !ok {
		return nil, ErrNothing
	}
	who.fold(c, &cfg, &p)
	amount := who.Credit
	if amount.IsZero() {
		return nil, ErrNothing
	}
	// Stored before anything is paid.
	who.Credit, who.Claimed = sdk.Uint128{}, who.Claimed.Add(amount)
	p.Reserved = p.Reserved.Sub(amount)
	members.Save(c, c.Sender, who)
	pools.Save(c, p)
	return pay("claim", to, cfg.Denom, amount), nil
}

// claimFee pays the fees to who has them.
func claimFee(c *sdk.Context, _ *ClaimFee) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	cfg, p := configs.Load(c), pools.Load(c)
	amount := p.Fees
	switch {
	case cfg.FeeTo == nil || *cfg.FeeTo != c.Sender:
		return nil, ErrNotFeeTo
	case amount.IsZero():
		return nil, ErrNothing
	}
	p.Fees, p.Reserved = sdk.Uint128{}, p.Reserved.Sub(amount)
	pools.Save(c, p)
	return pay("claim_fee", c.Sender, cfg.Denom, amount), nil
}

func pay(action string, to sdk.Addr, denom string, amount sdk.Uint128) *sdk.Response {
	r := sdk.Respond(action).Attr("recipient", to.String()).Attr("amount", amount.String())
	return r.Send(to, sdk.Coin{Denom: denom, Amount: amount.Wide()})
}

// fold turns what a member's tickets have earned since the last time into credit,
// and forgets tickets that earn nothing more.
func (m *Member) fold(c *sdk.Context, cfg *Config, p *Pool) {
	kept := m.Open[:0]
	for _, o := range m.Open {
		if o.Round >= p.Rounds { // which is not closed
			kept = append(kept, o)
			continue
		}
		sum, last := p.Sum, o.Round+uint64(cfg.Window)-1
		if last+1 < p.Rounds {
			sum = rounds.Load(c, sdk.U64(last)).Sum
		}
		m.Credit = m.Credit.Add(sum.Sub(o.Sum).Mul(sdk.U128(o.Tickets)))
		if last >= p.Rounds { // it goes on
			kept = append(kept, Open{Round: o.Round, Tickets: o.Tickets, Sum: sum})
		}
	}
	m.Open = kept
}
