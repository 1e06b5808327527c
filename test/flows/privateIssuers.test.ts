import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { startForwardProxy, testCertificate } from "../support/forwardProxy.ts";
import { startGateway } from "../support/relayGateways.ts";
import { makeComputer, startStandalone } from "../support/standalone/startStandalone.ts";

const ORIGIN = "https://gateway.test";
const GATEWAY = `${ORIGIN}/mcp`;

/** A gateway out there whose metadata names these issuers, a port of this machine that counts who comes, and a proxy that hears all else. */
async function namingGateway(t: TestContext, issuers: (port: number) => readonly string[]) {
  let visits = 0;
  const service = createServer((socket) => {
    visits += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(service, "listening");
  t.after(() => service.close());
  const named = issuers((service.address() as AddressInfo).port);
  const metadata = `${ORIGIN}/.well-known/oauth-protected-resource/mcp`;
  const gateway = await startGateway("legacy", 0, ({ url }) =>
    new URL(url).pathname.startsWith("/.well-known/oauth-protected-resource")
      ? Response.json({ resource: GATEWAY, authorization_servers: named })
      : new Response("", { status: 401, headers: { "www-authenticate": `Bearer resource_metadata="${metadata}"` } }),
  );
  t.after(() => gateway.stop());
  const proxy = await startForwardProxy(t, { hosts: { "gateway.test": Number(new URL(gateway.url).port) } });
  const computer = makeComputer({});
  t.after(() => computer.remove());
  const env = {
    ...computer.env,
    ...{ NODE_EXTRA_CA_CERTS: testCertificate, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, SECRET: "marked-secret" },
  };
  /** What the standalone says, and where it went. */
  const tried = async (...args: readonly string[]) => {
    const signIn = ["--client-credentials", "--client-id", "app", "--client-secret", "env:SECRET"];
    const before = proxy.asked.length;
    const said = await startStandalone([GATEWAY, ...signIn, ...args], env).then(
      () => "it started",
      (error: Error) => error.message,
    );
    const elsewhere = proxy.asked.slice(before).filter((one) => one !== "CONNECT gateway.test:443");
    return { code: /\((\w+)\)\s*$/.exec(said.trim())?.[1], said, elsewhere: [...new Set(elsewhere)], visits };
  };
  return { tried, named };
}

const nothing = { elsewhere: [], visits: 0 };

test("the standalone asks nothing of this machine or of a cloud's metadata service because a gateway elsewhere names it", async (t) => {
  const { tried, named } = await namingGateway(t, (port) => [
    ...[`http://127.0.0.1:${port}`, `http://localhost:${port}`, `https://2130706433:${port}`, `https://[::1]:${port}`],
    ...[`https://[::ffff:127.0.0.1]:${port}`, `https://localhost.:${port}`, `https://0177.0.0.1:${port}`],
    ...["https://169.254.169.254", "https://metadata.google.internal"],
  ]);
  const { said, ...ending } = await tried();
  assert.deepEqual(ending, { code: "named_place_refused", ...nothing }, said);
  assert.match(said, new RegExp(`names ${named[0]}`));
});

test("the standalone asks nothing of a private network before its person has named the issuer", async (t) => {
  const { tried } = await namingGateway(t, () => ["https://10.1.2.3"]);
  const { said, ...ending } = await tried();
  assert.deepEqual(ending, { code: "private_issuer_unconfirmed", ...nothing }, said);
  assert.match(said, /add --issuer https:\/\/10\.1\.2\.3\./);
  const agreed = await tried("--issuer", "https://10.1.2.3");
  assert.deepEqual(
    { code: agreed.code, elsewhere: agreed.elsewhere },
    { code: "authorization_server_unreachable", elsewhere: ["CONNECT 10.1.2.3:443"] },
    agreed.said,
  );
});
