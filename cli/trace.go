package cli

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/contracts/tool"
	"github.com/weftchain/weft/tx"
)

// traceFlags are the flags of commands that can show how something went.
func traceFlags(f *pflag.FlagSet) {
	f.Bool("trace", false, "show how it went: calls of contracts, host calls, storage before and after, gas")
	profileFlags(f)
}

// profileFlags are the flags of gas profiles.
func profileFlags(f *pflag.FlagSet) {
	f.String("gas-profile", "", "file for a profile of the gas (for go tool pprof), such as gas.pb.gz")
	f.StringSlice("symbols", nil, "wasm files with the names of functions, of contracts that were stored without")
}

// wantsTrace reports whether a trace, or the profile that is made with it, was
// asked for.
func (o options) wantsTrace() bool { return o.GetBool("trace") || o.GetString("gas-profile") != "" }

func (o options) wantsProfile() bool { return o.GetString("gas-profile") != "" }

func (r *run) traceCommand() *cobra.Command {
	return r.command(spec{
		use: "trace HASH", short: "Show how a transaction of a block went, and where its gas went", args: cobra.ExactArgs(1),
		example: "  weft trace 5B0D…\n  weft trace 5B0D… --gas-profile gas.pb.gz && go tool pprof -top gas.pb.gz\n  weft trace 5B0D… -o json",
		long: "Show how a transaction of a block went: its messages, the calls of contracts with\n" +
			"what they read and wrote, and the gas of each. The node executes it once more on\n" +
			"the state before it, which it must still have. For one that was not sent yet:\n" +
			"weft tx … --dry-run --trace.",
		flags: []func(*pflag.FlagSet){nodeFlag, profileFlags},
		do:    func(o options, args []string) error { return r.traceTx(o, args[0]) },
	})
}

// traceTx shows how a transaction of a block went.
func (r *run) traceTx(o options, hash string) error {
	if _, err := client.ParseHash(hash); err != nil {
		return err
	}
	node, err := client.New(o.GetString("node"))
	if err != nil {
		return err
	}
	return r.traceCommitted(o, node, hash)
}

// traceCommitted is traceTx for a node that is known.
func (r *run) traceCommitted(o options, node *client.Client, hash string) error {
	t, err := node.Trace(r.ctx, trace.Request{Hash: hash, Profile: o.wantsProfile()})
	if err != nil {
		return traceRefused(err)
	}
	if err := r.showTrace(o, t); err != nil {
		return err
	}
	if len(t.Differs) > 0 {
		err := fail(exitCheck, "executed once more the transaction does not go as in its block: %s", strings.Join(t.Differs, "; "))
		return hint(err, "This is a fault of the node or of the program: please report it, with the trace as JSON (-o json).")
	}
	return nil
}

// profileCommitted writes the gas profile of a transaction of a block.
func (r *run) profileCommitted(o options, node *client.Client, hash string) error {
	t, err := node.Trace(r.ctx, trace.Request{Hash: hash, Profile: true})
	if err != nil {
		return traceRefused(err)
	}
	return r.writeProfile(o, t)
}

// traceCall shows how the query of a command went.
func (r *run) traceCall(o options, c call, args []string) error {
	req, err := c.req(args, nil)
	if err != nil {
		return err
	}
	if o.GetInt64("height") < 0 {
		return usage("--height %d is negative", o.GetInt64("height"))
	}
	return r.traceQuery(o, c.path, req)
}

// traceQuery shows how a query went.
func (r *run) traceQuery(o options, path string, req chain.Message) error {
	data, err := req.Marshal()
	if err != nil {
		return err
	}
	node, err := client.New(o.GetString("node"))
	if err != nil {
		return err
	}
	t, err := node.Trace(r.ctx, trace.Request{Path: path, Data: data, Height: o.GetInt64("height"), Profile: o.wantsProfile()})
	if err != nil {
		return traceRefused(err)
	}
	if err := r.showTrace(o, t); err != nil {
		return err
	}
	if t.Code != 0 {
		return &client.QueryError{Path: path, Codespace: t.Codespace, Code: t.Code, Log: t.Error}
	}
	return nil
}

// traceDry shows how a transaction would go that is not sent.
func (s *session) traceDry(c *client.Sender, b tx.Builder) error {
	t, err := c.Trace(s.ctx, b, s.o.wantsProfile())
	if err != nil {
		return traceRefused(err)
	}
	if s.o.GetBool("trace") {
		return s.showTrace(s.o, t)
	}
	return s.writeProfile(s.o, t)
}

// traceSent shows how a transaction went that a block holds now, if that was
// asked for.
func (s *session) traceSent(hash string) error {
	switch {
	case s.o.GetBool("trace"):
		return s.traceCommitted(s.o, s.node, hash)
	case s.o.wantsProfile():
		return s.profileCommitted(s.o, s.node, hash)
	}
	return nil
}

// traceRefused says what to do where a node makes no traces.
func traceRefused(err error) error {
	var refused *client.NodeError
	if errors.As(err, &refused) && strings.Contains(refused.Text, "makes no traces") {
		return hint(err, "A node makes traces for its own machine unless access in section [trace] of its app.toml says otherwise: ask a node of your own with --node.")
	}
	return err
}

// showTrace writes the profile to its file, if one was asked for, and prints the
// trace.
func (r *run) showTrace(o options, t *trace.Trace) error {
	if err := r.writeProfile(o, t); err != nil {
		return err
	}
	if o.json() {
		return r.printValue(o, t)
	}
	return t.WriteText(r.out, trace.Text{Names: projectNames(t.ChainID)})
}

// projectNames are the aliases of the project that the command is typed in, by
// address. Without a project there are none.
func projectNames(chainID string) map[string]string {
	lock, err := tool.OpenLock(".")
	if err != nil {
		return nil
	}
	names := map[string]string{}
	for alias, d := range lock.Chains[chainID] {
		names[d.Address] = alias
	}
	return names
}

// writeProfile writes the gas profile and says how to read it.
func (r *run) writeProfile(o options, t *trace.Trace) error {
	path := o.GetString("gas-profile")
	if path == "" {
		return nil
	}
	if t.Profile == nil {
		return fail(exitNetwork, "the node sent no gas profile")
	}
	if err := r.nameFunctions(o, t.Profile); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.WriteProfile(&b); err != nil {
		return err
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(r.err, "gas profile: go tool pprof -top %s (VM gas; with stores and all else: -sample_index=sdk_gas)\n", path)
	if unnamed := t.Profile.Unnamed(); unnamed > 0 {
		fmt.Fprintf(r.err, "%d functions have no name, as their contract was stored without: give a build that has names with --symbols FILE.wasm\n", unnamed)
	}
	return nil
}

// nameFunctions takes the names of functions from the files of --symbols, else
// from the builds of the project that the command is typed in.
func (r *run) nameFunctions(o options, p *trace.Profile) error {
	files, given := o.GetStringSlice("symbols"), o.given("symbols")
	if !given && p.Unnamed() > 0 {
		files = append(files, projectSymbols()...)
	}
	for _, path := range files {
		code, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		symbols, err := trace.ReadSymbols(code)
		if err != nil {
			return usage("--symbols %s: %w", path, err)
		}
		if p.Rename(hex.EncodeToString(symbols.Shape[:]), symbols.Names) == 0 && given {
			fmt.Fprintf(r.err, "--symbols %s: no contract of this transaction has this code: it must be the same build, with names\n", path)
		}
	}
	return nil
}

// projectSymbols are the files with names that weft contract build leaves beside
// weft.lock.
func projectSymbols() []string {
	lock, err := tool.OpenLock(".")
	if err != nil {
		return nil
	}
	files, err := filepath.Glob(lock.Path("*.names.wasm"))
	if err != nil {
		return nil
	}
	return files
}
