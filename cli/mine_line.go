package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/miner"
	"github.com/weftchain/weft/miner/grid"
)

// mineSchema is the number of the form of weft mine's lines of JSON: fields may
// be added to it, none is taken away or changes its meaning (docs/mining.md).
const mineSchema = 1

// teller tells how mining goes: one line that changes on a terminal, lines of
// JSON anywhere else.
type teller struct {
	r     *run
	m     *mining
	live  bool
	began time.Time
	board *miner.Board
	rate  float64

	grid   string       // address of the coordinator, "" without one
	server *grid.Server // the coordinator itself, nil elsewhere

	mu sync.Mutex
}

func (r *run) newTeller(o options, m *mining) *teller {
	f, isFile := r.err.(*os.File)
	return &teller{r: r, m: m, live: isFile && term.IsTerminal(int(f.Fd())) && !o.json(), began: time.Now()}
}

// line writes one line of JSON.
func (t *teller) line(v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		return // our own structs: they can
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.r.out, "%s\n", safeJSON(raw))
}

// now is the time of a line.
func now() string { return time.Now().UTC().Format(time.RFC3339Nano) }

type mineNotice struct {
	Kind string `json:"kind"`
	Time string `json:"time"`
	Text string `json:"text"`
}

// notice tells of something that a miner should know at once.
func (t *teller) notice(text string) {
	if !t.live {
		t.line(mineNotice{"notice", now(), text})
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.r.err, "\r\x1b[K%s\n", printable(text))
}

type mineStart struct {
	Kind     string   `json:"kind"`
	Schema   int      `json:"schema"`
	Time     string   `json:"time"`
	ChainID  string   `json:"chain_id"`
	Payout   string   `json:"payout"`
	Operator string   `json:"operator"`
	Nodes    []string `json:"nodes"`
	Grid     string   `json:"grid,omitempty"`
	Light    bool     `json:"light"`
	Threads  int      `json:"threads"`
	MaxDuty  int      `json:"max_duty"`
}

// begin tells what is mined for. board is nil for one who mines for a grid.
func (t *teller) begin(board *miner.Board, light bool) {
	t.board = board
	s := mineStart{Kind: "start", Schema: mineSchema, Time: now(), ChainID: t.m.chainID, Operator: "none", Nodes: []string{}, Light: light, Threads: t.m.threads, MaxDuty: t.m.duty}
	if len(t.m.who.Payout) > 0 {
		s.Payout = t.m.prefix.Account(chain.Address(t.m.who.Payout))
	}
	if len(t.m.who.Operator) > 0 {
		s.Operator = t.m.prefix.Account(chain.Address(t.m.who.Operator))
	}
	s.Grid = t.grid
	for _, c := range t.m.nodes {
		s.Nodes = append(s.Nodes, c.URL())
	}
	if !t.live {
		t.line(s)
		return
	}
	switch {
	case t.server != nil:
		fmt.Fprintf(t.r.err, "coordinating at %s on %s for %s; Ctrl-C ends it\n", t.grid, printable(s.ChainID), s.Payout)
	case t.grid != "":
		fmt.Fprintf(t.r.err, "mining for the grid at %s with %d threads; Ctrl-C ends it\n", t.grid, s.Threads)
	default:
		fmt.Fprintf(t.r.err, "mining on %s for %s with %d threads; Ctrl-C ends it\n", printable(s.ChainID), s.Payout, s.Threads)
	}
}

// mineReport is how it goes; the summary at the end has the same fields.
type mineReport struct {
	Kind     string  `json:"kind"`
	Time     string  `json:"time"`
	Seconds  float64 `json:"seconds"` // since the start
	Epoch    uint64  `json:"epoch"`
	Height   int64   `json:"height"`
	First    int64   `json:"first_block"`
	Last     int64   `json:"last_block"`
	Settles  int64   `json:"settle_block"`
	Work     uint64  `json:"hashes_per_ticket"`
	Rate     float64 `json:"hashes_per_second"`
	Network  float64 `json:"network_hashes_per_second"`
	Share    float64 `json:"share"`
	Hashes   uint64  `json:"hashes"`
	Found    uint64  `json:"found"`
	Taken    uint64  `json:"taken"`
	Included uint64  `json:"included"`
	Weak     uint64  `json:"weak"`
	Stale    uint64  `json:"stale"`
	Refused  uint64  `json:"refused"`
	Lost     uint64  `json:"lost"`
	Waiting  int     `json:"waiting"`
	Pending  int     `json:"pending"`
	Resumed  uint64  `json:"resumed"`
	Tickets  uint64  `json:"epoch_tickets"`
	Mine     uint64  `json:"epoch_tickets_mine"`
	Rank     int     `json:"rank"`
	Seat     float64 `json:"seat_odds"`
	Leader   float64 `json:"leader_odds"`
	Expected uint64  `json:"expected_income"`
	Income   uint64  `json:"income_last_epoch"`
	Total    uint64  `json:"income_total"`
	Led      uint64  `json:"epochs_led"`
	Denom    string  `json:"denom"`
	Live     bool    `json:"live"`
	Trouble  string  `json:"trouble"`
}

func (t *teller) snapshot(kind string, s miner.Stats) mineReport {
	m := mineReport{
		Kind: kind, Time: now(), Seconds: time.Since(t.began).Seconds(), Epoch: s.Epoch, Height: s.Height, Last: s.Last, Work: s.Work, Rate: s.Rate, Hashes: s.Hashes,
		Found: s.Found, Taken: s.Taken, Included: s.Included, Weak: s.Weak, Stale: s.Stale, Refused: s.Refused, Lost: s.Lost,
		Waiting: s.Waiting, Pending: s.Pending, Resumed: s.Resumed, Trouble: s.Trouble,
	}
	if t.board == nil {
		return m
	}
	b := t.board.Standing(s.Epoch, t.rate)
	m.Height, m.First, m.Settles, m.Network, m.Share, m.Tickets, m.Mine, m.Rank = b.Height, b.First, b.Settles, b.Network, b.Share, b.Tickets, b.Mine, b.Rank
	m.Seat, m.Leader, m.Expected, m.Income, m.Total, m.Led, m.Denom, m.Live = b.Seat, b.Leader, b.Expected, b.Income.Last, b.Income.Total, b.Income.Won, b.Income.Denom, b.Live
	return m
}

type mineSettled struct {
	Kind      string `json:"kind"`
	Time      string `json:"time"`
	Epoch     uint64 `json:"epoch"`
	Tickets   uint64 `json:"tickets"`
	Mine      uint64 `json:"tickets_mine"`
	PerTicket uint64 `json:"per_ticket"`
	Income    uint64 `json:"income"`
	Seats     uint64 `json:"seats"`
	Leader    bool   `json:"leader"`
	Denom     string `json:"denom"`
}

// report tells how it goes.
func (t *teller) report(s miner.Stats) {
	var workers *grid.Stats
	if t.server != nil {
		stats := t.server.Stats()
		workers, s.Rate = &stats, stats.Rate
	}
	if t.rate == 0 {
		t.rate = s.Rate
	}
	t.rate += (s.Rate - t.rate) / 8 // odds of a second would jump
	m := t.snapshot("report", s)
	if t.board != nil {
		for _, e := range t.board.Settled() {
			if t.live {
				t.notice(fmt.Sprintf("epoch %d is settled: %d of %d tickets, %s%s", e.Epoch, e.Mine, e.Tickets, amountOf(e.Income, m.Denom), prizes(e)))
				continue
			}
			t.line(mineSettled{"settled", now(), e.Epoch, e.Tickets, e.Mine, e.PerTicket, e.Income, e.Seats, e.Leader, m.Denom})
		}
	}
	if !t.live {
		t.line(m)
		if workers != nil {
			t.line(gridLine{"workers", *workers})
		}
		return
	}
	text := m.text(t.board != nil)
	if workers != nil {
		text += workersText(*workers)
	}
	width := 120
	if w, _, err := term.GetSize(int(os.Stderr.Fd())); err == nil && w > 20 {
		width = w
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.r.err, "\r\x1b[K%.*s", width-1, printable(text))
}

func prizes(e miner.Settled) string {
	text := ""
	if e.Seats > 0 {
		text += fmt.Sprintf(", %d seats", e.Seats)
	}
	if e.Leader {
		text += ", LEADER"
	}
	return text
}

// text is the live line.
func (m mineReport) text(chain bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "epoch %d", m.Epoch)
	if m.Last > 0 && m.First > 0 {
		fmt.Fprintf(&b, " %d/%d", max(m.Height-m.First+1, 0), m.Last-m.First+1)
	}
	fmt.Fprintf(&b, "  %s/s", amountOfHashes(m.Rate))
	if m.Trouble != "" {
		fmt.Fprintf(&b, "  TROUBLE: %s", m.Trouble)
		return b.String()
	}
	if !chain {
		fmt.Fprintf(&b, "  shares %d taken, %d stale, %d refused, %d waiting", m.Taken, m.Stale, m.Refused, m.Waiting)
		return b.String()
	}
	if m.Network > 0 {
		fmt.Fprintf(&b, " of ~%s/s (%.1f %%)", amountOfHashes(m.Network), 100*m.Share)
	}
	fmt.Fprintf(&b, "  tickets %d/%d", m.Mine, m.Tickets)
	if m.Rank > 0 {
		fmt.Fprintf(&b, " best #%d", m.Rank)
	}
	if m.Seat > 0 {
		fmt.Fprintf(&b, "  seat %.0f %%", 100*m.Seat)
	}
	fmt.Fprintf(&b, "  leader %.0f %%  income ~%s last %s all %s", 100*m.Leader, amountOf(m.Expected, m.Denom), amountOf(m.Income, m.Denom), amountOf(m.Total, m.Denom))
	if m.Waiting+m.Pending > 0 {
		fmt.Fprintf(&b, "  on the way %d", m.Waiting+m.Pending)
	}
	if m.Stale+m.Refused+m.Lost > 0 {
		fmt.Fprintf(&b, "  stale %d refused %d lost %d", m.Stale, m.Refused, m.Lost)
	}
	return b.String()
}

// end tells the sum.
func (t *teller) end(s miner.Stats) error {
	m := t.snapshot("summary", s)
	m.Rate = float64(s.Hashes) / max(m.Seconds, 1e-3)
	if !t.live {
		t.line(m)
		return nil
	}
	fmt.Fprintf(t.r.err, "\r\x1b[K")
	_, err := fmt.Fprintf(t.r.out, "mined %s, %s hashes (%s/s): %d tickets found, %d taken, %d in blocks, %d weak, %d stale, %d refused, %d lost, %d on the way; income %s\n",
		time.Since(t.began).Round(time.Second), strings.TrimSuffix(amountOfHashes(float64(m.Hashes)), "H"), amountOfHashes(m.Rate), m.Found, m.Taken, m.Included, m.Weak, m.Stale, m.Refused, m.Lost,
		m.Waiting+m.Pending, amountOf(m.Total, m.Denom))
	return err
}

// amountOf is an amount as people read it: base units whose name begins with u
// are millionths.
func amountOf(n uint64, denom string) string {
	if rest, micro := strings.CutPrefix(denom, "u"); micro && rest != "" {
		return fmt.Sprintf("%d.%03d %s", n/1_000_000, n%1_000_000/1000, rest)
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", n, denom))
}

// amountOfHashes is a number as people read it: 5.5 kH.
func amountOfHashes(n float64) string {
	for _, unit := range []string{"H", "kH", "MH", "GH"} {
		if n < 1000 {
			return fmt.Sprintf("%.4g %s", n, unit)
		}
		n /= 1000
	}
	return fmt.Sprintf("%.4g TH", n)
}
