package cli

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/miner"
)

func (r *run) mineCommand() *cobra.Command {
	cmd := r.command(spec{
		use: "mine", short: "Mine: search for tickets and bring them to a node", args: cobra.NoArgs,
		long: "Search for the lottery's tickets with all cores, until it is interrupted. A\n" +
			"ticket needs no coins and no signature: --payout is who is paid, an address or\n" +
			"the name of a key. With --operator the best tickets win seats for that operator.",
		example: "  weft mine --payout alice\n  weft mine --payout weft1… --operator weft1… --threads 3 --max-duty 50 -o json",
		flags: []func(*pflag.FlagSet){nodeFlag, keyringFlags, prefixFlag, func(f *pflag.FlagSet) {
			f.String("payout", "", "who is paid: an address or the name of a key")
			f.String("operator", "none", "who takes seats: an address, the name of a key, or none")
			f.String("tag", "", "32 bytes of your own in hex, such as a worker's name in a pool")
			f.Int("threads", 0, "threads that hash; 0 is one for each core")
			f.Int("max-duty", 100, "percent of the time that they hash")
			f.Duration("for", 0, "stop after this time; 0 is never")
		}},
		do: func(o options, _ []string) error { return r.mine(o) },
	})
	cmd.AddCommand(r.mineBench())
	return cmd
}

// who reads for whom is mined.
func (r *run) who(o options, prefix chain.Bech32) (w miner.Who, err error) {
	keys, err := r.keys(o)
	if err != nil {
		return w, err
	}
	s := sender{prefix: prefix, keys: keys}
	for flag, into := range map[string]*[]byte{"payout": &w.Payout, "operator": &w.Operator} {
		text := o.GetString(flag)
		if flag == "operator" && (text == "none" || text == "") {
			continue
		}
		if text == "" {
			return w, usage("--payout is missing: who is paid for what is found")
		}
		address, err := s.resolve("--"+flag, text)
		if err != nil {
			return w, err
		}
		parsed, err := prefix.ParseAccount(address)
		if err != nil {
			return w, usage("--%s: %w", flag, err)
		}
		*into = parsed.Bytes()
	}
	if text := o.GetString("tag"); text != "" {
		if w.Tag, err = hex.DecodeString(text); err != nil || len(w.Tag) != ticket.TagBytes {
			return w, usage("--tag %.80q is not 32 bytes in hex", text)
		}
	}
	return w, nil
}

func (r *run) mine(o options) error {
	if duty := o.GetInt("max-duty"); duty < 1 || duty > 100 {
		return usage("--max-duty %d is not between 1 and 100", duty)
	}
	threads := o.GetInt("threads")
	if threads < 0 || threads > 1024 {
		return usage("--threads %d is not between 0 and 1024", threads)
	}
	if threads == 0 {
		threads = runtime.NumCPU()
	}
	c, err := client.New(o.GetString("node"))
	if err != nil {
		return err
	}
	prefix, err := o.chainPrefix(r.ctx, c)
	if err != nil {
		return err
	}
	who, err := r.who(o, prefix)
	if err != nil {
		return err
	}
	source := miner.Node{Client: c, Prefix: prefix}
	first, cancel := context.WithTimeout(r.ctx, callPatience)
	_, err = source.Work(first, who)
	cancel()
	if err != nil && !client.NotFound(err) { // a chain of no block has no work yet
		return err
	}
	ctx, stop := signal.NotifyContext(r.ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if d := o.GetDuration("for"); d > 0 {
		var end context.CancelFunc
		ctx, end = context.WithTimeout(ctx, d)
		defer end()
	}
	f, isFile := r.err.(*os.File)
	live := isFile && term.IsTerminal(int(f.Fd()))
	done := miner.Run(ctx, miner.Options{
		Source: source, Who: who, Threads: threads, Duty: o.GetInt("max-duty"),
		Report: func(s miner.Stats) { r.mined(s, live && !o.json()) },
	})
	if live && !o.json() {
		fmt.Fprintln(r.err)
	}
	return r.printValue(o, minedTotals(done))
}

// minedLine is one report of a miner, and the sum at its end.
type minedLine struct {
	Epoch     uint64  `json:"epoch"`
	LastBlock int64   `json:"last_block"`
	Work      uint64  `json:"hashes_per_ticket"`
	Rate      float64 `json:"hashes_per_second,omitempty"`
	Hashes    uint64  `json:"hashes"`
	Found     uint64  `json:"found"`
	Taken     uint64  `json:"taken"`
	Weak      uint64  `json:"weak"`
	Stale     uint64  `json:"stale"`
	Refused   uint64  `json:"refused"`
	Waiting   int     `json:"waiting"`
	Trouble   string  `json:"trouble,omitempty"`
}

func minedTotals(s miner.Stats) minedLine {
	return minedLine{
		Epoch: s.Epoch, LastBlock: s.Last, Work: s.Work, Rate: s.Rate, Hashes: s.Hashes, Found: s.Found, Taken: s.Taken,
		Weak: s.Weak, Stale: s.Stale, Refused: s.Refused, Waiting: s.Waiting, Trouble: s.Trouble,
	}
}

// mined tells what a miner does: one line that changes on a terminal, else one
// line of JSON each time, on stderr.
func (r *run) mined(s miner.Stats, live bool) {
	if !live {
		if raw, err := json.Marshal(minedTotals(s)); err == nil {
			fmt.Fprintf(r.err, "%s\n", raw)
		}
		return
	}
	text := fmt.Sprintf("epoch %d  %s/s  %s for a ticket  taken %d  weak %d  stale %d  refused %d",
		s.Epoch, amountOfHashes(s.Rate), amountOfHashes(float64(s.Work)), s.Taken, s.Weak, s.Stale, s.Refused)
	if s.Trouble != "" {
		text += "  " + s.Trouble
	}
	fmt.Fprintf(r.err, "\r\x1b[K%.200s", printable(text))
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

// benched is what weft mine bench prints.
type benched struct {
	Algo    string  `json:"algo"`
	Threads int     `json:"threads"`
	Rate    float64 `json:"hashes_per_second"`
}

func (r *run) mineBench() *cobra.Command {
	return r.command(spec{
		use: "bench", short: "Measure how fast this machine mines", args: cobra.NoArgs,
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.Int("threads", 0, "threads that hash; 0 is one for each core")
			f.Duration("for", 3*time.Second, "how long each function is measured")
		}},
		do: func(o options, _ []string) error {
			threads := o.GetInt("threads")
			if threads <= 0 {
				threads = runtime.NumCPU()
			}
			var out []benched
			for _, algo := range []ticket.Algo{ticket.SHA256D, ticket.Argon2id} {
				out = append(out, benched{algo.String(), threads, miner.Bench(r.ctx, algo, threads, o.GetDuration("for"))})
			}
			return r.printValue(o, out)
		},
	})
}
