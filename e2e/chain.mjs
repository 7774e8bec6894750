// What all tests share: the chain that run.sh made, its accounts and clients.
import { readFileSync } from "node:fs";
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { GasPrice } from "@cosmjs/stargate";

function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run e2e/run.sh`);
  return value;
}

export const http = `http://${given("E2E_RPC")}`;
export const ws = `ws://${given("E2E_RPC")}`;
export const chainId = given("E2E_CHAIN_ID");
export const prefix = given("E2E_PREFIX");
export const denom = given("E2E_DENOM");
export const aliceInKeyring = given("E2E_ALICE_ADDRESS");
export const hackatom = readFileSync(given("E2E_HACKATOM"));

// Blocks come every 300 ms; looking three times in one is quick enough.
export const options = { gasPrice: GasPrice.fromString(`0.025${denom}`), broadcastPollIntervalMs: 100 };

async function account(mnemonic) {
  const wallet = await DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix });
  const [{ address, pubkey }] = await wallet.getAccounts();
  return { wallet, address, pubkey };
}

export const alice = await account(given("E2E_ALICE"));
export const bob = await account(given("E2E_BOB"));

// unknown makes the address of an account that is not on the chain.
export async function unknown() {
  const wallet = await DirectSecp256k1HdWallet.generate(12, { prefix });
  return (await wallet.getAccounts())[0].address;
}

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
