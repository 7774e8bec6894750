// Signs one transaction of each type that CosmJS can sign with amino JSON and
// prints name, what is signed over beside it, and the transaction in hex.
//
//   node tx/testdata/cosmjs.mjs > tx/testdata/cosmjs.txt
//
// It needs e2e/node_modules (make e2e puts it there).
import { createRequire } from "node:module";
const require = createRequire(new URL("../../e2e/package.json", import.meta.url));
const { Secp256k1Wallet, createMultisigThresholdPubkey, encodeSecp256k1Pubkey, pubkeyToAddress, makeSignDoc } = require("@cosmjs/amino");
const { SigningCosmWasmClient } = require("@cosmjs/cosmwasm");
const { makeMultisignedTxBytes } = require("@cosmjs/stargate");
const { toHex, toUtf8, fromHex, toBech32, fromBech32 } = require("@cosmjs/encoding");
const { TxRaw } = require("cosmjs-types/cosmos/tx/v1beta1/tx");

const chainId = "weft-js", prefix = "weft";
const secret = (n) => fromHex(n.toString(16).padStart(64, "0"));
const wallets = await Promise.all([1, 2, 3].map((n) => Secp256k1Wallet.fromKey(secret(n), prefix)));
const accounts = await Promise.all(wallets.map(async (w) => (await w.getAccounts())[0]));
const [me, other, third] = accounts.map((a) => a.address);
const validator = toBech32(prefix + "valoper", fromBech32(me).data);
const contract = toBech32(prefix, new Uint8Array(32).fill(7));
const coin = (amount, denom = "uweft") => ({ amount: String(amount), denom });
const json = (value) => toUtf8(typeof value === "string" ? value : JSON.stringify(value));

const wasm = (name, value) => ({ typeUrl: "/cosmwasm.wasm.v1." + name, value });
const bank = (name, value) => ({ typeUrl: "/cosmos.bank.v1beta1." + name, value });
const staking = (name, value) => ({ typeUrl: "/cosmos.staking.v1beta1." + name, value });
const distribution = (name, value) => ({ typeUrl: "/cosmos.distribution.v1beta1." + name, value });
const description = (d) => ({ moniker: "", identity: "", website: "", securityContact: "", details: "", ...d });
const pubkey = { typeUrl: "/cosmos.crypto.ed25519.PubKey", value: new Uint8Array([10, 32, ...new Uint8Array(32).fill(9)]) };
const access = (permission, ...addresses) => ({ permission, addresses });
const execute = (msg, funds = []) => wasm("MsgExecuteContract", { sender: me, contract, msg: json(msg), funds });
const create = (more) => staking("MsgCreateValidator", {
  description: description({ moniker: "me" }),
  commission: { rate: "100000000000000000", maxRate: "200000000000000000", maxChangeRate: "10000000000000000" },
  minSelfDelegation: "1", delegatorAddress: me, validatorAddress: validator, pubkey, value: coin(5), ...more,
});

const messages = {
  send: bank("MsgSend", { fromAddress: me, toAddress: other, amount: [coin(1)] }),
  "send two denoms": bank("MsgSend", { fromAddress: me, toAddress: other, amount: [coin(1, "atest"), coin(2)] }),
  "send nothing": bank("MsgSend", { fromAddress: me, toAddress: other, amount: [] }),
  "multi send": bank("MsgMultiSend", { inputs: [{ address: me, coins: [coin(3)] }], outputs: [{ address: other, coins: [coin(1)] }, { address: third, coins: [coin(2)] }] }),
  store: wasm("MsgStoreCode", { sender: me, wasmByteCode: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]) }),
  "store, nobody": wasm("MsgStoreCode", { sender: me, wasmByteCode: new Uint8Array([1]), instantiatePermission: access(1) }),
  "store, everybody": wasm("MsgStoreCode", { sender: me, wasmByteCode: new Uint8Array([1]), instantiatePermission: access(3) }),
  "store, some": wasm("MsgStoreCode", { sender: me, wasmByteCode: new Uint8Array([1]), instantiatePermission: access(4, other, third) }),
  instantiate: wasm("MsgInstantiateContract", { sender: me, admin: "", codeId: 7n, label: "l", msg: json({}), funds: [] }),
  "instantiate, admin": wasm("MsgInstantiateContract", { sender: me, admin: other, codeId: 7n, label: "<&>", msg: json({ b: 1, a: [{ z: 1, y: null }] }), funds: [coin(1)] }),
  instantiate2: wasm("MsgInstantiateContract2", { sender: me, admin: me, codeId: 7n, label: "l", msg: json({ a: "ż" }), funds: [], salt: new Uint8Array([1, 2]), fixMsg: false }),
  "instantiate2, fixed": wasm("MsgInstantiateContract2", { sender: me, admin: "", codeId: 18014398509481984n, label: "l", msg: json({}), funds: [], salt: new Uint8Array([255]), fixMsg: true }),
  execute: execute({ transfer: { recipient: other, amount: "5" } }),
  "execute, funds": execute({ x: {} }, [coin(1)]),
  "execute, HTML": execute({ text: "<a href='x'>&</a>", "<&>": "\u2028\u2029" }),
  "execute, numbers": execute('{"a":1.0,"b":1e30,"c":0.0000001,"d":9007199254740993,"e":-0,"f":1e21,"g":123.456e2}'),
  "execute, indices as keys": execute({ 10: "a", 9: "b", b: 1, a: 2, "01": 3, "-1": 4, "4294967295": 5, "4294967294": 6 }),
  "execute, keys beyond ASCII": execute({ "\uffff": 1, "\u{1f9f6}": 2, "\u00e9": 3, A: 4 }),
  "execute, control characters": execute({ "\b\f\n\r\t\u0001\u007f\"\\/": "\b\f\n\r\t\u0001\u007f\"\\/" }),
  "execute, spaces and a key twice": execute(' { "b" : 1 , "a" : 2 , "b" : 3 } '),
  migrate: wasm("MsgMigrateContract", { sender: me, contract, codeId: 8n, msg: json({ a: 1 }) }),
  "update admin": wasm("MsgUpdateAdmin", { sender: me, newAdmin: other, contract }),
  "clear admin": wasm("MsgClearAdmin", { sender: me, contract }),
  "create validator": create({}),
  "create validator, all": create({ description: description({ moniker: "m", identity: "i", website: "w", securityContact: "s", details: "d" }) }),
  "create validator, no delegator": create({ delegatorAddress: "" }),
  "edit validator": staking("MsgEditValidator", { description: description({ moniker: "new" }), validatorAddress: validator, commissionRate: "", minSelfDelegation: "" }),
  "edit validator, all": staking("MsgEditValidator", { description: description({ moniker: "m", identity: "i", website: "w", securityContact: "s", details: "d" }), validatorAddress: validator, commissionRate: "150000000000000000", minSelfDelegation: "2" }),
  delegate: staking("MsgDelegate", { delegatorAddress: me, validatorAddress: validator, amount: coin(1) }),
  undelegate: staking("MsgUndelegate", { delegatorAddress: me, validatorAddress: validator, amount: coin(1) }),
  redelegate: staking("MsgBeginRedelegate", { delegatorAddress: me, validatorSrcAddress: validator, validatorDstAddress: validator, amount: coin(1) }),
  "cancel unbonding": staking("MsgCancelUnbondingDelegation", { delegatorAddress: me, validatorAddress: validator, amount: coin(1), creationHeight: 12n }),
  "withdraw rewards": distribution("MsgWithdrawDelegatorReward", { delegatorAddress: me, validatorAddress: validator }),
  "withdraw commission": distribution("MsgWithdrawValidatorCommission", { validatorAddress: validator }),
  "set withdraw address": distribution("MsgSetWithdrawAddress", { delegatorAddress: me, withdrawAddress: other }),
  "fund the pool": distribution("MsgFundCommunityPool", { depositor: me, amount: [coin(1)] }),
};

const print = (name, number, sequence, bytes) => console.log(`${name}\n${chainId} ${number} ${sequence}\n${toHex(bytes)}\n`);
const client = await SigningCosmWasmClient.offline(wallets[0]);
const fee = { amount: [coin(500)], gas: "200000" };
const sign = async (name, msgs, { memo = "", fee: f = fee, height } = {}, number = 7, sequence = 3) => {
  const tx = await client.sign(me, msgs, f, memo, { accountNumber: number, sequence, chainId }, height);
  print(name, number, sequence, TxRaw.encode(tx).finish());
};

for (const [name, msg] of Object.entries(messages)) await sign(name, [msg]);
await sign("several messages", [messages.send, messages.execute, messages["store, some"]]);
await sign("memo", [messages.send], { memo: "<&> \u2028 \" \\ ż 🧶 \b\f\n\r\t\u0001\u007f" });
await sign("timeout height", [messages.send], { height: 12345n });
await sign("no fee", [messages.send], { fee: { amount: [], gas: "1" } });
await sign("fee payer", [messages.send], { fee: { ...fee, payer: me } });
await sign("fee granter", [messages.send], { fee: { ...fee, granter: other } });
await sign("numbers of 0", [messages.send], {}, 0, 0);

// Two of three members sign for their multisig account.
const key = createMultisigThresholdPubkey(accounts.map((a) => encodeSecp256k1Pubkey(a.pubkey)), 2);
const group = pubkeyToAddress(key, prefix);
const groupSend = bank("MsgSend", { fromAddress: group, toAddress: me, amount: [coin(1)] });
const bodyBytes = client.registry.encode({ typeUrl: "/cosmos.tx.v1beta1.TxBody", value: { messages: [groupSend], memo: "two of three" } });
for (const [name, signers] of [["multisig 0, 2", [0, 2]], ["multisig 1, 2", [1, 2]], ["multisig, all", [0, 1, 2]]]) {
  const signatures = new Map();
  for (const i of signers) {
    const doc = makeSignDoc([client.aminoTypes.toAmino(groupSend)], fee, chainId, "two of three", 9, 4);
    const { signature } = await wallets[i].signAmino(accounts[i].address, doc);
    signatures.set(accounts[i].address, Buffer.from(signature.signature, "base64"));
  }
  print(name, 9, 4, makeMultisignedTxBytes(key, 4, fee, bodyBytes, signatures));
}
