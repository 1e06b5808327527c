import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { startForwardProxy, testCertificate } from "../../support/forwardProxy.ts";
import { program } from "../../support/programs.ts";
import { startGateway } from "../../support/relayGateways.ts";
import { makeComputer, startStandalone } from "../../support/standalone/startStandalone.ts";
import { makeTemporaryFolder, temporaryFolder } from "../../support/temporaryFolder.ts";
import { startTokenIssuer } from "../../support/tokenIssuer.ts";
import { startProcess } from "../../support/vscode/startProcess.ts";
import { freePorts, startWebServer } from "../../support/webServer.ts";
import { company, ISSUER, through } from "./company.ts";
import { programWorld } from "./program.ts";
import type { WorldTests } from "./rows.ts";
import { gatewaySays } from "./tooMuch.ts";

/** Requests of the programs without an editor, by the environment's proxies. */
export const throughProxies: WorldTests = {
  "the standalone signs in and calls through HTTPS_PROXY, with its user name and password": signsIn,
  "a proxy that refuses is told as that, without the password, and its answer is not taken for the gateway's":
    isRefused,
  "a proxy that is not there, or is none, is told as that": isNotThere,
  "what NO_PROXY names is asked directly": isExcepted,
  "this machine is asked directly, whatever the proxies": isDirect,
  "the local gateway reads keys through HTTPS_PROXY": readsKeys,
  "the local gateway reaches a target through HTTPS_PROXY": reachesTarget,
};

/** What a start that fails says. */
const saidBy = (starting: Promise<unknown>): Promise<string> =>
  starting.then(
    () => "it started",
    (error: Error) => error.message,
  );

async function signsIn(t: TestContext): Promise<void> {
  const { proxy, start } = await company(t, { credentials: "ada:p@ss" });
  const standalone = await start({ HTTPS_PROXY: through(proxy.port, "ada:p%40ss@") });
  assert.equal(await standalone.call("echo"), "{}");
  assert.deepEqual([...new Set(proxy.asked)].sort(), ["CONNECT gateway.test:443", "CONNECT login.test:443"]);
  await standalone.close();
  // The same where an entry of a host's file names a file that has them.
  const file = join(makeTemporaryFolder("login"), "login");
  t.after(() => rmSync(dirname(file), { recursive: true }));
  writeFileSync(file, "ada:p@ss\n");
  const other = await start({ HTTPS_PROXY: through(proxy.port), GATEWAY_CONNECT_PROXY_LOGIN: `file:${file}` });
  assert.equal(await other.call("echo"), "{}");
  const said = await saidBy(
    start({ HTTPS_PROXY: through(proxy.port), GATEWAY_CONNECT_PROXY_LOGIN: `file:${file}.gone` }),
  );
  assert.match(said, /cannot be had from GATEWAY_CONNECT_PROXY_LOGIN: it cannot be read \(ENOENT\)\./);
}

async function isRefused(t: TestContext): Promise<void> {
  const { proxy, start } = await company(t, { credentials: "ada:p@ss" });
  // The libraries write what they do where somebody asks for it.
  const said = await saidBy(start({ HTTPS_PROXY: through(proxy.port, "ada:marked-wrong@"), DEBUG: "*" }));
  assert.match(said, new RegExp(`HTTP 407, through the proxy http://127\\.0\\.0\\.1:${proxy.port}\\.`));
  assert.match(said, /\(gateway_unreachable\)/);
  assert.match(said, /HTTPS_PROXY/);
  assert.equal(said.includes("marked-wrong"), false);
  assert.equal(said.includes(btoa("ada:marked-wrong")), false);
}

async function isNotThere(t: TestContext): Promise<void> {
  const { start } = await company(t);
  const [port = 0] = await freePorts(1);
  const said = await saidBy(start({ https_proxy: through(port) }));
  assert.match(said, new RegExp(`ECONNREFUSED, through the proxy http://127\\.0\\.0\\.1:${port}\\.`));
  const none = await saidBy(start({ HTTPS_PROXY: `socks5://ada:marked-wrong@127.0.0.1:${port}` }));
  assert.match(none, /a proxy whose address does not begin with http:\/\/ or https:\/\//);
  assert.equal(none.includes("marked-wrong"), false);
}

async function isExcepted(t: TestContext): Promise<void> {
  const { proxy, start } = await company(t);
  const said = await saidBy(start({ HTTPS_PROXY: through(proxy.port), NO_PROXY: "other.test,.test" }));
  assert.match(said, /\(gateway_unreachable\)/);
  assert.doesNotMatch(said, /through the proxy/);
  assert.deepEqual(proxy.asked, []);
}

async function isDirect(t: TestContext): Promise<void> {
  const { gateway, computer } = await programWorld(t);
  const proxy = await startForwardProxy(t, { hosts: {} });
  const proxies = { HTTPS_PROXY: through(proxy.port), HTTP_PROXY: through(proxy.port) };
  // Beside others that sign in at the same time.
  const args = [gateway.url, "--redirect-port", (await freePorts(3)).join(","), ...computer.browser()];
  const standalone = await startStandalone(args, { ...computer.env, ...proxies });
  try {
    assert.equal(await standalone.call("echo"), "{}");
  } finally {
    // Before its folder is removed, in which it keeps what it learns.
    await standalone.close();
  }
  assert.deepEqual({ proxy: proxy.asked, gateway: gateway.asked.length > 0 }, { proxy: [], gateway: true });
}

async function readsKeys(t: TestContext): Promise<void> {
  const issuer = await startTokenIssuer();
  t.after(() => issuer.stop());
  const web = await startWebServer(async ({ url }) => {
    const { pathname } = new URL(url);
    if (pathname === "/keys")
      return await fetch(`${issuer.issuer}/keys`).then(async (one) => Response.json(await one.json()));
    return Response.json({ issuer: issuer.issuer, jwks_uri: `${ISSUER}/keys` });
  });
  t.after(() => web.stop());
  const proxy = await startForwardProxy(t, { hosts: { "login.test": Number(new URL(web.origin).port) } });
  const discoveryUrl = `${ISSUER}/.well-known/openid-configuration`;
  const authorizerConfiguration = { customJWTAuthorizer: { discoveryUrl, allowedAudience: ["api"] } };
  const asked = { first: ["explain"], input: await issuer.token({ aud: "api" }) };
  const env = { NODE_EXTRA_CA_CERTS: testCertificate, HTTPS_PROXY: through(proxy.port) };
  const { code, out, error } = await gatewaySays(t, { authorizerConfiguration }, { ...asked, env });
  assert.deepEqual({ code, allowed: /^allowed/.test(out) }, { code: 0, allowed: true }, out + error);
  assert.deepEqual([...new Set(proxy.asked)], ["CONNECT login.test:443"]);
}

async function reachesTarget(t: TestContext): Promise<void> {
  const target = await startGateway("legacy");
  t.after(() => target.stop());
  const proxy = await startForwardProxy(t, { hosts: { "target.test": Number(new URL(target.url).port) } });
  const folder = temporaryFolder(t, "gateway");
  const file = join(folder, "a.json");
  const targets = [{ name: "tools", http: { url: "https://target.test/mcp" } }];
  writeFileSync(file, JSON.stringify({ authorizerType: "NONE", targets }));
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: testCertificate, HTTPS_PROXY: through(proxy.port) };
  const started = startProcess(process.execPath, [...program("gateway"), "--config", file], { env, stdin: true });
  t.after(() => started.stop());
  const url = await started.line((line) => /"url":"(?<url>[^"]+)"/.exec(line)?.groups?.url, "it did not start");
  const computer = makeComputer({});
  const standalone = await startStandalone([url], computer.env);
  t.after(async () => {
    await standalone.close();
    computer.remove();
  });
  assert.equal(await standalone.call("tools___echo"), "{}");
  assert.deepEqual([...new Set(proxy.asked)], ["CONNECT target.test:443"]);
}
