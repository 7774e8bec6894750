// A page in a real browser signs and executes a contract against the node.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { build } from "esbuild";
import { alice, bob, connect, deploy, denom, http, prefix, rest } from "../chain.mjs";

const answerMillisecondsMax = 60_000;

// bundle makes one script of the page and all that it imports.
async function bundle() {
  const made = await build({
    entryPoints: [join(import.meta.dirname, "page.js")], bundle: true, write: false, format: "iife", platform: "browser",
    target: "chrome120", define: { global: "globalThis" }, logLevel: "error",
  });
  return made.outputFiles[0].contents;
}

// serve hands out the page and waits for what it reports.
async function serve(script, chain) {
  let settle;
  const done = new Promise((resolve, reject) => (settle = { resolve, reject }));
  const steps = [];
  const files = {
    "/": ["text/html", '<!doctype html><meta charset="utf-8"><title>e2e</title><script src="/page.js"></script>'],
    "/page.js": ["text/javascript", script],
    "/chain.json": ["application/json", JSON.stringify(chain)],
  };
  const server = createServer(async (req, res) => {
    if (req.method === "POST") {
      let body = "";
      for await (const part of req) body += part;
      const { step, result, error } = JSON.parse(body);
      if (step) steps.push(step);
      if (result) settle.resolve(result);
      if (error) settle.reject(new Error(`in the page, after ${JSON.stringify(steps)}: ${error}`));
      return res.end();
    }
    const [type, content] = files[req.url] ?? [];
    res.writeHead(type ? 200 : 404, { "content-type": type ?? "text/plain" }).end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { done, settle, steps, server, url: `http://127.0.0.1:${server.address().port}/` };
}

// browse opens a page until stop is called.
function browse(url, profile, failed) {
  const child = spawn(
    process.env.E2E_CHROMIUM,
    [
      // CI runs as root, in a container without the namespaces that the sandbox asks for; the page is ours.
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      // nothing but this machine
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      `--user-data-dir=${profile}`, "--remote-debugging-port=0", url,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let log = "";
  child.stderr.on("data", (data) => (log = (log + data).slice(-4_000)));
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.on("error", failed);
  ended.then((code) => failed(new Error(`the browser ended with ${code}: ${log}`)));
  return { stop: () => (child.kill("SIGKILL"), ended) };
}

describe("a browser", () => {
  let client, profile;
  before(async () => {
    client = await connect();
    profile = mkdtempSync(join(tmpdir(), "weft-e2e-chromium."));
  });
  after(() => {
    client.disconnect();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  it("signs in a page and executes a contract", { timeout: answerMillisecondsMax + 20_000 }, async () => {
    const { contractAddress: contract } = await deploy(client, { funds: 321 });
    const page = await serve(await bundle(), { rpc: http, rest, mnemonic: alice.wallet.mnemonic, prefix, denom, contract });
    const browser = browse(page.url, profile, page.settle.reject);
    const late = setTimeout(
      () => page.settle.reject(new Error(`no result in ${answerMillisecondsMax} ms, after ${JSON.stringify(page.steps)}`)),
      answerMillisecondsMax,
    );
    let result;
    try {
      result = await page.done;
    } finally {
      clearTimeout(late);
      await browser.stop();
      page.server.close();
    }
    console.log(`${result.agent.match(/HeadlessChrome\/\S+/)?.[0] ?? result.agent}: ${page.steps.join(", ")}`);
    assert.match(result.agent, /Chrome\//);
    assert.notEqual(result.origin, new URL(http).origin, "the page is of another origin than the node");
    assert.equal(result.address, alice.address);
    assert.deepEqual([result.before, result.after], ["321", "0"]);
    assert.ok(result.actions.some(({ key, value }) => key === "destination" && value === bob.address));
    assert.ok(BigInt(result.gasUsed) <= BigInt(result.gasWanted));
    assert.equal(result.eventHeight, result.height);
    assert.equal(result.memo, "from a browser");
    assert.deepEqual(result.smart, { verifier: alice.address });
    const found = await client.getTx(result.hash);
    assert.equal(found.code, 0);
    assert.equal(found.height, result.height);
  });
});
