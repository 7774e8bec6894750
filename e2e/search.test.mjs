// Transactions found again: by hash, by what they did, by subscription.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Comet38Client, connectComet, Tendermint37Client } from "@cosmjs/tendermint-rpc";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { alice, bob, chainId, coins, connect, deploy, fee, http, send as sendFrom, ws } from "./chain.mjs";

// first waits for the first event of a stream that fits.
function first(stream, fits = () => true) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("no event in 30 s")), 30_000);
    const listener = {
      next: (event) => {
        if (!fits(event)) return;
        clearTimeout(late);
        stream.removeListener(listener);
        resolve(event);
      },
      error: reject,
      complete: () => reject(new Error("the stream ended")),
    };
    stream.addListener(listener);
  });
}

const hex = (bytes) => Buffer.from(bytes).toString("hex").toUpperCase();
const send = (n) => sendFrom(alice, bob, n);

describe("search", () => {
  let client, contract, sent, executed;
  before(async () => {
    client = await connect();
    contract = (await deploy(client, { funds: 5 })).contractAddress;
    sent = await client.sendTokens(alice.address, bob.address, coins(3), "auto");
    executed = await client.execute(alice.address, contract, { release: {} }, "auto");
  });
  after(() => client.disconnect());

  it("finds a transaction by its hash", async () => {
    const found = await client.getTx(sent.transactionHash);
    assert.equal(found.hash, sent.transactionHash);
    assert.equal(found.height, sent.height);
    assert.equal(found.code, 0);
    assert.equal(found.rawLog, "");
    assert.equal(found.gasUsed, sent.gasUsed);
    assert.deepEqual(found.events, sent.events);
    assert.equal(await client.getTx("0".repeat(64)), null);
  });

  it("finds transactions by what they did", async () => {
    for (const [query, hash] of [
      [[{ key: "tx.height", value: sent.height }], sent.transactionHash],
      [[{ key: "transfer.recipient", value: bob.address }], sent.transactionHash],
      [[{ key: "message.sender", value: alice.address }], sent.transactionHash],
      [[{ key: "message.action", value: "/cosmwasm.wasm.v1.MsgExecuteContract" }], executed.transactionHash],
      [`wasm._contract_address='${contract}'`, executed.transactionHash],
      [`wasm._contract_address='${contract}' AND tx.height>=${executed.height}`, executed.transactionHash],
    ]) {
      const found = await client.searchTx(query);
      assert.ok(found.some((tx) => tx.hash === hash), JSON.stringify(query));
    }
    assert.deepEqual(await client.searchTx("wasm._contract_address='nobody'"), []);
  });

  it("pages through more results than one answer holds", async () => {
    const { accountNumber, sequence } = await client.getSequence(alice.address);
    const hashes = new Set();
    for (let i = 0; i < 35; i++) {
      const signer = { accountNumber, sequence: sequence + i, chainId };
      const raw = await client.sign(alice.address, [send(1)], fee(100_000), "page", signer);
      hashes.add(await client.broadcastTxSync(TxRaw.encode(raw).finish()));
    }
    assert.equal(hashes.size, 35);
    const deadline = Date.now() + 60_000;
    for (const hash of hashes) while (!(await client.getTx(hash))) assert.ok(Date.now() < deadline, hash);
    const found = await client.searchTx([{ key: "message.sender", value: alice.address }]);
    const all = new Set(found.map((tx) => tx.hash));
    assert.equal(all.size, found.length);
    for (const hash of hashes) assert.ok(all.has(hash), hash);
  });

  it("chooses a client by the node's version, and both can be used", async () => {
    const chosen = await connectComet(http);
    const status = await chosen.status();
    assert.equal(status.nodeInfo.network, chainId);
    assert.equal(status.validatorInfo.pubkey.algorithm, "ed25519");
    assert.equal(status.syncInfo.catchingUp, false);
    chosen.disconnect();
    const comet38 = await Comet38Client.connect(http);
    assert.equal((await comet38.status()).nodeInfo.network, chainId);
    const results = await comet38.blockResults(sent.height);
    assert.equal(results.results[0].code, 0);
    assert.equal((await comet38.abciInfo()).data, "weft");
    assert.equal((await comet38.validatorsAll()).total, 1);
    assert.equal((await comet38.commit(sent.height)).header.height, sent.height);
    comet38.disconnect();
  });

  it("commits through broadcast_tx_commit of the client for CometBFT 0.38", async () => {
    const comet38 = await Comet38Client.connect(http);
    const raw = await client.sign(alice.address, [send(9)], fee(100_000), "");
    const res = await comet38.broadcastTxCommit({ tx: TxRaw.encode(raw).finish() });
    assert.equal(res.checkTx.code, 0);
    assert.equal(res.txResult.code, 0);
    comet38.disconnect();
  });

  it("subscribes to blocks and transactions", async () => {
    for (const Client of [Tendermint37Client, Comet38Client]) {
      const socket = await Client.connect(ws);
      const block = await first(socket.subscribeNewBlock());
      assert.equal(block.header.chainId, chainId);
      const header = await first(socket.subscribeNewBlockHeader());
      assert.ok(header.height > block.header.height);
      const event = first(socket.subscribeTx(`transfer.recipient='${bob.address}'`));
      const res = await client.sendTokens(alice.address, bob.address, coins(4), "auto");
      const tx = await event;
      assert.equal(hex(tx.hash), res.transactionHash);
      assert.equal(tx.height, res.height);
      assert.equal(tx.result.code, 0);
      socket.disconnect();
    }
  });

  it("serves a client that does everything over a WebSocket", async () => {
    const socket = await connect(alice, ws);
    const res = await socket.sendTokens(alice.address, bob.address, coins(6), "auto");
    assert.equal(res.code, 0);
    socket.disconnect();
  });
});
