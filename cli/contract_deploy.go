package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/contracts/tool"
	"github.com/weftchain/weft/contracts/tool/schema"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

func (r *run) contractDeploy() *cobra.Command {
	return r.command(spec{
		use: "deploy [DIR|FILE] [NAME=VALUE…]", short: "Check, store and instantiate a contract", args: cobra.ArbitraryArgs,
		example: "  weft contract deploy --init count=0 --from alice\n  weft contract deploy cw20_base.wasm --json @init.json --alias coin --from alice --no-admin",
		long: "Check a module, store it unless the chain has it already, make a contract of it,\n" +
			"and remember its address under an alias in weft.lock. A project in DIR (the current\n" +
			"folder if none is given) is built first. Arguments of the first message are typed\n" +
			"by the contract's schema: NAME=VALUE, behind --init or not.",
		flags: []func(*pflag.FlagSet){txFlags, messageFlags, packageFlag, func(f *pflag.FlagSet) {
			f.StringArray("init", nil, "an argument of the first message, NAME=VALUE; several are allowed")
			f.String("alias", "", "name in weft.lock (default: that of the module)")
			f.String("label", "", "name of the contract on the chain (default: the alias)")
			f.String("admin", "", "address or key that may migrate the contract (default: the sender)")
			f.Bool("no-admin", false, "nobody may ever migrate the contract")
			f.String("amount", "", "coins to send along, such as 5uweft")
			f.Bool("replace", false, "let the alias name the new contract, on a chain that is not for development")
		}},
		do: func(o options, args []string) error {
			d, err := r.newDeployment(o, args)
			if err != nil {
				return err
			}
			return d.run()
		},
	})
}

// deployment is a contract on its way to a chain.
type deployment struct {
	*session
	module moduleFile
	lock   *tool.Lock
	report tool.Report
	alias  string
	label  string
	args   []string // of the first message
	funds  chain.Coins
	result deployed
}

// deployed is what weft contract deploy prints as JSON.
type deployed struct {
	ChainID  string `json:"chain_id"`
	CodeID   uint64 `json:"code_id"`
	Checksum string `json:"checksum"`
	Stored   bool   `json:"stored"` // false: the chain had the code
	StoreTx  string `json:"store_tx,omitempty"`
	StoreGas int64  `json:"store_gas_used,omitempty"`
	Address  string `json:"address"`
	Tx       string `json:"tx"`
	Gas      int64  `json:"gas_used"`
	Admin    string `json:"admin,omitempty"`
	Label    string `json:"label"`
	Alias    string `json:"alias"`
	Lock     string `json:"lock"`
}

// newDeployment reads flags, module and lock, and connects.
func (r *run) newDeployment(o options, args []string) (*deployment, error) {
	at, rest, err := splitArgs(args)
	if err != nil {
		return nil, err
	}
	init, err := o.flags.GetStringArray("init")
	if err != nil {
		return nil, err
	}
	d := &deployment{args: append(init, rest...)}
	who := o.GetString("from")
	if who == "" {
		return nil, usage("--from is missing: the name or address of the key that signs")
	}
	if o.GetString("admin") != "" && o.GetBool("no-admin") {
		return nil, usage("--admin and --no-admin exclude each other")
	}
	if d.funds, err = fundsFlag(o); err != nil {
		return nil, err
	}
	if d.session, err = r.begin(o, who); err != nil {
		return nil, err
	}
	if d.set.offline {
		return nil, usage("--offline cannot deploy: use weft tx wasm store and instantiate")
	}
	if d.set.wait != "commit" {
		return nil, usage("--wait %s cannot deploy: the number of the code is known when a block has it", d.set.wait)
	}
	if d.module, err = r.moduleOf(o, at); err != nil {
		return nil, err
	}
	if d.lock, err = tool.OpenLock(filepath.Dir(d.module.name)); err != nil {
		return nil, fail(exitConfig, "%w", err)
	}
	return d, d.names()
}

// names settles alias and label.
func (d *deployment) names() (err error) {
	if d.alias = d.o.GetString("alias"); d.alias == "" {
		d.alias = strings.TrimSuffix(filepath.Base(d.module.name), ".wasm")
	}
	if strings.ContainsAny(d.alias, "= \t\n") || d.sender.isAddress(d.alias) == nil {
		return usage("--alias %q: it may neither be an address nor hold spaces or =", d.alias)
	}
	label := d.o.GetString("label")
	if label == "" {
		label = d.alias
	}
	if d.label, err = labelArg("--label", label); err != nil {
		return err
	}
	old, taken := d.lock.Find(d.set.chainID, d.alias)
	if taken && !devChain(d.set.chainID) && !d.o.GetBool("replace") {
		return hint(fail(exitDeclined, "%s has %s on chain %s already: %s", d.lock.File(), d.alias, d.set.chainID, old.Address),
			"Choose another name with --alias, or add --replace.")
	}
	return nil
}

// run goes through the steps.
func (d *deployment) run() error {
	if err := d.check(); err != nil {
		return err
	}
	// The message first: a typing error must not cost the fee of an upload.
	msg, err := d.message(d.o, schema.Instantiate, d.module.name, "", d.args,
		func() (*schema.Contract, error) {
			return d.schemaOf(d.o, d.lock, tool.Deployed{}, filepath.Dir(d.module.name))
		}, addressHook(d.sender, d.lock, d.set.chainID))
	if err != nil {
		return err
	}
	done, err := d.store()
	if done || err != nil {
		return err
	}
	if done, err = d.instantiate(msg); done || err != nil {
		return err
	}
	if err := d.remember(); err != nil {
		return err
	}
	if d.o.json() {
		return d.printEnvelope(d.o, "deploy", d.result, nil)
	}
	return nil
}

// say prints a line of the text form.
func (d *deployment) say(step, format string, args ...any) {
	if !d.o.json() {
		fmt.Fprintf(d.out, "%-8s  %s\n", step, printable(fmt.Sprintf(format, args...)))
	}
}

func (d *deployment) check() (err error) {
	p := d.progress()
	p.step("checking " + d.module.name)
	d.report, err = tool.Check(tool.Checking{File: d.module.name, Code: d.module.code})
	p.end()
	if err != nil {
		return err
	}
	if failed := brokenRules(d.report); failed != nil {
		return hint(failed, "To see which: weft contract check %s.", d.module.name)
	}
	d.say("check", "%s  %s bytes, %s gzip, %d of %d rules ok", d.module.name, grouped(uint64(d.report.Bytes)), grouped(uint64(d.report.GzipBytes)), len(d.report.Rules), len(d.report.Rules))
	return nil
}

func (d *deployment) instantiate(msg []byte) (done bool, err error) {
	admin := d.sender.address
	if d.o.GetBool("no-admin") {
		admin = ""
	} else if text := d.o.GetString("admin"); text != "" {
		if admin, err = d.sender.resolve("--admin", text); err != nil {
			return false, err
		}
	}
	msgs := []chain.Message{&wasm.MsgInstantiateContract{
		Sender: d.sender.address, Admin: admin, CodeID: d.result.CodeID, Label: d.label, Msg: msg, Funds: wire.ProtoCoins(d.funds),
	}}
	if done, err := d.withoutSending(msgs); done {
		return true, err
	}
	res, err := d.settled(msgs, "making the contract")
	if err != nil {
		return false, err
	}
	d.result.Address = attribute(res, "instantiate", "_contract_address")
	if d.result.Address == "" {
		return false, fmt.Errorf("transaction %s made a contract, and its events do not say which", res.Txhash)
	}
	d.result.Tx, d.result.Gas, d.result.Admin, d.result.Label = res.Txhash, res.GasUsed, admin, d.label
	d.say("create", "%s  gas %s", d.result.Address, grouped(uint64(res.GasUsed)))
	return false, nil
}

// remember puts the contract into weft.lock.
func (d *deployment) remember() error {
	old, taken := d.lock.Find(d.set.chainID, d.alias)
	known := tool.Deployed{
		Address: d.result.Address, CodeID: d.result.CodeID, Checksum: d.result.Checksum, Label: d.label,
		Creator: d.sender.address, Admin: d.result.Admin,
	}
	if path := d.o.GetString("schema"); path != "" {
		known.Schema = d.lock.Relative(path)
	} else if path, ok := schemaFile(filepath.Dir(d.module.name)); ok {
		known.Schema = d.lock.Relative(path)
	}
	if err := d.lock.Set(d.set.chainID, d.alias, known); err != nil {
		err = fail(exitConfig, "%w", err)
		return hint(err, "The contract is on the chain all the same: %s.", d.result.Address)
	}
	d.result.Alias, d.result.Lock = d.alias, d.lock.File()
	d.say("alias", "%s, in %s", d.alias, d.lock.File())
	if taken && old.Address != d.result.Address {
		fmt.Fprintf(d.err, "%s was %s before\n", d.alias, printable(old.Address))
	}
	return nil
}

// isAddress refuses what is no address of an account.
func (s sender) isAddress(text string) error {
	_, err := s.prefix.ParseAccount(text)
	return err
}
