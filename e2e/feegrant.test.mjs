// Who may pay whose fees.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { QueryClient, setupFeegrantExtension } from "@cosmjs/stargate";
import { connectComet } from "@cosmjs/tendermint-rpc";
import { AllowedMsgAllowance, BasicAllowance, PeriodicAllowance } from "cosmjs-types/cosmos/feegrant/v1beta1/feegrant";
import { MsgGrantAllowance, MsgRevokeAllowance } from "cosmjs-types/cosmos/feegrant/v1beta1/tx";
import { Any } from "cosmjs-types/google/protobuf/any";
import { alice, amino, bob, coins, connect, denom, fee, fresh, http, refused, send } from "./chain.mjs";

const basic = (spend, expiration) => ({
  typeUrl: BasicAllowance.typeUrl,
  value: BasicAllowance.encode(BasicAllowance.fromPartial({ spendLimit: spend ? coins(spend) : [], expiration })).finish(),
});
const inSeconds = (n) => ({ seconds: BigInt(Math.floor(Date.now() / 1000) + n), nanos: 0 });
const grant = (granter, grantee, allowance) => ({
  typeUrl: MsgGrantAllowance.typeUrl,
  value: MsgGrantAllowance.fromPartial({ granter: granter.address, grantee: grantee.address, allowance }),
});
const revoke = (granter, grantee) => ({
  typeUrl: MsgRevokeAllowance.typeUrl,
  value: MsgRevokeAllowance.fromPartial({ granter: granter.address, grantee: grantee.address }),
});

describe("feegrant", () => {
  let granters, query, granter;
  before(async () => {
    granter = await fresh(50_000_000);
    granters = await connect(granter);
    query = QueryClient.withExtensions(await connectComet(http), setupFeegrantExtension);
    // The types must be known to the client under the names that it sends.
    for (const type of [MsgGrantAllowance, MsgRevokeAllowance]) granters.registry.register(type.typeUrl, type);
  });
  after(() => granters.disconnect());

  const send1 = async (client, from, gas = 100_000, payer = granter) =>
    client.signAndBroadcast(from.address, [send(from, bob, 1)], fee(gas, { granter: payer.address }));
  const give = async (to, allowance) => {
    const res = await granters.signAndBroadcast(granter.address, [grant(granter, to, Any.fromPartial(allowance))], fee(200_000));
    assert.equal(res.code, 0, res.rawLog);
    return connect(to);
  };
  const balance = async (user) => BigInt((await granters.getBalance(user.address, denom)).amount);

  it("takes the fee from who granted it, and counts", async () => {
    const user = await fresh(100);
    const client = await give(user, basic(10_000));
    const [before, price] = [await balance(granter), 2_500n];
    const res = await send1(client, user);
    assert.equal(res.code, 0, res.rawLog);
    assert.equal(await balance(granter), before - price);
    assert.equal(await balance(user), 99n);
    const { allowance } = await query.feegrant.allowance(granter.address, user.address);
    assert.equal(allowance.granter, granter.address);
    assert.equal(allowance.grantee, user.address);
    assert.equal(allowance.allowance.typeUrl, "/cosmos.feegrant.v1beta1.BasicAllowance");
    assert.deepEqual(BasicAllowance.decode(allowance.allowance.value).spendLimit, coins(7_500));
    const { allowances } = await query.feegrant.allowances(user.address);
    assert.equal(allowances.length, 1);
    client.disconnect();
  });

  it("pays for an amino signer as well", async () => {
    const user = await amino(await fresh(100));
    const client = await give(user, basic());
    const res = await send1(client, user);
    assert.equal(res.code, 0, res.rawLog);
    assert.equal(await balance(user), 99n);
    client.disconnect();
  });

  it("stops at its limit, its end and its kind", async () => {
    const user = await fresh(100_000);
    const client = await give(user, basic(3_000));
    await refused(send1(client, user, 200_000), 2, "feegrant", /fee limit exceeded/);
    assert.equal((await send1(client, user)).code, 0);
    await refused(send1(client, user, 100_000, bob), 38, "sdk", /not found/);

    const periodic = PeriodicAllowance.fromPartial({
      basic: {}, period: { seconds: 3600n, nanos: 0 }, periodSpendLimit: coins(2_600), periodCanSpend: coins(2_600), periodReset: inSeconds(3600),
    });
    const other = await fresh(100_000);
    const others = await give(other, { typeUrl: PeriodicAllowance.typeUrl, value: PeriodicAllowance.encode(periodic).finish() });
    assert.equal((await send1(others, other)).code, 0);
    await refused(send1(others, other), 2, "feegrant", /fee limit exceeded/);

    const third = await fresh(100_000);
    const allowed = AllowedMsgAllowance.fromPartial({
      allowance: Any.fromPartial(basic()), allowedMessages: ["/cosmwasm.wasm.v1.MsgExecuteContract"],
    });
    const thirds = await give(third, { typeUrl: AllowedMsgAllowance.typeUrl, value: AllowedMsgAllowance.encode(allowed).finish() });
    await refused(send1(thirds, third), 7, "feegrant", /not allowed/);
    for (const c of [client, others, thirds]) c.disconnect();
  });

  it("ends when it is revoked", async () => {
    const user = await fresh(100);
    const client = await give(user, basic());
    const again = await granters.signAndBroadcast(granter.address, [grant(granter, user, Any.fromPartial(basic()))], fee(200_000));
    assert.notEqual(again.code, 0, "one allowance a pair");
    const res = await granters.signAndBroadcast(granter.address, [revoke(granter, user)], fee(200_000));
    assert.equal(res.code, 0, res.rawLog);
    await refused(send1(client, user), 38, "sdk", /not found/);
    await assert.rejects(query.feegrant.allowance(granter.address, user.address), /not found/);
    client.disconnect();
  });

  it("refuses an allowance that has ended already", async () => {
    const user = await fresh();
    const past = { seconds: 1_000_000_000n, nanos: 0 };
    await assert.rejects(
      granters.simulate(granter.address, [grant(granter, user, Any.fromPartial(basic(1, past)))], ""), /expiration is before current block time/,
    );
    assert.ok(alice.address);
  });
});
