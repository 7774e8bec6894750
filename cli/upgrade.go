package cli

import (
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	upgrade "github.com/weftchain/weft/proto/cosmos/upgrade/v1beta1"
)

func (r *run) txUpgrade() *cobra.Command {
	return newGroup("upgrade", "Plan another binary for all nodes (the chain's authority only)", r.txPlanUpgrade(), r.txCancelUpgrade())
}

func (r *run) txPlanUpgrade() *cobra.Command {
	return r.transact(transact{
		use: "software-upgrade NAME", aliases: []string{"plan"}, short: "Plan an upgrade at a height", args: cobra.ExactArgs(1),
		long:    "Plan an upgrade, in place of an earlier plan. Every node halts before that block,\nunless its binary knows the name. With --binary the plan holds the SHA-256 of the\nnew binaries, which weft start --supervise compares.",
		example: "  weft tx upgrade software-upgrade v2 --upgrade-height 250000 --binary linux/amd64=./weft-v2 --from authority",
		flags: func(f *pflag.FlagSet) {
			f.Int64("upgrade-height", 0, "height of the first block of the new binary")
			f.String("upgrade-info", "", "text for operators, instead of --binary")
			f.StringSlice("binary", nil, "platform and file of a new binary: linux/amd64=FILE,…")
		},
		check: func(o options, args []string) (maker, error) {
			plan := upgrade.Plan{Name: args[0], Height: o.GetInt64("upgrade-height"), Info: o.GetString("upgrade-info")}
			if plan.Height < 1 {
				return nil, usage("--upgrade-height is missing: the height of the first block of the new binary")
			}
			if files := o.GetStringSlice("binary"); len(files) > 0 {
				if plan.Info != "" {
					return nil, usage("--binary and --upgrade-info exclude each other")
				}
				info, err := binariesInfo(files)
				if err != nil {
					return nil, err
				}
				plan.Info = info
			}
			return func(s sender) ([]chain.Message, error) {
				return []chain.Message{&upgrade.MsgSoftwareUpgrade{Authority: s.address, Plan: plan}}, nil
			}, nil
		},
	})
}

// binariesInfo is the info of a plan that names the SHA-256 of files.
func binariesInfo(list []string) (string, error) {
	sums := map[string]string{}
	for _, text := range list {
		platform, path, ok := strings.Cut(text, "=")
		if !ok || strings.Count(platform, "/") != 1 && platform != "any" {
			return "", usage("--binary %.100q must be a platform and a file, such as linux/amd64=./weft-v2", text)
		}
		sum, err := fileDigest(path)
		if err != nil {
			return "", fail(exitConfig, "%w", err)
		}
		sums[platform] = "sha256:" + sum
	}
	raw, err := json.Marshal(map[string]any{"binaries": sums})
	return string(raw), err
}

func (r *run) txCancelUpgrade() *cobra.Command {
	return r.transact(transact{
		use: "cancel-software-upgrade", aliases: []string{"cancel-upgrade-plan", "cancel"}, short: "Drop the planned upgrade", args: cobra.NoArgs,
		example: "  weft tx upgrade cancel-software-upgrade --from authority",
		check: func(options, []string) (maker, error) {
			return func(s sender) ([]chain.Message, error) {
				return []chain.Message{&upgrade.MsgCancelUpgrade{Authority: s.address}}, nil
			}, nil
		},
	})
}

func (r *run) queryUpgrade() *cobra.Command {
	const path = "/cosmos.upgrade.v1beta1.Query/"
	return newGroup("upgrade", "What upgrades are planned and done",
		r.queryOf(method("plan", "The planned upgrade", path+"CurrentPlan", nothing[upgrade.QueryCurrentPlanRequest](), empty[upgrade.QueryCurrentPlanResponse]())),
		r.queryOf(method("applied NAME", "Height of the first block of an upgrade, 0 if it was not done", path+"AppliedPlan",
			func(a []string, _ *page.PageRequest) chain.Message {
				return &upgrade.QueryAppliedPlanRequest{Name: a[0]}
			},
			empty[upgrade.QueryAppliedPlanResponse]())),
		r.queryOf(method("authority", "Who may plan upgrades", path+"Authority", nothing[upgrade.QueryAuthorityRequest](), empty[upgrade.QueryAuthorityResponse]())),
	)
}
