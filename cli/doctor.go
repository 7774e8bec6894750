package cli

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/node"
	"github.com/weftchain/weft/node/doctor"
)

func (r *run) doctorCommand() *cobra.Command {
	return r.command(spec{
		use: "doctor", short: "Examine whether this machine and home are fit to run a node", args: cobra.NoArgs,
		long:    "Examine version, configuration, disk space, fsync, open files, clock, genesis,\nkeys, ports and peers. Each line has a value and its limit, and says what to do if\nit is not kept; exit code 5 then. Of several peers one must answer.",
		example: "  weft doctor\n  weft doctor --time-server pool.ntp.org -o json",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.String("time-server", "", "server that is asked for the time (SNTP)")
		}},
		do: func(o options, _ []string) error {
			home, err := o.home()
			if err != nil {
				return err
			}
			node.Commit, node.Upgrades = Commit, Upgrades
			node.Version = buildVersion().Version
			cfg, cfgErr := loadConfig(home)
			list := doctor.Examine(r.ctx, doctor.Patient{Home: home, Config: cfg, ConfigErr: cfgErr, TimeServer: o.GetString("time-server")})
			bad := 0
			for _, f := range list {
				if !f.OK {
					bad++
				}
			}
			if o.json() {
				err = r.printValue(o, list)
			} else {
				err = r.printFindings(list)
			}
			if err == nil && bad > 0 {
				return fail(exitCheck, "%d of %d checks failed", bad, len(list))
			}
			return err
		},
	})
}

func (r *run) printFindings(list []doctor.Finding) error {
	for _, f := range list {
		mark := "ok  "
		if !f.OK {
			mark = "FAIL"
		}
		line := fmt.Sprintf("%s  %-20s %s", mark, f.Check, f.Value)
		if f.Limit != "" {
			line += " (" + f.Limit + ")"
		}
		if f.Remedy != "" {
			line += "\n      → " + f.Remedy
		}
		if _, err := fmt.Fprintln(r.out, printable(line)); err != nil {
			return err
		}
	}
	return nil
}
