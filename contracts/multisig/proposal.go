package multisig

import "github.com/weftchain/weft/contracts/sdk"

// validate refuses a period in which nobody else could vote.
func (d *Duration) validate() error {
	if d.Height != nil && *d.Height == 0 || d.Time != nil && *d.Time == 0 {
		return ErrNoPeriod
	}
	return nil
}

// after returns the end of the period that begins in a block. An end that would
// not fit is the last block or nanosecond that there is.
func (d *Duration) after(b sdk.Block) sdk.Expiration {
	const last = 1<<64 - 1
	if d.Height != nil {
		return sdk.AtHeight(b.Height + min(*d.Height, last-b.Height))
	}
	left := (last - uint64(b.Time)) / uint64(sdk.Second)
	return sdk.AtTime(b.Time + sdk.Timestamp(min(*d.Time, left))*sdk.Second)
}

func propose(c *sdk.Context, m *Propose) (*sdk.Response, error) {
	weight, ok := voters.Get(c, c.Sender)
	if !ok {
		return nil, ErrUnauthorized
	}
	if m.Earliest != nil {
		return nil, ErrEarliest
	}
	if m.size() > maxProposalBytes {
		return nil, ErrTooLarge
	}
	cfg := configs.Load(c)
	expires, err := m.expires(c.Block(), &cfg.MaxVotingPeriod)
	if err != nil {
		return nil, err
	}
	p := proposal{
		Title: m.Title, Description: m.Description, Msgs: m.Msgs, Proposer: c.Sender,
		StartHeight: c.Block().Height, Expires: expires,
		Threshold: cfg.Threshold, TotalWeight: cfg.TotalWeight,
		Status: Open, Votes: tally{Yes: uint64(weight)},
	}
	p.Status = p.status(c.Block())
	id, _ := lastID.Get(c)
	id++
	lastID.Save(c, id)
	proposals.Save(c, id, p)
	ballots.Save(c, idVoter{First: id, Second: c.Sender}, ballot{Weight: uint64(weight), Vote: Yes})
	return respond(c, "propose", id).Attr("status", p.Status.String()), nil
}

// expires returns the end of the vote: what the proposer wants, but at most the
// voting period from now.
func (m *Propose) expires(b sdk.Block, period *Duration) (sdk.Expiration, error) {
	longest := period.after(b)
	if m.Latest == nil {
		return longest, nil
	}
	order, ok := m.Latest.Compare(longest)
	switch {
	case !ok:
		return longest, ErrWrongExpiration // blocks and seconds cannot be compared
	case m.Latest.Passed(b):
		return longest, ErrExpired // a vote that nobody else can take part in
	case order > 0:
		return longest, nil
	}
	return *m.Latest, nil
}

func (m *Propose) size() int {
	n := len(m.Title) + len(m.Description)
	for _, msg := range m.Msgs {
		n += len(msg)
	}
	return n
}

func vote(c *sdk.Context, m *CastVote) (*sdk.Response, error) {
	weight, ok := voters.Get(c, c.Sender)
	if !ok || weight == 0 {
		return nil, ErrUnauthorized
	}
	id := sdk.U64(m.ProposalID)
	p, ok := proposals.Get(c, id)
	switch {
	case !ok:
		return nil, ErrNoProposal
	case p.Status == Executed:
		return nil, ErrNotOpen
	case p.Expires.Passed(c.Block()):
		return nil, ErrExpired
	case ballots.Has(c, idVoter{First: id, Second: c.Sender}):
		return nil, ErrAlreadyVoted
	}
	p.Votes.add(m.Vote, uint64(weight))
	p.Status = p.status(c.Block())
	proposals.Save(c, id, p)
	ballots.Save(c, idVoter{First: id, Second: c.Sender}, ballot{Weight: uint64(weight), Vote: m.Vote})
	return respond(c, "vote", id).Attr("status", p.Status.String()), nil
}

// execute needs no voter: that the proposal passed is permission enough. A
// proposal that passed in time stays so after the end of the vote.
func execute(c *sdk.Context, m *Execute) (*sdk.Response, error) {
	id := sdk.U64(m.ProposalID)
	p, ok := proposals.Get(c, id)
	if !ok {
		return nil, ErrNoProposal
	}
	if p.status(c.Block()) != Passed {
		return nil, ErrNotPassed
	}
	// Stored before a message is sent: one that comes back here finds it executed.
	p.Status = Executed
	proposals.Save(c, id, p)
	r := respond(c, "execute", id)
	for _, msg := range p.Msgs {
		r.Add(sdk.RawMsg(msg))
	}
	return r, nil
}

func closeProposal(c *sdk.Context, m *Close) (*sdk.Response, error) {
	id := sdk.U64(m.ProposalID)
	p, ok := proposals.Get(c, id)
	switch {
	case !ok:
		return nil, ErrNoProposal
	case p.Status != Open || p.status(c.Block()) == Passed:
		return nil, ErrWrongClose
	case !p.Expires.Passed(c.Block()):
		return nil, ErrNotExpired
	}
	p.Status = Rejected
	proposals.Save(c, id, p)
	return respond(c, "close", id), nil
}

// respond has the attributes that all messages have in common.
func respond(c *sdk.Context, action string, id sdk.U64) *sdk.Response {
	return sdk.Respond(action).Attr("sender", c.Sender.String()).Attr("proposal_id", sdk.U128(uint64(id)).String())
}
