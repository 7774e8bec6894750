package wasm_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/internal/golden"
	basepb "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// TestScenarios runs testdata/*.txt. A file is a list of commands, each with
// its input, a line "----" and all that it is expected to print:
//
//	execute a from=alice funds=5acoin gas=100000
//	{"attrs":[["k","v"]]}
//	----
//	ok
//	…
//
// In the input $name stands for an address, in the output addresses are shown
// by name. All contracts run the scripted code of script_test.go; a, b and c
// exist when a file begins.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { runScenario(t, file) })
	}
}

func runScenario(t *testing.T, file string) {
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	w := newWorld(t, nil)
	w.store("alice", w.engine.Add("script", scripted()))
	other := scripted()
	other.IBC = true
	w.engine.Add("other", other)
	for _, name := range []string{"a", "b", "c"} {
		w.instantiate(name, 1, `{}`)
	}
	var got bytes.Buffer
	for block := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n\n") {
		head, _, isCommand := strings.Cut(block, "\n----")
		if !isCommand { // a comment
			fmt.Fprintf(&got, "%s\n\n", block)
			continue
		}
		line, body, _ := strings.Cut(head, "\n")
		fmt.Fprintf(&got, "%s\n----\n%s\n", head, w.hide(w.command(line, body)))
	}
	text := append(bytes.TrimSpace(got.Bytes()), '\n')
	if golden.Updating() {
		require.NoError(t, os.WriteFile(file, text, 0o644))
		return
	}
	require.Equal(t, string(raw), string(text), "if this is meant, run with -update and read the diff")
}

// command is one line of a scenario, taken apart.
type command struct {
	world *world
	name  string
	who   string
	args  map[string]string
	body  []byte
}

func (w *world) command(line, body string) string {
	c := command{world: w, args: map[string]string{"from": "alice", "gas": strconv.Itoa(txGas), "code": "1"}}
	words := strings.Fields(line)
	c.name = words[0]
	for _, word := range words[1:] {
		if key, value, ok := strings.Cut(word, "="); ok {
			c.args[key] = value
		} else {
			c.who = word
		}
	}
	c.body = []byte(os.Expand(body, func(name string) string { return w.addr(name) }))
	run, ok := commands[c.name]
	require.True(w.t, ok, "unknown command %q", c.name)
	return run(c)
}

var commands = map[string]func(command) string{
	"store": func(c command) string {
		return c.send(&wasmpb.MsgStoreCode{Sender: c.from(), WASMByteCode: enginetest.Code(c.who)})
	},
	"instantiate": func(c command) string {
		msg := &wasmpb.MsgInstantiateContract{
			Sender: c.from(), Admin: c.optional("admin"), CodeID: c.number("code"), Label: c.label(), Msg: c.body, Funds: c.funds(),
		}
		return c.born(c.run(msg))
	},
	"instantiate2": func(c command) string {
		msg := &wasmpb.MsgInstantiateContract2{
			Sender: c.from(), Admin: c.optional("admin"), CodeID: c.number("code"), Label: c.label(), Msg: c.body, Funds: c.funds(),
			Salt: []byte(c.args["salt"]), FixMsg: c.args["fix"] != "",
		}
		return c.born(c.run(msg))
	},
	"execute": func(c command) string {
		return c.send(&wasmpb.MsgExecuteContract{Sender: c.from(), Contract: c.contract(), Msg: c.body, Funds: c.funds()})
	},
	"migrate": func(c command) string {
		return c.send(&wasmpb.MsgMigrateContract{Sender: c.from(), Contract: c.contract(), CodeID: c.number("code"), Msg: c.body})
	},
	"sudo": func(c command) string {
		return c.send(&wasmpb.MsgSudoContract{Authority: c.from(), Contract: c.contract(), Msg: c.body})
	},
	"update-admin": func(c command) string {
		return c.send(&wasmpb.MsgUpdateAdmin{Sender: c.from(), Contract: c.contract(), NewAdmin: c.world.addr(c.args["to"])})
	},
	"clear-admin": func(c command) string {
		return c.send(&wasmpb.MsgClearAdmin{Sender: c.from(), Contract: c.contract()})
	},
	"update-label": func(c command) string {
		return c.send(&wasmpb.MsgUpdateContractLabel{Sender: c.from(), Contract: c.contract(), NewLabel: c.args["to"]})
	},
	"pin": func(c command) string {
		return c.send(&wasmpb.MsgPinCodes{Authority: c.from(), CodeIDs: []uint64{c.number("code")}})
	},
	"unpin": func(c command) string {
		return c.send(&wasmpb.MsgUnpinCodes{Authority: c.from(), CodeIDs: []uint64{c.number("code")}})
	},
	"query": func(c command) string {
		res, err := c.world.query("SmartContractState", &wasmpb.QuerySmartContractStateRequest{Address: c.contract(), QueryData: c.body})
		if err != nil {
			return failure(err)
		}
		return readable(string(res.(*wasmpb.QuerySmartContractStateResponse).Data)) + "\n"
	},
	"state":   func(c command) string { return c.state() },
	"balance": func(c command) string { return c.world.balance(c.who) + "\n" },
	"info": func(c command) string {
		res, err := c.world.query("ContractInfo", &wasmpb.QueryContractInfoRequest{Address: c.contract()})
		if err != nil {
			return failure(err)
		}
		i := res.(*wasmpb.QueryContractInfoResponse).ContractInfo
		return fmt.Sprintf("code=%d creator=%s admin=%s label=%s created=%d/%d port=%s port2=%s\n",
			i.CodeID, i.Creator, i.Admin, i.Label, i.Created.BlockHeight, i.Created.TxIndex, i.IBCPortID, i.IBC2PortID)
	},
}

// readable shows the bytes of an answer as the text that they are.
func readable(answer string) string {
	inner, ok := strings.CutPrefix(answer, `{"ok":{"ok":"`)
	if !ok {
		return answer
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(inner, `"}}`))
	if err != nil {
		return answer
	}
	return fmt.Sprintf("ok %q", raw)
}

func (c command) from() string     { return c.world.addr(c.args["from"]) }
func (c command) contract() string { return c.world.addr(c.who) }

func (c command) label() string {
	if label, ok := c.args["label"]; ok {
		return label
	}
	return c.who
}

func (c command) optional(key string) string {
	if name := c.args[key]; name != "" {
		return c.world.addr(name)
	}
	return ""
}

func (c command) number(key string) uint64 {
	n, err := strconv.ParseUint(c.args[key], 10, 64)
	require.NoError(c.world.t, err)
	return n
}

func (c command) funds() []basepb.Coin {
	coins, err := chain.ParseCoins(c.args["funds"])
	require.NoError(c.world.t, err)
	return wire.ProtoCoins(coins)
}

func (c command) run(msg chain.Message) result { return c.world.sendWithGas(c.number("gas"), msg) }

func (c command) send(msg chain.Message) string { return show(c.run(msg)) }

// born names the contract that was made.
func (c command) born(r result) string {
	if res, ok := r.res.(interface{ GetAddress() string }); ok {
		c.world.names[c.who] = res.GetAddress()
	}
	return show(r)
}

func failure(err error) string {
	v, ok := chain.Verdict(err)
	if !ok {
		return fmt.Sprintf("fault: %v\n", err)
	}
	return fmt.Sprintf("%s/%d: %v\n", v.Codespace, v.Code, err)
}

// show prints all that the world learns of a message.
func show(r result) string {
	var out strings.Builder
	switch {
	case r.err != nil:
		out.WriteString(strings.TrimSuffix(failure(r.err), "\n") + r.path + "\n")
	default:
		out.WriteString("ok")
		if res, ok := r.res.(interface{ GetData() []byte }); ok && res.GetData() != nil {
			fmt.Fprintf(&out, " data=%q", res.GetData())
		}
		out.WriteString("\n")
	}
	fmt.Fprintf(&out, "gas %d\n", r.gas)
	for _, e := range r.events {
		fmt.Fprintf(&out, "  %s", e.Type)
		for _, a := range e.Attributes {
			fmt.Fprintf(&out, " %s=%s", a.Key, quoteIfNeeded(a.Value))
		}
		out.WriteString("\n")
	}
	return out.String()
}

func quoteIfNeeded(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n") {
		return strconv.Quote(s)
	}
	return s
}

func (c command) state() string {
	prefix := layout.WasmState(c.world.raw(c.who))
	it, err := c.world.env.FreeStore(layout.Wasm).Iterate(prefix, chain.PrefixEnd(prefix), false)
	require.NoError(c.world.t, err)
	var out strings.Builder
	for it.Valid() {
		fmt.Fprintf(&out, "%s = %s\n", it.Key()[len(prefix):], it.Value())
		require.NoError(c.world.t, it.Next())
	}
	require.NoError(c.world.t, it.Close())
	if out.Len() == 0 {
		return "empty\n"
	}
	return out.String()
}
