package cli

import (
	"regexp"
	"time"

	gogotypes "github.com/cosmos/gogoproto/types"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	feegrant "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
	"github.com/weftchain/weft/tx"
)

func (r *run) txFeegrant() *cobra.Command {
	return newGroup("feegrant", "Let others pay fees from an account", r.txGrant(), r.txRevoke(), r.txPrune())
}

func (r *run) txGrant() *cobra.Command {
	return r.transact(transact{
		use: "grant GRANTER GRANTEE", aliases: []string{"grant-allowance"}, short: "Let an account pay its fees from another", args: cobra.ExactArgs(2),
		long:    "Let GRANTEE pay fees from the account of GRANTER, who signs. Without\n--spend-limit there is no limit, without --expiration no end. --period and\n--period-limit allow a sum in each period.",
		example: "  weft tx feegrant grant alice bob --spend-limit 1000000uweft --expiration 2030-01-30T15:04:05Z\n  weft tx feegrant grant alice bob --period 3600 --period-limit 10000uweft\n  weft tx feegrant grant alice bob --allowed-messages /cosmwasm.wasm.v1.MsgExecuteContract",
		flags: func(f *pflag.FlagSet) {
			f.String("spend-limit", "", "most that may be spent in all, such as 1000000uweft")
			f.String("expiration", "", "when the allowance ends, such as 2030-01-30T15:04:05Z")
			f.Int64("period", 0, "length of a period in seconds")
			f.String("period-limit", "", "most that may be spent in a period")
			f.StringSlice("allowed-messages", nil, "pay for these messages only: type URLs, separated by commas")
		},
		from: func(args []string) string { return args[0] },
		check: func(o options, args []string) (maker, error) {
			allowance, err := o.allowance(time.Now())
			return func(s sender) ([]chain.Message, error) {
				grantee, err := s.resolve("grantee", args[1])
				if err == nil && grantee == s.address {
					err = usage("granter and grantee are the same account; nobody needs a grant from oneself")
				}
				return []chain.Message{&feegrant.MsgGrantAllowance{Granter: s.address, Grantee: grantee, Allowance: allowance}}, err
			}, err
		},
	})
}

// allowance builds what the flags of grant describe. now is when the first
// period begins.
func (o options) allowance(now time.Time) (*gogotypes.Any, error) {
	basic, err := o.basicAllowance(now)
	if err != nil {
		return nil, err
	}
	var allowance chain.Message = basic
	period, limit := o.GetInt64("period"), o.GetString("period-limit")
	if o.given("period") || limit != "" {
		if allowance, err = periodicAllowance(basic, period, limit, now); err != nil {
			return nil, err
		}
	}
	packed, err := tx.Pack(allowance)
	if err != nil {
		return nil, err
	}
	messages := o.GetStringSlice("allowed-messages")
	if len(messages) == 0 {
		return packed, nil
	}
	for _, url := range messages {
		if !typeURLRule.MatchString(url) {
			return nil, usage("--allowed-messages %.100q is not a type URL such as /cosmos.bank.v1beta1.MsgSend", url)
		}
	}
	return tx.Pack(&feegrant.AllowedMsgAllowance{Allowance: packed, AllowedMessages: messages})
}

var typeURLRule = regexp.MustCompile(`^/[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)+$`)

func (o options) basicAllowance(now time.Time) (*feegrant.BasicAllowance, error) {
	limit, err := chain.ParseCoins(o.GetString("spend-limit"))
	if err != nil {
		return nil, usage("--spend-limit: %w", err)
	}
	basic := &feegrant.BasicAllowance{SpendLimit: wire.ProtoCoins(limit)}
	text := o.GetString("expiration")
	if text == "" {
		return basic, nil
	}
	end, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil, usage("--expiration %.60q is not a time such as 2030-01-30T15:04:05Z", text)
	}
	end = end.UTC()
	if !end.After(now) || end.Year() > 9999 {
		return nil, usage("--expiration %s has passed or is too far away", text)
	}
	basic.Expiration = &end
	return basic, nil
}

// maxPeriodSeconds bounds a period, at a hundred years.
const maxPeriodSeconds = 100 * 366 * 24 * 3600

func periodicAllowance(basic *feegrant.BasicAllowance, seconds int64, limitText string, now time.Time) (*feegrant.PeriodicAllowance, error) {
	if seconds < 1 || seconds > maxPeriodSeconds {
		return nil, usage("--period is a number of seconds from 1 to %d, and goes with --period-limit", maxPeriodSeconds)
	}
	limit, err := chain.ParseCoins(limitText)
	if err != nil {
		return nil, usage("--period-limit: %w", err)
	}
	if len(limit) == 0 {
		return nil, usage("--period-limit is missing: what may be spent in a period, such as 10000uweft")
	}
	period := time.Duration(seconds) * time.Second
	reset := now.UTC().Add(period)
	if basic.Expiration != nil && reset.After(*basic.Expiration) {
		return nil, usage("the first period would end after --expiration; choose a shorter --period")
	}
	for _, c := range limit {
		if !fitsIn(c, basic) {
			return nil, usage("--period-limit %s is above --spend-limit or in another denom", c)
		}
	}
	return &feegrant.PeriodicAllowance{
		Basic: *basic, Period: period, PeriodReset: reset,
		PeriodSpendLimit: wire.ProtoCoins(limit), PeriodCanSpend: wire.ProtoCoins(limit),
	}, nil
}

// fitsIn reports whether a period's limit can be used under the limit of all.
func fitsIn(c chain.Coin, basic *feegrant.BasicAllowance) bool {
	if len(basic.SpendLimit) == 0 {
		return true
	}
	all, err := wire.Coins(basic.SpendLimit)
	return err == nil && c.Amount.Cmp(all.AmountOf(c.Denom)) <= 0
}

func (r *run) txRevoke() *cobra.Command {
	return r.transact(transact{
		use: "revoke GRANTER GRANTEE", aliases: []string{"revoke-allowance"}, short: "Take a fee allowance back", args: cobra.ExactArgs(2),
		example: "  weft tx feegrant revoke alice bob",
		from:    func(args []string) string { return args[0] },
		check: func(_ options, args []string) (maker, error) {
			return func(s sender) ([]chain.Message, error) {
				grantee, err := s.resolve("grantee", args[1])
				return []chain.Message{&feegrant.MsgRevokeAllowance{Granter: s.address, Grantee: grantee}}, err
			}, nil
		},
	})
}

func (r *run) txPrune() *cobra.Command {
	return r.transact(transact{
		use: "prune", short: "Delete fee allowances that have ended (up to 75)", args: cobra.NoArgs,
		example: "  weft tx feegrant prune --from alice",
		check: func(options, []string) (maker, error) {
			return func(s sender) ([]chain.Message, error) {
				return []chain.Message{&feegrant.MsgPruneAllowances{Pruner: s.address}}, nil
			}, nil
		},
	})
}
