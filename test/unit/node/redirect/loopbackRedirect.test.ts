import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { GatewayFailure } from "../../../../src/failures/failure.ts";
import * as landingPages from "../../../../src/node/redirect/landingPage.ts";
import { loopbackRedirect } from "../../../../src/node/redirect/loopbackRedirect.ts";
import { generic } from "../../../../src/oauth/identityProviders/generic.ts";
import type { LandingPage } from "../../../../src/oauth/signIn/redirectReceiver.ts";
import { defaultRedirect } from "../../../../src/oauth/signIn/redirectSettings.ts";
import { signIn } from "../../../../src/oauth/signIn/signIn.ts";
import { FakeAuthorizationServer } from "../../../support/fakeAuthorizationServer.ts";
import { failureOf, recordingLog } from "../../../support/fakePorts.ts";

const receiver = loopbackRedirect(async () => landingPages);

const signedIn: LandingPage = { kind: "signedIn", account: "Ada", gateway: "Tools" };

/** Another program on a port of its own choice. */
async function taken(host: string) {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { port, free: () => new Promise((resolve) => server.close(resolve)) };
}

/** A port that nobody has, as far as one can tell. */
async function freePort(): Promise<number> {
  const one = await taken("127.0.0.1");
  await one.free();
  return one.port;
}

const six = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"))
  ? {}
  : { skip: "this machine has no ::1" };

const settings = (...ports: number[]) => ({ ...defaultRedirect, ports });

function ask(
  port: number,
  path: string,
  { host = "127.0.0.1", method = "GET", headers = {} }: { host?: string; method?: string; headers?: object } = {},
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path, method, headers: { host: `localhost:${port}`, ...headers } }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        body += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("the browser is received on both loopback addresses, and the port is free again afterwards", six, async () => {
  const port = await freePort();
  const arrived: string[] = [];
  const listener = await receiver.listen(settings(port), async (url) => {
    arrived.push(url.href);
    return signedIn;
  });
  const path = "/oauth/callback?code=c&state=s";
  const [overFour, overSix] = [await ask(port, path), await ask(port, path, { host: "::1" })];
  await listener.stop();
  const again = await receiver.listen(settings(port), async () => signedIn);
  await again.stop();
  const uri = `http://localhost:${port}/oauth/callback`;
  assert.deepEqual(
    {
      redirectUri: listener.redirectUri,
      statuses: [overFour.status, overSix.status],
      arrived,
      page: overFour.body.includes("Signed in as Ada"),
      cached: overFour.headers["cache-control"],
      again: again.redirectUri,
    },
    {
      redirectUri: uri,
      statuses: [200, 200],
      arrived: [`${uri}?code=c&state=s`, `${uri}?code=c&state=s`],
      page: true,
      cached: "no-store",
      again: uri,
    },
  );
});

for (const host of ["127.0.0.1", "::1"]) {
  test(
    `a port that another program has on ${host} alone is passed over for the next one`,
    host === "::1" ? six : {},
    async () => {
      const other = await taken(host);
      const next = await freePort();
      const listener = await receiver.listen(settings(other.port, next), async () => signedIn);
      await listener.stop();
      const refused = await failureOf(() => receiver.listen(settings(other.port), async () => signedIn));
      await other.free();
      assert.deepEqual(
        { redirectUri: listener.redirectUri, refused },
        {
          redirectUri: `http://localhost:${next}/oauth/callback`,
          refused: { code: "redirect_ports_taken", facts: { ports: [other.port] } },
        },
      );
    },
  );
}

test("what is not the redirect never reaches the sign-in: another path, method or host name", async () => {
  const port = await freePort();
  let arrived = 0;
  const listener = await receiver.listen(settings(port), async () => {
    arrived += 1;
    return signedIn;
  });
  const path = "/oauth/callback?code=c&state=s";
  const statuses = [
    await ask(port, "/"),
    await ask(port, "/oauth/callback/more?code=c&state=s"),
    await ask(port, path, { method: "POST" }),
    await ask(port, path, { headers: { host: `rebound.example:${port}` } }),
    await ask(port, path, { headers: { host: "localhost:1" } }),
    await ask(port, "http://[broken"),
  ].map(({ status }) => status);
  await listener.stop();
  assert.deepEqual({ statuses, arrived }, { statuses: [404, 404, 405, 404, 404, 404], arrived: 0 });
});

test("a page that says why it failed is no success, whatever went wrong behind it", async () => {
  const port = await freePort();
  const pages: (() => Promise<LandingPage>)[] = [
    async () => ({ kind: "failed", failure: new GatewayFailure("access_denied", { issuer: "https://idp.example" }) }),
    () => Promise.reject(new Error("not foreseen")),
  ];
  const listener = await receiver.listen(settings(port), async () => (await pages.shift()?.()) ?? signedIn);
  const [denied, unforeseen] = [await ask(port, "/oauth/callback"), await ask(port, "/oauth/callback")];
  await listener.stop();
  assert.deepEqual(
    {
      statuses: [denied.status, unforeseen.status],
      denied: denied.body.includes("Access was denied."),
      success: [denied, unforeseen].some(({ body }) => body.includes("Signed in as")),
    },
    { statuses: [400, 400], denied: true, success: false },
  );
});

test("forged answers over HTTP neither end nor harm the sign-in in progress", async () => {
  const idp = new FakeAuthorizationServer();
  const port = await freePort();
  const seen: unknown[] = [];
  let last: Promise<{ status: number }> | undefined;
  const outcome = await signIn(
    {
      gateway: "Tools",
      identityProvider: generic,
      grant: "code",
      sent: "access",
      server: idp.server,
      client: { clientId: "app", authMethod: "none" },
      scopes: ["read"],
      redirect: settings(port),
    },
    {
      redirect: receiver,
      fetch: idp.fetch,
      now: Date.now,
      log: recordingLog(),
      signal: new AbortController().signal,
      openBrowser: async (url) => {
        const iss = encodeURIComponent(idp.issuer);
        for (const forged of [`code=evil&state=wrong&iss=${iss}`, "error=access_denied&state=wrong", "code=evil", ""]) {
          const { status, body } = await ask(port, `/oauth/callback?${forged}`);
          seen.push([status, body.includes("goes on undisturbed")]);
        }
        const back = idp.consent(url);
        last = ask(port, back.pathname + back.search);
        await last;
        return true;
      },
    },
  );
  seen.push((await last)?.status);
  assert.deepEqual(
    { outcome: outcome.kind, seen, exchanges: idp.count("token") },
    { outcome: "signedIn", seen: [[400, true], [400, true], [400, true], [400, true], 200], exchanges: 1 },
  );
});
