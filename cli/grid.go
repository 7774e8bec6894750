package cli

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

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
