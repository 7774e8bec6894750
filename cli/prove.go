package cli

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/proto/protojson"
)

// proveFlags are the flags of queries whose answers can be proven.
func proveFlags(f *pflag.FlagSet) {
	proveFlagsOf("--prove", "prove", "verify the answer with a light client: value or absence, proven against a header that the validators signed")(f)
}

// proveFlagsOf are the flags of a light client that flag switches on.
func proveFlagsOf(with, flag, help string) func(*pflag.FlagSet) {
	return func(f *pflag.FlagSet) {
		f.Bool(flag, false, help)
		f.String("chain-id", "", "with "+with+": chain that must answer (default: that of the genesis in the home folder, else weft-local)")
		f.Int64("trust-height", 0, "with "+with+": height of a block that you trust; needs --trust-hash")
		f.String("trust-hash", "", "with "+with+": hash of that block's header, in hex, from a source that you trust")
		f.Duration("trust-period", client.DefaultTrustPeriod, "with "+with+": how long a block can be trusted; less than stake stays bonded")
		f.Duration("max-age", client.DefaultMaxAge, "with "+with+": refuse a latest answer that is older; 0 takes any age")
		f.StringSlice("witness", nil, "with "+with+": RPC of another node that must show the same block (may be repeated)")
	}
}

// proving is a proven query on its way.
type proving struct {
	ctx    context.Context
	o      options
	light  *client.Light
	args   []string
	height int64
}

// proven is a query's answer with what it was proven by.
type proven struct {
	answer chain.Message
	proof  proofNote
}

// proofNote is what the output tells of a proof.
type proofNote struct {
	Store       string `json:"store"`
	Key         string `json:"key"` // in hex; of a list the prefix of its keys
	Exists      *bool  `json:"exists,omitempty"`
	Complete    *bool  `json:"complete,omitempty"` // of a list: there are no others
	Height      int64  `json:"height,string"`
	BlockHeight int64  `json:"block_height,string"` // of the header that names the state's hash
	BlockHash   string `json:"block_hash"`
	BlockTime   string `json:"block_time"`
	AppHash     string `json:"app_hash"`
	AgeSeconds  int64  `json:"age_seconds,string"`
	Signed      int    `json:"signed"`
	Validators  int    `json:"validators"`
	Trust       string `json:"trust"`
	TrustOrigin string `json:"trust_origin"`
}

func (p *proving) note(store string, key []byte, at client.Anchor) proofNote {
	basis, origin := p.light.Basis()
	return proofNote{
		Store: store, Key: fmt.Sprintf("%X", key), Height: at.Height, BlockHeight: at.Header.Height,
		BlockHash: at.Header.Hash().String(), BlockTime: at.Header.Time.UTC().Format(time.RFC3339), AppHash: at.Header.AppHash.String(),
		AgeSeconds: int64(at.Age / time.Second), Signed: at.Signed, Validators: at.Validators, Trust: string(basis), TrustOrigin: string(origin),
	}
}

// one is the proven answer about a single key.
func (p *proving) one(answer chain.Message, found client.Proven) proven {
	n := p.note(found.Store, found.Key, found.At)
	exists := found.Value != nil
	n.Exists = &exists
	return proven{answer, n}
}

// list is the proven answer about all keys with a prefix.
func (p *proving) list(answer chain.Message, store string, prefix []byte, more bool, at client.Anchor) proven {
	n := p.note(store, prefix, at)
	complete := !more
	n.Complete = &complete
	return proven{answer, n}
}

// prove runs a query as a proven one and prints the answer with a member
// "proof" beside what it holds otherwise.
func (r *run) prove(o options, args []string, ask func(*proving) (proven, error)) error {
	p := &proving{o: o, args: args, height: o.GetInt64("height")}
	if p.height < 0 {
		return usage("--height %d is negative", p.height)
	}
	node, opts, err := o.lightOptions()
	if err != nil {
		return err
	}
	var cancel context.CancelFunc
	p.ctx, cancel = r.within(callPatience)
	defer cancel()
	if err := node.CheckChain(p.ctx, opts.ChainID); err != nil {
		return err
	}
	if p.light, err = node.Light(p.ctx, opts); err != nil {
		return err
	}
	res, err := ask(p)
	if err != nil {
		return err
	}
	if err := p.light.Remember(); err != nil {
		return fail(exitConfig, "the verified block cannot be remembered: %w", err)
	}
	r.tellTrust(o, p.light)
	fmt.Fprintf(r.err, "%s\n", res.proof.summary())
	return r.printProven(o, res)
}

// lightOptions reads the flags of proveFlags, and which node is asked.
func (o options) lightOptions() (*client.Client, client.LightOptions, error) {
	opts, err := o.trustOptions()
	if err != nil {
		return nil, opts, err
	}
	node, err := client.New(o.GetString("node"))
	return node, opts, err
}

// trustOptions reads the flags of proveFlags.
func (o options) trustOptions() (opts client.LightOptions, err error) {
	home, err := o.home()
	if err != nil {
		return opts, err
	}
	if opts.ChainID, err = o.chainID(); err != nil {
		return opts, err
	}
	opts.Store = client.NewTrustStore(filepath.Join(home, "trust"))
	opts.Period, opts.MaxAge = o.GetDuration("trust-period"), o.GetDuration("max-age")
	if opts.Period <= 0 || opts.MaxAge < 0 {
		return opts, usage("--trust-period must be positive, --max-age not negative")
	}
	if opts.MaxAge == 0 {
		opts.MaxAge = -1
	}
	height, text := o.GetInt64("trust-height"), o.GetString("trust-hash")
	if (height != 0) != (text != "") {
		return opts, usage("--trust-height and --trust-hash go together")
	}
	if text != "" {
		hash, err := hex.DecodeString(text)
		if err != nil || len(hash) != 32 || height < 1 {
			return opts, usage("--trust-hash %.80q has not 64 hexadecimal digits, or --trust-height %d is below 1", text, height)
		}
		opts.Trust = &client.Trust{Height: height, Hash: hash}
	}
	for _, url := range o.GetStringSlice("witness") {
		w, err := client.New(url)
		if err != nil {
			return opts, err
		}
		opts.Witnesses = append(opts.Witnesses, w)
	}
	return opts, nil
}

// tellTrust says clearly when a node's word was taken.
func (r *run) tellTrust(o options, light *client.Light) {
	if basis, _ := light.Basis(); basis != client.BasisFirstUse {
		return
	}
	first := light.First()
	fmt.Fprintf(r.err, "First use of chain %s: block %d with hash %s is trusted because this node says so.\n"+
		"Compare the hash with a source that you trust; from now on it is remembered in %s.\n",
		printable(first.ChainID), first.Height, first.Hash(), filepath.Join(o.GetString("home"), "trust"))
}

// summary is a proof in one line.
func (n proofNote) summary() string {
	what := "proven"
	switch {
	case n.Exists != nil && !*n.Exists:
		what = "proven to be absent"
	case n.Complete != nil && *n.Complete:
		what = "each entry proven, and that there are no others,"
	case n.Complete != nil:
		what = "each entry proven; THERE ARE MORE (raise --limit);"
	}
	signed := ""
	if n.Validators > 0 {
		signed = fmt.Sprintf(", %d of %d validators signed", n.Signed, n.Validators)
	}
	return fmt.Sprintf("%s at height %d against block %d (%.8s...)%s, %d s ago; trust: %s", what, n.Height, n.BlockHeight, n.BlockHash, signed, n.AgeSeconds, n.Trust)
}

func (r *run) printProven(o options, p proven) error {
	data, err := protojson.Marshal(p.answer)
	if err != nil {
		return err
	}
	note, err := json.Marshal(p.proof)
	if err != nil {
		return err
	}
	data = bytes.TrimSuffix(bytes.TrimSpace(data), []byte("}"))
	if len(data) > 1 {
		data = append(data, ',')
	}
	data = append(append(append(data, `"proof":`...), note...), '}')
	return r.printJSON(o, data)
}
