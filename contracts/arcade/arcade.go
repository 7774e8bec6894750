// Package arcade is a jackpot for miners and players. Who plays pays into the pot
// of the epoch that is mined. The next epoch decides over it: its leader, the
// miner of the best ticket, wins a bonus out of the pot, and its beacon draws the
// play that wins the rest. Both lie ahead when the last play is paid.
//
// The beacon can be bent by who keeps a winning ticket back, and loses what that
// wins: see package sdk/lottery. So a pot is bounded.
package arcade

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/lottery"
)

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Contract is the arcade.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(instantiate),
	Execute: sdk.Routes{
		sdk.On("play", play),
		sdk.On("settle", settle),
		sdk.On("claim", claim),
	},
	Query: sdk.Answers{
		sdk.Answer("config", queryConfig),
		sdk.Answer("round", queryRound),
		sdk.Answer("winnings", queryWinnings),
	},
}

// The errors of the arcade.
const (
	ErrPrice   = sdk.Error("a play has a price")
	ErrShare   = sdk.Error("the leader's part is at most 10000 ten-thousandths")
	ErrMost    = sdk.Error("a pot must have room for a play")
	ErrOdd     = sdk.Error("pay for a whole number of plays")
	ErrFull    = sdk.Error("the pot is full: play in the next epoch")
	ErrNoRound = sdk.Error("nobody played in this epoch, or it is settled")
	ErrSoon    = sdk.Error("the next epoch decides: it is not settled yet")
	ErrNothing = sdk.Error("nothing to claim")
)

// Version is that of the messages and the store.
const Version = "1.0.0"

const bps = 10_000

// The store.
var (
	configs = sdk.NewItem[Config]("config")
	rounds  = sdk.NewMap[sdk.U64, Round]("rounds") // by epoch, until they are settled
	// plays has who played, under the number of his last play: that of the play that
	// wins is found in one step.
	plays = sdk.NewMap[sdk.Pair[sdk.U64, sdk.U64], sdk.Addr]("plays")
	won   = sdk.NewMap[sdk.Addr, sdk.Uint128]("won")
)

func instantiate(c *sdk.Context, m *Instantiate) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	switch {
	case m.Price.IsZero():
		return nil, ErrPrice
	case m.LeaderBps > bps:
		return nil, ErrShare
	case m.Most.Less(m.Price):
		return nil, ErrMost
	}
	p, err := lottery.ParamsOf(c)
	if err != nil {
		return nil, err
	}
	configs.Save(c, Config{Denom: p.Denom, Price: m.Price, Most: m.Most, LeaderBps: m.LeaderBps})
	c.SaveVersion("weft:arcade", Version)
	return sdk.Respond("instantiate").Attr("denom", p.Denom).Attr("price", m.Price.String()), nil
}

func number(n uint64) string { return sdk.U128(n).String() }

// play takes part in the epoch that is mined, once for each price that came along.
func play(c *sdk.Context, _ *Play) (*sdk.Response, error) {
	cfg := configs.Load(c)
	paid, err := c.Paid(cfg.Denom)
	if err != nil {
		return nil, err
	}
	amount, fits := paid.Uint128()
	if !fits {
		return nil, ErrFull
	}
	count := amount.Div(cfg.Price)
	switch {
	case count.Hi != 0:
		return nil, ErrFull
	case count.Mul(cfg.Price) != amount:
		return nil, ErrOdd
	}
	s, err := lottery.StatusOf(c)
	if err != nil {
		return nil, err
	}
	r, _ := rounds.Get(c, sdk.U64(s.Epoch))
	r.Plays += count.Lo // bounded by the pot
	r.Pot = r.Pot.Add(amount)
	if cfg.Most.Less(sdk.U128(r.Plays).Mul(cfg.Price)) {
		return nil, ErrFull
	}
	rounds.Save(c, sdk.U64(s.Epoch), r)
	plays.Save(c, sdk.Pair[sdk.U64, sdk.U64]{First: sdk.U64(s.Epoch), Second: sdk.U64(r.Plays - 1)}, c.Sender)
	return sdk.Respond("play").Attr("epoch", number(s.Epoch)).Attr("plays", count.String()).Attr("pot", r.Pot.String()), nil
}

// settle decides an epoch's round when the next epoch is settled. Anybody may ask
// for it.
func settle(c *sdk.Context, m *Settle) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	id := sdk.U64(m.Epoch)
	r, ok := rounds.Get(c, id)
	if !ok {
		return nil, ErrNoRound
	}
	if r.Plays == 0 { // there is a pot that was carried into the epoch
		return carry(c, m.Epoch, r)
	}
	b, err := lottery.BeaconOf(c, m.Epoch+1)
	switch err {
	case nil:
	case lottery.ErrUnsettled: //nolint:errorlint // a constant, not wrapped
		return nil, ErrSoon
	case lottery.ErrNoEpoch:
		return carry(c, m.Epoch, r)
	default:
		return nil, err
	}
	lead, err := lottery.LeaderOf(c, m.Epoch+1)
	if err != nil {
		return nil, err
	}
	rest := r.Pot
	res := sdk.Respond("settle").Attr("epoch", number(m.Epoch))
	if lead != nil {
		bonus := r.Pot.MulDiv(sdk.U128(uint64(configs.Load(c).LeaderBps)), sdk.U128(bps))
		rest = rest.Sub(bonus)
		win(c, lead.Payout, bonus)
		res.Attr("leader", lead.Payout.String()).Attr("bonus", bonus.String())
	}
	winner, drawn, err := draw(c, id, b.Beacon, r.Plays)
	if err != nil {
		return nil, err
	}
	win(c, winner, rest)
	rounds.Remove(c, id)
	return res.Attr("drawn", number(drawn)).Attr("winner", winner.String()).Attr("prize", rest.String()), nil
}

// draw finds who made the play that a beacon draws: its first 128 bits, divided by
// the number of plays, leave the play's number.
func draw(c *sdk.Context, round sdk.U64, beacon string, count uint64) (sdk.Addr, uint64, error) {
	b, ok := sdk.ParseHex(beacon)
	if !ok || len(b) < 16 {
		return "", 0, sdk.Error("the chain tells a beacon " + beacon)
	}
	n := sdk.Uint128{Hi: bigEndian(b[:8]), Lo: bigEndian(b[8:16])}
	all := sdk.U128(count)
	drawn := sdk.U64(n.Sub(n.Div(all).Mul(all)).Lo)
	for _, who := range sdk.Sub(plays, round).All(c, sdk.Range[sdk.U64]{From: &drawn, Limit: 1}) {
		return who, uint64(drawn), nil
	}
	return "", 0, sdk.Error("no play has the number " + number(uint64(drawn)))
}

func bigEndian(b []byte) (n uint64) {
	for _, x := range b {
		n = n<<8 | uint64(x)
	}
	return n
}

// carry moves a pot that nobody can win into the epoch that is mined: nobody asked
// as long as the chain knew the beacon, or nobody played.
func carry(c *sdk.Context, epoch uint64, r Round) (*sdk.Response, error) {
	s, err := lottery.StatusOf(c)
	if err != nil {
		return nil, err
	}
	if epoch >= s.Epoch {
		return nil, ErrSoon
	}
	rounds.Remove(c, sdk.U64(epoch))
	now, _ := rounds.Get(c, sdk.U64(s.Epoch))
	now.Pot = now.Pot.Add(r.Pot)
	rounds.Save(c, sdk.U64(s.Epoch), now)
	return sdk.Respond("carry").Attr("epoch", number(epoch)).Attr("into", number(s.Epoch)).Attr("pot", r.Pot.String()), nil
}

// win notes what somebody may claim.
func win(c *sdk.Context, who sdk.Addr, amount sdk.Uint128) {
	had, _ := won.Get(c, who)
	won.Save(c, who, had.Add(amount))
}

// claim pays somebody what he won, at anybody's wish: a leader may be a contract,
// like a mining pool, that does not know of this one.
func claim(c *sdk.Context, m *Claim) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	who := c.Sender
	if m.Winner != nil {
		var err error
		if who, err = c.Address(*m.Winner); err != nil {
			return nil, err
		}
	}
	amount, _ := won.Get(c, who)
	if amount.IsZero() {
		return nil, ErrNothing
	}
	won.Remove(c, who) // before anything is paid
	r := sdk.Respond("claim").Attr("winner", who.String()).Attr("amount", amount.String())
	return r.Send(who, sdk.Coin{Denom: configs.Load(c).Denom, Amount: amount.Wide()}), nil
}
