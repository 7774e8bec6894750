package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/miner"
)

// benched is what weft mine bench prints of one function.
type benched struct {
	Algo    string  `json:"algo"`
	Threads int     `json:"threads"`
	Rate    float64 `json:"hashes_per_second"`
	Search  float64 `json:"search_per_cpu_second"`
	Library float64 `json:"library_per_cpu_second"`
	Ratio   float64 `json:"ratio_median"`
	Turns   int     `json:"turns"`
}

func (r *run) mineBench() *cobra.Command {
	return r.command(spec{
		use: "bench", short: "Measure how fast this machine mines, beside the library alone", args: cobra.NoArgs,
		long: "Measure each function of the lottery. Search and library are compared by turns,\n" +
			"in processor time of this process, so that what else the machine does counts\n" +
			"little; the rate of all threads is by the clock, as mining is.",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.Int("threads", 0, "threads that hash; 0 is one for each core")
			f.Duration("for", 3*time.Second, "how long all threads are measured, for each function")
			f.Int("turns", 31, "comparisons of search and library, 7 or more")
			f.Duration("slice", 60*time.Millisecond, "processor time of one side in one comparison")
		}},
		do: func(o options, _ []string) error {
			threads, turns, slice, d := o.GetInt("threads"), o.GetInt("turns"), o.GetDuration("slice"), o.GetDuration("for")
			switch {
			case threads < 0 || threads > 1024:
				return usage("--threads %d is not between 0 and 1024", threads)
			case turns < miner.MinTurns || turns > 1000:
				return usage("--turns %d is not between %d and 1000", turns, miner.MinTurns)
			case slice < time.Millisecond || d < time.Millisecond || slice > time.Minute || d > time.Hour:
				return usage("--slice %s and --for %s: from a millisecond to a minute and to an hour", slice, d)
			case threads == 0:
				threads = runtime.GOMAXPROCS(0)
			}
			defer debug.SetGCPercent(debug.SetGCPercent(400)) // as weft mine does
			var out []benched
			for _, algo := range []ticket.Algo{ticket.SHA256D, ticket.Argon2id} {
				b := miner.RunBench(r.ctx, algo, threads, turns, slice, d)
				if err := r.ctx.Err(); err != nil {
					return err
				}
				out = append(out, benched{algo.String(), threads, b.Rate, b.Search, b.Library, b.Ratio, b.Turns})
			}
			if o.json() {
				return r.printValue(o, out)
			}
			for _, b := range out {
				if _, err := fmt.Fprintf(r.out, "%-14s %s/s with %d threads; a core: search %s/s, library %s/s, %.0f %% (median of %d turns)\n",
					b.Algo, amountOfHashes(b.Rate), b.Threads, amountOfHashes(b.Search), amountOfHashes(b.Library), 100*b.Ratio, b.Turns); err != nil {
					return err
				}
			}
			return nil
		},
	})
}
