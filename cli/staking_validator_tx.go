package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/cosmos/gogoproto/types"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	"github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// unchanged stands in edit-validator for a part of a description that stays.
const unchanged = "[do-not-modify]"

// validatorFile is what create-validator reads, in the reference's words.
type validatorFile struct {
	PubKey              json.RawMessage `json:"pubkey"`
	Amount              string          `json:"amount"`
	Moniker             string          `json:"moniker"`
	Identity            string          `json:"identity"`
	Website             string          `json:"website"`
	Security            string          `json:"security"`
	Details             string          `json:"details"`
	CommissionRate      string          `json:"commission-rate"`
	CommissionMaxRate   string          `json:"commission-max-rate"`
	CommissionMaxChange string          `json:"commission-max-change-rate"`
	MinSelfDelegation   string          `json:"min-self-delegation"`
}

func (r *run) txCreateValidator() *cobra.Command {
	return r.transact(transact{
		use: "create-validator [FILE]", short: "Become a validator", args: cobra.MaximumNArgs(1),
		long: "Become a validator with a first stake. What it is stands in a JSON file or in\nflags; flags win. Without a key in either, it is that of the node in --home.\n" +
			"The file holds pubkey, amount, moniker, identity, website, security, details,\ncommission-rate, commission-max-rate, commission-max-change-rate and\nmin-self-delegation.",
		example: "  weft tx staking create-validator --amount 1000000uweft --moniker me --from alice\n" +
			"  weft tx staking create-validator validator.json --from alice\n" +
			"  weft tx staking create-validator --amount 1000000uweft --pubkey \"$(weft comet show-validator)\" --from alice",
		flags: func(f *pflag.FlagSet) {
			f.String("amount", "", "what the validator stakes, such as 1000000uweft")
			f.String("pubkey", "", "consensus key as JSON (default: that of the node in --home)")
			f.String("moniker", "", "name of the validator (default: that of the node in --home)")
			f.String("identity", "", "identity signature")
			f.String("website", "", "website")
			f.String("security-contact", "", "mail address for security matters")
			f.String("details", "", "anything else")
			f.String("commission-rate", "0.1", "share of rewards that the validator keeps, 0 to 1")
			f.String("commission-max-rate", "0.2", "highest share it may ever ask for")
			f.String("commission-max-change-rate", "0.01", "largest change of the share in a day")
			f.String("min-self-delegation", "1", "least that the operator must stake itself")
		},
		check: func(o options, args []string) (maker, error) {
			v, err := r.newValidator(o, args)
			if err != nil {
				return nil, err
			}
			msg, err := v.message()
			return func(s sender) ([]chain.Message, error) {
				operator, err := operatorOf(s.prefix, s.address)
				msg.DelegatorAddress, msg.ValidatorAddress = s.address, operator
				return []chain.Message{msg}, err
			}, err
		},
	})
}

// newValidator collects what file, flags and the home say.
func (r *run) newValidator(o options, args []string) (v validatorFile, err error) {
	if len(args) == 1 {
		data, err := r.input(args[0], maxJSONBytes)
		if err != nil {
			return v, err
		}
		if err := checkJSON(data); err != nil {
			return v, usage("%s is not good JSON: %w", args[0], err)
		}
		dec := json.NewDecoder(strings.NewReader(string(data)))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&v); err != nil {
			return v, usage("%s does not describe a validator: %w", args[0], err)
		}
	}
	for name, field := range map[string]*string{
		"amount": &v.Amount, "moniker": &v.Moniker, "identity": &v.Identity, "website": &v.Website,
		"security-contact": &v.Security, "details": &v.Details, "commission-rate": &v.CommissionRate,
		"commission-max-rate": &v.CommissionMaxRate, "commission-max-change-rate": &v.CommissionMaxChange,
		"min-self-delegation": &v.MinSelfDelegation,
	} {
		if *field == "" || o.given(name) {
			*field = o.GetString(name)
		}
	}
	if o.given("pubkey") {
		v.PubKey = json.RawMessage(o.GetString("pubkey"))
	}
	if v.Amount == "" {
		return v, usage("--amount is missing: what the validator stakes, such as 1000000uweft")
	}
	return v, r.fromHome(o, &v)
}

// fromHome takes key and name from the node's folder if nothing else says them.
func (r *run) fromHome(o options, v *validatorFile) error {
	home, err := o.home()
	if err != nil {
		return err
	}
	if len(v.PubKey) == 0 {
		if _, err := os.Stat(validatorKeyFile(home)); err != nil {
			return hint(usage("whose key signs blocks? There is no node in %s", home), `Give --pubkey "$(weft comet show-validator)", as the validator's node prints it.`)
		}
		key, err := homeValidatorKey(home)
		if err != nil {
			return err
		}
		if v.PubKey, err = consensusKeyJSON(key); err != nil {
			return err
		}
	}
	if v.Moniker != "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(home, "config", "config.toml")); err != nil {
		return usage("--moniker is missing: the name of the validator")
	}
	cfg, err := loadConfig(home)
	if err == nil {
		v.Moniker = cfg.Comet.Moniker
	}
	return err
}

// message is the message, but for its addresses.
func (v validatorFile) message() (*staking.MsgCreateValidator, error) {
	coin, err := stakeArg(v.Amount)
	if err != nil {
		return nil, err
	}
	key, err := parseConsensusKey("pubkey", string(v.PubKey))
	if err != nil {
		return nil, err
	}
	pub, err := (&ed25519.PubKey{Key: key}).Marshal()
	if err != nil {
		return nil, err
	}
	least, err := chain.ParseAmount(v.MinSelfDelegation)
	if err != nil || least.IsZero() {
		return nil, usage("min-self-delegation %.80q is not a whole number from 1", v.MinSelfDelegation)
	}
	msg := &staking.MsgCreateValidator{
		Description: staking.Description{
			Moniker: v.Moniker, Identity: v.Identity, Website: v.Website, SecurityContact: v.Security, Details: v.Details,
		},
		MinSelfDelegation: least.String(), Pubkey: &types.Any{TypeUrl: ed25519URL, Value: pub}, Value: wire.ProtoCoin(coin),
	}
	c := &msg.Commission
	for _, rate := range []struct {
		name, text string
		into       *base.Dec
	}{
		{"commission-rate", v.CommissionRate, &c.Rate},
		{"commission-max-rate", v.CommissionMaxRate, &c.MaxRate},
		{"commission-max-change-rate", v.CommissionMaxChange, &c.MaxChangeRate},
	} {
		if *rate.into, err = rateArg(rate.name, rate.text); err != nil {
			return nil, err
		}
	}
	return msg, nil
}

// rateArg reads a number from 0 to 1.
func rateArg(name, text string) (base.Dec, error) {
	rate, err := base.ParseDec(text)
	if err != nil || !rateRule.MatchString(text) {
		return rate, usage("--%s %.40q is not a number from 0 to 1 such as 0.1", name, text)
	}
	return rate, nil
}

func (r *run) txEditValidator() *cobra.Command {
	return r.transact(transact{
		use: "edit-validator", short: "Change how a validator presents itself and what it keeps", args: cobra.NoArgs,
		long:    "Change name, description or commission of the validator whose operator signs.\nWhat is not given stays. The commission changes at most once in 24 hours.",
		example: "  weft tx staking edit-validator --new-moniker 'me, myself' --website https://example.org --from alice\n  weft tx staking edit-validator --commission-rate 0.08 --from alice",
		flags: func(f *pflag.FlagSet) {
			f.String("new-moniker", unchanged, "name of the validator")
			f.String("moniker", unchanged, "the same as --new-moniker")
			f.String("identity", unchanged, "identity signature")
			f.String("website", unchanged, "website")
			f.String("security-contact", unchanged, "mail address for security matters")
			f.String("details", unchanged, "anything else")
			f.String("commission-rate", "", "share of rewards that the validator keeps, 0 to 1")
			f.String("min-self-delegation", "", "least that the operator must stake itself; it may only grow")
		},
		check: func(o options, _ []string) (maker, error) {
			msg, err := o.editMessage()
			return func(s sender) ([]chain.Message, error) {
				operator, err := operatorOf(s.prefix, s.address)
				msg.ValidatorAddress = operator
				return []chain.Message{msg}, err
			}, err
		},
	})
}

// editMessage is the message of edit-validator, but for its address.
func (o options) editMessage() (*staking.MsgEditValidator, error) {
	moniker := o.GetString("new-moniker")
	if o.given("moniker") {
		moniker = o.GetString("moniker")
	}
	msg := &staking.MsgEditValidator{Description: staking.Description{
		Moniker: moniker, Identity: o.GetString("identity"), Website: o.GetString("website"),
		SecurityContact: o.GetString("security-contact"), Details: o.GetString("details"),
	}}
	if text := o.GetString("commission-rate"); text != "" {
		rate, err := rateArg("commission-rate", text)
		if err != nil {
			return nil, err
		}
		msg.CommissionRate = rate
	}
	if text := o.GetString("min-self-delegation"); text != "" {
		least, err := chain.ParseAmount(text)
		if err != nil || least.IsZero() {
			return nil, usage("--min-self-delegation %.80q is not a whole number from 1", text)
		}
		msg.MinSelfDelegation = least.String()
	}
	return msg, nil
}
