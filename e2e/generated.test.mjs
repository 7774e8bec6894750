// The TypeScript client that weft contract gen writes, at work.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { alice, bob, connect, token } from "./chain.mjs";

describe("a generated client", () => {
  let client, typed;
  before(async () => {
    client = await connect();
    typed = await import(pathToFileURL(`${process.env.E2E_GENERATED}/typed.js`));
  });
  after(() => client.disconnect());

  it("makes a contract, calls and asks it", async () => {
    const { codeId } = await client.upload(alice.address, token, "auto");
    const told = await typed.life(client, alice.address, codeId, bob.address);
    assert.equal((await client.getContract(told.address)).label, "typed");
    assert.equal(told.balance, 991n);
    assert.deepEqual(told.info, { name: "Typed Token", symbol: "TYPE", decimals: 6, total_supply: "1001" });
    assert.equal(told.minter, "340282366920938463463374607431768211455");
    assert.deepEqual(told.allowances, [{ spender: bob.address, allowance: "7", expires: { never: {} } }]);
    assert.equal(told.accounts, 2);
    assert.match(told.refused, /panic|underflow|insufficient|subtract/i);
  });
});
