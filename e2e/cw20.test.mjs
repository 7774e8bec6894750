// contracts/token as CW20: driven by the client that ts-codegen made for another
// CW20 token, and used by a pool and a staking contract that others wrote.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { alice, attribute, bob, coins, connect, denom, fresh, token } from "./chain.mjs";

const require = createRequire(import.meta.url);
const { OraiswapTokenClient, OraiswapPairClient, OraiswapOracleClient, Cw20StakingClient } = require("@oraichain/oraidex-contracts-sdk");
const data = join(dirname(require.resolve("@oraichain/oraidex-contracts-build/package.json")), "data");
const published = (name) => readFileSync(join(data, `${name}.wasm`));

const base64 = (text) => Buffer.from(text).toString("base64");
const hook = (msg) => base64(JSON.stringify(msg));
const svg = base64('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>');

describe("a CW20 token in Go", () => {
  let client, bobs, codeId, contract, mine, his;
  const balance = async (address, of = contract) => (await new OraiswapTokenClient(client, alice.address, of).balance({ address })).balance;
  const instantiate = async (id, msg, label) => (await client.instantiate(alice.address, id, msg, label, "auto")).contractAddress;
  const upload = async (wasm) => (await client.upload(alice.address, wasm, "auto")).codeId;

  before(async () => {
    [client, bobs] = await Promise.all([connect(), connect(bob)]);
    codeId = await upload(token);
    contract = await instantiate(codeId, {
      name: "Weft Test", symbol: "WFT", decimals: 6,
      initial_balances: [{ address: alice.address, amount: "1000000" }],
      mint: { minter: alice.address, cap: "2000000" },
      marketing: { project: "weft", marketing: alice.address, logo: { url: "https://example.com/logo.svg" } },
    }, "token");
    mine = new OraiswapTokenClient(client, alice.address, contract);
    his = new OraiswapTokenClient(bobs, bob.address, contract);
  });
  after(() => [client, bobs].forEach((c) => c.disconnect()));

  it("tells what it is", async () => {
    assert.deepEqual(await mine.tokenInfo(), { name: "Weft Test", symbol: "WFT", decimals: 6, total_supply: "1000000" });
    assert.deepEqual(await mine.minter(), { minter: alice.address, cap: "2000000" });
    assert.deepEqual(await mine.marketingInfo(), {
      project: "weft", description: null, logo: { url: "https://example.com/logo.svg" }, marketing: alice.address,
    });
    assert.deepEqual(await mine.allAccounts({}), { accounts: [alice.address] });
  });

  it("transfers, mints and burns", async () => {
    const res = await mine.transfer({ recipient: bob.address, amount: "1000" });
    const said = ["_contract_address", "action", "from", "to", "amount"].map((key) => attribute(res.events, "wasm", key));
    assert.deepEqual(said, [contract, "transfer", alice.address, bob.address, "1000"]);
    await mine.mint({ recipient: bob.address, amount: "500" });
    await his.burn({ amount: "200" });
    assert.equal(await balance(bob.address), "1300");
    assert.equal((await mine.tokenInfo()).total_supply, "1000300");
    await assert.rejects(his.transfer({ recipient: alice.address, amount: "1301" }), /Insufficient balance/);
    await assert.rejects(his.mint({ recipient: bob.address, amount: "1" }), /Unauthorized/);
    await assert.rejects(mine.mint({ recipient: bob.address, amount: "1000000" }), /cannot exceed the cap/);
  });

  it("knows allowances", async () => {
    const { address } = await fresh();
    await mine.increaseAllowance({ spender: bob.address, amount: "100", expires: { at_height: 1_000_000 } });
    await mine.decreaseAllowance({ spender: bob.address, amount: "10" });
    assert.deepEqual(await mine.allowance({ owner: alice.address, spender: bob.address }), { allowance: "90", expires: { at_height: 1_000_000 } });
    await his.transferFrom({ owner: alice.address, recipient: address, amount: "60" });
    await his.burnFrom({ owner: alice.address, amount: "20" });
    assert.equal(await balance(address), "60");
    const left = { allowance: "10", expires: { at_height: 1_000_000 } };
    assert.deepEqual(await mine.allAllowances({ owner: alice.address }), { allowances: [{ spender: bob.address, ...left }] });
    assert.deepEqual(await mine.allSpenderAllowances({ spender: bob.address }), { allowances: [{ owner: alice.address, ...left }] });
    await assert.rejects(his.transferFrom({ owner: alice.address, recipient: address, amount: "11" }), /Insufficient allowance/);
  });

  it("keeps a logo", async () => {
    await mine.uploadLogo({ embedded: { svg } });
    assert.deepEqual(await mine.downloadLogo(), { mime_type: "image/svg+xml", data: svg });
    assert.equal((await mine.marketingInfo()).logo, "embedded");
    await mine.updateMarketing({ description: "a token", project: "" });
    assert.deepEqual(await mine.marketingInfo(), { project: null, description: "a token", logo: "embedded", marketing: alice.address });
    await assert.rejects(his.uploadLogo({ url: "x" }), /Unauthorized/);
    await assert.rejects(mine.uploadLogo({ embedded: { png: svg } }), /Invalid png header/);
  });

  it("changes hands", async () => {
    await mine.updateMinter({ newMinter: bob.address });
    await his.mint({ recipient: alice.address, amount: "1" });
    await assert.rejects(mine.mint({ recipient: alice.address, amount: "1" }), /Unauthorized/);
    await his.updateMinter({});
    assert.equal(await mine.minter(), null);
  });

  // The pool of a terraswap kind takes tokens by allowance, swaps those that are
  // sent to it, and makes its liquidity token of our code.
  it("is swapped by a pool", async () => {
    const [oracleCode, pairCode] = [await upload(published("oraiswap-oracle")), await upload(published("oraiswap-pair"))];
    const oracle = await instantiate(oracleCode, {}, "oracle");
    const taxes = new OraiswapOracleClient(client, alice.address, oracle);
    await taxes.updateTaxRate({ rate: "0" });
    await taxes.updateTaxCap({ denom, cap: "0" });
    const infos = [{ token: { contract_addr: contract } }, { native_token: { denom } }];
    const pool = await instantiate(pairCode, { asset_infos: infos, token_code_id: codeId, oracle_addr: oracle, commission_rate: "0.003" }, "pool");
    const pair = new OraiswapPairClient(client, alice.address, pool);
    const { liquidity_token: liquidity } = (await pair.pair()).info;
    const shares = new OraiswapTokenClient(client, alice.address, liquidity);
    assert.deepEqual(await shares.minter(), { minter: pool, cap: null });

    await mine.increaseAllowance({ spender: pool, amount: "100000" });
    const assets = infos.map((info, i) => ({ info, amount: ["100000", "50000"][i] }));
    await pair.provideLiquidity({ assets }, "auto", "", coins(50_000));
    assert.equal(await balance(alice.address, liquidity), "70710"); // √(100000·50000)
    assert.equal(await balance(pool), "100000");

    const { return_amount: expected } = await pair.simulation({ offerAsset: { info: infos[0], amount: "1000" } });
    const sold = await mine.send({ contract: pool, amount: "1000", msg: hook({ swap: {} }) });
    assert.equal(attribute(sold.events, "wasm", "return_amount"), expected);
    assert.deepEqual(await client.getBalance(pool, denom), coins(50_000 - Number(expected))[0]);
    const before = BigInt(await balance(alice.address));
    const bought = await pair.swap({ offerAsset: { info: infos[1], amount: "500" } }, "auto", "", coins(500));
    assert.equal(BigInt(await balance(alice.address)) - before, BigInt(attribute(bought.events, "wasm", "return_amount")));

    await shares.send({ contract: pool, amount: "70710", msg: hook({ withdraw_liquidity: {} }) });
    assert.equal((await shares.tokenInfo()).total_supply, "0");
    assert.deepEqual((await pair.pool()).total_share, "0");
  });

  it("is staked, and pays rewards", async () => {
    const address = await instantiate(await upload(published("cw20-staking")), { owner: alice.address, rewarder: alice.address }, "staking");
    const staking = new Cw20StakingClient(client, alice.address, address);
    await staking.registerAsset({ stakingToken: contract });
    await staking.updateRewardsPerSec({ stakingToken: contract, assets: [{ info: { token: { contract_addr: contract } }, amount: "10" }] });
    await mine.send({ contract: address, amount: "500", msg: hook({ bond: {} }) });
    await mine.transfer({ recipient: address, amount: "70" });
    await staking.depositReward({ rewards: [{ staking_token: contract, total_accumulation_amount: "70" }] });
    assert.equal((await staking.poolInfo({ stakingToken: contract })).total_bond_amount, "500");
    const before = BigInt(await balance(alice.address));
    await staking.withdraw({ stakingToken: contract });
    await staking.unbond({ stakingToken: contract, amount: "200" });
    assert.equal(BigInt(await balance(alice.address)) - before, 270n);
    assert.equal(await balance(address), "300");
  });
});
