// Accounts, coins, and what a client asks a chain before anything else.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CosmWasmClient } from "@cosmjs/cosmwasm";
import { calculateFee, StargateClient } from "@cosmjs/stargate";
import { alice, aliceInKeyring, bob, chainId, coins, connect, denom, http, options, unknown } from "./chain.mjs";

describe("accounts", () => {
  let client;
  before(async () => (client = await connect()));
  after(() => client.disconnect());

  it("derives the same address as weft keys", () => assert.equal(alice.address, aliceInKeyring));

  it("tells chain id and a growing height", async () => {
    const reader = await CosmWasmClient.connect(http);
    assert.equal(await reader.getChainId(), chainId);
    const height = await reader.getHeight();
    assert.ok(height >= 1);
    const deadline = Date.now() + 30_000;
    while ((await reader.getHeight()) <= height) assert.ok(Date.now() < deadline, "no new block");
    reader.disconnect();
  });

  it("tells blocks", async () => {
    const block = await client.getBlock(1);
    assert.equal(block.header.height, 1);
    assert.equal(block.header.chainId, chainId);
    assert.match(block.id, /^[0-9A-F]{64}$/);
    assert.ok((await client.getBlock()).header.height >= 1);
  });

  it("tells accounts and balances", async () => {
    const account = await client.getAccount(alice.address);
    assert.equal(account.address, alice.address);
    assert.equal(account.accountNumber, 1);
    assert.deepEqual(await client.getSequence(alice.address), { accountNumber: 1, sequence: account.sequence });
    const balance = await client.getBalance(alice.address, denom);
    assert.ok(BigInt(balance.amount) > 0n);
    assert.deepEqual(await client.getBalance(alice.address, "nothing"), { denom: "nothing", amount: "0" });
  });

  it("answers null for an account that is not there", async () => {
    const address = await unknown();
    assert.equal(await client.getAccount(address), null);
    await assert.rejects(client.getSequence(address), /does not exist on chain/);
    assert.deepEqual(await client.getBalance(address, denom), coins(0)[0]);
  });

  it("sends tokens and makes the receiver's account", async () => {
    const to = await unknown();
    const before = BigInt((await client.getBalance(alice.address, denom)).amount);
    const fee = calculateFee(100_000, options.gasPrice);
    const res = await client.sendTokens(alice.address, to, coins(777), fee, "a memo");
    assert.equal(res.code, 0);
    assert.equal(res.rawLog, "");
    assert.equal(res.msgResponses[0].typeUrl, "/cosmos.bank.v1beta1.MsgSendResponse");
    assert.deepEqual(await client.getBalance(to, denom), coins(777)[0]);
    const made = await client.getAccount(to);
    assert.equal(made.pubkey, null);
    assert.equal(made.sequence, 0);
    const spent = before - BigInt((await client.getBalance(alice.address, denom)).amount);
    assert.equal(spent, 777n + BigInt(fee.amount[0].amount));
  });

  it("remembers the public key of who has signed", async () => {
    const account = await client.getAccount(alice.address);
    assert.equal(account.pubkey.type, "tendermint/PubKeySecp256k1");
    assert.equal(account.pubkey.value, Buffer.from(alice.pubkey).toString("base64"));
  });

  it("simulates for an account that has never signed", async () => {
    const bobs = await connect(bob);
    const gas = await bobs.simulate(
      bob.address,
      [{
        typeUrl: "/cosmos.bank.v1beta1.MsgSend",
        value: { fromAddress: bob.address, toAddress: alice.address, amount: coins(1) },
      }],
      "",
    );
    assert.ok(gas > 30_000 && gas < 150_000, `${gas}`);
    const res = await bobs.sendTokens(bob.address, alice.address, coins(1), "auto");
    assert.equal(res.code, 0);
    assert.ok(res.gasUsed <= res.gasWanted);
    bobs.disconnect();
  });

  it("serves the plain StargateClient", async () => {
    const reader = await StargateClient.connect(http);
    assert.equal(await reader.getChainId(), chainId);
    assert.equal((await reader.getAllBalances(alice.address))[0].denom, denom);
    assert.equal((await reader.getAccount(bob.address)).accountNumber, 2);
    reader.disconnect();
  });
});
