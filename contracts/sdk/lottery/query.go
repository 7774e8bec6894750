package lottery

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// Errors that contracts meet. A question that the chain refuses for another
// reason has its text.
const (
	ErrNone      = sdk.Error("this chain has no lottery")
	ErrNoEpoch   = sdk.Error("no such epoch: not begun, or too long ago")
	ErrUnsettled = sdk.Error("the epoch is not settled yet")
	ErrForgotten = sdk.Error("tickets of that epoch are not kept any more")
)

// words are the chain's answers and what they mean.
var words = [...]struct {
	chain string
	err   error
}{
	{`query: {"unsupported_request":{"kind":"custom"}}`, ErrNone},
	{"codespace: lottery, code: 18", ErrNoEpoch},
	{"codespace: lottery, code: 30", ErrUnsettled},
	{"codespace: lottery, code: 31", ErrForgotten},
}

// ask asks {"custom":{"lottery":{NAME:msg}}}.
func ask(c *sdk.Context, name string, msg json.Encoder, into json.Decoder) error {
	err := c.QueryCustom(&question{name, msg}, into)
	if err == nil {
		return nil
	}
	for _, w := range words {
		if err.Error() == w.chain {
			return w.err
		}
	}
	return err
}

type question struct {
	name string
	msg  json.Encoder // nil is {}
}

// EncodeJSON writes {"lottery":{NAME:msg}}.
func (q *question) EncodeJSON(w *json.Writer) {
	w.Object()
	w.Name("lottery")
	w.Object()
	w.Name(q.name)
	if q.msg == nil {
		w.Object()
		w.EndObject()
	} else {
		q.msg.EncodeJSON(w)
	}
	w.EndObject()
	w.EndObject()
}

// StatusOf returns where the lottery stands.
func StatusOf(c *sdk.Context) (s Status, err error) {
	err = ask(c, "status", nil, &s)
	return s, err
}

// LastSettled returns the last epoch that is settled, and whether there is one.
func LastSettled(c *sdk.Context) (epoch uint64, ok bool, err error) {
	s, err := StatusOf(c)
	if err != nil || s.Settled == nil {
		return 0, false, err
	}
	return *s.Settled, true, nil
}

// ParamsOf returns the rules of the epoch that is mined.
func ParamsOf(c *sdk.Context) (p Params, err error) {
	err = ask(c, "params", nil, &p)
	return p, err
}

// Current returns the epoch that is mined.
func Current(c *sdk.Context) (e Epoch, err error) {
	err = ask(c, "epoch", nil, &e)
	return e, err
}

// EpochAt returns an epoch.
func EpochAt(c *sdk.Context, epoch uint64) (e Epoch, err error) {
	err = ask(c, "epoch", &numbered{epoch}, &e)
	return e, err
}

// BeaconOf returns the beacon of a settled epoch.
func BeaconOf(c *sdk.Context, epoch uint64) (b Beacon, err error) {
	err = ask(c, "beacon", &numbered{epoch}, &b)
	return b, err
}

// LeaderOf returns the leader of a settled epoch; nil if it had no ticket.
func LeaderOf(c *sdk.Context, epoch uint64) (*Leader, error) {
	var a leaderAnswer
	err := ask(c, "leader", &numbered{epoch}, &a)
	return a.Leader, err
}

// Tickets returns how many tickets of a settled epoch had a payout. It reads all
// tags of it, and its gas grows with them.
func Tickets(c *sdk.Context, epoch uint64, payout sdk.Addr) (uint64, error) {
	var a ticketsAnswer
	err := ask(c, "tickets", &ticketsQuery{Epoch: epoch, Payout: payout}, &a)
	return a.Tickets, err
}

// TicketsOf returns how many tickets of a settled epoch had a payout and a tag (64
// hexadecimal digits; "" for those without).
func TicketsOf(c *sdk.Context, epoch uint64, payout sdk.Addr, tag string) (uint64, error) {
	var a ticketsAnswer
	err := ask(c, "tickets", &ticketsQuery{Epoch: epoch, Payout: payout, Tag: &tag}, &a)
	return a.Tickets, err
}

// Counts returns a page of a payout's tickets by tag, in the order of tags, from
// the one behind after on (nil: from the first on). next is what after is for the
// next page, nil behind the last one. A page has 1 to Params.CountsPageMost.
func Counts(c *sdk.Context, epoch uint64, payout sdk.Addr, after *string, limit uint32) (counts []Count, next *string, err error) {
	var a countsAnswer
	err = ask(c, "counts", &countsQuery{epoch, payout, after, limit}, &a)
	return a.Counts, a.Next, err
}

// SeatsOf returns the seats of an operator; nil for all.
func SeatsOf(c *sdk.Context, operator *sdk.Addr) (s Seats, err error) {
	err = ask(c, "seats", &seatsQuery{operator}, &s)
	return s, err
}
