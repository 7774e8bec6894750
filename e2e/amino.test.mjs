// What a wallet signs that shows JSON to its user: amino's sign mode.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { instantiate2Address, SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { toUtf8 } from "@cosmjs/encoding";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { SignMode } from "cosmjs-types/cosmos/tx/signing/v1beta1/signing";
import { AuthInfo } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import {
  alice, amino, attribute, bob, chainId, coins, connect, deliver, denom, fee, fresh, hackatom, http, options, prefix, refused, send, unknown,
} from "./chain.mjs";

describe("amino", () => {
  let client, signer;
  before(async () => {
    signer = await amino(await fresh(90_000_000));
    client = await connect(signer);
  });
  after(() => client.disconnect());

  it("signs amino JSON and nothing else", async () => {
    assert.equal(signer.wallet.signDirect, undefined);
    const raw = await client.sign(signer.address, [send(signer, bob, 1)], fee(100_000), "");
    const [info] = AuthInfo.decode(raw.authInfoBytes).signerInfos;
    assert.equal(info.modeInfo.single.mode, SignMode.SIGN_MODE_LEGACY_AMINO_JSON);
  });

  it("sends, with every kind of character in the memo", async () => {
    for (const memo of ["", `<b>&amp; "quoted" \\ / \t\n`, "ünïcode \u{1f980}", "\u2028\u2029", "\u0000\b\f\u001f\u007f"]) {
      const res = await client.signAndBroadcast(signer.address, [send(signer, bob, 1)], fee(100_000), memo);
      assert.equal(res.code, 0, `${JSON.stringify(memo)}: ${res.rawLog}`);
    }
  });

  it("sends several messages, some with no coins and some with large ones", async () => {
    const to = { address: await unknown() };
    const messages = [send(signer, to, 1), send(signer, to, 2), send(signer, to, 3)];
    const res = await client.signAndBroadcast(signer.address, messages, fee(300_000));
    assert.equal(res.code, 0, res.rawLog);
    assert.deepEqual(await client.getBalance(to.address, denom), coins(6)[0]);
  });

  it("takes a contract through its life", async () => {
    const { codeId, checksum } = await client.upload(signer.address, hackatom, "auto");
    const msg = { verifier: signer.address, beneficiary: bob.address };
    // keys out of order, HTML, numbers and nested lists: all of it is signed
    const { contractAddress } = await client.instantiate(
      signer.address, codeId, msg, "<amino> & \"label\"", "auto", { funds: coins(7), admin: signer.address, memo: "x" },
    );
    assert.deepEqual(await client.getBalance(contractAddress, denom), coins(7)[0]);
    const predicted = await client.instantiate2(signer.address, codeId, toUtf8("salt"), msg, "predicted", "auto", { funds: coins(5) });
    assert.equal(
      predicted.contractAddress, instantiate2Address(Buffer.from(checksum, "hex"), signer.address, toUtf8("salt"), prefix),
    );
    const executed = await client.executeMultiple(
      signer.address,
      [
        { contractAddress, msg: { release: {} }, funds: coins(3) },
        { contractAddress: predicted.contractAddress, msg: { release: {} } },
      ],
      "auto",
    );
    assert.equal(attribute(executed.events, "wasm", "_contract_address"), contractAddress);
    await assert.rejects(
      client.execute(signer.address, contractAddress, { z: 1, a: { "b<": ["é", null, true, 12] } }, fee(300_000)),
      /Code: 5; Raw log: .*unknown variant/,
    );
    const second = await client.upload(signer.address, hackatom, "auto");
    await client.migrate(signer.address, contractAddress, second.codeId, { verifier: bob.address }, "auto");
    assert.equal((await client.getContract(contractAddress)).codeId, second.codeId);
    await client.updateAdmin(signer.address, predicted.contractAddress, bob.address, fee(80_000)).then(
      () => assert.fail("there is no admin"), (err) => assert.match(err.message, /Code: 4/),
    );
    await client.updateAdmin(signer.address, contractAddress, bob.address, fee(80_000));
    assert.equal((await client.getContract(contractAddress)).admin, bob.address);
    const bobs = await connect(await amino(bob));
    await bobs.clearAdmin(bob.address, contractAddress, fee(80_000));
    assert.equal((await bobs.getContract(contractAddress)).admin, undefined);
    bobs.disconnect();
  });

  it("keeps to a timeout height", async () => {
    const height = BigInt(await client.getHeight());
    assert.equal((await client.signAndBroadcast(signer.address, [send(signer, bob, 1)], fee(100_000), "", height + 1000n)).code, 0);
    await refused(client.signAndBroadcast(signer.address, [send(signer, bob, 1)], fee(100_000), "", 1n), 30);
  });

  it("refuses a document that was changed after it was signed", async () => {
    // A signer that alters what it signs and does not tell.
    const liar = {
      getAccounts: () => signer.wallet.getAccounts(),
      signAmino: async (address, doc) => ({
        signed: doc, signature: (await signer.wallet.signAmino(address, { ...doc, memo: "another" })).signature,
      }),
    };
    const other = await SigningCosmWasmClient.connectWithSigner(http, liar, options);
    await refused(
      other.signAndBroadcast(signer.address, [send(signer, bob, 1)], fee(100_000), "this"), 4, "sdk", /signature verification failed/,
    );
    other.disconnect();
  });

  it("takes what a wallet changed before it signed", async () => {
    const editor = {
      getAccounts: () => signer.wallet.getAccounts(),
      signAmino: (address, doc) =>
        signer.wallet.signAmino(address, { ...doc, memo: "edited", fee: { ...doc.fee, gas: "222222" } }),
    };
    const other = await SigningCosmWasmClient.connectWithSigner(http, editor, options);
    const res = await other.signAndBroadcast(signer.address, [send(signer, bob, 1)], fee(100_000), "mine");
    assert.equal(res.code, 0);
    assert.equal(res.gasWanted, 222_222n);
    other.disconnect();
  });

  it("is refused for another chain and a wrong sequence", async () => {
    const { accountNumber, sequence } = await client.getSequence(signer.address);
    const sign = (data) => client.sign(signer.address, [send(signer, bob, 1)], fee(100_000), "", { accountNumber, sequence, chainId, ...data });
    for (const [data, code] of [[{ chainId: "another" }, 4], [{ accountNumber: accountNumber + 1 }, 4], [{ sequence: sequence + 1 }, 32]]) {
      await refused(deliver(client, TxRaw.encode(await sign(data)).finish()), code);
    }
    assert.ok(alice.address !== signer.address);
  });
});
