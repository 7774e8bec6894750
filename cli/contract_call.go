package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/contracts/tool/schema"
	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

func (r *run) contractCall() *cobra.Command {
	return r.command(spec{
		use: "call CONTRACT [MESSAGE] [NAME=VALUE…]", short: "Send a message to a contract", args: cobra.MinimumNArgs(1),
		example: "  weft contract call hello increment --from alice\n  weft contract call coin transfer recipient=bob amount=5000000 --from alice\n  weft contract call weft1… --json '{\"increment\":{}}' --from alice",
		long: "Send a message to a contract, by its alias in weft.lock or its address, and show\n" +
			"what it did. Arguments are typed by the contract's schema; without one, give the\n" +
			"message with --json.",
		flags: []func(*pflag.FlagSet){txFlags, messageFlags, func(f *pflag.FlagSet) {
			f.String("amount", "", "coins to send along, such as 5uweft")
		}},
		do: r.callContract,
	})
}

func (r *run) callContract(o options, args []string) error {
	funds, err := fundsFlag(o)
	if err != nil {
		return err
	}
	who := o.GetString("from")
	if who == "" {
		return usage("--from is missing: the name or address of the key that signs")
	}
	s, err := r.begin(o, who)
	if err != nil {
		return err
	}
	ref, err := o.contractNamed(args[0], s.set.chainID, s.sender.isAddress)
	if err != nil {
		return err
	}
	msg, err := r.contractMessage(o, schema.Execute, ref, args, addressHook(s.sender, ref.lock, s.set.chainID))
	if err != nil {
		return err
	}
	msgs := []chain.Message{&wasm.MsgExecuteContract{Sender: s.sender.address, Contract: ref.address, Msg: msg, Funds: wire.ProtoCoins(funds)}}
	if done, err := s.withoutSending(msgs); done {
		return gone(ref, err)
	}
	p := s.progress()
	if o.GetBool("yes") {
		p.step("waiting for a block")
	}
	res, err := s.commit(msgs)
	p.end()
	if err != nil {
		return gone(ref, err)
	}
	o.knowNames(ref)
	return s.showCall(res)
}

// knowNames gives a gas profile the names of functions from the builds beside
// weft.lock, unless the user named some.
func (o options) knowNames(ref contractRef) {
	if !o.wantsProfile() || o.given("symbols") || ref.known.Address == "" {
		return
	}
	if files, err := filepath.Glob(ref.lock.Path("*.names.wasm")); err == nil && len(files) > 0 {
		o.Set("symbols", files)
	}
}

// contractMessage reads CONTRACT [MESSAGE] [NAME=VALUE…].
func (r *run) contractMessage(o options, kind schema.Kind, ref contractRef, args []string, address func(string) (string, error)) ([]byte, error) {
	name, rest := "", args[1:]
	if len(rest) > 0 && !strings.Contains(rest[0], "=") {
		name, rest = rest[0], rest[1:]
	}
	find := func() (*schema.Contract, error) {
		dir := ""
		if ref.known.Address != "" { // a contract of this project
			dir = ref.lock.Path(".")
		}
		return r.schemaOf(o, ref.lock, ref.known, dir)
	}
	return r.message(o, kind, args[0], name, rest, find, address)
}

// gone adds to the error of a contract that is not on the chain why that may be.
func gone(ref contractRef, err error) error {
	if err == nil || ref.known.Address == "" || !strings.Contains(err.Error(), "no such contract") {
		return err
	}
	return hint(err, "%s has this address from an earlier run of the chain, it seems: deploy again with weft contract deploy.", ref.lock.File())
}

// callResult is what weft contract call prints as JSON.
type callResult struct {
	Tx     string      `json:"tx"`
	Height int64       `json:"height"`
	Gas    int64       `json:"gas_used"`
	Limit  int64       `json:"gas_wanted"`
	Data   string      `json:"data,omitempty"`
	Events []callEvent `json:"events"`
	Trace  any         `json:"trace,omitempty"` // with --trace
}

type callEvent struct {
	Type       string          `json:"type"`
	Attributes []callAttribute `json:"attributes"`
}

type callAttribute struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// showCall prints what a call did: of the events those of contracts and coins.
func (s *session) showCall(res *abci.TxResponse) error {
	if s.set.wait != "commit" {
		return s.show(res)
	}
	failed := failedInBlock(res)
	c := callResult{Tx: res.Txhash, Height: res.Height, Gas: res.GasUsed, Limit: res.GasWanted, Data: res.Data, Events: callEvents(res)}
	if s.o.json() {
		return errors.Join(s.printCall(c, failed), failed)
	}
	word := "ok"
	if failed != nil {
		word = "failed"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "tx %s  %s  height %d  gas %s\n", c.Tx, word, c.Height, grouped(uint64(c.Gas)))
	for _, e := range c.Events {
		fmt.Fprintf(&b, "  %s", e.Type)
		for _, a := range e.Attributes {
			fmt.Fprintf(&b, "  %s=%s", a.Key, a.Value)
		}
		b.WriteString("\n")
	}
	if _, err := fmt.Fprint(s.out, printable(b.String())); err != nil {
		return err
	}
	return errors.Join(s.traceSent(res.Txhash), failed)
}

// printCall prints the JSON of a call, with its trace if one was asked for.
func (s *session) printCall(c callResult, failed error) error {
	if s.o.wantsTrace() {
		t, err := s.node.Trace(s.ctx, trace.Request{Hash: c.Tx, Profile: s.o.wantsProfile()})
		if err != nil {
			return traceRefused(err)
		}
		if err := s.writeProfile(s.o, t); err != nil {
			return err
		}
		if s.o.GetBool("trace") {
			c.Trace = t
		}
	}
	return s.printEnvelope(s.o, "call", c, failed)
}

// callEvents are the events that the messages of a transaction made, not those
// of its fee, signatures and routing.
func callEvents(res *abci.TxResponse) []callEvent {
	events := []callEvent{}
	for _, e := range res.Events {
		isWasm := e.Type == "wasm" || strings.HasPrefix(e.Type, "wasm-")
		ofMessage := false
		c := callEvent{Type: e.Type, Attributes: []callAttribute{}}
		for _, a := range e.Attributes {
			if a.Key == "msg_index" {
				ofMessage = true
				continue
			}
			c.Attributes = append(c.Attributes, callAttribute{a.Key, a.Value})
		}
		if ofMessage && (isWasm || e.Type == "transfer" || e.Type == "instantiate") {
			events = append(events, c)
		}
	}
	return events
}

func (r *run) contractQuery() *cobra.Command {
	return r.command(spec{
		use: "query CONTRACT [QUERY] [NAME=VALUE…]", short: "Ask a contract", args: cobra.MinimumNArgs(1),
		example: "  weft contract query hello count\n  weft contract query coin balance address=alice -o json\n  weft contract query weft1… --json '{\"count\":{}}'",
		long: "Ask a contract, by its alias in weft.lock or its address. Arguments are typed by\n" +
			"the contract's schema; without one, give the query with --json.",
		flags: []func(*pflag.FlagSet){nodeFlag, heightFlag, keyringFlags, prefixFlag, chainIDFlag, messageFlags, traceFlags},
		do:    r.queryContract,
	})
}

func (r *run) queryContract(o options, args []string) error {
	if o.GetInt64("height") < 0 {
		return usage("--height %d is negative", o.GetInt64("height"))
	}
	chainID, err := o.chainID()
	if err != nil {
		return err
	}
	node, err := client.New(o.GetString("node"))
	if err != nil {
		return err
	}
	ctx, cancel := r.within(callPatience)
	defer cancel()
	var s sender
	if s.prefix, err = o.chainPrefix(ctx, node); err != nil {
		return err
	}
	if s.keys, err = r.keys(o); err != nil {
		return err
	}
	ref, err := o.contractNamed(args[0], chainID, s.isAddress)
	if err != nil {
		return err
	}
	query, err := r.contractMessage(o, schema.Query, ref, args, addressHook(s, ref.lock, chainID))
	if err != nil {
		return err
	}
	res := &wasm.QuerySmartContractStateResponse{}
	req := &wasm.QuerySmartContractStateRequest{Address: ref.address, QueryData: query}
	if o.wantsTrace() {
		return gone(ref, r.traceQuery(o, wasmQuery+"SmartContractState", req))
	}
	if o.wantsTrace() {
		o.knowNames(ref)
		return gone(ref, r.traceQuery(o, wasmQuery+"SmartContractState", req))
	}
	if err := node.Query(ctx, wasmQuery+"SmartContractState", o.GetInt64("height"), req, res); err != nil {
		return gone(ref, err)
	}
	if o.json() {
		return r.printEnvelope(o, "query", rawAnswer(res.Data), nil)
	}
	_, err = fmt.Fprint(r.out, printable(readableOr(res.Data)))
	return err
}
