package app

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/feegrant"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	"github.com/weftchain/weft/internal/golden"
	feegrantpb "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
	"github.com/weftchain/weft/tx"
)

func packed(t testing.TB, m chain.Message) *types.Any {
	t.Helper()
	a, err := tx.Pack(m)
	require.NoError(t, err)
	return a
}

// basicAllowance is one up to a sum ("" for any) that ends after a time (0 for
// never).
func basicAllowance(t testing.TB, limit string, lasts time.Duration) *feegrantpb.BasicAllowance {
	t.Helper()
	a := &feegrantpb.BasicAllowance{SpendLimit: wire.ProtoCoins(coins(t, limit))}
	if lasts > 0 {
		end := start.Add(lasts)
		a.Expiration = &end
	}
	return a
}

func msgGrant(t testing.TB, granter, grantee string, allowance chain.Message) *feegrantpb.MsgGrantAllowance {
	t.Helper()
	return &feegrantpb.MsgGrantAllowance{Granter: text(t, granter), Grantee: text(t, grantee), Allowance: packed(t, allowance)}
}

// granted is a send of name whose fee the granter pays.
func (w *world) granted(name, granter, fee string, msgs ...chain.Message) []byte {
	w.t.Helper()
	if len(msgs) == 0 {
		msgs = []chain.Message{msgSend(w.t, name, "bob", "1uweft")}
	}
	return w.build(name, 0, tx.Builder{Msgs: msgs, GasLimit: txGas, Fee: coins(w.t, fee), FeeGranter: text(w.t, granter)})
}

// allowance asks the chain for what is between two accounts.
func (w *world) allowance(granter, grantee string) (*types.Any, error) {
	w.t.Helper()
	req, err := (&feegrantpb.QueryAllowanceRequest{Granter: text(w.t, granter), Grantee: text(w.t, grantee)}).Marshal()
	require.NoError(w.t, err)
	ans, err := w.app.Query(Query{Path: "/cosmos.feegrant.v1beta1.Query/Allowance", Data: req})
	if err != nil {
		return nil, err
	}
	var res feegrantpb.QueryAllowanceResponse
	require.NoError(w.t, res.Unmarshal(ans.Value))
	return res.Allowance.Allowance, nil
}

// left is what a basic allowance has left.
func (w *world) left(granter, grantee string) string {
	w.t.Helper()
	a, err := w.allowance(granter, grantee)
	require.NoError(w.t, err)
	var b feegrantpb.BasicAllowance
	require.NoError(w.t, b.Unmarshal(a.Value))
	c, err := wire.Coins(b.SpendLimit)
	require.NoError(w.t, err)
	return c.String()
}

// TestFeegrant is the life of an allowance: given to one who has no account,
// used by transactions that succeed and fail, used up.
func TestFeegrant(t *testing.T) {
	w := newWorld(t, worldOptions{})
	require.Nil(t, w.account("newcomer"))
	res := w.block(w.sign("alice", 0, msgGrant(t, "alice", "newcomer", basicAllowance(t, "1000uweft", 0))))
	ok(t, res[0])
	require.NotNil(t, w.account("newcomer"), "he can sign without a coin")
	requireCode(t, "sdk/18", w.block(w.sign("alice", 0, msgGrant(t, "alice", "newcomer", basicAllowance(t, "", 0))))[0], "there is one")

	before := w.balance(addr(t, "alice"))
	failing := w.granted("newcomer", "alice", "100uweft")
	c, err := w.app.Check(failing)
	require.NoError(t, err)
	ok(t, c.Result)
	used := w.block(failing)[0]
	requireCode(t, "sdk/5", used, "he has nothing to send")
	require.Equal(t, "900uweft", w.left("alice", "newcomer"), "the fee of a failed transaction counts")
	require.NotEqual(t, before, w.balance(addr(t, "alice")))
	require.Equal(t, uint64(1), w.account("newcomer").Sequence)

	ok(t, w.block(w.sign("bob", 0, msgSend(t, "bob", "newcomer", "10uweft")))[0])
	paid := ok(t, w.block(w.granted("newcomer", "alice", "100uweft"))[0])
	require.Equal(t, "800uweft", w.left("alice", "newcomer"))
	require.Equal(t, "9uweft", w.balance(addr(t, "newcomer")))

	for fee, code := range map[string]string{"801uweft": "feegrant/2", "1atest": "feegrant/2", "1atest,1uweft": "feegrant/2"} {
		raw := w.granted("newcomer", "alice", fee)
		c, err := w.app.Check(raw)
		require.NoError(t, err)
		requireCode(t, code, c.Result, fee)
		requireCode(t, code, w.block(raw)[0], fee)
	}
	require.Equal(t, "800uweft", w.left("alice", "newcomer"), "a refused transaction takes nothing")

	last := ok(t, w.block(w.granted("newcomer", "alice", "800uweft"))[0])
	_, err = w.allowance("alice", "newcomer")
	require.ErrorContains(t, err, "not found", "used up is deleted")
	requireCode(t, "sdk/38", w.block(w.granted("newcomer", "alice", "1uweft"))[0])
	ok(t, w.block(w.build("alice", 0, tx.Builder{
		Msgs: []chain.Message{msgSend(t, "alice", "bob", "1uweft")}, GasLimit: txGas, Fee: coins(t, "1uweft"), FeeGranter: text(t, "alice"),
	}))[0]) // who grants to himself needs no allowance

	var out bytes.Buffer
	for _, s := range []struct {
		title string
		res   chain.Result
	}{{"granted", res[0]}, {"used, the message fails", used}, {"used", paid}, {"used up", last}} {
		fmt.Fprintf(&out, "== %s: code %d\n%s", s.title, s.res.Code, show(signatureless(s.res.Events)))
	}
	golden.Check(t, out.Bytes())
}

// signatureless leaves out the events whose bytes say nothing.
func signatureless(events []chain.Event) []chain.Event {
	var out []chain.Event
	for _, e := range events {
		if _, found := e.Get("signature"); !found {
			out = append(out, e)
		}
	}
	return out
}

// TestFeegrantGranter: the coins are the granter's, whatever the allowance says.
func TestFeegrantGranter(t *testing.T) {
	w := newWorld(t, worldOptions{})
	ok(t, w.block(w.sign("alice", 0, msgGrant(t, "alice", "carol", basicAllowance(t, "", 0))))[0])
	requireCode(t, "sdk/5", w.block(w.granted("carol", "alice", "99999999999uweft"))[0])
	ok(t, w.block(w.granted("carol", "alice", "77uweft"))[0])
	require.Equal(t, "1000000000atest,999999999uweft", w.balance(addr(t, "carol")))
	require.Equal(t, "1000000000atest,999994923uweft", w.balance(addr(t, "alice")))
	// A payer that is not the first signer is the grantee, and signs.
	d := w.draft("dave", "carol")
	d.body.Messages = d.body.Messages[:1]
	d.info.Fee.Payer, d.info.Fee.Granter = text(t, "carol"), text(t, "alice")
	ok(t, w.block(d.bytes())[0])
	require.Equal(t, "1000000000atest,999994823uweft", w.balance(addr(t, "alice")))
	d = w.draft("dave")
	d.info.Fee.Granter = text(t, "alice")
	requireCode(t, "sdk/38", w.block(d.bytes())[0], "alice allows carol, not dave")
	d = w.draft("dave")
	d.info.Fee.Payer, d.info.Fee.Granter = text(t, "carol"), text(t, "alice")
	requireCode(t, "sdk/4", w.block(d.bytes())[0], "carol did not sign")
}

// TestFeegrantRefuses has what the messages are refused for.
func TestFeegrantRefuses(t *testing.T) {
	w := newWorld(t, worldOptions{})
	period := func(change func(*feegrantpb.PeriodicAllowance)) *feegrantpb.PeriodicAllowance {
		p := &feegrantpb.PeriodicAllowance{
			Basic: *basicAllowance(t, "100uweft", 0), Period: time.Hour,
			PeriodSpendLimit: wire.ProtoCoins(coins(t, "10uweft")), PeriodReset: start,
		}
		change(p)
		return p
	}
	past := basicAllowance(t, "", time.Nanosecond)
	ancient := basicAllowance(t, "", 0)
	before1970 := time.Unix(-1, 0)
	ancient.Expiration = &before1970
	for _, c := range []struct {
		name, code string
		msg        chain.Message
	}{
		{"to oneself", "sdk/7", msgGrant(t, "alice", "alice", basicAllowance(t, "", 0))},
		{"ended", "sdk/18", msgGrant(t, "alice", "bob", past)},
		{"before 1970", "feegrant/4", msgGrant(t, "alice", "bob", ancient)},
		{"none", "feegrant/5", &feegrantpb.MsgGrantAllowance{Granter: text(t, "alice"), Grantee: text(t, "bob")}},
		{"another message", "sdk/2", msgGrant(t, "alice", "bob", msgSend(t, "alice", "bob", "1uweft"))},
		{"zero", "sdk/10", msgGrant(t, "alice", "bob", &feegrantpb.BasicAllowance{SpendLimit: wire.ProtoCoins(chain.Coins{{Denom: "uweft"}})})},
		{"no period limit", "sdk/10", msgGrant(t, "alice", "bob", period(func(p *feegrantpb.PeriodicAllowance) { p.PeriodSpendLimit = nil }))},
		{"other denom", "sdk/10", msgGrant(t, "alice", "bob", period(func(p *feegrantpb.PeriodicAllowance) { p.PeriodSpendLimit = wire.ProtoCoins(coins(t, "1atest")) }))},
		{"negative period", "feegrant/4", msgGrant(t, "alice", "bob", period(func(p *feegrantpb.PeriodicAllowance) { p.Period = -time.Nanosecond }))},
		{"no messages", "feegrant/6", msgGrant(t, "alice", "bob", &feegrantpb.AllowedMsgAllowance{Allowance: packed(t, basicAllowance(t, "", 0))})},
		{"nothing inside", "feegrant/5", msgGrant(t, "alice", "bob", &feegrantpb.AllowedMsgAllowance{AllowedMessages: []string{"/x"}})},
		{"revoke nothing", "sdk/38", &feegrantpb.MsgRevokeAllowance{Granter: text(t, "alice"), Grantee: text(t, "bob")}},
		{"revoke from oneself", "sdk/7", &feegrantpb.MsgRevokeAllowance{Granter: text(t, "alice"), Grantee: text(t, "alice")}},
		{"grantee", "sdk/7", &feegrantpb.MsgRevokeAllowance{Granter: text(t, "alice"), Grantee: "bob"}},
	} {
		requireCode(t, c.code, w.block(w.sign("alice", 0, c.msg))[0], c.name)
	}
	requireCode(t, "sdk/8", w.block(w.sign("alice", 0, msgGrant(t, "carol", "bob", basicAllowance(t, "", 0))))[0], "carol did not sign")
}

// TestFeegrantFromContract: a contract gives and takes allowances by the
// message's name, its own only.
func TestFeegrantFromContract(t *testing.T) {
	w := newWorld(t, worldOptions{})
	self := addr(t, "alice") // any address may stand for a contract's here
	env := w.env().Begin(nil, chain.NoLimit)
	send := func(m chain.Message) error {
		a := packed(t, m)
		_, err := dispatcher{w.app}.DispatchAny(env, self, a.TypeUrl, a.Value)
		return err
	}
	require.NoError(t, send(msgGrant(t, "alice", "bob", basicAllowance(t, "5uweft", 0))))
	require.NoError(t, w.app.feegrant.Use(env, self, addr(t, "bob"), coins(t, "2uweft"), nil))
	require.ErrorIs(t, w.app.feegrant.Use(env, self, addr(t, "bob"), coins(t, "4uweft"), nil), feegrant.ErrFeeLimitExceeded)
	require.ErrorIs(t, send(msgGrant(t, "carol", "bob", basicAllowance(t, "", 0))), chain.ErrUnauthorized)
	require.NoError(t, send(&feegrantpb.MsgRevokeAllowance{Granter: text(t, "alice"), Grantee: text(t, "bob")}))
	require.ErrorIs(t, send(&feegrantpb.MsgRevokeAllowance{Granter: text(t, "alice"), Grantee: text(t, "bob")}), chain.ErrNotFound)
}

// TestFeegrantBlocked: nobody makes the account of a module that has none yet.
func TestFeegrantBlocked(t *testing.T) {
	w := newWorld(t, worldOptions{})
	env := w.env().Begin(nil, chain.NoLimit)
	for _, module := range []string{layout.FeeCollector, layout.BondedPool, layout.NotBondedPool, layout.WasmModule} {
		at := layout.ModuleAddress(module)
		env.State.Delete(layout.Auth, layout.Account(at))
		a := packed(t, &feegrantpb.MsgGrantAllowance{
			Granter: text(t, "alice"), Grantee: prefix.Account(at), Allowance: packed(t, basicAllowance(t, "", 0)),
		})
		_, err := dispatcher{w.app}.DispatchAny(env, addr(t, "alice"), a.TypeUrl, a.Value)
		require.ErrorIs(t, err, chain.ErrUnauthorized, module)
	}
}
