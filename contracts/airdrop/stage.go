package airdrop

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// register begins a stage with the coins that came along.
func register(c *sdk.Context, m *Register) (*sdk.Response, error) {
	cfg := configs.Load(c)
	if cfg.Asset.Native == nil {
		return nil, ErrNotToken
	}
	amount, err := c.Paid(*cfg.Asset.Native)
	if err != nil {
		return nil, err
	}
	total, fits := amount.Uint128()
	if !fits {
		return nil, ErrTooLarge
	}
	return cfg.add(c, c.Sender, total, m)
}

// receive begins a stage with tokens that the owner has sent. The owner has
// chosen the token: that it brings what it says is not checked.
func receive(c *sdk.Context, m *Receive) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	cfg := configs.Load(c)
	if cfg.Asset.CW20 == nil || *cfg.Asset.CW20 != c.Sender {
		return nil, ErrNotToken
	}
	var h hook
	if err := json.Decode(string(m.Msg), &h); err != nil {
		return nil, err
	}
	return cfg.add(c, m.Sender, m.Amount, &h.Register)
}

// add stores a stage that an owner has paid.
func (cfg *config) add(c *sdk.Context, owner sdk.Addr, total sdk.Uint128, m *Register) (*sdk.Response, error) {
	root, ok := parseHash(m.MerkleRoot)
	switch {
	case !cfg.ownedBy(owner):
		return nil, ErrNotOwner
	case !ok:
		return nil, ErrRoot
	case total.IsZero():
		return nil, ErrNothing
	}
	if err := m.checkTime(c.Block()); err != nil {
		return nil, err
	}
	cfg.LatestStage++
	configs.Save(c, *cfg)
	s := Stage{MerkleRoot: sdk.Hex(root[:]), TotalAmount: total, Start: m.Start, Expiration: m.Expiration}
	stages.Save(c, sdk.U64(cfg.LatestStage), s)
	return respond("register", cfg.LatestStage).Attr("merkle_root", s.MerkleRoot).Attr("total_amount", total.String()), nil
}

// checkTime refuses a stage in which nobody could claim.
func (m *Register) checkTime(b sdk.Block) error {
	if m.Expiration.Passed(b) {
		return ErrExpiration
	}
	if m.Start == nil {
		return nil
	}
	order, ok := m.Start.Compare(m.Expiration)
	switch {
	case !ok:
		return ErrTwoKinds
	case order >= 0:
		return ErrExpiration
	}
	return nil
}

// claim pays the sender what the list has for him.
func claim(c *sdk.Context, m *Claim) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	id := sdk.U64(m.Stage)
	key := stageOwner{First: id, Second: c.Sender}
	s, ok := stages.Get(c, id)
	switch {
	case !ok:
		return nil, ErrNoStage
	case s.Start != nil && !s.Start.Passed(c.Block()):
		return nil, ErrNotBegun
	case s.Expiration.Passed(c.Block()):
		return nil, ErrExpired
	case claims.Has(c, key):
		return nil, ErrClaimed
	}
	switch ok, err := proves(s.MerkleRoot, Leaf(c.Sender.String(), m.Amount), m.Proof); {
	case err != nil:
		return nil, err
	case !ok:
		return nil, ErrProof
	case m.Amount.IsZero():
		return nil, ErrNothingLeft
	case s.left().Less(m.Amount):
		return nil, ErrOverdrawn // what is more is the funds of other stages
	}
	// Stored before anything is paid: a token that calls back finds it claimed.
	s.ClaimedAmount = s.ClaimedAmount.Add(m.Amount)
	stages.Save(c, id, s)
	claims.Save(c, key, m.Amount)
	r := respond("claim", m.Stage).Attr("address", c.Sender.String()).Attr("amount", m.Amount.String())
	configs.Load(c).Asset.pay(r, c.Sender, m.Amount)
	return r, nil
}

// clawback pays what nobody has claimed of a stage that is over.
func clawback(c *sdk.Context, m *Clawback) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	cfg := configs.Load(c)
	s, ok := stages.Get(c, sdk.U64(m.Stage))
	switch {
	case !cfg.ownedBy(c.Sender):
		return nil, ErrNotOwner
	case !ok:
		return nil, ErrNoStage
	case !s.Expiration.Passed(c.Block()):
		return nil, ErrNotExpired
	case s.left().IsZero():
		return nil, ErrNothingLeft
	}
	to, err := m.recipient(c)
	if err != nil {
		return nil, err
	}
	rest := s.left()
	s.ReturnedAmount = rest
	stages.Save(c, sdk.U64(m.Stage), s)
	r := respond("clawback", m.Stage).Attr("recipient", to.String()).Attr("amount", rest.String())
	cfg.Asset.pay(r, to, rest)
	return r, nil
}

func (m *Clawback) recipient(c *sdk.Context) (sdk.Addr, error) {
	if m.To == nil {
		return c.Sender, nil
	}
	return c.Address(*m.To)
}

// left is what nobody has got yet.
func (s *Stage) left() sdk.Uint128 { return s.TotalAmount.Sub(s.ClaimedAmount).Sub(s.ReturnedAmount) }

// respond has the attributes that all messages about a stage have in common.
func respond(action string, stage uint64) *sdk.Response {
	return sdk.Respond(action).Attr("stage", sdk.U128(stage).String())
}
