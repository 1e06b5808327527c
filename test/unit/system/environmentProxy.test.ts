import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { wordsOf } from "../../../src/lib/httpPort.ts";
import { proxyFor, signInToProxies } from "../../../src/system/environmentProxy.ts";
import { httpClient } from "../../../src/system/httpClient.ts";
import { agentsByEnvironment } from "../../../src/system/proxyAgents.ts";
import { startForwardProxy } from "../../support/forwardProxy.ts";

const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** The environment with these of the names of proxies, for as long as the test takes. */
function setEnvironment(t: TestContext, values: Readonly<Record<string, string>>): void {
  const before = names.map((name) => [name, process.env[name]] as const);
  t.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  for (const name of names) delete process.env[name];
  Object.assign(process.env, values);
}

test("each address has the proxy that the environment names, and this machine none", (t) => {
  setEnvironment(t, {
    HTTPS_PROXY: "http://ada:p%40ss@proxy.test:3128",
    http_proxy: "https://other.test",
    NO_PROXY: "direct.test,.corp.test,some.test:8443",
  });
  const authorization = `Basic ${btoa("ada:p@ss")}`;
  const secure = { url: "http://proxy.test:3128", authorization };
  const found = [
    "https://gateway.test/mcp",
    "http://gateway.test/mcp",
    "https://direct.test/",
    "https://a.corp.test/",
    "https://some.test:8443/",
    "https://some.test/",
    "https://localhost:8080/",
    "http://127.0.0.1:1/",
    "http://[::1]:1/",
  ].map((url) => proxyFor(new URL(url)));
  assert.deepEqual(found, [
    secure,
    { url: "https://other.test", authorization: undefined },
    undefined,
    undefined,
    undefined,
    secure,
    undefined,
    undefined,
    undefined,
  ]);
});

test("a login that is kept elsewhere is for proxies that have none, and no program that is started gets it", (t) => {
  setEnvironment(t, { HTTPS_PROXY: "http://p.test:3128", HTTP_PROXY: "http://own:one@r.test" });
  t.after(() => signInToProxies(undefined));
  signInToProxies({ user: "ada", password: "marked:p@/s" });
  const shown = ["https://gateway.test/", "http://gateway.test/"].map((url) => proxyFor(new URL(url))?.authorization);
  assert.deepEqual(
    shown,
    ["ada:marked:p@/s", "own:one"].map((login) => `Basic ${btoa(login)}`),
  );
  assert.doesNotMatch(JSON.stringify(process.env), /marked/);
});

test("a proxy of another kind is refused in words that do not quote it", (t) => {
  setEnvironment(t, { ALL_PROXY: "socks5://ada:marked@proxy.test" });
  assert.throws(
    () => proxyFor(new URL("https://gateway.test/")),
    (error: Error & { told?: string }) => error.told === error.message && !error.message.includes("marked"),
  );
});

test("a plain request names the whole address to its proxy, as often as it is sent", async (t) => {
  const server = createServer((incoming, outgoing) => {
    outgoing.end(incoming.headers.host);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const proxy = await startForwardProxy(t, { hosts: { "target.test": port }, credentials: "ada:p@ss" });
  setEnvironment(t, { HTTP_PROXY: `http://ada:p%40ss@127.0.0.1:${proxy.port}` });
  const client = httpClient(agentsByEnvironment(1000));
  t.after(() => client.close());
  const ask = async () => {
    const answer = await client.fetch("http://target.test/mcp", { method: "POST", body: "{}" });
    return [answer.status, await wordsOf(answer.body)];
  };
  assert.deepEqual([await ask(), await ask()], Array(2).fill([200, "target.test"]));
  assert.deepEqual(proxy.asked, Array(2).fill("POST http://target.test/mcp"));
});
