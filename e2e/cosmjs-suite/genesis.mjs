// Completes the genesis of a home for CosmJS's own tests: node genesis.mjs HOME
//
// `weft init` and `weft genesis add-account` have made it. What is left are the
// parameters of a test chain and the validator. CosmJS names the validator by an
// address whose key is nowhere to be had, so no gentx can be signed for it: it
// stands in the state that the chain starts from, as in an exported genesis.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fromBech32, toBech32 } from "@cosmjs/encoding";

function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run e2e/cosmjs-suite/run.sh`);
  return value;
}

const bondDenom = given("SUITE_BOND_DENOM");
const feeDenom = given("SUITE_FEE_DENOM");
const bonded = given("SUITE_SELF_DELEGATION");
const file = `${process.argv[2]}/config/genesis.json`;
const genesis = JSON.parse(readFileSync(file, "utf8"));
const { auth, bank, staking, weft } = genesis.app_state;
const rate = (percent) => `0.${String(percent).padStart(2, "0")}${"0".repeat(16)}`;

// The validator is the first account and has signed once: its gentx.
const [operator] = auth.accounts;
operator.sequence = "1";
operator.pub_key = { "@type": "/cosmos.crypto.secp256k1.PubKey", key: given("SUITE_OPERATOR_KEY") };
const { prefix, data } = fromBech32(operator.address);
const validator = toBech32(`${prefix}valoper`, data);
staking.params.bond_denom = bondDenom;
staking.validators = [{
  operator_address: validator,
  consensus_pubkey: { "@type": "/cosmos.crypto.ed25519.PubKey", key: given("SUITE_VALIDATOR_KEY") },
  jailed: false,
  status: "BOND_STATUS_BONDED",
  tokens: bonded,
  delegator_shares: `${bonded}.${"0".repeat(18)}`,
  description: { moniker: "weft" },
  unbonding_height: "0",
  unbonding_time: "1970-01-01T00:00:00Z",
  commission: {
    commission_rates: { rate: rate(10), max_rate: rate(20), max_change_rate: rate(1) },
    update_time: genesis.genesis_time,
  },
  min_self_delegation: "1",
}];
staking.delegations = [{
  delegator_address: operator.address, validator_address: validator, shares: `${bonded}.${"0".repeat(18)}`,
}];

// What it bonds has left its balance for the pool; the sum stays what it was.
const pool = toBech32(prefix, createHash("sha256").update("bonded_tokens_pool").digest().subarray(0, 20));
const own = bank.balances.find((b) => b.address === operator.address).coins.find((c) => c.denom === bondDenom);
own.amount = String(BigInt(own.amount) - BigInt(bonded));
bank.balances.push({ address: pool, coins: [{ denom: bondDenom, amount: bonded }] });
bank.supply = [];
bank.denom_metadata = [{
  description: "The fee token of this test chain",
  denom_units: [{ denom: feeDenom, exponent: 0 }, { denom: "COSM", exponent: 6 }],
  base: feeDenom, display: "COSM",
}];
weft.params.base_denom = feeDenom;
// The inflation of simapp.
genesis.app_state.mint = {
  minter: { inflation: rate(13), annual_provisions: "0" },
  params: {
    mint_denom: bondDenom, inflation_rate_change: rate(13), inflation_max: rate(20), inflation_min: rate(7),
    goal_bonded: rate(67), blocks_per_year: "6311520", max_supply: "0",
  },
};
genesis.consensus_params.block.max_gas = "-1";

writeFileSync(file, JSON.stringify(genesis, null, 2));
