// Every extension of CosmJS's query client that weft has an answer for.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { setupWasmExtension } from "@cosmjs/cosmwasm";
import { fromBase64, fromBech32, toBech32, toUtf8 } from "@cosmjs/encoding";
import {
  QueryClient, setupAuthExtension, setupBankExtension, setupFeegrantExtension, setupStakingExtension, setupTxExtension,
  StargateClient,
} from "@cosmjs/stargate";
import { connectComet } from "@cosmjs/tendermint-rpc";
import { BaseAccount, ModuleAccount } from "cosmjs-types/cosmos/auth/v1beta1/auth";
import { QueryCodesRequest, QueryCodesResponse } from "cosmjs-types/cosmwasm/wasm/v1/query";
import { QueryParamsRequest, QueryParamsResponse } from "cosmjs-types/cosmos/auth/v1beta1/query";
import { PubKey } from "cosmjs-types/cosmos/crypto/secp256k1/keys";
import { Any } from "cosmjs-types/google/protobuf/any";
import { alice, bob, coins, connect, denom, deploy, hackatom, http, prefix, send, unknown } from "./chain.mjs";

describe("queries", () => {
  let comet, query, client, codeId, contract, validator, operator, sent;
  before(async () => {
    comet = await connectComet(http);
    query = QueryClient.withExtensions(
      comet, setupAuthExtension, setupBankExtension, setupTxExtension, setupStakingExtension, setupFeegrantExtension, setupWasmExtension,
    );
    client = await connect();
    await deploy(client); // so that there is more than one
    ({ codeId, contractAddress: contract } = await deploy(client, { funds: 5, admin: bob.address }));
    sent = await client.sendTokens(alice.address, bob.address, coins(3), "auto");
    const { validators } = await query.staking.validators("BOND_STATUS_BONDED");
    [validator] = validators;
    operator = toBech32(prefix, fromBech32(validator.operatorAddress).data);
  });
  after(() => {
    client.disconnect();
    comet.disconnect();
  });

  it("auth: accounts of users, contracts and modules", async () => {
    const account = await query.auth.account(alice.address);
    assert.equal(account.typeUrl, "/cosmos.auth.v1beta1.BaseAccount");
    const { pubKey, accountNumber } = BaseAccount.decode(account.value);
    assert.equal(accountNumber, 1n);
    assert.equal(pubKey.typeUrl, "/cosmos.crypto.secp256k1.PubKey");
    assert.deepEqual(PubKey.decode(pubKey.value).key, alice.pubkey);
    assert.equal(BaseAccount.decode((await query.auth.account(contract)).value).pubKey, undefined);
    const pool = toBech32(prefix, createHash("sha256").update("bonded_tokens_pool").digest().subarray(0, 20));
    const module = await query.auth.account(pool);
    assert.equal(module.typeUrl, "/cosmos.auth.v1beta1.ModuleAccount");
    assert.equal(ModuleAccount.decode(module.value).name, "bonded_tokens_pool");
    await assert.rejects(query.auth.account(await unknown()), /rpc error: code = NotFound/);
    await assert.rejects(query.auth.account("cosmos1nonsense"), /Query failed with \(\d+\)/);
  });

  it("auth: parameters", async () => {
    const { value } = await query.queryAbci("/cosmos.auth.v1beta1.Query/Params", QueryParamsRequest.encode({}).finish());
    assert.deepEqual(QueryParamsResponse.decode(value).params, {
      maxMemoCharacters: 256n, txSigLimit: 7n, txSizeCostPerByte: 10n, sigVerifyCostEd25519: 590n, sigVerifyCostSecp256k1: 1000n,
    });
  });

  it("bank: balances and supply", async () => {
    assert.deepEqual(await query.bank.balance(contract, denom), coins(5)[0]);
    assert.deepEqual(await query.bank.allBalances(contract), coins(5));
    assert.deepEqual(await query.bank.allBalances(await unknown()), []);
    const { supply } = await query.bank.totalSupply();
    assert.deepEqual(supply, coins(3_000_000_000));
    assert.deepEqual(await query.bank.supplyOf(denom), coins(3_000_000_000)[0]);
    assert.deepEqual(await query.bank.supplyOf("nothing"), { denom: "nothing", amount: "0" });
    assert.ok(Array.isArray(await query.bank.denomsMetadata()));
    await assert.rejects(query.bank.denomMetadata("nothing"), /not found/i);
  });

  it("tx: a transaction by its hash", async () => {
    const { tx, txResponse } = await query.tx.getTx(sent.transactionHash);
    assert.equal(txResponse.txhash, sent.transactionHash);
    assert.equal(txResponse.height, BigInt(sent.height));
    assert.equal(txResponse.code, 0);
    assert.equal(txResponse.gasUsed, sent.gasUsed);
    assert.equal(tx.body.messages[0].typeUrl, "/cosmos.bank.v1beta1.MsgSend");
    assert.ok(!Number.isNaN(Date.parse(txResponse.timestamp)), txResponse.timestamp);
    await assert.rejects(query.tx.getTx("0".repeat(64)), /tx not found|NotFound/i);
  });

  it("tx: a simulation", async () => {
    const message = Any.fromPartial(client.registry.encodeAsAny(send(alice, bob, 1)));
    const { sequence } = await client.getSequence(alice.address);
    const key = { type: "tendermint/PubKeySecp256k1", value: Buffer.from(alice.pubkey).toString("base64") };
    const { gasInfo, result } = await query.tx.simulate([message], "memo", key, sequence);
    assert.ok(gasInfo.gasUsed > 30_000n && gasInfo.gasUsed < 150_000n, `${gasInfo.gasUsed}`);
    assert.equal(result.msgResponses[0].typeUrl, "/cosmos.bank.v1beta1.MsgSendResponse");
    assert.ok(result.events.some((e) => e.type === "transfer"));
    await assert.rejects(query.tx.simulate([message], "", key, sequence + 5), /account sequence mismatch, expected \d+, got \d+/);
  });

  it("staking: validators, pool and parameters", async () => {
    assert.equal(validator.tokens, "1000000");
    assert.equal(validator.delegatorShares, "1000000" + "0".repeat(18));
    assert.equal(validator.consensusPubkey.typeUrl, "/cosmos.crypto.ed25519.PubKey");
    const { validatorInfo } = await comet.status();
    assert.deepEqual(validator.consensusPubkey.value.slice(2), validatorInfo.pubkey.data);
    assert.equal((await query.staking.validators("")).validators.length, 1);
    assert.equal((await query.staking.validators("BOND_STATUS_UNBONDED")).validators.length, 0);
    assert.deepEqual((await query.staking.validator(validator.operatorAddress)).validator, validator);
    const { params } = await query.staking.params();
    assert.equal(params.bondDenom, denom);
    assert.deepEqual((await query.staking.pool()).pool, { bondedTokens: "1000000", notBondedTokens: "0" });
  });

  it("staking: delegations", async () => {
    const { delegationResponse } = await query.staking.delegation(operator, validator.operatorAddress);
    assert.deepEqual(delegationResponse.balance, coins(1_000_000)[0]);
    assert.equal((await query.staking.delegatorDelegations(operator)).delegationResponses.length, 1);
    assert.deepEqual((await query.staking.delegatorDelegations(alice.address)).delegationResponses, []);
    assert.equal((await query.staking.validatorDelegations(validator.operatorAddress)).delegationResponses.length, 1);
    assert.equal((await query.staking.delegatorValidators(operator)).validators.length, 1);
    assert.equal((await query.staking.delegatorValidator(operator, validator.operatorAddress)).validator.tokens, "1000000");
    assert.deepEqual((await query.staking.delegatorUnbondingDelegations(operator)).unbondingResponses, []);
    assert.deepEqual((await query.staking.validatorUnbondingDelegations(validator.operatorAddress)).unbondingResponses, []);
    const reader = await StargateClient.connect(http);
    assert.equal((await reader.getBalanceStaked(operator)).amount, "1000000");
    assert.equal(await reader.getBalanceStaked(alice.address), null);
    assert.equal(await reader.getDelegation(alice.address, validator.operatorAddress), null);
    assert.deepEqual(await reader.getDelegation(operator, validator.operatorAddress), coins(1_000_000)[0]);
    reader.disconnect();
  });

  it("feegrant: nothing where nothing is granted", async () => {
    assert.deepEqual((await query.feegrant.allowances(await unknown())).allowances, []);
    await assert.rejects(query.feegrant.allowance(alice.address, await unknown()), /not found/);
  });

  it("wasm: codes", async () => {
    const { codeInfos } = await query.wasm.listCodeInfo();
    const info = codeInfos.find((c) => c.codeId === BigInt(codeId));
    assert.equal(info.creator, alice.address);
    assert.deepEqual(Buffer.from(info.dataHash), createHash("sha256").update(hackatom).digest());
    const { data } = await query.wasm.getCode(codeId);
    assert.ok(Buffer.from(data).equals(hackatom));
    assert.deepEqual((await query.wasm.listContractsByCodeId(codeId)).contracts, [contract]);
    assert.ok((await query.wasm.listContractsByCreator(alice.address)).contractAddresses.includes(contract));
  });

  it("wasm: a contract and its state", async () => {
    const { address, contractInfo } = await query.wasm.getContractInfo(contract);
    assert.equal(address, contract);
    assert.equal(contractInfo.codeId, BigInt(codeId));
    assert.equal(contractInfo.admin, bob.address);
    assert.equal(contractInfo.ibcPortId, "");
    assert.equal(contractInfo.created.txIndex, 0n);
    const { entries } = await query.wasm.getContractCodeHistory(contract);
    assert.equal(entries.length, 1);
    const { models, pagination } = await query.wasm.getAllContractState(contract);
    assert.deepEqual(models.map((m) => Buffer.from(m.key).toString()), ["config"]);
    assert.equal(pagination.nextKey.length, 0);
    assert.deepEqual((await query.wasm.queryContractRaw(contract, toUtf8("config"))).data, models[0].value);
    assert.deepEqual(await query.wasm.queryContractSmart(contract, { verifier: {} }), { verifier: alice.address });
  });

  it("wasm: pages of what is long", async () => {
    const all = (await query.wasm.listCodeInfo()).codeInfos.map((c) => c.codeId);
    assert.ok(all.length >= 2);
    const path = "/cosmwasm.wasm.v1.Query/Codes";
    const page = async (pagination) => {
      const request = QueryCodesRequest.encode(QueryCodesRequest.fromPartial({ pagination })).finish();
      const res = QueryCodesResponse.decode((await query.queryAbci(path, request)).value);
      return { ids: res.codeInfos.map((c) => c.codeId), key: res.pagination.nextKey };
    };
    for (const [reverse, want] of [[false, all], [true, all.toReversed()]]) {
      const seen = [];
      let key = new Uint8Array();
      do {
        const one = await page({ key, limit: 1n, reverse });
        assert.equal(one.ids.length, 1);
        seen.push(...one.ids);
        key = one.key;
      } while (key.length > 0);
      assert.deepEqual(seen, want);
    }
    await assert.rejects(page({ offset: 1n }), /offset and count queries not supported/);
  });

  it("answers as of a height", async () => {
    const request = Uint8Array.from([...fromBase64("Cg=="), alice.address.length, ...toUtf8(alice.address)]);
    const at = async (height) => {
      const res = await query.queryAbci("/cosmos.auth.v1beta1.Query/Account", request, height);
      return { height: res.height, sequence: BaseAccount.decode(Any.decode(res.value.slice(3)).value).sequence };
    };
    const [before, now] = [await at(sent.height - 1), await at(sent.height)];
    assert.equal(before.height, sent.height - 1);
    assert.equal(now.sequence, before.sequence + 1n);
    await assert.rejects(at(1_000_000_000), /Query failed with \(26\)/);
  });

  it("says what it does not know", async () => {
    await assert.rejects(query.queryAbci("/cosmos.nothing.v1.Query/Params", new Uint8Array()), /Query failed with \(6\): unknown query path/);
    await assert.rejects(query.queryAbci("/cosmos.auth.v1beta1.Query/Account", toUtf8("\xff\xff")), /Query failed with/);
  });
});
