// What a chain says no to, and how: programs branch on these codes.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { BroadcastTxError } from "@cosmjs/stargate";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { toUtf8 } from "@cosmjs/encoding";
import { alice, bob, chainId, coins, connect, deliver, deploy, fee, refused, send as sendFrom, unknown } from "./chain.mjs";

const send = (n) => sendFrom(alice, bob, n);
const execute = (contract, msg) => ({
  typeUrl: "/cosmwasm.wasm.v1.MsgExecuteContract",
  value: { sender: alice.address, contract, msg: toUtf8(JSON.stringify(msg)), funds: [] },
});

describe("refusals", () => {
  let client, contract;
  before(async () => {
    client = await connect();
    contract = (await deploy(client)).contractAddress;
  });
  after(() => client.disconnect());

  // in a block
  async function failed(messages, gas, code, codespace, log) {
    const res = await client.signAndBroadcast(alice.address, messages, fee(gas));
    assert.equal(res.code, code, res.rawLog);
    assert.match(res.rawLog, log);
    const raw = await fetch(`${client.cometClient.client.url}/tx?hash=0x${res.transactionHash}`).then((r) => r.json());
    assert.equal(raw.result.tx_result.codespace, codespace);
    const found = await client.getTx(res.transactionHash);
    assert.equal(found.code, code, "a failed transaction is found as well");
    return res;
  }

  // sign signs with a sequence of the caller's choice.
  async function sign(messages, gas, { ahead = 0, timeout } = {}) {
    const { accountNumber, sequence } = await client.getSequence(alice.address);
    const raw = await client.sign(
      alice.address, messages, fee(gas), "", { accountNumber, sequence: sequence + ahead, chainId }, timeout,
    );
    return TxRaw.encode(raw).finish();
  }

  it("an unknown message of a contract: wasm/5", async () => {
    const res = await failed([execute(contract, { unheard: {} })], 300_000, 5, "wasm", /unknown variant `unheard`/);
    assert.ok(res.gasUsed > 0n);
    await assert.rejects(client.execute(alice.address, contract, { unheard: {} }, fee(300_000)), /Code: 5; Raw log: .*unknown variant/);
  });

  it("a trap of a contract: wasm/29", () =>
    failed([execute(contract, { panic: {} })], 500_000, 29, "wasm", /This page intentionally faulted: wasmvm error/));

  it("a wrong sequence: sdk/32", async () => {
    await refused(deliver(client, await sign([send(1)], 100_000, { ahead: 7 })), 32);
    await refused(deliver(client, await sign([send(1)], 100_000, { ahead: -1 })), 32);
  });

  it("too little gas to be looked at: sdk/11", () =>
    refused(client.signAndBroadcast(alice.address, [send(1)], fee(1_000)), 11));

  it("too little gas to be run: sdk/11", () =>
    failed([execute(contract, { cpu_loop: {} })], 200_000, 11, "sdk", /out of gas/));

  it("too few funds: sdk/5", async () => {
    await failed([send(9_999_999_999_999)], 100_000, 5, "sdk", /insufficient funds/);
    await refused(client.signAndBroadcast(alice.address, [send(1)], { ...fee(100_000), amount: coins(9_999_999_999_999) }), 5);
  });

  it("a height that has passed: sdk/30", async () => {
    await refused(client.signAndBroadcast(alice.address, [send(1)], fee(100_000), "", 1n), 30);
    const height = await client.getHeight();
    const res = await client.signAndBroadcast(alice.address, [send(1)], fee(100_000), "", BigInt(height + 1000));
    assert.equal(res.code, 0);
  });

  it("a signature for another chain: sdk/4", async () => {
    const { accountNumber, sequence } = await client.getSequence(alice.address);
    const raw = await client.sign(alice.address, [send(1)], fee(100_000), "", { accountNumber, sequence, chainId: "another" });
    await refused(deliver(client, TxRaw.encode(raw).finish()), 4);
  });

  it("the same transaction twice", async () => {
    const raw = await sign([send(1)], 100_000);
    await client.broadcastTxSync(raw);
    await assert.rejects(client.broadcastTxSync(raw), /tx already exists in cache|account sequence mismatch/);
    const deadline = Date.now() + 30_000;
    const { sequence } = await client.getSequence(alice.address);
    while ((await client.getSequence(alice.address)).sequence === sequence && Date.now() < deadline);
  });

  it("bytes that are no transaction: sdk/2", () => refused(client.broadcastTxSync(toUtf8("nonsense")), 2));

  it("a contract that is not there", async () => {
    const address = await unknown();
    await assert.rejects(client.getContract(address), /no such contract/i);
    await assert.rejects(client.queryContractSmart(address, { verifier: {} }), /no such contract/i);
    await assert.rejects(client.queryContractRaw(address, toUtf8("config")), /no such contract/i);
    await assert.rejects(client.execute(alice.address, address, { release: {} }, "auto"), /no such contract/i);
    await failed([execute(address, { release: {} })], 200_000, 22, "wasm", /no such contract/);
  });

  it("somebody else's contract and coins", async () => {
    const bobs = await connect(bob);
    await assert.rejects(bobs.execute(bob.address, contract, { release: {} }, fee(300_000)), /Code: 5; Raw log: .*Unauthorized/);
    await assert.rejects(bobs.signAndBroadcast(bob.address, [send(1)], fee(100_000)), BroadcastTxError);
    bobs.disconnect();
  });

  it("a module that is none", async () => {
    await assert.rejects(client.upload(alice.address, toUtf8("not wasm"), fee(1_000_000)), /create wasm contract failed/);
  });
});
