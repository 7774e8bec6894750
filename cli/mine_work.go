package cli

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/miner"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// workJSON is the puzzle for a miner of another program; with extranonce, nonce
// and mix it is a ticket (docs/mining.md).
type workJSON struct {
	Schema     int     `json:"schema"`
	ChainID    string  `json:"chain_id,omitempty"`
	Epoch      uint64  `json:"epoch"`
	Algo       string  `json:"algo"`
	Number     uint32  `json:"algo_number"`
	Version    uint32  `json:"version"`
	Seed       string  `json:"seed"`
	Payout     string  `json:"payout"`
	Operator   string  `json:"operator,omitempty"`
	Tag        string  `json:"tag,omitempty"`
	Header     string  `json:"header,omitempty"`
	Prehash    string  `json:"prehash,omitempty"`
	Target     string  `json:"target"`
	Work       uint64  `json:"hashes_per_ticket,omitempty"`
	Last       int64   `json:"last_block,omitempty"`
	Taken      int64   `json:"taken_until,omitempty"`
	Extranonce *anyU64 `json:"extranonce,omitempty"`
	Nonce      *anyU64 `json:"nonce,omitempty"`
	Mix        string  `json:"mix,omitempty"`
}

// anyU64 is a number of 64 bits: as a JSON number, or as text in decimal or,
// with 0x, in hex, for languages whose numbers have 53 bits.
type anyU64 uint64

// UnmarshalJSON implements json.Unmarshaler.
func (n *anyU64) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	v, err := strconv.ParseUint(text, 0, 64)
	if err != nil {
		return fmt.Errorf("%.40q is no number of 64 bits", text)
	}
	*n = anyU64(v)
	return nil
}

func (r *run) mineWork() *cobra.Command {
	return r.command(spec{
		use: "work", short: "Show the puzzle that is mined now, for a miner of another program", args: cobra.NoArgs, jsonByDefault: true,
		long: "Show all that a miner needs: the header that is hashed, its hash, and the target.\n" +
			"docs/mining.md has the layout and an example that is worked out. What is found\n" +
			"goes back with weft mine submit.",
		example: "  weft mine work --payout alice\n  weft mine work --payout alice --after 12   # wait for epoch 13",
		flags: []func(*pflag.FlagSet){nodesFlag, keyringFlags, prefixFlag, proveFlagsOf("--light", "light", lightHelp), whoFlags, func(f *pflag.FlagSet) {
			f.Int64("after", -1, "wait until an epoch behind this one is mined")
		}},
		do: func(o options, _ []string) error {
			m := &mining{}
			source, err := r.miningSource(o, m, func(text string) { fmt.Fprintln(r.err, printable(text)) })
			if err != nil {
				return err
			}
			w, err := nextWork(r.ctx, source, m.who, o.GetInt64("after"))
			if err != nil {
				return noLottery(err)
			}
			return r.printValue(o, m.workJSON(w))
		},
	})
}

// nextWork waits for the work of an epoch behind after.
func nextWork(ctx context.Context, source miner.Source, who miner.Who, after int64) (*miner.Work, error) {
	for {
		asked, cancel := context.WithTimeout(ctx, callPatience)
		w, err := source.Work(asked, who)
		cancel()
		if err == nil && (after < 0 || w.Header.Epoch > uint64(after)) {
			return w, nil
		}
		if err != nil && !errors.Is(err, miner.ErrNoEpoch) {
			return nil, err
		}
		if err != nil && after < 0 {
			return nil, fail(exitCheck, "%w", err)
		}
		t := time.NewTimer(100 * time.Millisecond)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil, context.Cause(ctx)
		case <-t.C:
		}
	}
}

func (m *mining) workJSON(w *miner.Work) workJSON {
	h := w.Header
	header := h.Bytes()
	out := workJSON{
		Schema: mineSchema, ChainID: m.chainID, Epoch: h.Epoch, Algo: h.Algo.String(), Number: uint32(h.Algo), Version: h.Version,
		Seed: hex.EncodeToString(h.Seed[:]), Payout: m.prefix.Account(chain.Address(h.Payout)), Tag: hex.EncodeToString(h.Tag),
		Header: hex.EncodeToString(header[:]), Prehash: hex.EncodeToString(w.Prehash[:]), Target: hex.EncodeToString(w.Target[:]),
		Work: miner.Hashes(w.Target), Last: w.Last, Taken: w.Taken,
	}
	if len(h.Operator) > 0 {
		out.Operator = m.prefix.Account(chain.Address(h.Operator))
	}
	return out
}

// submitted is what became of one ticket.
type submitted struct {
	Digest  string `json:"digest"`
	Verdict string `json:"verdict"` // taken, known, kept, stale, weak, later, refused
	Text    string `json:"text,omitempty"`
}

// maxSubmitBytes bounds what is read of one file of tickets.
const maxSubmitBytes = 64 << 20

func (r *run) mineSubmit() *cobra.Command {
	return r.command(spec{
		use: "submit [FILE|-]", short: "Bring tickets that another program found", args: cobra.MaximumNArgs(1), jsonByDefault: true,
		long: "Read tickets, one JSON object after the other, and bring each to a node: what\n" +
			"weft mine work printed, with extranonce and nonce added. Of the rest epoch and\n" +
			"payout must be there, and operator and tag if they were hashed. A mix that is\n" +
			"missing is computed. Each is checked here first; a line is printed for each. The\n" +
			"exit code is 6 if one of them was not taken.",
		example: "  weft mine submit ticket.json\n  my-miner | weft mine submit -",
		flags:   []func(*pflag.FlagSet){nodeFlag, prefixFlag},
		do: func(o options, args []string) error {
			in := r.stdin
			if len(args) == 1 && args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return err
				}
				defer func() { _ = file.Close() }()
				in = file
			}
			return r.submit(o, in)
		},
	})
}

func (r *run) submit(o options, in io.Reader) error {
	c, err := client.New(o.GetString("node"))
	if err != nil {
		return err
	}
	ctx, cancel := r.within(callPatience)
	prefix, err := o.chainPrefix(ctx, c)
	cancel()
	if err != nil {
		return err
	}
	dec := json.NewDecoder(io.LimitReader(in, maxSubmitBytes))
	bad, all := 0, 0
	for {
		var t workJSON
		if err := dec.Decode(&t); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return usage("ticket %d: %w", all+1, err)
		}
		all++
		s, err := r.bring(c, prefix, t)
		if err != nil {
			return err
		}
		if s.Verdict != "taken" && s.Verdict != "known" && s.Verdict != "kept" {
			bad++
		}
		if err := r.printValue(o, s); err != nil {
			return err
		}
	}
	if all == 0 {
		return usage("no ticket: write what weft mine work prints, with extranonce and nonce")
	}
	if bad > 0 {
		return fail(exitRejected, "%d of %d tickets were not taken", bad, all)
	}
	return nil
}

// bring checks one ticket and brings it. The error says what kept it from being
// judged.
func (r *run) bring(c *client.Client, prefix chain.Bech32, t workJSON) (submitted, error) {
	ctx, cancel := r.within(callPatience)
	defer cancel()
	f, err := findTicket(ctx, c, prefix, t)
	if err != nil {
		return submitted{}, err
	}
	inner := ticket.Inner(f.Work.Prehash, f.Extranonce, f.Nonce)
	if f.Work.Header.Algo.Dear() && f.Mix == nil {
		_, f.Mix = f.Work.Header.Algo.Hash(inner)
	}
	f.Digest, err = f.Work.Header.Algo.CheckQuick(inner, f.Mix, f.Work.Target)
	out := submitted{Digest: hex.EncodeToString(f.Digest[:]), Verdict: "refused"}
	if err == nil {
		err = f.Work.Header.Algo.CheckMix(inner, f.Mix)
	}
	if err != nil {
		out.Text = "checked here, not sent: " + err.Error()
		return out, nil
	}
	err = miner.Node{Client: c, Prefix: prefix}.Submit(ctx, f)
	for _, v := range []struct {
		err  error
		word string
	}{
		{miner.ErrKnown, "known"}, {miner.ErrKept, "kept"}, {miner.ErrStale, "stale"}, {miner.ErrWeak, "weak"}, {miner.ErrLater, "later"}, {miner.ErrRefused, "refused"},
	} {
		if errors.Is(err, v.err) {
			out.Verdict, out.Text = v.word, err.Error()
			return out, nil
		}
	}
	if err == nil {
		out.Verdict = "taken"
	}
	return out, err
}

// findTicket puts a ticket together with its epoch as the chain knows it.
func findTicket(ctx context.Context, c *client.Client, prefix chain.Bech32, t workJSON) (f miner.Found, err error) {
	if t.Extranonce == nil || t.Nonce == nil {
		return f, usage("a ticket has extranonce and nonce")
	}
	var who miner.Who
	payout, err := prefix.ParseAccount(t.Payout)
	if err != nil {
		return f, usage("payout: %w", err)
	}
	who.Payout = payout.Bytes()
	if t.Operator != "" {
		operator, err := prefix.ParseAccount(t.Operator)
		if err != nil {
			return f, usage("operator: %w", err)
		}
		who.Operator = operator.Bytes()
	}
	if who.Tag, err = hex.DecodeString(t.Tag); err != nil {
		return f, usage("tag %.80q is not hex", t.Tag)
	}
	if f.Mix, err = hex.DecodeString(t.Mix); err != nil {
		return f, usage("mix %.80q is not hex", t.Mix)
	}
	if len(f.Mix) == 0 {
		f.Mix = nil
	}
	var res lottery.QueryEpochResponse
	if err := c.Query(ctx, lotteryQuery+"Epoch", 0, &lottery.QueryEpochRequest{Epoch: t.Epoch}, &res); err != nil {
		return f, noLottery(err)
	}
	e := res.Epoch
	seed, err := hex.DecodeString(t.Seed)
	if err != nil || (len(seed) > 0 && !bytes.Equal(seed, e.Seed)) {
		return f, fail(exitCheck, "epoch %d of this chain has seed %x, the ticket was mined with %.80q: it is of another chain, or of a node that lies", t.Epoch, e.Seed, t.Seed)
	}
	f.Work, err = miner.NewWork(who, &lottery.QueryWorkResponse{Epoch: e.Epoch, Target: e.Target, Algo: e.Params.Algo, Seed: e.Seed, Version: ticket.Version})
	if err != nil {
		return f, usage("%w", err)
	}
	f.Extranonce, f.Nonce = uint64(*t.Extranonce), uint64(*t.Nonce)
	return f, nil
}

// noLottery says clearly what a node means that does not know the lottery.
func noLottery(err error) error {
	var refused *client.QueryError
	if errors.As(err, &refused) && strings.Contains(refused.Log, "unknown query path") {
		return fail(exitCheck, "%w: nobody mines on it; one is made with weft init --lottery local, or weft testnet up --lottery", miner.ErrNoLottery)
	}
	return err
}
