package bank_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
)

const most = "115792089237316195423570985008687907853269984665640564039457584007913129639935"

func TestSendRefuses(t *testing.T) {
	w := newWorld(t, balances(t, "100abc,100xyz", "5abc"))
	for name, c := range map[string]struct {
		m    *bankpb.MsgSend
		code string
	}{
		"no sender":        {&bankpb.MsgSend{ToAddress: text(2), Amount: proto(t, "1abc")}, "sdk/7"},
		"no recipient":     {&bankpb.MsgSend{FromAddress: text(1), Amount: proto(t, "1abc")}, "sdk/7"},
		"other prefix":     {&bankpb.MsgSend{FromAddress: text(1), ToAddress: chain.Bech32("cosmos").Account(account(2)), Amount: proto(t, "1abc")}, "sdk/7"},
		"operator":         {&bankpb.MsgSend{FromAddress: text(1), ToAddress: prefix.Validator(account(2)), Amount: proto(t, "1abc")}, "sdk/7"},
		"no coins":         {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2)}, "sdk/10"},
		"zero":             {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: []base.Coin{{Denom: "abc", Amount: "0"}}}, "sdk/10"},
		"negative":         {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: []base.Coin{{Denom: "abc", Amount: "-1"}}}, "sdk/10"},
		"empty amount":     {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: []base.Coin{{Denom: "abc"}}}, "sdk/10"},
		"above 2^256":      {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: []base.Coin{{Denom: "abc", Amount: most + "0"}}}, "sdk/10"},
		"denom twice":      {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: append(proto(t, "1abc"), proto(t, "1abc")...)}, "sdk/10"},
		"unsorted":         {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: append(proto(t, "1xyz"), proto(t, "1abc")...)}, "sdk/10"},
		"denom":            {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: []base.Coin{{Denom: "a", Amount: "1"}}}, "sdk/10"},
		"too much":         {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: proto(t, "101abc")}, "sdk/5"},
		"second too much":  {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: proto(t, "1abc,101xyz")}, "sdk/5"},
		"unknown denom":    {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: proto(t, "1none")}, "sdk/5"},
		"unknown sender":   {&bankpb.MsgSend{FromAddress: text(50), ToAddress: text(2), Amount: proto(t, "1abc")}, "sdk/5"},
		"to oneself above": {&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(1), Amount: proto(t, "101abc")}, "sdk/5"},
		"to a module":      {&bankpb.MsgSend{FromAddress: text(1), ToAddress: prefix.Account(layout.ModuleAddress(layout.FeeCollector)), Amount: proto(t, "1abc")}, "sdk/4"},
		"to the pool":      {&bankpb.MsgSend{FromAddress: text(1), ToAddress: strings.ToUpper(prefix.Account(layout.ModuleAddress(layout.BondedPool))), Amount: proto(t, "1abc")}, "sdk/4"},
	} {
		_, _, err := w.run(c.m)
		require.Equal(t, c.code, code(t, err), "%s: %v", name, err)
		require.Equal(t, "100abc,100xyz", w.balance(account(1)), name)
	}
	_, _, err := w.run(&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: proto(t, "101abc")})
	require.EqualError(t, err, "spendable balance 100abc is smaller than 101abc: insufficient funds")
	to := prefix.Account(layout.ModuleAddress(layout.WasmModule))
	_, _, err = w.run(&bankpb.MsgSend{FromAddress: text(1), ToAddress: to, Amount: proto(t, "1abc")})
	require.EqualError(t, err, to+" is not allowed to receive funds: unauthorized")

	_, _, err = w.run(&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(1), Amount: proto(t, "100abc")})
	require.NoError(t, err, "all to oneself")
	_, _, err = w.run(&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: proto(t, "100abc")})
	require.NoError(t, err)
	require.Equal(t, "100xyz", w.balance(account(1)), "nothing of it stays")
	require.Equal(t, "105abc", w.balance(account(2)))
	w.checkSupply(t)
}

func TestMultiSend(t *testing.T) {
	w := newWorld(t, balances(t, "100abc,100xyz"))
	in := func(n int, c string) []bankpb.Input { return []bankpb.Input{{Address: text(n), Coins: proto(t, c)}} }
	out := func(n int, c string) bankpb.Output { return bankpb.Output{Address: text(n), Coins: proto(t, c)} }
	many := make([]bankpb.Output, 1_001)
	for i := range many {
		many[i] = out(2, "1abc")
	}
	for name, c := range map[string]struct {
		m    *bankpb.MsgMultiSend
		code string
	}{
		"nothing":       {&bankpb.MsgMultiSend{}, "bank/2"},
		"two inputs":    {&bankpb.MsgMultiSend{Inputs: append(in(1, "1abc"), in(2, "1abc")...), Outputs: []bankpb.Output{out(2, "2abc")}}, "bank/9"},
		"no outputs":    {&bankpb.MsgMultiSend{Inputs: in(1, "1abc")}, "bank/3"},
		"1,001 outputs": {&bankpb.MsgMultiSend{Inputs: in(1, "1001abc"), Outputs: many}, "sdk/18"},
		"less out":      {&bankpb.MsgMultiSend{Inputs: in(1, "3abc"), Outputs: []bankpb.Output{out(2, "1abc"), out(3, "1abc")}}, "bank/4"},
		"other denom":   {&bankpb.MsgMultiSend{Inputs: in(1, "3abc"), Outputs: []bankpb.Output{out(2, "3xyz")}}, "bank/4"},
		"overflow":      {&bankpb.MsgMultiSend{Inputs: in(1, "1abc"), Outputs: []bankpb.Output{out(2, most+"abc"), out(3, "2abc")}}, "sdk/10"},
		"too much":      {&bankpb.MsgMultiSend{Inputs: in(1, "101abc"), Outputs: []bankpb.Output{out(2, "101abc")}}, "sdk/5"},
		"zero out":      {&bankpb.MsgMultiSend{Inputs: in(1, "1abc"), Outputs: []bankpb.Output{out(2, "1abc"), {Address: text(3)}}}, "sdk/10"},
		"no address":    {&bankpb.MsgMultiSend{Inputs: in(1, "1abc"), Outputs: []bankpb.Output{{Coins: proto(t, "1abc")}}}, "sdk/7"},
		"no sender":     {&bankpb.MsgMultiSend{Inputs: []bankpb.Input{{Coins: proto(t, "1abc")}}, Outputs: []bankpb.Output{out(2, "1abc")}}, "sdk/7"},
		"to a module": {&bankpb.MsgMultiSend{Inputs: in(1, "2abc"), Outputs: []bankpb.Output{out(2, "1abc"), {
			Address: prefix.Account(layout.ModuleAddress(layout.FeeCollector)), Coins: proto(t, "1abc"),
		}}}, "sdk/4"},
	} {
		_, _, err := w.run(c.m)
		require.Equal(t, c.code, code(t, err), "%s: %v", name, err)
		require.Equal(t, "100abc,100xyz", w.balance(account(1)), name)
	}
	_, events, err := w.run(&bankpb.MsgMultiSend{Inputs: in(1, "5abc,7xyz"), Outputs: []bankpb.Output{out(2, "5abc"), out(3, "1xyz"), out(1, "2xyz"), out(3, "4xyz")}})
	require.NoError(t, err)
	require.Equal(t, "95abc,95xyz", w.balance(account(1)))
	shout := out(2, "1abc")
	shout.Address = strings.ToUpper(shout.Address)
	_, loud, err := w.run(&bankpb.MsgMultiSend{Inputs: in(2, "1abc"), Outputs: []bankpb.Output{shout}})
	require.NoError(t, err)
	require.Equal(t, text(2), loud[len(loud)-1].Attributes[0].Value, "events name an account in one way")
	require.Equal(t, "5abc", w.balance(account(2)))
	require.Equal(t, "5xyz", w.balance(account(3)))
	var types []string
	for _, e := range events {
		types = append(types, e.Type)
	}
	require.Equal(t, "message coin_spent"+strings.Repeat(" coin_received transfer", 4), strings.Join(types, " "))
	w.checkSupply(t)
}

func TestSendEnabled(t *testing.T) {
	g := balances(t, "100abc,100xyz")
	g.SendEnabled = []bankpb.SendEnabled{{Denom: "xyz"}}
	w := newWorld(t, g)
	send := func(c string) error {
		_, _, err := w.run(&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: proto(t, c)})
		return err
	}
	require.NoError(t, send("1abc"))
	err := send("1abc,1xyz")
	require.Equal(t, "bank/5", code(t, err))
	require.EqualError(t, err, "xyz transfers are currently disabled: send transactions are disabled")

	change := func(by int, m *bankpb.MsgSetSendEnabled) error {
		m.Authority = text(by)
		_, _, err := w.run(m)
		return err
	}
	require.Equal(t, "sdk/4", code(t, change(1, &bankpb.MsgSetSendEnabled{UseDefaultFor: []string{"xyz"}})))
	require.Equal(t, "sdk/18", code(t, change(99, &bankpb.MsgSetSendEnabled{SendEnabled: []*bankpb.SendEnabled{{Denom: "xyz"}, {Denom: "xyz"}}})))
	require.Equal(t, "sdk/10", code(t, change(99, &bankpb.MsgSetSendEnabled{UseDefaultFor: []string{"x"}})))
	require.Equal(t, "sdk/18", code(t, change(99, &bankpb.MsgSetSendEnabled{UseDefaultFor: make([]string, 1_001)})))
	require.NoError(t, change(99, &bankpb.MsgSetSendEnabled{UseDefaultFor: []string{"xyz"}}))
	require.NoError(t, send("1xyz"))

	update := func(by int, p bankpb.Params) error {
		_, _, err := w.run(&bankpb.MsgUpdateParams{Authority: text(by), Params: p})
		return err
	}
	require.Equal(t, "sdk/4", code(t, update(1, bankpb.Params{})))
	require.Equal(t, "sdk/18", code(t, update(99, bankpb.Params{SendEnabled: []*bankpb.SendEnabled{{}}})))
	require.NoError(t, update(99, bankpb.Params{}))
	require.Equal(t, "bank/5", code(t, send("1abc")), "the default is off now")
	require.NoError(t, change(99, &bankpb.MsgSetSendEnabled{SendEnabled: []*bankpb.SendEnabled{{Denom: "abc", Enabled: true}}}))
	require.NoError(t, send("1abc"))
	again, err := w.bank.ExportGenesis(w.env)
	require.NoError(t, err)
	require.Equal(t, []bankpb.SendEnabled{{Denom: "abc", Enabled: true}}, again.SendEnabled)
}

// TestOldSwitches: the deprecated list of old genesis files counts.
func TestOldSwitches(t *testing.T) {
	g := balances(t, "100xyz")
	g.Params.SendEnabled = []*bankpb.SendEnabled{{Denom: "xyz"}}
	w := newWorld(t, g)
	_, _, err := w.run(&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: proto(t, "1xyz")})
	require.Equal(t, "bank/5", code(t, err))
}

// TestOverflow: a balance and a supply end at 2^256-1.
func TestOverflow(t *testing.T) {
	w := newWorld(t, balances(t, most+"abc"))
	_, _, err := w.run(&bankpb.MsgSend{FromAddress: text(1), ToAddress: text(2), Amount: proto(t, most+"abc")})
	require.NoError(t, err)
	require.Equal(t, most+"abc", w.balance(account(2)))
	child := w.env.Child()
	require.Equal(t, "sdk/10", code(t, w.bank.Mint(child, account(1), coins(t, "1abc"))), "the supply is full")
	child = w.env.Child()
	require.Equal(t, "sdk/10", code(t, w.bank.Mint(child, account(2), coins(t, "1abc"))))
	w.checkSupply(t)
}

// TestModel sends, mints and burns at random and compares with a map. The
// supply is the sum of balances at every step.
func TestModel(t *testing.T) {
	denoms := []string{"abc", "abd", "xyz"}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, balances(t, "10abc,20abd", "5abc"))
		model := map[[2]string]uint64{{text(1), "abc"}: 10, {text(1), "abd"}: 20, {text(2), "abc"}: 5}
		who := rapid.IntRange(1, 4)
		wasm := prefix.Account(layout.ModuleAddress(layout.WasmModule))
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			from, to := text(who.Draw(rt, "from")), who.Draw(rt, "to")
			denom, n := rapid.SampledFrom(denoms).Draw(rt, "denom"), rapid.Uint64Range(1, 12).Draw(rt, "amount")
			list := chain.Coins{{Denom: denom, Amount: chain.NewAmount(n)}}
			child := w.env.Child()
			var err error
			enough := true
			switch rapid.IntRange(0, 3).Draw(rt, "kind") {
			case 0:
				if err = w.bank.Mint(child, account(to), list); err == nil {
					model[[2]string{text(to), denom}] += n
				}
			case 1:
				if enough = model[[2]string{wasm, denom}] >= n; enough {
					model[[2]string{wasm, denom}] -= n
				}
				err = w.bank.BurnFrom(child, layout.WasmModule, list)
			case 2: // to the module, as a contract does that burns
				if enough = model[[2]string{from, denom}] >= n; enough {
					model[[2]string{from, denom}] -= n
					model[[2]string{wasm, denom}] += n
				}
				addr, parseErr := prefix.ParseAccount(from)
				require.NoError(rt, parseErr)
				err = w.bank.Send(child, addr, layout.ModuleAddress(layout.WasmModule), list)
			default:
				if enough = model[[2]string{from, denom}] >= n; enough {
					model[[2]string{from, denom}] -= n
					model[[2]string{text(to), denom}] += n
				}
				_, _, err = w.run(&bankpb.MsgSend{FromAddress: from, ToAddress: text(to), Amount: []base.Coin{{Denom: denom, Amount: list[0].Amount.String()}}})
			}
			require.Equal(rt, enough, err == nil, "%v", err)
			if err == nil {
				child.State.Merge()
			}
			w.checkSupply(rt)
			for key, n := range model {
				addr, err := prefix.ParseAccount(key[0])
				require.NoError(rt, err)
				got, err := w.bank.Balance(w.env, addr, key[1])
				require.NoError(rt, err)
				require.Equal(rt, chain.NewAmount(n), got)
			}
		}
	})
}
