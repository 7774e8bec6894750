// REST as wallets and explorers use it: plain HTTP, no library of ours or theirs.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { toUtf8 } from "@cosmjs/encoding";
import { SignMode } from "cosmjs-types/cosmos/tx/signing/v1beta1/signing";
import { AuthInfo, Fee, SignerInfo, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { alice, bob, chainId, chainInfo, coins, connect, denom, deploy, fee, fresh, http, prefix, rest, send, unknown, ws } from "./chain.mjs";

const base64 = (bytes) => Buffer.from(bytes).toString("base64");

// get asks REST and checks what every answer has: JSON and CORS.
async function get(path, { status = 200, init = {} } = {}) {
  const res = await fetch(rest + path, { ...init, headers: { origin: "https://wallet.example", ...init.headers } });
  const text = await res.text();
  assert.equal(res.status, status, `${path}: ${text}`);
  assert.match(res.headers.get("content-type"), /^application\/json/);
  assert.ok(["*", "https://wallet.example"].includes(res.headers.get("access-control-allow-origin")), path);
  return JSON.parse(text);
}

const post = (path, body, options = {}) =>
  get(path, { ...options, init: { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } });

// sent is what a WebSocket subscription to one transaction brings.
function sent(hash) {
  const socket = new WebSocket(`${ws}/websocket`);
  const query = `tm.event='Tx' AND tx.hash='${hash}'`;
  let subscribed;
  const ready = new Promise((resolve) => (subscribed = resolve));
  const event = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("no event in 30 s")), 30_000);
    socket.onopen = () => socket.send(JSON.stringify({ jsonrpc: "2.0", method: "subscribe", id: 1, params: [query] }));
    socket.onerror = () => reject(new Error("the socket failed"));
    socket.onmessage = ({ data }) => {
      const { result } = JSON.parse(data);
      if (result.data === undefined) return subscribed();
      clearTimeout(late);
      socket.close();
      resolve(result);
    };
  });
  return { ready, event };
}

describe("wallets: what Keplr calls", () => {
  let client;
  before(async () => {
    client = await connect();
    await client.sendTokens(alice.address, bob.address, coins(1), "auto"); // so that the chain knows her key
  });
  after(() => client.disconnect());

  it("takes the chain info that weft prints", () => {
    for (const url of [chainInfo.rpc, chainInfo.rest]) assert.match(url, /^https?:\/\/[^?#]+[^/]$/);
    for (const name of [chainInfo.chainId, chainInfo.chainName]) assert.ok(name.length >= 1 && name.length <= 30);
    assert.deepEqual(chainInfo.bip44, { coinType: 118 });
    assert.deepEqual(Object.keys(chainInfo.bech32Config), [
      "bech32PrefixAccAddr", "bech32PrefixAccPub", "bech32PrefixValAddr", "bech32PrefixValPub", "bech32PrefixConsAddr", "bech32PrefixConsPub",
    ]);
    assert.equal(chainInfo.bech32Config.bech32PrefixAccAddr, prefix);
    assert.ok(chainInfo.features.includes("cosmwasm"));
    const currencies = [...chainInfo.currencies, ...chainInfo.feeCurrencies, chainInfo.stakeCurrency];
    assert.ok(chainInfo.currencies.length >= 1 && chainInfo.feeCurrencies.length >= 1);
    for (const { coinDenom, coinMinimalDenom, coinDecimals } of currencies) {
      assert.ok(coinDenom && coinMinimalDenom && Number.isInteger(coinDecimals) && coinDecimals >= 0 && coinDecimals <= 18);
    }
    assert.equal(chainInfo.stakeCurrency.coinMinimalDenom, denom);
    for (const { gasPriceStep: { low, average, high } } of chainInfo.feeCurrencies) assert.ok(low <= average && average <= high);
  });

  it("checks a chain before it adds it", async () => {
    assert.deepEqual([chainInfo.rpc, chainInfo.rest, chainInfo.chainId], [http, rest, chainId]);
    const status = await fetch(`${http}/status`, { headers: { origin: "https://wallet.example" } });
    assert.ok(["*", "https://wallet.example"].includes(status.headers.get("access-control-allow-origin")));
    assert.equal((await status.json()).result.node_info.network, chainId);
    const info = await get("/cosmos/base/tendermint/v1beta1/node_info");
    assert.equal(info.default_node_info.network, chainId);
    assert.match(info.application_version.cosmos_sdk_version, /^v0\.5\d\./);
  });

  it("finds out by wrong questions what a chain can do", async () => {
    // 400 says yes to "wasmd_0.24+" and to spendable balances, 501 says no to IBC
    await get("/cosmwasm/wasm/v1/contract/test/smart/test", { status: 400 });
    await get("/cosmos/bank/v1beta1/spendable_balances/test", { status: 400 });
    for (const path of ["/ibc/apps/transfer/v1/params", "/ibc/applications/transfer/v1beta1/params"]) await get(path, { status: 501 });
  });

  it("lets pages of other origins ask", async () => {
    for (const [url, verb] of [[`${rest}/cosmos/tx/v1beta1/simulate`, "POST"], [`${rest}/cosmos/bank/v1beta1/supply`, "GET"], [http, "POST"]]) {
      const res = await fetch(url, {
        method: "OPTIONS",
        headers: { origin: "https://wallet.example", "access-control-request-method": verb, "access-control-request-headers": "content-type" },
      });
      assert.ok(res.ok, `${url}: ${res.status}`);
      assert.ok(["*", "https://wallet.example"].includes(res.headers.get("access-control-allow-origin")), url);
      assert.match(res.headers.get("access-control-allow-headers") ?? "", /content-type|\*/i, url);
      assert.match(res.headers.get("access-control-allow-methods") ?? "", new RegExp(`${verb}|\\*`), url);
    }
  });

  it("reads an account, and 404 where there is none", async () => {
    const { account } = await get(`/cosmos/auth/v1beta1/accounts/${alice.address}`);
    assert.deepEqual(Object.keys(account), ["@type", "address", "pub_key", "account_number", "sequence"]);
    assert.equal(account["@type"], "/cosmos.auth.v1beta1.BaseAccount");
    assert.equal(account.account_number, "1");
    assert.deepEqual(account.pub_key, { "@type": "/cosmos.crypto.secp256k1.PubKey", key: base64(alice.pubkey) });
    const missing = await get(`/cosmos/auth/v1beta1/accounts/${await unknown()}`, { status: 404 });
    assert.equal(missing.code, 5);
    assert.match(missing.message, /not found/);
    assert.deepEqual(missing.details, []);
  });

  it("reads balances", async () => {
    const user = await fresh(1_234);
    for (const kind of ["balances", "spendable_balances"]) {
      const { balances, pagination } = await get(`/cosmos/bank/v1beta1/${kind}/${user.address}?pagination.limit=1000`);
      assert.deepEqual(balances, coins(1_234));
      assert.equal(pagination.next_key, null);
    }
    assert.deepEqual((await get(`/cosmos/bank/v1beta1/balances/${await unknown()}`)).balances, []);
  });

  it("simulates without key or signature, in either mode", async () => {
    const user = await fresh(1_000);
    for (const mode of [SignMode.SIGN_MODE_DIRECT, SignMode.SIGN_MODE_LEGACY_AMINO_JSON]) {
      const tx = TxRaw.encode({
        bodyBytes: client.registry.encode({ typeUrl: "/cosmos.tx.v1beta1.TxBody", value: { messages: [send(user, bob, 1)] } }),
        authInfoBytes: AuthInfo.encode(AuthInfo.fromPartial({
          signerInfos: [SignerInfo.fromPartial({ modeInfo: { single: { mode } }, sequence: 0n })],
          fee: Fee.fromPartial({ amount: [] }),
        })).finish(),
        signatures: [new Uint8Array(64)],
      });
      const { gas_info: gas } = await post("/cosmos/tx/v1beta1/simulate", { tx_bytes: base64(tx.finish()) });
      assert.match(gas.gas_used, /^\d{5,6}$/);
    }
    const bad = await post("/cosmos/tx/v1beta1/simulate", { tx_bytes: base64(toUtf8("nonsense")) }, { status: 500 });
    assert.equal(bad.code, 2);
    assert.match(bad.message, /tx parse error/);
  });

  it("sends, and hears of it", async () => {
    const user = await fresh(10_000_000);
    const users = await connect(user);
    const bytes = TxRaw.encode(await users.sign(user.address, [send(user, bob, 7)], fee(100_000), "from a wallet")).finish();
    const hash = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex").toUpperCase();
    const wait = sent(hash);
    await wait.ready;
    const { tx_response: res } = await post("/cosmos/tx/v1beta1/txs", { tx_bytes: base64(bytes), mode: "BROADCAST_MODE_SYNC" });
    assert.deepEqual([res.code, res.codespace, res.raw_log, res.txhash], [0, "", "", hash]);
    const { data, query } = await wait.event;
    assert.equal(data.type, "tendermint/event/Tx");
    assert.ok(query.includes(hash));
    assert.equal(data.value.TxResult.tx, base64(bytes));
    assert.equal(data.value.TxResult.result.code ?? 0, 0);
    const { tx, tx_response: found } = await get(`/cosmos/tx/v1beta1/txs/${hash}`);
    assert.equal(found.height, data.value.TxResult.height);
    assert.equal(found.tx["@type"], "/cosmos.tx.v1beta1.Tx");
    assert.equal(tx.body.memo, "from a wallet");
    assert.deepEqual(tx.body.messages, [{
      "@type": "/cosmos.bank.v1beta1.MsgSend", from_address: user.address, to_address: bob.address, amount: coins(7),
    }]);
    assert.deepEqual(tx.auth_info.fee, { amount: coins(2_500), gas_limit: "100000", payer: "", granter: "" });
    users.disconnect();
  });

  it("is told why a transaction was refused", async () => {
    const signer = { ...(await client.getSequence(alice.address)), chainId: "another" };
    const raw = TxRaw.encode(await client.sign(alice.address, [send(alice, bob, 1)], fee(100_000), "", signer)).finish();
    const { tx_response: res } = await post("/cosmos/tx/v1beta1/txs", { tx_bytes: base64(raw), mode: "BROADCAST_MODE_SYNC" });
    assert.deepEqual([res.code, res.codespace], [4, "sdk"]);
    assert.match(res.raw_log, /signature verification failed/);
    assert.match(res.txhash, /^[0-9A-F]{64}$/);
  });

  it("asks contracts", async () => {
    const { contractAddress } = await deploy(client);
    const smart = (msg) => `/cosmwasm/wasm/v1/contract/${contractAddress}/smart/${encodeURIComponent(base64(toUtf8(JSON.stringify(msg))))}`;
    assert.deepEqual(await get(smart({ verifier: {} })), { data: { verifier: alice.address } });
    assert.match((await get(smart({ unheard: {} }), { status: 500 })).message, /unknown variant/);
  });

  it("tolerates what is not there, and gets JSON all the same", async () => {
    for (const path of [`/cosmos/authz/v1beta1/grants/granter/${alice.address}`, "/feemarket/v1/gas_prices", "/osmosis/txfees/v1beta1/base_denom"]) {
      const { code, message } = await get(path, { status: 501 });
      assert.deepEqual([code, message], [12, "Not Implemented"]);
    }
  });
});

describe("explorers: what ping.pub calls", () => {
  let client, contract, codeId, validator, operator, tx;
  before(async () => {
    client = await connect();
    ({ contractAddress: contract, codeId } = await deploy(client, { funds: 5, admin: alice.address }));
    tx = await client.execute(alice.address, contract, { release: {} }, "auto");
    [validator] = (await get("/cosmos/staking/v1beta1/validators")).validators.map((v) => v.operator_address);
    operator = (await get(`/cosmos/staking/v1beta1/validators/${validator}/delegations`)).delegation_responses[0].delegation.delegator_address;
  });
  after(() => client.disconnect());

  // Each page's calls, and the members that it reads.
  const pages = {
    "auth/v1beta1/params": ["params.max_memo_characters"],
    "auth/v1beta1/accounts": ["accounts.0.address", "pagination"],
    "auth/v1beta1/accounts/{alice}": ["account.sequence"],
    "bank/v1beta1/params": ["params.default_send_enabled"],
    "bank/v1beta1/balances/{alice}": ["balances.0.amount", "pagination.total"],
    "bank/v1beta1/denoms_metadata": ["metadatas"],
    "bank/v1beta1/supply": ["supply.0.amount"],
    "bank/v1beta1/supply/by_denom?denom={denom}": ["amount.amount"],
    "base/tendermint/v1beta1/node_info": ["default_node_info.network", "application_version.version", "application_version.build_deps"],
    "base/tendermint/v1beta1/blocks/latest": ["block.header.height", "block.header.proposer_address", "block.data.txs", "block_id.hash", "block.last_commit"],
    "base/tendermint/v1beta1/blocks/{height}": ["block.data.txs.0", "block.header.time"],
    "base/tendermint/v1beta1/validatorsets/latest?pagination.limit=100": ["validators.0.pub_key.key", "validators.0.voting_power"],
    "base/tendermint/v1beta1/validatorsets/{height}": ["block_height", "validators.0.address"],
    "tx/v1beta1/txs/{hash}": ["tx.body.messages.0.contract", "tx_response.events.0.attributes.0.key", "tx_response.gas_used"],
    "tx/v1beta1/txs/block/{height}": ["txs.0.body.messages.0", "block.header.height"],
    "tx/v1beta1/txs?query=message.sender='{alice}'&pagination.limit=2&order_by=ORDER_BY_DESC": ["txs.0.body", "tx_responses.0.txhash", "total"],
    "tx/v1beta1/txs?events=tx.height={height}": ["tx_responses.0.height"],
    "distribution/v1beta1/params": ["params.community_tax"],
    "distribution/v1beta1/community_pool": ["pool"],
    "distribution/v1beta1/delegators/{operator}/rewards": ["rewards", "total"],
    "distribution/v1beta1/validators/{validator}/commission": ["commission.commission"],
    "distribution/v1beta1/validators/{validator}/outstanding_rewards": ["rewards.rewards"],
    "slashing/v1beta1/params": ["params.signed_blocks_window"],
    "slashing/v1beta1/signing_infos": ["info", "pagination"],
    "staking/v1beta1/params": ["params.bond_denom", "params.unbonding_time"],
    "staking/v1beta1/pool": ["pool.bonded_tokens", "pool.not_bonded_tokens"],
    "staking/v1beta1/validators?status=BOND_STATUS_BONDED&pagination.limit=300": ["validators.0.description.moniker", "validators.0.consensus_pubkey.key", "validators.0.commission.commission_rates.rate"],
    "staking/v1beta1/validators/{validator}": ["validator.tokens", "validator.status"],
    "staking/v1beta1/validators/{validator}/delegations": ["delegation_responses.0.balance.amount"],
    "staking/v1beta1/validators/{validator}/delegations/{operator}": ["delegation_response.delegation.shares"],
    "staking/v1beta1/delegations/{operator}": ["delegation_responses.0.delegation.shares"],
    "staking/v1beta1/delegators/{operator}/unbonding_delegations": ["unbonding_responses"],
    "staking/v1beta1/delegators/{operator}/redelegations": ["redelegation_responses"],
    "gov/v1/params/voting": ["voting_params.voting_period"],
    "gov/v1/params/deposit": ["deposit_params.min_deposit"],
    "gov/v1/params/tallying": ["tally_params.quorum"],
    "gov/v1/proposals?proposal_status=2": ["proposals", "pagination"],
    "gov/v1beta1/proposals": ["proposals", "pagination"],
    "mint/v1beta1/inflation": ["inflation"],
    "mint/v1beta1/params": ["params.mint_denom"],
    "mint/v1beta1/annual_provisions": ["annual_provisions"],
    "feegrant/v1beta1/allowances/{alice}": ["allowances"],
    "/cosmwasm/wasm/v1/code": ["code_infos.0.data_hash", "pagination"],
    "/cosmwasm/wasm/v1/code/{code}": ["code_info.creator", "data"],
    "/cosmwasm/wasm/v1/code/{code}/contracts": ["contracts.0"],
    "/cosmwasm/wasm/v1/codes/params": ["params.code_upload_access.permission"],
    "/cosmwasm/wasm/v1/contract/{contract}": ["contract_info.code_id", "contract_info.label", "contract_info.created.block_height"],
    "/cosmwasm/wasm/v1/contract/{contract}/history": ["entries.0.msg.verifier"],
    "/cosmwasm/wasm/v1/contract/{contract}/state": ["models.0.key", "models.0.value"],
    "/cosmwasm/wasm/v1/contract/{contract}/raw/Y29uZmln?encoding=base64": ["data"],
    "/cosmwasm/wasm/v1/contract/{contract}/smart/eyJ2ZXJpZmllciI6e319?encoding=base64": ["data.verifier"],
    "/cosmwasm/wasm/v1/contracts/creator/{alice}": ["contract_addresses.0"],
  };
  for (const [page, members] of Object.entries(pages)) {
    it(page, async () => {
      const values = {
        alice: alice.address, denom, height: tx.height, hash: tx.transactionHash, operator, validator, code: codeId, contract,
      };
      const path = (page.startsWith("/") ? page : `/cosmos/${page}`).replace(/\{(\w+)\}/g, (_, name) => values[name]);
      const answer = await get(path);
      for (const member of members) {
        const value = member.split(".").reduce((at, name) => at?.[name], answer);
        assert.ok(value !== undefined && value !== null, `${path} has no ${member}: ${JSON.stringify(answer).slice(0, 300)}`);
      }
    });
  }

  it("shows a state of the past", async () => {
    const path = `/cosmos/bank/v1beta1/balances/${contract}/by_denom?denom=${denom}`;
    const at = (height) => get(path, { init: { headers: { "x-cosmos-block-height": String(height) } } });
    assert.equal((await at(tx.height - 1)).balance.amount, "5");
    assert.equal((await at(tx.height)).balance.amount, "0");
  });

  it("names addresses of validators by the chain's prefix", async () => {
    const { validators } = await get("/cosmos/base/tendermint/v1beta1/validatorsets/latest");
    assert.ok(validators[0].address.startsWith(`${prefix}valcons1`));
    assert.ok(validator.startsWith(`${prefix}valoper1`));
  });
});
