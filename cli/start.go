package cli

import (
	"errors"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/node"
)

// overrides are the flags of weft start that replace a key of a file.
var overrides = []struct {
	flag, text string
	set        func(c *node.Config, value string)
}{
	{"moniker", "name of the node", func(c *node.Config, v string) { c.Comet.Moniker = v }},
	{"rpc.laddr", "address of the RPC, such as tcp://127.0.0.1:26657", func(c *node.Config, v string) { c.Comet.RPC.ListenAddress = v }},
	{"p2p.laddr", "address for other nodes, such as tcp://0.0.0.0:26656", func(c *node.Config, v string) { c.Comet.P2P.ListenAddress = v }},
	{"p2p.external-address", "address that other nodes are told, host:port", func(c *node.Config, v string) { c.Comet.P2P.ExternalAddress = v }},
	{"p2p.persistent_peers", "nodes to stay connected to: id@host:port,…", func(c *node.Config, v string) { c.Comet.P2P.PersistentPeers = v }},
	{"p2p.seeds", "nodes to learn others from: id@host:port,…", func(c *node.Config, v string) { c.Comet.P2P.Seeds = v }},
	{"grpc.address", "address of gRPC, such as 127.0.0.1:9090, or off", func(c *node.Config, v string) { c.App.GRPC.Enable, c.App.GRPC.Address = v != "off", v }},
	{"api.address", "address of REST, such as 127.0.0.1:1317, or off", func(c *node.Config, v string) { c.App.API.Enable, c.App.API.Address = v != "off", v }},
	{"minimum-gas-prices", "what a transaction must offer, such as 0.025uweft", func(c *node.Config, v string) { c.App.MinGasPrices = v }},
}

func (r *run) startCommand() *cobra.Command {
	return r.command(spec{
		use: "start", short: "Run the node of the home folder until it is told to stop", args: cobra.NoArgs, raw: true,
		long:  "Run the node of the home folder. It logs to stderr and stops on SIGINT or\nSIGTERM. Flags replace values of config.toml and app.toml for this run.\n\nWith --supervise it runs the node as a process of its own, and when the node halts\nfor an upgrade it goes on with the binary UPGRADES/NAME/weft, if that has the\nSHA-256 of the plan.",
		flags: []func(*pflag.FlagSet){startFlags, superviseFlags},
		do: func(o options, _ []string) error {
			if o.GetBool("supervise") {
				return r.supervise(o)
			}
			return r.runNode(o, nil)
		},
	})
}

// startFlags are the flags of whatever runs a node.
func startFlags(f *pflag.FlagSet) {
	for _, s := range overrides {
		f.String(s.flag, "", s.text)
	}
	f.Bool("events", false, "keep the index of events and serve it, whatever app.toml says")
	f.String("log-level", "info", "least important lines of the log: debug, info, warn or error")
	f.String("log-format", "text", "form of the log: text or json")
}

// runNode runs the node of the home folder. With a trust point it takes the state
// from a snapshot first.
func (r *run) runNode(o options, trust *trustPoint) error {
	logger, err := r.logger(o)
	if err != nil {
		return err
	}
	home, err := o.home()
	if err != nil {
		return err
	}
	cfg, err := loadConfig(home)
	if err != nil {
		return err
	}
	for _, s := range overrides {
		if o.given(s.flag) {
			s.set(&cfg, o.GetString(s.flag))
		}
	}
	if o.GetBool("events") {
		cfg.App.Events.Enable = true
	}
	trust.configure(&cfg)
	if err := cfg.Validate(); err != nil {
		return fail(exitConfig, "%w", err)
	}
	if Version != "" {
		node.Version = Version
	}
	node.Commit, node.Upgrades = Commit, Upgrades
	err = node.Run(r.ctx, cfg, logger)
	var needed *node.UpgradeNeeded
	switch {
	case err == nil:
		return nil
	case errors.As(err, &needed):
		return hint(fail(exitConfig, "%w", needed), "Put the new binary in the place of this one and start it; or, for weft start --supervise, at\n%s", upgradeBinary(home, "", needed.Name))
	case strings.HasPrefix(err.Error(), "the node stopped itself"):
		return fail(exitInternal, "%w", err)
	}
	return fail(exitConfig, "%w", err)
}

func (r *run) logger(o options) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(o.GetString("log-level"))); err != nil {
		return nil, usage("--log-level %.40q is not debug, info, warn or error", o.GetString("log-level"))
	}
	opts := &slog.HandlerOptions{Level: level}
	switch format := o.GetString("log-format"); format {
	case "text":
		return slog.New(slog.NewTextHandler(r.err, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(r.err, opts)), nil
	default:
		return nil, usage("--log-format %.40q is not text or json", format)
	}
}
