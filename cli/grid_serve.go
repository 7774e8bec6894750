package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/miner"
	"github.com/weftchain/weft/miner/grid"
)

func (r *run) gridServe() *cobra.Command {
	return r.command(spec{
		use: "serve", short: "Coordinate many machines that mine for one payout", args: cobra.NoArgs,
		long: "Get work from nodes, give it to workers (weft mine --grid HOST), verify their\n" +
			"shares, keep account of each, and bring their tickets to the nodes. Workers prove\n" +
			"that they know the token, which is made in the home folder at the first start; it\n" +
			"is never sent. Without --tls-cert all else can be read, and changed, on the way:\n" +
			"use TLS, or a network of your own (docs/spec/grid.md).",
		example: "  weft grid serve --payout alice\n  weft grid serve --payout alice --listen :3333 --tls-cert grid.pem --tls-key grid.key -o json",
		flags: []func(*pflag.FlagSet){nodesFlag, keyringFlags, prefixFlag, proveFlagsOf("--light", "light", lightHelp), whoFlags, tokenFlag, func(f *pflag.FlagSet) {
			f.String("listen", defaultGrid, "address to listen on")
			f.Int("max-workers", grid.DefaultWorkers, "workers that may be connected at once")
			f.String("tls-cert", "", "certificate (PEM): speak TLS")
			f.String("tls-key", "", "its key (PEM)")
			f.Duration("for", 0, "stop after this time; 0 is never")
			f.Duration("every", 5*time.Second, "how often it tells how it goes")
		}},
		do: func(o options, _ []string) error { return r.serveGrid(o) },
	})
}

func (o options) gridTLS() (*tls.Config, error) {
	cert, key := o.GetString("tls-cert"), o.GetString("tls-key")
	if cert == "" && key == "" {
		return nil, nil
	}
	if cert == "" || key == "" {
		return nil, usage("--tls-cert and --tls-key go together")
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fail(exitConfig, "--tls-cert, --tls-key: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}}, nil
}

func (r *run) serveGrid(o options) error {
	m := &mining{every: o.GetDuration("every"), duty: 100}
	if m.every < 100*time.Millisecond || m.every > time.Hour {
		return usage("--every %s is not between 100ms and 1h", m.every)
	}
	teller := r.newTeller(o, m)
	nodes, err := r.miningSource(o, m, teller.notice)
	if err != nil {
		return err
	}
	payout := m.prefix.Account(chain.Address(m.who.Payout))
	if err := r.checkNodes(nodes, m.who); err != nil {
		return err
	}
	home, err := o.home()
	if err != nil {
		return err
	}
	secure, err := o.gridTLS()
	if err != nil {
		return err
	}
	token, file, err := o.gridToken(true)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(home, "grid"), 0o700); err != nil {
		return fail(exitConfig, "%w", err)
	}
	server, err := grid.NewServer(grid.Options{
		ChainID: m.chainID, Payout: payout, Token: token, Workers: o.GetInt("max-workers"), TLS: secure, Notice: teller.notice,
		File: filepath.Join(home, "grid", fileName(m.chainID)+"-"+fileName(payout)+".json"),
	})
	if err != nil {
		return fail(exitConfig, "%w", err)
	}
	listener, err := net.Listen("tcp", o.GetString("listen"))
	if err != nil {
		return fail(exitConfig, "--listen: %w", err)
	}
	teller.grid, teller.server = listener.Addr().String(), server
	ctx, end := context.WithCancel(r.ctx)
	defer end()
	if d := o.GetDuration("for"); d > 0 {
		ctx, end = context.WithTimeout(ctx, d)
		defer end()
	}
	return r.coordinate(ctx, o, m, nodes, server, listener, teller, file)
}

// coordinate serves workers and brings their tickets until the context ends.
func (r *run) coordinate(ctx context.Context, o options, m *mining, nodes *miner.Nodes, server *grid.Server, listener net.Listener, teller *teller, token string) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	payout := m.prefix.Account(chain.Address(m.who.Payout))
	journal, err := r.openJournal(o, m)
	if err != nil {
		_ = listener.Close()
		return err
	}
	board := miner.NewBoard(payout, len(m.who.Operator) > 0)
	teller.begin(board, o.GetBool("light"))
	teller.notice(fmt.Sprintf("workers: weft mine --grid %s --token-file FILE, where FILE is a copy of %s", listener.Addr(), token))
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(ctx, listener)
		end()
	}()
	done, err := miner.Run(ctx, miner.Options{
		Source: nodes, Who: m.who, Every: m.every, Report: teller.report, Board: board, Journal: journal,
		Found: server.Found(), NewWork: server.SetWork,
	})
	end()
	err = errors.Join(err, <-served, journal.Close())
	if told := teller.end(done); told != nil {
		return told
	}
	if errors.Is(err, miner.ErrEnd) {
		return fail(exitCheck, "%w", err)
	}
	return err
}

// gridLine is how a coordinator goes.
type gridLine struct {
	Kind string `json:"kind"`
	grid.Stats
}

// workersText is a coordinator's part of the live line.
func workersText(s grid.Stats) string {
	return fmt.Sprintf("  workers %d, %s/s", s.Workers, amountOfHashes(s.Rate))
}

// lightOf reads the options of --light, nil without it.
func (o options) lightOf() (*client.LightOptions, error) {
	if !o.GetBool("light") {
		return nil, nil
	}
	opts, err := o.trustOptions()
	return &opts, err
}
