// The page of browser.test.mjs: what a dApp does in a browser, with a signer of
// its own in place of a wallet's. It tells the test's server how it went.
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { GasPrice } from "@cosmjs/stargate";
import { Comet38Client } from "@cosmjs/tendermint-rpc";

const report = (what) => fetch("/report", { method: "POST", body: JSON.stringify(what) });
const step = (text) => report({ step: text });

async function run() {
  const { rpc, rest, mnemonic, prefix, denom, contract } = await (await fetch("/chain.json")).json();
  const wallet = await DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix });
  const [{ address }] = await wallet.getAccounts();
  const client = await SigningCosmWasmClient.connectWithSigner(rpc, wallet, {
    gasPrice: GasPrice.fromString(`0.025${denom}`), broadcastPollIntervalMs: 100,
  });
  await step(`connected to ${await client.getChainId()} from ${location.origin}`);

  const socket = await Comet38Client.connect(rpc.replace(/^http/, "ws"));
  const event = new Promise((resolve, reject) => {
    socket.subscribeTx(`wasm._contract_address='${contract}'`).addListener({ next: resolve, error: reject });
  });
  // The subscription is under way; an answer on the same socket comes after it.
  await socket.status();
  await step("subscribed");

  const before = await client.getBalance(contract, denom);
  const result = await client.execute(address, contract, { release: {} }, "auto", "from a browser");
  await step(`executed in block ${result.height}`);
  const seen = await event;
  socket.disconnect();
  const rested = await fetch(`${rest}/cosmos/tx/v1beta1/txs/${result.transactionHash}`).then((r) => r.json());
  return {
    origin: location.origin, agent: navigator.userAgent, address, before: before.amount,
    after: (await client.getBalance(contract, denom)).amount,
    hash: result.transactionHash, height: result.height, gasUsed: String(result.gasUsed), gasWanted: String(result.gasWanted),
    actions: result.events.filter((e) => e.type === "wasm").flatMap((e) => e.attributes),
    eventHeight: seen.height, memo: rested.tx.body.memo,
    smart: await client.queryContractSmart(contract, { verifier: {} }),
  };
}

run().then(
  (result) => report({ result }),
  (err) => report({ error: `${err?.stack ?? err}` }),
);
