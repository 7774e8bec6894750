// What all tests share: the chain that run.sh made, its accounts and clients.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Secp256k1HdWallet } from "@cosmjs/amino";
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { BroadcastTxError, calculateFee, GasPrice } from "@cosmjs/stargate";

function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run e2e/run.sh`);
  return value;
}

export const http = `http://${given("E2E_RPC")}`;
export const ws = `ws://${given("E2E_RPC")}`;
export const rest = `http://${given("E2E_REST")}`;
export const chainId = given("E2E_CHAIN_ID");
export const prefix = given("E2E_PREFIX");
export const denom = given("E2E_DENOM");
export const aliceInKeyring = given("E2E_ALICE_ADDRESS");
export const chainInfo = JSON.parse(given("E2E_CHAIN_INFO"));
export const hackatom = readFileSync(given("E2E_HACKATOM"));
export const token = readFileSync(given("E2E_TOKEN"));

// Blocks come every 300 ms; looking three times in one is quick enough.
export const options = { gasPrice: GasPrice.fromString(`0.025${denom}`), broadcastPollIntervalMs: 100 };

// account opens a wallet: Direct signs protobuf, the amino kind JSON.
async function account(mnemonic, Wallet = DirectSecp256k1HdWallet) {
  const wallet = await Wallet.fromMnemonic(mnemonic, { prefix });
  const [{ address, pubkey }] = await wallet.getAccounts();
  return { wallet, address, pubkey };
}

// amino is the same account behind a signer that knows amino JSON alone, as
// hardware wallets do.
export const amino = (user) => account(user.wallet.mnemonic, Secp256k1HdWallet);

// fresh makes an account that nobody else uses; alice gives it coins.
export async function fresh(funds = 0) {
  const user = await account((await DirectSecp256k1HdWallet.generate(12)).mnemonic);
  if (funds) {
    const client = await connect();
    await client.sendTokens(alice.address, user.address, coins(funds), "auto");
    client.disconnect();
  }
  return user;
}

export const alice = await account(given("E2E_ALICE"));
export const bob = await account(given("E2E_BOB"));

// unknown makes the address of an account that is not on the chain.
export const unknown = async () => (await fresh()).address;

export function connect(user = alice, endpoint = http) {
  return SigningCosmWasmClient.connectWithSigner(endpoint, user.wallet, options);
}

export const coins = (n) => [{ denom, amount: String(n) }];

// deploy uploads hackatom and makes a contract of it: alice may release what
// it holds to the beneficiary.
export async function deploy(client, { beneficiary = bob.address, funds = 0, admin } = {}) {
  const { codeId } = await client.upload(alice.address, hackatom, "auto");
  const { contractAddress } = await client.instantiate(
    alice.address,
    codeId,
    { verifier: alice.address, beneficiary },
    "escrow",
    "auto",
    { funds: funds ? coins(funds) : [], admin },
  );
  return { codeId, contractAddress };
}

export const attribute = (events, type, key) =>
  events.filter((e) => e.type === type).flatMap((e) => e.attributes).find((a) => a.key === key)?.value;

export const send = (from, to, n) => ({
  typeUrl: "/cosmos.bank.v1beta1.MsgSend",
  value: { fromAddress: from.address, toAddress: to.address, amount: coins(n) },
});

export const fee = (gas, more = {}) => ({ ...calculateFee(gas, options.gasPrice), ...more });

// deliver sends signed bytes and waits for their block; CosmJS would look for it
// every three seconds.
export const deliver = (client, bytes) => client.broadcastTx(bytes, 30_000, options.broadcastPollIntervalMs);

export const refused = (promise, code, codespace = "sdk", log = /./) =>
  assert.rejects(promise, (err) => {
    assert.ok(err instanceof BroadcastTxError, `${err}`);
    assert.equal(`${err.codespace}/${err.code}`, `${codespace}/${code}`, err.log);
    assert.match(err.log, log);
    return true;
  });
