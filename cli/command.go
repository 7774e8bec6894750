package cli

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
)

// spec describes a command that does something.
type spec struct {
	use, short, long, example string
	aliases                   []string
	args                      cobra.PositionalArgs
	flags                     []func(*pflag.FlagSet) // groups of flags, besides --output
	jsonByDefault             bool
	raw                       bool // no --output: what it prints has one form
	do                        func(o options, args []string) error
}

// command makes the cobra command of a spec.
func (r *run) command(s spec) *cobra.Command {
	cmd := &cobra.Command{Use: s.use, Short: s.short, Long: s.long, Example: s.example, Aliases: s.aliases, Args: s.args}
	if !s.raw {
		form := "text"
		if s.jsonByDefault {
			form = "json"
		}
		cmd.Flags().StringP("output", "o", form, "form of the result: text or json")
	}
	for _, add := range s.flags {
		add(cmd.Flags())
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o, err := newOptions(cmd)
		if err != nil {
			return err
		}
		r.started = true
		return s.do(o, args)
	}
	if r.completing {
		completions(cmd)
	}
	return cmd
}

// options are the values of a command's flags: from the command line, else
// from the environment, else the defaults.
type options struct {
	*viper.Viper
	flags *pflag.FlagSet
}

// fromEnv are the flags that have a WEFT_* variable. Flags that say what a
// transaction does have none: a forgotten variable must not change it.
var fromEnv = []string{
	"home", "node", "chain-id", "keyring-backend", "output", "from", "fees", "gas", "gas-prices", "gas-adjustment",
	"wait", "timeout", "bech32-prefix", "log-level", "log-format",
}

// newOptions reads the environment through a viper of the command's own. A
// value that a flag would refuse is refused here as well.
func newOptions(cmd *cobra.Command) (options, error) {
	o := options{viper.New(), cmd.Flags()}
	if err := o.BindPFlags(o.flags); err != nil {
		return o, err
	}
	for _, name := range fromEnv {
		flag := o.flags.Lookup(name)
		if flag == nil || flag.Changed {
			continue
		}
		variable := "WEFT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		env := viper.New()
		if err := env.BindEnv(name, variable); err != nil {
			return o, err
		}
		if !env.IsSet(name) {
			continue
		}
		if err := flag.Value.Set(env.GetString(name)); err != nil {
			return o, fail(exitConfig, "environment variable %s: %v", variable, err)
		}
	}
	if o.flags.Lookup("output") != nil {
		if form := o.GetString("output"); form != "text" && form != "json" {
			return o, usage("--output %.40q is not text or json", form)
		}
	}
	return o, nil
}

// given reports whether a flag stands on the command line.
func (o options) given(name string) bool {
	flag := o.flags.Lookup(name)
	return flag != nil && flag.Changed
}

func (o options) json() bool { return o.GetString("output") == "json" }

// home returns the folder of configuration, keys and data, absolute.
func (o options) home() (string, error) {
	home := o.GetString("home")
	if home == "" {
		return "", usage("--home is empty")
	}
	abs, err := filepath.Abs(home)
	if err != nil {
		return "", fail(exitConfig, "--home %s: %w", home, err)
	}
	return abs, nil
}

// defaultHome is ~/.weft, or .weft where there is no home folder.
func defaultHome() string {
	dir, err := os.UserHomeDir()
	if err != nil {
		return ".weft"
	}
	return filepath.Join(dir, ".weft")
}
