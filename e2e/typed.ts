// A program on the client that `weft contract gen ts` writes for contracts/token:
// run.sh compiles both as strictly as TypeScript can, generated.test.mjs runs it.
import type { SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { TokenClient, TokenQueryClient } from "./Token.client.js";
import type { TokenInterface } from "./Token.client.js";
import type { ExecuteMsg, InstantiateMsg, Expiration } from "./Token.types.js";

// What must not compile.
// @ts-expect-error an amount is a text
export const number: ExecuteMsg = { transfer: { recipient: "a", amount: 5 } };
// @ts-expect-error the recipient is missing
export const missing: ExecuteMsg = { transfer: { amount: "5" } };
// @ts-expect-error there is no such message
export const unknown: ExecuteMsg = { transfr: { recipient: "a", amount: "5" } };
// @ts-expect-error it is one of the three
export const expiration: Expiration = { at_hight: 5 };

const begin = (owner: string): InstantiateMsg => ({
  name: "Typed Token",
  symbol: "TYPE",
  decimals: 6,
  initial_balances: [{ address: owner, amount: "1000" }],
  mint: { minter: owner, cap: "340282366920938463463374607431768211455" },
});

/** Makes a token, uses it, and tells what it answered. */
export async function life(client: SigningCosmWasmClient, owner: string, codeId: number, spender: string) {
  const { contract, result } = await TokenClient.instantiate(client, owner, codeId, begin(owner), "typed", "auto", { admin: owner });
  const token: TokenInterface = contract;
  await token.transfer({ recipient: spender, amount: "10" });
  const never: Expiration = { never: {} };
  await token.increaseAllowance({ spender, amount: "7", expires: never }, "auto", "a memo");
  await token.mint({ recipient: owner, amount: "1" });
  await TokenClient.migrate(client, owner, token.contractAddress, codeId, {});
  const question = new TokenQueryClient(client, token.contractAddress);
  const { balance } = await question.balance({ address: owner });
  const { allowances } = await question.allAllowances({ owner, limit: 1 });
  return {
    address: result.contractAddress,
    balance: BigInt(balance),
    info: await question.tokenInfo(),
    minter: (await question.minter())?.cap,
    allowances: allowances.map(({ spender, allowance, expires }) => ({ spender, allowance, expires })),
    accounts: (await question.allAccounts()).accounts.length,
    refused: await token.transfer({ recipient: spender, amount: "1000000" }, 300_000).catch((err: Error) => err.message),
  };
}
