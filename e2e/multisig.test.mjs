// Several keys: accounts of k of n, and several accounts in one transaction.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createMultisigThresholdPubkey, encodeSecp256k1Pubkey, pubkeyToAddress } from "@cosmjs/amino";
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { fromBase64, toUtf8 } from "@cosmjs/encoding";
import { encodePubkey, makeAuthInfoBytes, makeSignDoc } from "@cosmjs/proto-signing";
import { makeMultisignedTxBytes } from "@cosmjs/stargate";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { alice, amino, bob, chainId, coins, connect, denom, deliver, deploy, fee, fresh, options, prefix, refused, send, unknown } from "./chain.mjs";

describe("multisig", () => {
  const members = [];
  let client, offline, multisig, account;
  before(async () => {
    client = await connect();
    for (let i = 0; i < 5; i++) members.push(await amino(await fresh()));
    offline = await Promise.all(members.map((m) => SigningCosmWasmClient.offline(m.wallet, options)));
    multisig = createMultisigThresholdPubkey(members.map((m) => encodeSecp256k1Pubkey(m.pubkey)), 2);
    account = { address: pubkeyToAddress(multisig, prefix) };
    await client.sendTokens(alice.address, account.address, coins(10_000_000), "auto");
  });
  after(() => client.disconnect());

  // signed collects the signatures of some members over the same messages.
  async function signed(who, messages, gas, { memo = "", add = {} } = {}) {
    const { accountNumber, sequence } = await client.getSequence(account.address);
    const signatures = new Map();
    let body;
    for (const i of who) {
      const raw = await offline[i].sign(members[i].address, messages, fee(gas), memo, { accountNumber, sequence, chainId });
      signatures.set(members[i].address, add[i] ?? raw.signatures[0]);
      body = raw.bodyBytes;
    }
    return makeMultisignedTxBytes(multisig, sequence, fee(gas), body, signatures);
  }

  it("sends with two of five, whichever they are", async () => {
    for (const who of [[0, 1], [4, 2], [1, 3]]) {
      const res = await deliver(client, await signed(who, [send(account, bob, 5)], 200_000));
      assert.equal(res.code, 0, res.rawLog);
    }
    const { pubkey } = await client.getAccount(account.address);
    assert.deepEqual(pubkey, multisig);
  });

  it("sends with more than are needed", async () => {
    const res = await deliver(client, await signed([0, 1, 2, 3, 4], [send(account, bob, 5)], 300_000, { memo: "all" }));
    assert.equal(res.code, 0, res.rawLog);
  });

  it("executes a contract", async () => {
    const { codeId } = await deploy(client);
    const message = {
      typeUrl: "/cosmwasm.wasm.v1.MsgInstantiateContract",
      value: {
        sender: account.address, admin: account.address, codeId: BigInt(codeId), label: "of many", funds: coins(9),
        msg: toUtf8(JSON.stringify({ verifier: account.address, beneficiary: bob.address })),
      },
    };
    const made = await deliver(client, await signed([2, 3], [message], 500_000));
    assert.equal(made.code, 0, made.rawLog);
    const [contract] = (await client.getContracts(codeId)).slice(-1);
    const release = {
      typeUrl: "/cosmwasm.wasm.v1.MsgExecuteContract",
      value: { sender: account.address, contract, msg: toUtf8('{"release":{}}'), funds: [] },
    };
    const res = await deliver(client, await signed([0, 4], [release], 300_000));
    assert.equal(res.code, 0, res.rawLog);
    assert.deepEqual(await client.getBalance(contract, denom), coins(0)[0]);
  });

  it("refuses one of five", async () => {
    await refused(deliver(client, await signed([3], [send(account, bob, 5)], 200_000)), 4);
  });

  it("refuses a wrong signature among good ones", async () => {
    await refused(deliver(client, await signed([0, 1, 2], [send(account, bob, 5)], 200_000, { add: { 1: new Uint8Array(64).fill(1) } })), 4);
  });

  it("pays the gas of each signature", async () => {
    const [two, three] = [[0, 1], [0, 1, 2]];
    const used = [];
    for (const who of [two, three]) used.push((await deliver(client, await signed(who, [send(account, bob, 1)], 200_000))).gasUsed);
    // 1000 for the check, and 10 for each of its 66 bytes
    assert.ok(used[1] - used[0] >= 1_600n && used[1] - used[0] < 1_800n, `${used}`);
  });
});

describe("several signers", () => {
  let client;
  before(async () => (client = await connect()));
  after(() => client.disconnect());

  // both signs one transaction by two accounts, the first pays.
  async function both(one, two, messages, gas, order = [one, two]) {
    const signers = [];
    for (const { address, pubkey } of order) {
      const { accountNumber, sequence } = await client.getSequence(address);
      signers.push({ accountNumber, sequence, pubkey: encodePubkey(encodeSecp256k1Pubkey(pubkey)) });
    }
    const body = client.registry.encode({ typeUrl: "/cosmos.tx.v1beta1.TxBody", value: { messages, memo: "both" } });
    const authInfo = makeAuthInfoBytes(signers, fee(gas).amount, gas, undefined, undefined);
    const signatures = [];
    for (const [i, { address, wallet }] of order.entries()) {
      const doc = makeSignDoc(body, authInfo, chainId, signers[i].accountNumber);
      signatures.push(fromBase64((await wallet.signDirect(address, doc)).signature.signature));
    }
    return TxRaw.encode(TxRaw.fromPartial({ bodyBytes: body, authInfoBytes: authInfo, signatures })).finish();
  }

  it("swap coins in one transaction", async () => {
    const [one, two] = [await fresh(1_000_000), await fresh(1_000_000)];
    const res = await deliver(client, await both(one, two, [send(one, two, 10), send(two, one, 30)], 300_000));
    assert.equal(res.code, 0, res.rawLog);
    assert.deepEqual(await client.getBalance(two.address, denom), coins(1_000_000 - 20)[0]);
    for (const user of [one, two]) assert.equal((await client.getSequence(user.address)).sequence, 1);
  });

  it("are refused in another order, and when one is missing", async () => {
    const [one, two] = [await fresh(1_000_000), await fresh(1_000_000)];
    await refused(deliver(client, await both(one, two, [send(one, two, 1), send(two, one, 1)], 300_000, [two, one])), 8);
    await refused(deliver(client, await both(one, two, [send(one, two, 1), send(two, one, 1)], 300_000, [one])), 4);
    await refused(deliver(client, await both(one, two, [send(one, { address: await unknown() }, 1)], 300_000)), 4);
  });
});
