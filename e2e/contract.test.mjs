// The life of a contract, and all that can be asked about it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { instantiate2Address } from "@cosmjs/cosmwasm";
import { calculateFee } from "@cosmjs/stargate";
import { alice, attribute, bob, coins, connect, denom, deploy, hackatom, options, prefix, unknown } from "./chain.mjs";

const checksum = createHash("sha256").update(hackatom).digest("hex");
const ascii = (text) => new TextEncoder().encode(text);

describe("contracts", () => {
  let client, codeId, contract, instantiated;
  before(async () => (client = await connect()));
  after(() => client.disconnect());

  it("uploads", async () => {
    const res = await client.upload(alice.address, hackatom, "auto");
    codeId = res.codeId;
    assert.ok(codeId >= 1);
    assert.equal(res.checksum, checksum);
    assert.equal(attribute(res.events, "store_code", "code_checksum"), checksum);
    const again = await client.upload(alice.address, hackatom, calculateFee(2_000_000, options.gasPrice));
    assert.equal(again.codeId, codeId + 1);
  });

  it("tells codes", async () => {
    const codes = await client.getCodes();
    assert.deepEqual(codes.find((c) => c.id === codeId), { id: codeId, creator: alice.address, checksum });
    const details = await client.getCodeDetails(codeId);
    assert.equal(details.checksum, checksum);
    assert.ok(Buffer.from(details.data).equals(hackatom));
    await assert.rejects(client.getCodeDetails(4711), /no such code|not found/i);
  });

  it("instantiates with funds", async () => {
    instantiated = await client.instantiate(
      alice.address, codeId, { verifier: alice.address, beneficiary: bob.address }, "my escrow",
      calculateFee(500_000, options.gasPrice), { funds: coins(233_444), memo: "hello", admin: alice.address },
    );
    contract = instantiated.contractAddress;
    assert.match(contract, new RegExp(`^${prefix}1[a-z0-9]{58}$`));
    assert.equal(attribute(instantiated.events, "instantiate", "code_id"), String(codeId));
    assert.deepEqual(await client.getBalance(contract, denom), coins(233_444)[0]);
  });

  it("tells contracts", async () => {
    assert.deepEqual(await client.getContract(contract), {
      address: contract, codeId, creator: alice.address, admin: alice.address, label: "my escrow", ibcPortId: undefined,
    });
    assert.deepEqual(await client.getContracts(codeId), [contract]);
    assert.deepEqual(await client.getContracts(codeId + 1), []);
    assert.ok((await client.getContractsByCreator(alice.address)).includes(contract));
    assert.deepEqual(await client.getContractCodeHistory(contract), [
      { operation: "Init", codeId, msg: { verifier: alice.address, beneficiary: bob.address } },
    ]);
    assert.deepEqual(await client.getContractCodeHistory(await unknown()), []);
  });

  it("queries", async () => {
    assert.deepEqual(await client.queryContractSmart(contract, { verifier: {} }), { verifier: alice.address });
    const raw = JSON.parse(new TextDecoder().decode(await client.queryContractRaw(contract, ascii("config"))));
    assert.equal(raw.verifier, alice.address);
    assert.equal(raw.beneficiary, bob.address);
    assert.equal((await client.queryContractRaw(contract, ascii("nothing"))).length, 0);
    await assert.rejects(
      client.queryContractSmart(contract, { broken: {} }),
      /Error parsing into type hackatom::msg::QueryMsg: unknown variant/i,
    );
  });

  it("executes", async () => {
    const before = BigInt((await client.getBalance(bob.address, denom)).amount);
    const res = await client.execute(alice.address, contract, { release: {} }, "auto");
    assert.equal(attribute(res.events, "wasm", "action"), "release");
    assert.equal(attribute(res.events, "wasm", "destination"), bob.address);
    assert.equal(attribute(res.events, "wasm", "_contract_address"), contract);
    assert.deepEqual(await client.getBalance(contract, denom), coins(0)[0]);
    assert.equal(BigInt((await client.getBalance(bob.address, denom)).amount) - before, 233_444n);
  });

  it("simulates an execution within the bounds of CosmJS's own test", async () => {
    const { contractAddress } = await deploy(client, { funds: 1 });
    const gas = await client.simulate(
      alice.address,
      [{
        typeUrl: "/cosmwasm.wasm.v1.MsgExecuteContract",
        value: { sender: alice.address, contract: contractAddress, msg: ascii('{"release":{}}'), funds: [] },
      }],
      "",
    );
    assert.ok(gas > 70_000 && gas < 140_000, `${gas}`);
  });

  it("executes several at once", async () => {
    const one = await deploy(client, { funds: 11 });
    const two = await deploy(client, { funds: 22 });
    const res = await client.executeMultiple(
      alice.address,
      [one, two].map(({ contractAddress }) => ({ contractAddress, msg: { release: {} } })),
      "auto",
    );
    const wasm = res.events.filter((e) => e.type === "wasm");
    assert.deepEqual(
      wasm.map((e) => e.attributes.find((a) => a.key === "_contract_address").value),
      [one.contractAddress, two.contractAddress],
    );
    assert.deepEqual(wasm.map((e) => e.attributes.find((a) => a.key === "msg_index").value), ["0", "1"]);
  });

  it("puts a contract where CosmJS predicts it", async () => {
    const salt = ascii("e2e");
    const res = await client.instantiate2(
      alice.address, codeId, salt, { verifier: alice.address, beneficiary: bob.address }, "predicted", "auto",
    );
    assert.equal(res.contractAddress, instantiate2Address(Buffer.from(checksum, "hex"), alice.address, salt, prefix));
  });

  it("migrates and changes admins", async () => {
    await client.migrate(alice.address, contract, codeId + 1, { verifier: bob.address }, "auto");
    assert.equal((await client.getContract(contract)).codeId, codeId + 1);
    // Both codes state the same cw_migrate_version: the contract is not called.
    assert.deepEqual(await client.queryContractSmart(contract, { verifier: {} }), { verifier: alice.address });
    assert.equal((await client.getContractCodeHistory(contract))[1].operation, "Migrate");
    await client.updateAdmin(alice.address, contract, bob.address, calculateFee(80_000, options.gasPrice));
    assert.equal((await client.getContract(contract)).admin, bob.address);
    await assert.rejects(client.clearAdmin(alice.address, contract, calculateFee(80_000, options.gasPrice)), /Code: 4/);
    const bobs = await connect(bob);
    await bobs.clearAdmin(bob.address, contract, calculateFee(80_000, options.gasPrice));
    assert.equal((await bobs.getContract(contract)).admin, undefined);
    bobs.disconnect();
  });
});
