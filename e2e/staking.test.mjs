// Stake by CosmJS: what its clients, signers and query extensions say of it.
// One validator signs all blocks; another one that is made here is too small to.
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { fromBech32, toBase64, toBech32 } from "@cosmjs/encoding";
import { encodePubkey } from "@cosmjs/proto-signing";
import {
  QueryClient, setupDistributionExtension, setupMintExtension, setupSlashingExtension, setupStakingExtension,
} from "@cosmjs/stargate";
import { connectComet } from "@cosmjs/tendermint-rpc";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { alice, amino, attribute, bob, connect, denom, fee, fresh, http, prefix, refused } from "./chain.mjs";

const coin = (amount) => ({ denom, amount: String(amount) });
const staking = (name, value) => ({ typeUrl: `/cosmos.staking.v1beta1.Msg${name}`, value });
const distribution = (name, value) => ({ typeUrl: `/cosmos.distribution.v1beta1.Msg${name}`, value });

describe("stake", () => {
  let comet, query, validator, before_;
  before(async () => {
    comet = await connectComet(http);
    query = QueryClient.withExtensions(comet, setupStakingExtension, setupDistributionExtension, setupSlashingExtension, setupMintExtension);
    [{ operatorAddress: validator }] = (await query.staking.validators("BOND_STATUS_BONDED")).validators;
    before_ = BigInt((await query.staking.pool()).pool.bondedTokens);
  });
  after(() => comet.disconnect());

  const staked = async (user) => (await query.staking.delegation(user.address, validator)).delegationResponse.balance;

  for (const [mode, open] of [["direct", (user) => user], ["amino", amino]]) {
    describe(`signed in mode ${mode}`, () => {
      let user, client;
      const send = async (...messages) => {
        const res = await client.signAndBroadcast(user.address, messages, fee(600_000));
        assert.equal(res.code, 0, res.rawLog);
        return res;
      };
      before(async () => {
        user = await open(await fresh(20_000_000));
        client = await connect(user);
      });
      after(() => client.disconnect());

      it("delegates, takes back and puts back", async () => {
        const res = await client.delegateTokens(user.address, validator, coin(3_000_000), fee(400_000));
        assert.equal(res.code, 0, res.rawLog);
        assert.equal(attribute(res.events, "delegate", "validator"), validator);
        assert.deepEqual(await staked(user), coin(3_000_000));
        const undelegated = await client.undelegateTokens(user.address, validator, coin(1_000_000), fee(500_000));
        assert.equal(undelegated.code, 0, undelegated.rawLog);
        const { unbond } = await query.staking.unbondingDelegation(user.address, validator);
        assert.equal(unbond.entries.length, 1);
        assert.equal(unbond.entries[0].balance, "1000000");
        await send(staking("CancelUnbondingDelegation", {
          delegatorAddress: user.address, validatorAddress: validator, amount: coin(400_000), creationHeight: unbond.entries[0].creationHeight,
        }));
        assert.deepEqual(await staked(user), coin(2_400_000));
      });

      it("becomes a validator, edits it and moves stake to it", async () => {
        const operator = toBech32(`${prefix}valoper`, fromBech32(user.address).data);
        const created = await send(staking("CreateValidator", {
          description: { moniker: mode, identity: "", website: "https://example.org", securityContact: "", details: "<&>" },
          commission: { rate: "100000000000000000", maxRate: "200000000000000000", maxChangeRate: "10000000000000000" },
          minSelfDelegation: "1", delegatorAddress: user.address, validatorAddress: operator, pubkey: encodePubkey(consensusKey(user)), value: coin(500_000),
        }));
        assert.equal(attribute(created.events, "create_validator", "validator"), operator);
        await send(staking("EditValidator", {
          description: { moniker: "renamed", identity: "[do-not-modify]", website: "[do-not-modify]", securityContact: "[do-not-modify]", details: "" },
          validatorAddress: operator, commissionRate: "", minSelfDelegation: "",
        }));
        const made = (await query.staking.validator(operator)).validator;
        assert.equal(made.description.moniker, "renamed");
        assert.equal(made.description.website, "https://example.org");
        assert.equal(made.tokens, "500000");
        await send(staking("BeginRedelegate", {
          delegatorAddress: user.address, validatorSrcAddress: validator, validatorDstAddress: operator, amount: coin(100_000),
        }));
        const { redelegationResponses } = await query.staking.redelegations(user.address, validator, operator);
        assert.equal(redelegationResponses.length, 1);
        await refused(client.broadcastTx(await signed(client, user, staking("CreateValidator", {
          description: { moniker: "again", identity: "", website: "", securityContact: "", details: "" },
          commission: { rate: "0", maxRate: "0", maxChangeRate: "0" }, minSelfDelegation: "1", delegatorAddress: user.address,
          validatorAddress: operator, pubkey: encodePubkey(consensusKey(user)), value: coin(500_000),
        }), fee(1))), 11);
      });

      it("earns, and takes what it earned", async () => {
        const payer = await connect();
        await payer.sendTokens(alice.address, bob.address, [coin(1)], { amount: [coin(5_000_000)], gas: "200000" });
        await payer.sendTokens(alice.address, bob.address, [coin(1)], fee(200_000)); // a block later
        payer.disconnect();
        const { total } = await query.distribution.delegationTotalRewards(user.address);
        assert.equal(total.length, 1);
        assert.equal(total[0].denom, denom);
        const res = await client.withdrawRewards(user.address, validator, fee(400_000));
        assert.equal(res.code, 0, res.rawLog);
        assert.match(attribute(res.events, "withdraw_rewards", "amount"), new RegExp(`^[1-9][0-9]*${denom}$`));
        await send(
          distribution("SetWithdrawAddress", { delegatorAddress: user.address, withdrawAddress: bob.address }),
          distribution("FundCommunityPool", { depositor: user.address, amount: [coin(7)] }),
        );
        assert.equal((await query.distribution.delegatorWithdrawAddress(user.address)).withdrawAddress, bob.address);
      });
    });
  }

  it("answers every query extension", async () => {
    assert.ok(BigInt((await query.staking.pool()).pool.bondedTokens) >= before_ + 4_000_000n);
    const { hist } = await query.staking.historicalInfo(5);
    assert.equal(hist.header.height, 5n);
    assert.equal(hist.valset[0].operatorAddress, validator);
    assert.ok((await query.slashing.signingInfos()).info.length >= 1);
    assert.equal((await query.slashing.params()).params.signedBlocksWindow, 100n);
    assert.ok((await query.distribution.communityPool()).pool.length === 1);
    assert.ok((await query.distribution.validatorCommission(validator)).commission.commission.length === 1);
    assert.deepEqual((await query.distribution.validatorSlashes(validator, 1, 100)).slashes, []);
    assert.equal((await query.mint.inflation()).toString(), "0");
    assert.equal((await query.mint.params()).mintDenom, denom);
  });
});

// consensusKey is a key that signs blocks nowhere, made of the user's own.
function consensusKey(user) {
  const seed = Buffer.from(user.pubkey).subarray(1, 33);
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const spki = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" })).export({ format: "der", type: "spki" });
  return { type: "tendermint/PubKeyEd25519", value: toBase64(spki.subarray(-32)) };
}

// signed are the bytes of a transaction, for those that are meant to be refused.
async function signed(client, user, message, cost) {
  return TxRaw.encode(await client.sign(user.address, [message], cost, "")).finish();
}
