package app

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// draft is a transaction whose parts can be spoilt before it is signed.
type draft struct {
	t          testing.TB
	body       txpb.TxBody
	info       txpb.AuthInfo
	signers    []string // who signs, in order
	chainID    string
	number     map[string]uint64
	signatures [][]byte // in the place of good ones
}

// draft is a good send by the first of the signers, one message each.
func (w *world) draft(signers ...string) *draft {
	w.t.Helper()
	d := &draft{t: w.t, signers: signers, chainID: testChain, number: map[string]uint64{}}
	d.info.Fee = &txpb.Fee{Amount: wire.ProtoCoins(coins(w.t, "100uweft")), GasLimit: 1_000_000}
	for _, name := range signers {
		a, err := tx.Pack(msgSend(w.t, name, "bob", "1uweft"))
		require.NoError(w.t, err)
		d.body.Messages = append(d.body.Messages, a)
		acc := w.account(name)
		info := &txpb.SignerInfo{
			PublicKey: secret(w.t, name).PubKey().Any(),
			ModeInfo:  &txpb.ModeInfo{Sum: &txpb.ModeInfo_Single_{Single: &txpb.ModeInfo_Single{Mode: signing.SignMode_SIGN_MODE_DIRECT}}},
		}
		if acc != nil {
			info.Sequence, d.number[name] = acc.Sequence, acc.Number
		}
		d.info.SignerInfos = append(d.info.SignerInfos, info)
	}
	return d
}

func (d *draft) bytes() []byte {
	d.t.Helper()
	raw := &txpb.TxRaw{}
	var err error
	raw.BodyBytes, err = d.body.Marshal()
	require.NoError(d.t, err)
	raw.AuthInfoBytes, err = d.info.Marshal()
	require.NoError(d.t, err)
	raw.Signatures = d.signatures
	if raw.Signatures == nil {
		for _, name := range d.signers {
			raw.Signatures = append(raw.Signatures, secret(d.t, name).Sign(tx.SignBytesDirect(raw.BodyBytes, raw.AuthInfoBytes, d.chainID, d.number[name])))
		}
	}
	out, err := raw.Marshal()
	require.NoError(d.t, err)
	return out
}

func (d *draft) message(m chain.Message) {
	d.t.Helper()
	a, err := tx.Pack(m)
	require.NoError(d.t, err)
	d.body.Messages = []*types.Any{a}
}

// TestPrecedence spoils a transaction more and more, from the last check to
// the first: of all that is wrong the earliest check of cosmos-wire facts,
// section 7, must be what it fails with, in a block and before.
func TestPrecedence(t *testing.T) {
	w := newWorld(t, worldOptions{maxGas: 50_000_000})
	d := w.draft("alice", "carol")
	steps := []struct {
		name, code string
		spoil      func()
	}{
		{"signature", "sdk/4", func() { d.signatures = [][]byte{make([]byte, 64), make([]byte, 64)} }},
		{"second's sequence", "sdk/4", func() { d.info.SignerInfos[1].Sequence = 9 }}, // the first signer comes first
		{"sequence", "sdk/32", func() { d.info.SignerInfos[0].Sequence = 9 }},
		{"unordered without a timeout", "sdk/18", func() { d.body.Unordered = true }},
		{"second has another key", "sdk/8", func() { d.info.SignerInfos[1].PublicKey = secret(t, "bob").PubKey().Any() }},
		{"balance", "sdk/5", func() { d.info.Fee.Amount = wire.ProtoCoins(coins(t, "99999999999uweft")) }},
		{"granter", "sdk/38", func() { d.info.Fee.Granter = text(t, "bob") }},
		{"fee twice", "sdk/13", func() { d.info.Fee.Amount = append(d.info.Fee.Amount, d.info.Fee.Amount[0]) }},
		{"memo", "sdk/12", func() { d.body.Memo = strings.Repeat("m", 257) }},
		{"timeout", "sdk/42", func() { at := start; d.body.TimeoutTimestamp = &at }},
		{"timeout height", "sdk/30", func() { d.body.TimeoutHeight = 1 }},
		{"message", "sdk/10", func() {
			a, err := tx.Pack(&bankpb.MsgSend{FromAddress: text(t, "carol"), ToAddress: text(t, "bob")})
			require.NoError(t, err)
			d.body.Messages[1] = a
		}},
		{"number of signatures", "sdk/4", func() { d.signatures = make([][]byte, 3) }},
		{"no signatures", "sdk/15", func() { d.signatures = [][]byte{} }},
		{"no messages", "sdk/18", func() { d.body.Messages = nil }},
		{"granter's address", "sdk/7", func() { d.info.Fee.Granter = "nobody" }},
		{"payer", "sdk/7", func() { d.info.Fee.Payer = "nobody" }},
		{"fee's amount", "sdk/13", func() { d.info.Fee.Amount[0].Amount = "-1" }},
		{"extension", "sdk/31", func() { d.body.ExtensionOptions = []*types.Any{{TypeUrl: "/cosmos.bank.v1beta1.MsgSend"}} }},
		{"gas above a block's", "sdk/41", func() { d.info.Fee.GasLimit = 50_000_001 }},
		{"no gas", "sdk/41", func() { d.info.Fee.GasLimit = 0 }},
	}
	var txs [][]byte
	for _, s := range steps {
		s.spoil()
		raw := d.bytes()
		txs = append(txs, raw)
		c, err := w.app.Check(raw)
		require.NoError(t, err)
		requireCode(t, s.code, c.Result, s.name)
		require.Empty(t, c.Events, s.name)
	}
	for i, res := range w.block(txs...) {
		requireCode(t, steps[i].code, res, steps[i].name)
		require.Empty(t, res.Events, steps[i].name)
		require.Empty(t, res.Data)
	}
	require.Equal(t, "1000000000atest,1000000000uweft", w.balance(addr(t, "alice")), "nobody paid")
}

// TestAdmit is the rest of section 7 and of the list "Tx bytes", one thing
// wrong at a time.
func TestAdmit(t *testing.T) {
	long := make([]string, 8)
	g := genesis(t)
	for i := range long {
		long[i] = fmt.Sprintf("signer%d", i)
		require.NoError(t, g.AddAccount(prefix, text(t, long[i]), coins(t, "1000000uweft")))
	}
	w := newWorld(t, worldOptions{genesis: g})
	coin := func(denom, amount string) []base.Coin { return []base.Coin{{Denom: denom, Amount: amount}} }
	mode := func(m signing.SignMode) *txpb.ModeInfo {
		return &txpb.ModeInfo{Sum: &txpb.ModeInfo_Single_{Single: &txpb.ModeInfo_Single{Mode: m}}}
	}
	var txs [][]byte
	var want, names []string
	add := func(name, code string, signers []string, spoil func(*draft)) {
		t.Helper()
		d := w.draft(signers...)
		spoil(d)
		txs, want, names = append(txs, d.bytes()), append(want, code), append(names, name)
	}
	one := func(name, code string, spoil func(*draft)) { t.Helper(); add(name, code, []string{"alice"}, spoil) }

	one("gas 2^63", "sdk/18", func(d *draft) { d.info.Fee.GasLimit = 1 << 63 })
	one("gas 2^64-1", "sdk/18", func(d *draft) { d.info.Fee.GasLimit = math.MaxUint64 })
	one("no fee at all", "sdk/41", func(d *draft) { d.info.Fee = nil })
	one("no auth info", "sdk/41", func(d *draft) { d.info = txpb.AuthInfo{} })
	one("tip", "sdk/18", func(d *draft) { d.info.Tip = &txpb.Tip{} }) //nolint:staticcheck // what is deprecated is refused
	for _, amount := range []string{"", "-1", "+1", "01", "1e3", "0", "1" + strings.Repeat("0", 80), " 1"} {
		one("fee of "+amount, "sdk/13", func(d *draft) { d.info.Fee.Amount = coin("uweft", amount) })
	}
	one("fee unsorted", "sdk/13", func(d *draft) { d.info.Fee.Amount = append(coin("uweft", "1"), coin("atest", "1")...) })
	one("fee denom", "sdk/13", func(d *draft) { d.info.Fee.Amount = coin("u", "1") })
	one("fee of an unknown denom", "sdk/5", func(d *draft) { d.info.Fee.Amount = coin("unknown", "1") })
	one("payer does not sign", "sdk/4", func(d *draft) { d.info.Fee.Payer = text(t, "carol") })
	one("payer unknown", "sdk/4", func(d *draft) { d.info.Fee.Payer = text(t, "x") })
	one("granter allows nothing", "sdk/38", func(d *draft) { d.info.Fee.Granter = text(t, "carol") })
	one("granter unknown", "sdk/38", func(d *draft) { d.info.Fee.Granter = text(t, "x") })
	for _, bad := range []string{"x", " ", text(t, "carol")[1:], strings.ToUpper(text(t, "carol")[:9]) + text(t, "carol")[9:], prefix.Validator(addr(t, "carol")), strings.Repeat("g", 100_000)} {
		one("granter "+bad[:1], "sdk/7", func(d *draft) { d.info.Fee.Granter = bad })
	}
	one("one signature too many", "sdk/4", func(d *draft) { d.signatures = make([][]byte, 2) })
	one("one info too many", "sdk/4", func(d *draft) { d.info.SignerInfos = append(d.info.SignerInfos, d.info.SignerInfos[0]) })
	one("no infos", "sdk/4", func(d *draft) { d.info.SignerInfos = nil })
	one("signer absent", "sdk/7", func(d *draft) { d.message(&bankpb.MsgSend{}) })
	one("signer is a validator", "sdk/7", func(d *draft) {
		d.message(&bankpb.MsgSend{FromAddress: prefix.Validator(addr(t, "alice")), ToAddress: text(t, "bob"), Amount: coin("uweft", "1")})
	})
	for _, n := range []int{1, 19, 21, 31, 33, 255, 256} {
		one(fmt.Sprintf("recipient of %d bytes", n), "sdk/7", func(d *draft) {
			d.message(&bankpb.MsgSend{FromAddress: text(t, "alice"), ToAddress: prefix.Account(chain.Address(make([]byte, n))), Amount: coin("uweft", "1")})
		})
	}
	for _, bad := range [][]byte{nil, make([]byte, 63), make([]byte, 64), make([]byte, 65), []byte(strings.Repeat("\xff", 64))} {
		one(fmt.Sprintf("signature of %d bytes", len(bad)), "sdk/4", func(d *draft) { d.signatures = [][]byte{bad} })
	}
	one("other chain", "sdk/4", func(d *draft) { d.chainID = "weft-test-2" })
	one("account number + 1", "sdk/4", func(d *draft) { d.number["alice"]++ })
	one("account number - 1", "sdk/4", func(d *draft) { d.number["alice"]-- })
	one("sequence + 1", "sdk/32", func(d *draft) { d.info.SignerInfos[0].Sequence++ })
	one("sequence - 1", "sdk/32", func(d *draft) { d.info.SignerInfos[0].Sequence-- })
	one("somebody else signs", "sdk/4", func(d *draft) { d.signers, d.number["bob"] = []string{"bob"}, d.number["alice"] })
	one("other body", "sdk/4", func(d *draft) {
		var raw txpb.TxRaw
		require.NoError(t, raw.Unmarshal(d.bytes()))
		d.signatures, d.body.Memo = raw.Signatures, "changed"
	})
	one("no key", "sdk/8", func(d *draft) { d.info.SignerInfos[0].PublicKey = nil })
	one("another's key", "sdk/8", func(d *draft) { d.info.SignerInfos[0].PublicKey = secret(t, "bob").PubKey().Any() })
	one("an ed25519 key", "sdk/8", func(d *draft) { d.info.SignerInfos[0].PublicKey = createValidator(t, "x", "1uweft").Pubkey })
	one("a multisig key", "sdk/8", func(d *draft) {
		d.info.SignerInfos[0].PublicKey = &types.Any{TypeUrl: "/cosmos.crypto.multisig.LegacyAminoPubKey"}
	})
	one("no mode", "sdk/4", func(d *draft) { d.info.SignerInfos[0].ModeInfo = nil })
	one("multi", "sdk/4", func(d *draft) {
		d.info.SignerInfos[0].ModeInfo = &txpb.ModeInfo{Sum: &txpb.ModeInfo_Multi_{Multi: &txpb.ModeInfo_Multi{}}}
	})
	for _, m := range []signing.SignMode{0, 2, 3, 191, 99} {
		one(fmt.Sprintf("mode %d", m), "sdk/4", func(d *draft) { d.info.SignerInfos[0].ModeInfo = mode(m) })
	}
	one("validators join later", "/0", func(d *draft) { d.message(createValidator(t, "alice", "1000000uweft")) })
	add("7 signers", "/0", long[:7], func(d *draft) { d.info.Fee.GasLimit = 3_000_000 })
	add("8 signers", "sdk/14", long[:8], func(d *draft) { d.info.Fee.GasLimit = 3_000_000 })
	add("unknown signer", "sdk/9", []string{"stranger"}, func(*draft) {})
	add("unknown second signer", "sdk/9", []string{"carol", "stranger"}, func(*draft) {})
	one("good", "sdk/32", func(*draft) {}) // "validators join later" took the sequence
	add("good", "/0", []string{"carol", "dave"}, func(*draft) {})
	for i, res := range w.block(txs...) {
		requireCode(t, want[i], res, names[i])
		require.Less(t, len(res.Log), 2000, names[i])
	}
	require.Equal(t, uint64(1), w.account("dave").Sequence, "each signer's sequence goes up")
}

// TestBoundsExactly: memo and timeouts at their limits and one beyond.
func TestBoundsExactly(t *testing.T) {
	w := newWorld(t, worldOptions{})
	h := uint64(w.height) + 1
	now := w.input().Time
	after, before := now.Add(time.Nanosecond), now.Add(-time.Nanosecond)
	var txs [][]byte
	var want []string
	add := func(code string, spoil func(*txpb.TxBody)) {
		d := w.draft([]string{"alice", "carol", "dave", "val", "bob", "authority"}[len(txs)%6])
		spoil(&d.body)
		txs, want = append(txs, d.bytes()), append(want, code)
	}
	add("/0", func(b *txpb.TxBody) { b.Memo = strings.Repeat("m", 256) })
	add("/0", func(b *txpb.TxBody) { b.TimeoutHeight = h })
	add("/0", func(b *txpb.TxBody) { b.TimeoutTimestamp = &now })
	add("/0", func(b *txpb.TxBody) { b.TimeoutHeight = math.MaxUint64 })
	add("/0", func(b *txpb.TxBody) { b.TimeoutTimestamp = &after })
	add("/0", func(b *txpb.TxBody) { b.Memo = strings.Repeat("\U0001f9f6", 64) })
	add("sdk/12", func(b *txpb.TxBody) { b.Memo = strings.Repeat("m", 257) })
	add("sdk/30", func(b *txpb.TxBody) { b.TimeoutHeight = h - 1 })
	add("sdk/42", func(b *txpb.TxBody) { b.TimeoutTimestamp = &before })
	add("sdk/12", func(b *txpb.TxBody) { b.Memo = strings.Repeat("\U0001f9f6", 65) }) // bytes, as in the reference
	res := w.block(txs...)
	for i := range res {
		requireCode(t, want[i], res[i], i)
	}
	require.Equal(t, "maximum number of characters is 256 but received 257 characters: memo too large", res[6].Log)
	require.Equal(t, "block height: 2, timeout height: 1: tx timeout height", res[7].Log)
}

// TestPayer: whoever the fee names pays, and signs.
func TestPayer(t *testing.T) {
	w := newWorld(t, worldOptions{})
	d := w.draft("alice", "carol")
	d.body.Messages = d.body.Messages[:1]
	d.info.Fee.Payer = text(t, "carol")
	raw := d.bytes()
	c, err := w.app.Check(raw)
	require.NoError(t, err)
	ok(t, c.Result)
	require.Equal(t, addr(t, "alice"), c.Sender, "the first signer's sequence orders transactions, whoever pays")
	require.Zero(t, c.Sequence)
	ok(t, w.block(raw)[0])
	require.Equal(t, "1000000000atest,999999999uweft", w.balance(addr(t, "alice")))
	require.Equal(t, "1000000000atest,999999900uweft", w.balance(addr(t, "carol")))
}

// TestMessagesBound: too many messages are refused before any is looked at.
func TestMessagesBound(t *testing.T) {
	w := newWorld(t, worldOptions{})
	d := w.draft("alice")
	for range 1000 {
		d.body.Messages = append(d.body.Messages, &types.Any{TypeUrl: "/cosmos.bank.v1beta1.MsgSend"})
	}
	res := w.block(d.bytes())[0]
	requireCode(t, "sdk/18", res)
	require.Equal(t, "1001 messages, at most 1000: invalid request", res.Log)
	d.body.Messages = d.body.Messages[:1000]
	requireCode(t, "sdk/7", w.block(d.bytes())[0], "the second has no sender")
}

func TestTooLarge(t *testing.T) {
	g := genesis(t)
	g.Params.MaxTxBytes = 2000
	w := newWorld(t, worldOptions{genesis: g})
	d := w.draft("alice")
	d.body.Memo = strings.Repeat("m", 3000)
	requireCode(t, "sdk/21", w.block(d.bytes())[0])
	ok(t, w.block(w.sign("alice", 0, msgSend(t, "alice", "bob", "1uweft")))[0])
}
