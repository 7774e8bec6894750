package cli

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/miner"
	"github.com/weftchain/weft/miner/grid"
)

// defaultGrid is where a coordinator listens unless told otherwise.
const defaultGrid = "127.0.0.1:3333"

func tokenFlag(f *pflag.FlagSet) {
	f.String("token-file", "", "file with the grid's token (default: grid/token in the home folder)")
}

// gridWorkerFlags are those of one who mines for a coordinator.
func gridWorkerFlags(f *pflag.FlagSet) {
	tokenFlag(f)
	f.String("grid", "", "mine for the coordinator at this host:port instead of nodes (weft grid serve)")
	f.String("worker", "", "with --grid: name of this worker (default: the name of the machine)")
	f.Bool("tls", false, "with --grid: speak TLS, with a certificate that this system trusts")
	f.String("tls-ca", "", "with --grid: speak TLS, with a certificate that this file (PEM) holds or signed")
}

func (r *run) gridCommand() *cobra.Command {
	return newGroup("grid", "Many machines mine for one payout", r.gridServe(), r.gridStats())
}

// gridToken reads the token, or makes one if make is set and there is none.
func (o options) gridToken(mayMake bool) (token []byte, file string, err error) {
	file = o.GetString("token-file")
	own := file == ""
	if own {
		home, err := o.home()
		if err != nil {
			return nil, "", err
		}
		file = filepath.Join(home, "grid", "token")
	}
	text, err := readFile(file, 4<<10)
	if errors.Is(err, fs.ErrNotExist) && own && mayMake {
		return makeToken(file)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fail(exitConfig, "no token in %s", file)
		return nil, file, hint(err, "Copy it from the coordinator's home (grid/token), and pass --token-file.")
	}
	if err != nil {
		return nil, file, fail(exitConfig, "%w", err)
	}
	token = []byte(strings.TrimSpace(string(text)))
	if err := grid.CheckToken(token); err != nil {
		return nil, file, fail(exitConfig, "%s: %w", file, err)
	}
	return token, file, nil
}

func makeToken(file string) ([]byte, string, error) {
	var b [24]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	token := base64.RawURLEncoding.EncodeToString(b[:])
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, file, err
	}
	return []byte(token), file, os.WriteFile(file, []byte(token+"\n"), 0o600)
}

// workerOptions reads the flags of a worker.
func (o options) workerOptions(address string) (w grid.WorkerOptions, err error) {
	if !strings.Contains(address, ":") {
		address += ":3333"
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return w, usage("grid %.100q is not host:port", address)
	}
	w.Address = address
	if w.Token, _, err = o.gridToken(false); err != nil {
		return w, err
	}
	if w.Name = o.GetString("worker"); w.Name == "" {
		host, _ := os.Hostname() // without one, "worker"
		if w.Name = strings.ReplaceAll(fileName(host), "_", "-"); host == "" {
			w.Name = "worker"
		}
		w.Name = w.Name[:min(len(w.Name), grid.MaxName)]
	}
	if err := grid.CheckName(w.Name); err != nil {
		return w, usage("--worker: %w", err)
	}
	file := o.GetString("tls-ca")
	if file == "" && !o.GetBool("tls") {
		return w, nil
	}
	w.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
	if w.TLS.ServerName, _, err = net.SplitHostPort(address); err != nil {
		return w, usage("grid %.100q: %w", address, err)
	}
	if file != "" {
		pem, err := readFile(file, 1<<20)
		if err != nil {
			return w, fail(exitConfig, "--tls-ca: %w", err)
		}
		w.TLS.RootCAs = x509.NewCertPool()
		if !w.TLS.RootCAs.AppendCertsFromPEM(pem) {
			return w, fail(exitConfig, "--tls-ca: %s holds no certificate in PEM", file)
		}
	}
	return w, nil
}

// mineForGrid mines for a coordinator.
func (r *run) mineForGrid(ctx context.Context, o options, m *mining) error {
	if o.GetBool("light") || o.given("operator") || o.given("tag") {
		return usage("--light, --operator and --tag are the coordinator's: they do not go with --grid")
	}
	teller := r.newTeller(o, m)
	opts, err := o.workerOptions(o.GetString("grid"))
	if err != nil {
		return err
	}
	if o.GetString("payout") != "" { // who must be paid
		if m.prefix, err = o.prefix(); err != nil {
			return err
		}
		if m.who, err = r.who(o, m.prefix); err != nil {
			return err
		}
		opts.Payout = m.who.Payout
	}
	opts.Threads, opts.Notice = m.threads, teller.notice
	worker, err := grid.NewWorker(opts)
	if err != nil {
		return err
	}
	teller.grid = opts.Address
	teller.begin(nil, false)
	done, err := miner.Run(ctx, miner.Options{Source: worker, Threads: m.threads, Duty: m.duty, Every: m.every, Report: teller.report})
	if told := teller.end(done); told != nil {
		return told
	}
	if errors.Is(err, miner.ErrEnd) {
		return fail(exitCheck, "%w", err)
	}
	return err
}

func (r *run) gridStats() *cobra.Command {
	return r.command(spec{
		use: "stats [HOST:PORT]", short: "Show what each worker of a grid did", args: cobra.MaximumNArgs(1), jsonByDefault: true,
		example: "  weft grid stats\n  weft grid stats 192.0.2.7:3333 --token-file grid.token -o json",
		flags: []func(*pflag.FlagSet){tokenFlag, func(f *pflag.FlagSet) {
			f.Bool("tls", false, "speak TLS, with a certificate that this system trusts")
			f.String("tls-ca", "", "speak TLS, with a certificate that this file (PEM) holds or signed")
		}},
		do: func(o options, args []string) error {
			address := defaultGrid
			if len(args) == 1 {
				address = args[0]
			}
			opts, err := o.workerOptions(address)
			if err != nil {
				return err
			}
			opts.Name = "stats"
			ctx, cancel := r.within(callPatience)
			defer cancel()
			stats, err := grid.AskStats(ctx, opts)
			if errors.Is(err, miner.ErrEnd) {
				return fail(exitCheck, "%w", err)
			}
			if err != nil {
				return fail(exitNetwork, "the grid at %s: %w", opts.Address, err)
			}
			return r.printValue(o, stats)
		},
	})
}

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
