package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

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
			"the name of a key. With --operator the best tickets win seats for that operator.\n\n" +
			"With several --node the next one is asked when one does not answer or is behind.\n" +
			"With --light no node is believed: seed and target are proven against headers that\n" +
			"the validators signed. With --grid the work comes from a coordinator (weft grid\n" +
			"serve). On a terminal one line tells how it goes; else lines of JSON do, on\n" +
			"standard output (docs/mining.md).",
		example: "  weft mine --payout alice\n  weft mine --payout weft1… --operator weft1… --threads 3 --max-duty 50 -o json\n" +
			"  weft mine --payout alice --light --node http://one:26657 --node http://two:26657\n  weft mine --grid 192.0.2.7:3333 --token-file grid.token",
		flags: []func(*pflag.FlagSet){nodesFlag, keyringFlags, prefixFlag, proveFlagsOf("--light", "light", lightHelp), whoFlags, gridWorkerFlags, func(f *pflag.FlagSet) {
			f.Int("threads", 0, "threads that hash; 0 is one for each core")
			f.Int("max-duty", 100, "percent of the time that they hash")
			f.Duration("for", 0, "stop after this time; 0 is never")
			f.Duration("every", time.Second, "how often it tells how it goes")
		}},
		do: func(o options, _ []string) error { return r.mine(o) },
	})
	cmd.AddCommand(r.mineBench(), r.mineWork(), r.mineSubmit(), r.mineExplain())
	return cmd
}

const lightHelp = "believe no node: prove seed and target with a light client"

func nodesFlag(f *pflag.FlagSet) {
	f.StringSlice("node", []string{"tcp://127.0.0.1:26657"}, "RPC of a node; repeated: the next ones if it fails (WEFT_NODE)")
}

// whoFlags say for whom is mined.
func whoFlags(f *pflag.FlagSet) {
	f.String("payout", "", "who is paid: an address or the name of a key")
	f.String("operator", "none", "who takes seats: an address, the name of a key, or none")
	f.String("tag", "", "32 bytes of your own in hex, such as a worker's name in a pool")
}

// who reads for whom is mined.
func (r *run) who(o options, prefix chain.Bech32) (w miner.Who, err error) {
	keys, err := r.keys(o)
	if err != nil {
		return w, err
	}
	s := sender{prefix: prefix, keys: keys}
	for _, flag := range []string{"payout", "operator"} {
		text := o.GetString(flag)
		if flag == "operator" && (text == "none" || text == "") {
			continue
		}
		if text == "" {
			return w, usage("--payout is missing: who is paid for what is found, an address (%s1…) or the name of a key", prefix)
		}
		address, err := s.resolve("--"+flag, text)
		if err != nil {
			return w, err
		}
		parsed, err := prefix.ParseAccount(address)
		if err != nil {
			return w, usage("--%s: %w", flag, err)
		}
		if flag == "payout" {
			w.Payout = parsed.Bytes()
		} else {
			w.Operator = parsed.Bytes()
		}
	}
	if len(w.Operator) != 0 && len(w.Operator) != ticket.OperatorBytes {
		return w, usage("--operator has %d bytes, an operator has %d: a contract cannot sign blocks", len(w.Operator), ticket.OperatorBytes)
	}
	if text := o.GetString("tag"); text != "" {
		if w.Tag, err = hex.DecodeString(text); err != nil || len(w.Tag) != ticket.TagBytes {
			return w, usage("--tag %.80q is not 32 bytes in hex", text)
		}
	}
	return w, nil
}

// mining is what weft mine was asked for.
type mining struct {
	threads, duty int
	every         time.Duration
	nodes         []*client.Client
	prefix        chain.Bech32
	chainID       string
	who           miner.Who
}

func (r *run) mine(o options) error {
	m := &mining{threads: o.GetInt("threads"), duty: o.GetInt("max-duty"), every: o.GetDuration("every")}
	switch {
	case m.duty < 1 || m.duty > 100:
		return usage("--max-duty %d is not between 1 and 100", m.duty)
	case m.threads < 0 || m.threads > 1024:
		return usage("--threads %d is not between 0 and 1024", m.threads)
	case m.every < 100*time.Millisecond || m.every > time.Hour:
		return usage("--every %s is not between 100ms and 1h", m.every)
	}
	if m.threads == 0 {
		m.threads = runtime.GOMAXPROCS(0)
	}
	// A hash of argon2id leaves 256 KiB to the collector, which would run all the time.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	ctx := r.ctx
	if d := o.GetDuration("for"); d > 0 {
		var end context.CancelFunc
		ctx, end = context.WithTimeout(ctx, d)
		defer end()
	}
	if o.GetString("grid") != "" {
		return r.mineForGrid(ctx, o, m)
	}
	return r.mineForNodes(ctx, o, m)
}

// mineForNodes mines with nodes of one's own choice.
func (r *run) mineForNodes(ctx context.Context, o options, m *mining) error {
	teller := r.newTeller(o, m)
	nodes, err := r.miningSource(o, m, teller.notice)
	if err != nil {
		return err
	}
	if err := r.checkNodes(nodes, m.who); err != nil {
		return err
	}
	journal, err := r.openJournal(o, m)
	if err != nil {
		return err
	}
	board := miner.NewBoard(m.prefix.Account(chain.Address(m.who.Payout)), len(m.who.Operator) > 0)
	teller.begin(board, o.GetBool("light"))
	done, err := miner.Run(ctx, miner.Options{
		Source: nodes, Who: m.who, Threads: m.threads, Duty: m.duty, Every: m.every, Report: teller.report, Board: board, Journal: journal,
	})
	if closed := journal.Close(); err == nil && closed != nil {
		err = fail(exitConfig, "%w", closed)
	}
	if told := teller.end(done); told != nil {
		return told
	}
	if errors.Is(err, miner.ErrEnd) {
		return fail(exitCheck, "%w", err)
	}
	return err
}

// miningSource are the nodes of the flags.
func (r *run) miningSource(o options, m *mining, notice func(string)) (*miner.Nodes, error) {
	light, err := o.lightOf()
	if err != nil {
		return nil, err
	}
	if err := r.reach(o, m, light); err != nil {
		return nil, err
	}
	return miner.NewNodes(miner.NodesOptions{Prefix: m.prefix, Clients: m.nodes, Light: light, Notice: notice}), nil
}

// checkNodes makes sure that there is something to mine.
func (r *run) checkNodes(nodes *miner.Nodes, who miner.Who) error {
	ctx, cancel := r.within(callPatience)
	defer cancel()
	err := nodes.Check(ctx, who)
	if errors.Is(err, miner.ErrNoLottery) || errors.Is(err, miner.ErrBehind) {
		return fail(exitCheck, "%w", err)
	}
	return err
}

// openJournal opens the file of tickets that are in no block yet.
func (r *run) openJournal(o options, m *mining) (*miner.Journal, error) {
	home, err := o.home()
	if err != nil {
		return nil, err
	}
	payout := m.prefix.Account(chain.Address(m.who.Payout))
	journal, err := miner.OpenJournal(filepath.Join(home, "mine", fileName(m.chainID), fileName(payout)))
	if err != nil {
		return nil, fail(exitConfig, "found tickets cannot be written down: %w", err)
	}
	return journal, nil
}

// reach makes the clients of the nodes, and asks the first that answers which
// chain it is of.
func (r *run) reach(o options, m *mining, light *client.LightOptions) error {
	ctx, cancel := r.within(callPatience)
	defer cancel()
	var last error
	for _, url := range o.GetStringSlice("node") {
		c, err := client.New(url)
		if err != nil {
			return err
		}
		m.nodes = append(m.nodes, c)
		if m.chainID != "" {
			continue
		}
		status, err := c.Status(ctx)
		if err != nil {
			last = err
			continue
		}
		if light != nil && status.NodeInfo.Network != light.ChainID {
			return &client.ChainIDError{Want: light.ChainID, Got: status.NodeInfo.Network, URL: url}
		}
		if m.prefix, err = o.chainPrefix(ctx, c); err != nil {
			return err
		}
		m.chainID = status.NodeInfo.Network
	}
	if len(m.nodes) == 0 {
		return usage("--node is empty")
	}
	if m.chainID == "" {
		return last
	}
	var err error
	m.who, err = r.who(o, m.prefix)
	return err
}

// fileName is a text, such as a node's word, as the name of a file.
func fileName(text string) string {
	safe := strings.Map(func(c rune) rune {
		if (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' {
			return c
		}
		return '_'
	}, text)
	if safe == "" {
		return "_"
	}
	return safe[:min(len(safe), 100)]
}
