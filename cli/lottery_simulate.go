package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/app/lottery/simulate"
	"github.com/weftchain/weft/app/lottery/target"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
)

func (r *run) lotterySimulate() *cobra.Command {
	return r.command(spec{
		use: "simulate", short: "Run the lottery's rules through thousands of epochs, and test what they promise", args: cobra.NoArgs,
		long: "Run the rules of a chain with miners of given hashrates, and say who earned what,\n" +
			"how difficulty followed, whether power stayed within its bounds and every coin is\n" +
			"accounted for. The same seed gives the same result on every machine.",
		example: "  weft lottery simulate --hashrates 40,30,20,10 --epochs 10000\n  weft lottery simulate --jump 10x@500 --offline 30%@800-900",
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) {
			f.String("hashrates", "30,20,15,12,9,6,4,2.5,1,0.5", "parts of the miners, in percent")
			f.Uint64("epochs", 10_000, "how many epochs")
			f.Uint64("seed", 1, "of the dice")
			f.String("jump", "", "10x@500: all hashrates times ten from epoch 500 on; several with commas")
			f.String("offline", "", "30%@800-900: so many of the miners' nodes are off line from epoch 800 to 900")
			f.String("preset", "public", "parameters: public or local")
			f.Bool("report", false, "print the tables of docs/lottery.md; of the other flags --epochs, --seed and --preset count")
			f.String("svg", "", "with --report: file for the plot")
		}},
		do: func(o options, _ []string) error { return r.simulateLottery(o) },
	})
}

func (r *run) simulateLottery(o options) error {
	p := lottery.PublicParams("uweft")
	switch o.GetString("preset") {
	case "public":
	case "local":
		p = lottery.LocalParams("uweft")
	default:
		return usage("--preset %.40q: public or local", o.GetString("preset"))
	}
	const hashes = 1e9
	if o.GetBool("report") {
		return r.reportLottery(o, p)
	}
	if o.GetString("svg") != "" {
		return usage("--svg is for --report")
	}
	retarget, money, power := lottery.Rules(p)
	rules := simulate.Rules{Retarget: retarget, Pot: money, Seats: power, MaxTickets: p.MaxTickets, EpochBlocks: p.EpochBlocks}
	rules.Seats.MaxPerOperator = rules.Seats.Window // who is held back by it works through several operators
	run := simulate.Options{Rules: rules, Epochs: o.GetUint64("epochs"), Seed: o.GetUint64("seed"), Anchors: 1_000_000, Restless: true}
	run.Start = target.FromWork(hashes / p.TargetTickets)
	for i, text := range strings.Split(o.GetString("hashrates"), ",") {
		part, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || part < 0 {
			return usage("--hashrates: %.40q is not a number", text)
		}
		run.Miners = append(run.Miners, simulate.Miner{Name: fmt.Sprintf("miner%d", i), Hashes: hashes * part / 100})
	}
	if text := o.GetString("jump"); text != "" {
		for _, one := range strings.Split(text, ",") {
			var j simulate.Jump
			if n, err := fmt.Sscanf(one, "%gx@%d", &j.Factor, &j.Epoch); n != 2 || err != nil || j.Factor < 0 {
				return usage("--jump %.40q is not such as 10x@500", one)
			}
			run.Jumps = append(run.Jumps, j)
		}
	}
	if text := o.GetString("offline"); text != "" {
		var away simulate.Outage
		if n, err := fmt.Sscanf(text, "%g%%@%d-%d", &away.Part, &away.From, &away.Until); n != 3 || err != nil {
			return usage("--offline %.40q is not such as 30%%@800-900", text)
		}
		away.Part /= 100
		run.Outages = append(run.Outages, away)
	}
	res, err := simulate.Run(run)
	if err != nil {
		return usage("%w", err)
	}
	if err := r.printValue(o, simulatedOf(res)); err != nil {
		return err
	}
	if res.Unsafe > 0 || res.Unbalanced > 0 {
		return fail(exitCheck, "%d epochs were unsafe and %d did not add up: this is a defect", res.Unsafe, res.Unbalanced)
	}
	return nil
}

// reportLottery makes what the documentation shows.
func (r *run) reportLottery(o options, p lotterypb.Params) error {
	retarget, money, power := lottery.Rules(p)
	retarget.Limit = target.FromWork(16) // a hundredth of the work is still above it
	power.MaxPerOperator = power.Window
	rules := simulate.Rules{Retarget: retarget, Pot: money, Seats: power, MaxTickets: p.MaxTickets, EpochBlocks: p.EpochBlocks}
	report, err := simulate.NewReport(rules, o.GetUint64("epochs"), o.GetUint64("seed"))
	if err != nil {
		return usage("%w", err)
	}
	if path := o.GetString("svg"); path != "" {
		if err := os.WriteFile(path, []byte(report.SVG()), 0o644); err != nil {
			return fail(exitConfig, "%w", err)
		}
	}
	_, err = io.WriteString(r.out, report.Markdown())
	return err
}

// simulated is what weft lottery simulate prints.
type simulated struct {
	Miners     []simulatedMiner `json:"miners"`
	Tests      []simulatedTest  `json:"tests"`
	Minted     uint64           `json:"minted"`
	Paid       uint64           `json:"paid"`
	Carry      uint64           `json:"carry"`
	WorstShare float64          `json:"worst_mined_share"`
	WorstChurn float64          `json:"worst_churn"`
	Unsafe     uint64           `json:"unsafe_epochs"`
	Unbalanced uint64           `json:"unbalanced_epochs"`
}

type simulatedMiner struct {
	Name    string  `json:"name"`
	Tickets uint64  `json:"tickets"`
	Seats   uint64  `json:"seats"`
	Leads   uint64  `json:"leads"`
	Coins   uint64  `json:"coins"`
	Rate    float64 `json:"reward_per_hash"`
}

type simulatedTest struct {
	Of string  `json:"of"`
	X  float64 `json:"chi_square"`
	P  float64 `json:"p"`
}

func simulatedOf(res *simulate.Result) simulated {
	out := simulated{
		Minted: res.Minted, Paid: res.Paid, Carry: res.Carry, WorstShare: res.WorstShare, WorstChurn: res.WorstChurn,
		Unsafe: res.Unsafe, Unbalanced: res.Unbalanced,
	}
	for _, m := range res.Miners {
		out.Miners = append(out.Miners, simulatedMiner{m.Name, m.Tickets, m.Seats, m.Leads, m.Coins, m.Rate})
	}
	for _, name := range []string{"tickets", "seats", "leads"} {
		out.Tests = append(out.Tests, simulatedTest{name, res.Fair[name].Statistic, res.Fair[name].P})
	}
	return out
}
