package conformance

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	feegrantpb "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/tx"
)

func (x *table) send(from, to string) *bankpb.MsgSend {
	return &bankpb.MsgSend{FromAddress: address(x.t, from), ToAddress: address(x.t, to), Amount: wire.ProtoCoins(parse(x.t, "5uweft"))}
}

func (x *table) grant(granter, grantee string, allowance chain.Message) *feegrantpb.MsgGrantAllowance {
	packed, err := tx.Pack(allowance)
	require.NoError(x.t, err)
	return &feegrantpb.MsgGrantAllowance{Granter: address(x.t, granter), Grantee: address(x.t, grantee), Allowance: packed}
}

func (x *table) basic(limit string, end time.Duration) *feegrantpb.BasicAllowance {
	a := &feegrantpb.BasicAllowance{SpendLimit: wire.ProtoCoins(parse(x.t, limit))}
	if end > 0 {
		at := tableStart.Add(end)
		a.Expiration = &at
	}
	return a
}

func (x *table) execute(from string, code, instance uint64, msg, funds string) *wasmpb.MsgExecuteContract {
	return &wasmpb.MsgExecuteContract{
		Sender: address(x.t, from), Contract: tablePrefix.Account(layout.ContractAddress(code, instance)),
		Msg: []byte(msg), Funds: wire.ProtoCoins(parse(x.t, funds)),
	}
}

func (x *table) sends() {
	x.free("first send of an account", "alice", x.send("alice", "bob"))
	x.free("send", "alice", x.send("alice", "bob"))
	x.free("send to a new account", "alice", x.send("alice", "new1"))
	x.paid("first fee of the chain", "alice", x.send("alice", "bob"))
	x.paid("send with a fee", "alice", x.send("alice", "bob"))
	x.paid("first send of an account, with a fee", "carol", x.send("carol", "bob"))
	x.paid("two sends", "alice", x.send("alice", "bob"), x.send("alice", "carol"))
	x.paid("multi-send to two accounts", "alice", &bankpb.MsgMultiSend{
		Inputs: []bankpb.Input{{Address: address(x.t, "alice"), Coins: wire.ProtoCoins(parse(x.t, "10uweft"))}},
		Outputs: []bankpb.Output{
			{Address: address(x.t, "bob"), Coins: wire.ProtoCoins(parse(x.t, "4uweft"))},
			{Address: address(x.t, "new2"), Coins: wire.ProtoCoins(parse(x.t, "6uweft"))},
		},
	})
}

// jointKey is a key of which two of three must sign. Its account is there from
// the start: on the reference the number of a later one is another, and with it
// what is signed.
func jointKey(t *testing.T) tx.PubKey {
	var keys []tx.PubKey
	for _, name := range []string{"alice", "bob", "carol"} {
		keys = append(keys, secret(t, name).PubKey())
	}
	key, err := tx.NewMultisig(2, keys...)
	require.NoError(t, err)
	return key
}

// joint sends from the account of a multisig key.
func (x *table) joint() {
	key := jointKey(x.t)
	account := tablePrefix.Account(key.Address())
	x.paid("send to a new account, with a fee", "alice", x.send("alice", "new4"))
	out := *x.send("alice", "bob")
	out.FromAddress = account
	for _, name := range []string{"first send of a 2 of 3 multisig key", "send of a 2 of 3 multisig key"} {
		b := tx.Builder{Msgs: []chain.Message{&out}, Fee: parse(x.t, tableFee), GasLimit: tableGas}
		bare := b
		bare.Fee, bare.GasLimit = nil, 0
		r := row{name: name, stated: x.simulate(name, key, x.next[account], b), bare: x.simulate(name, key, x.next[account], bare), paid: true}
		x.deliver(r, x.sign(b, key, account, "carol", "alice"))
		x.next[account]++
	}
}

// sign signs by members of a multisig key.
func (x *table) sign(b tx.Builder, key tx.PubKey, account string, members ...string) []byte {
	raw, err := b.Unsigned(tx.Signer{PubKey: key, Sequence: x.next[account]})
	require.NoError(x.t, err)
	bytes, err := raw.Marshal()
	require.NoError(x.t, err)
	decoded, err := tx.Decode(bytes, 1<<20)
	require.NoError(x.t, err)
	unsigned := decoded.Proto()
	who := tx.SignerData{ChainID: tableChain, AccountNumber: x.number[account], Sequence: x.next[account], PaysFee: true}
	var sigs []*signing.SignatureDescriptor
	for _, m := range members {
		sig, err := tx.SignDescriptor(unsigned, secret(x.t, m), tx.AminoJSON, who)
		require.NoError(x.t, err)
		sigs = append(sigs, sig)
	}
	all, err := tx.Combine(key, x.next[account], sigs)
	require.NoError(x.t, err)
	require.NoError(x.t, tx.SetSignatures(unsigned, all))
	out, err := tx.Encode(unsigned)
	require.NoError(x.t, err)
	return out
}

func (x *table) grants() {
	x.paid("allowance for a new account", "alice", x.grant("alice", "new3", x.basic("1000000uweft", 0)))
	x.paid("allowance with an end", "alice", x.grant("alice", "carol", x.basic("10000uweft", time.Hour)))
	x.granted("send, the fee granted", "carol", "alice", x.send("carol", "bob"))
	x.granted(usedUp, "carol", "alice", x.send("carol", "bob"))
	x.paid("periodic allowance", "alice", x.grant("alice", "carol", &feegrantpb.PeriodicAllowance{
		Basic: *x.basic("1000000uweft", 2*time.Hour), Period: time.Hour, PeriodReset: tableStart,
		PeriodSpendLimit: wire.ProtoCoins(parse(x.t, "9000uweft")), PeriodCanSpend: wire.ProtoCoins(parse(x.t, "9000uweft")),
	}))
	x.granted("send, granted for a period", "carol", "alice", x.send("carol", "bob"))
	x.paid("revoke an allowance", "alice", &feegrantpb.MsgRevokeAllowance{Granter: address(x.t, "alice"), Grantee: address(x.t, "carol")})
	inner, err := tx.Pack(x.basic("1000000uweft", 0))
	require.NoError(x.t, err)
	x.paid("allowance for listed messages", "alice", x.grant("alice", "carol", &feegrantpb.AllowedMsgAllowance{
		Allowance: inner, AllowedMessages: []string{"/cosmos.bank.v1beta1.MsgMultiSend", "/cosmos.bank.v1beta1.MsgSend"},
	}))
	x.granted("send, granted for listed messages", "carol", "alice", x.send("carol", "bob"), x.send("carol", "bob"))
	x.paid("prune allowances", "alice", &feegrantpb.MsgPruneAllowances{Pruner: address(x.t, "alice")})
}

// contract makes the messages of a code's life.
func (x *table) store(path string) *wasmpb.MsgStoreCode {
	return &wasmpb.MsgStoreCode{Sender: address(x.t, "alice"), WASMByteCode: wasmdFile(x.t, path)}
}

func (x *table) instantiate(code uint64, msg, funds string) *wasmpb.MsgInstantiateContract {
	return &wasmpb.MsgInstantiateContract{
		Sender: address(x.t, "alice"), Admin: address(x.t, "alice"), CodeID: code, Label: "label", Msg: []byte(msg), Funds: wire.ProtoCoins(parse(x.t, funds)),
	}
}

func (x *table) cw20() {
	alice, contract := address(x.t, "alice"), tablePrefix.Account(layout.ContractAddress(1, 1))
	x.free("store cw20_base", "alice", x.store("benchmarks/testdata/cw20_base.wasm"))
	x.paid("store cw20_base again", "alice", x.store("benchmarks/testdata/cw20_base.wasm"))
	x.paid("instantiate cw20", "alice", x.instantiate(1, fmt.Sprintf(
		`{"name":"Cash Money","symbol":"CASH","decimals":2,"initial_balances":[{"address":"%s","amount":"1000000000"}]}`, alice), ""))
	transfer := func(to string) chain.Message {
		return x.execute("alice", 1, 1, fmt.Sprintf(`{"transfer":{"recipient":"%s","amount":"765"}}`, address(x.t, to)), "")
	}
	x.free("cw20 transfer to a new holder", "alice", transfer("bob"))
	x.free("cw20 transfer", "alice", transfer("bob"))
	x.paid("cw20 transfer with a fee", "alice", transfer("bob"))
	x.paid("two cw20 transfers", "alice", transfer("bob"), transfer("bob"))
	x.paid("change the label", "alice", &wasmpb.MsgUpdateContractLabel{Sender: alice, Contract: contract, NewLabel: "other"})
	x.paid("change the admin", "alice", &wasmpb.MsgUpdateAdmin{Sender: alice, Contract: contract, NewAdmin: address(x.t, "bob")})
	x.paid("clear the admin", "bob", &wasmpb.MsgClearAdmin{Sender: address(x.t, "bob"), Contract: contract})
	x.paid("change who instantiates", "alice", &wasmpb.MsgUpdateInstantiateConfig{
		Sender: alice, CodeID: 1, NewInstantiatePermission: &wasmpb.AccessConfig{Permission: wasmpb.AccessTypeEverybody},
	})
	x.paid("instantiate2", "alice", &wasmpb.MsgInstantiateContract2{
		Sender: alice, CodeID: 1, Label: "label", Salt: []byte("salt"),
		Msg: []byte(`{"name":"Cash Money","symbol":"CASH","decimals":2,"initial_balances":[]}`),
	})
}

func (x *table) others() {
	const testdata = "x/wasm/keeper/testdata/"
	alice, bob := address(x.t, "alice"), address(x.t, "bob")
	x.paid("store hackatom", "alice", x.store(testdata+"hackatom.wasm"))
	x.paid("instantiate with funds", "alice", x.instantiate(3, fmt.Sprintf(`{"verifier":"%s","beneficiary":"%s"}`, alice, bob), "100000uweft"))
	x.paid("execute, all is paid out", "alice", x.execute("alice", 3, 2, `{"release":{}}`, "7uweft"))
	x.paid("migrate", "alice", &wasmpb.MsgMigrateContract{
		Sender: alice, Contract: tablePrefix.Account(layout.ContractAddress(3, 2)), CodeID: 3, Msg: fmt.Appendf(nil, `{"verifier":"%s"}`, bob),
	})
	x.paid("store reflect", "alice", x.store(testdata+"reflect_2_0.wasm"))
	x.paid("instantiate reflect", "alice", x.instantiate(4, `{}`, "5000uweft"))
	bank := `{"bank":{"send":{"to_address":"` + bob + `","amount":[{"denom":"uweft","amount":"3"}]}}}`
	x.paid("a contract sends", "alice", x.execute("alice", 4, 3, `{"reflect_msg":{"msgs":[`+bank+`]}}`, ""))
	x.paid("a contract sends and gets a reply", "alice", x.execute("alice", 4, 3, `{"reflect_sub_msg":{"msgs":[{"id":7,"msg":`+bank+`,"reply_on":"always","gas_limit":null}]}}`, ""))
	x.paid("store queue", "alice", x.store(testdata+"queue.wasm"))
	x.paid("instantiate queue", "alice", x.instantiate(5, `{}`, ""))
	x.paid("enqueue", "alice", x.execute("alice", 5, 4, `{"enqueue":{"value":17}}`, ""))
	x.paid("dequeue", "alice", x.execute("alice", 5, 4, `{"dequeue":{}}`, ""))
}
