import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { resolveGateway } from "../../../../src/connections/resolvedConnection.ts";
import { defaultRedirect } from "../../../../src/connections/settings/redirectUriSettings.ts";
import { GatewayFailure } from "../../../../src/failures/failure.ts";
import { type LandingPages, landingPages } from "../../../../src/node/redirect/landingPage.ts";
import { loopbackRedirect } from "../../../../src/node/redirect/loopbackRedirect.ts";
import { signInByBrowser } from "../../../../src/oauth/signIn/browserSignIn.ts";
import type { LandingPage } from "../../../../src/oauth/signIn/redirect.ts";
import { browserRequest } from "../../../support/browserRequest.ts";
import { FakeAuthorizationServer } from "../../../support/fakeAuthorizationServer.ts";
import { failureOf, recordingLog } from "../../../support/fakePorts.ts";

const redirectTo = (...ports: number[]) =>
  loopbackRedirect({ pages: async () => landingPages() })({ redirect: { ...defaultRedirect, ports } });

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
  const listener = await redirectTo(port).listen(async (url) => {
    arrived.push(url.href);
    return signedIn;
  });
  const path = "/oauth/callback?code=c&state=s";
  const [overFour, overSix] = [await ask(port, path), await ask(port, path, { host: "::1" })];
  await listener.stop();
  const again = await redirectTo(port).listen(async () => signedIn);
  await again.stop();
  const uri = `http://localhost:${port}/oauth/callback`;
  assert.deepEqual(
    {
      redirectUri: listener.uri,
      statuses: [overFour.status, overSix.status],
      arrived,
      page: overFour.body.includes("Signed in as Ada"),
      cached: overFour.headers["cache-control"],
      again: again.uri,
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
      const listener = await redirectTo(other.port, next).listen(async () => signedIn);
      await listener.stop();
      const refused = await failureOf(() => redirectTo(other.port).listen(async () => signedIn));
      await other.free();
      assert.deepEqual(
        { redirectUri: listener.uri, refused },
        {
          redirectUri: `http://localhost:${next}/oauth/callback`,
          refused: { code: "redirect_ports_taken", facts: { ports: [other.port] } },
        },
      );
    },
  );
}

test("a URI is available while nobody has its port on either address, whichever host it names", six, async () => {
  const [onFour, onSix, free] = [await taken("127.0.0.1"), await taken("::1"), await freePort()];
  const available = loopbackRedirect({ pages: async () => landingPages() });
  const ports = [onFour.port, onSix.port, free];
  const found: (readonly string[])[] = [];
  for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
    found.push(await available({ redirect: { ...defaultRedirect, host, ports } }).available());
  }
  const none = await failureOf(() => redirectTo(onFour.port, onSix.port).available());
  await Promise.all([onFour.free(), onSix.free()]);
  assert.deepEqual(
    { found, none, again: (await redirectTo(onFour.port).available()).length },
    {
      found: ["localhost", "127.0.0.1", "[::1]"].map((host) => [`http://${host}:${free}/oauth/callback`]),
      none: { code: "redirect_ports_taken", facts: { ports: [onFour.port, onSix.port] } },
      again: 1,
    },
  );
});

test("the URI that a sign-in came back to goes first the next time, as long as it is among those configured", async () => {
  const [first, second, third] = [await freePort(), await freePort(), await freePort()];
  const remembered: number[] = [];
  const lastPort = { read: () => remembered.at(-1), write: async (port: number) => void remembered.push(port) };
  for (const world of [{ pages: async () => landingPages() }, { pages: async () => landingPages(), lastPort }]) {
    const redirectOf = loopbackRedirect(world);
    const portsOf = (...ports: number[]) =>
      redirectOf({ redirect: { ...defaultRedirect, ports } }).uris.map((uri) => Number(new URL(uri).port));
    const listener = await redirectOf({ redirect: { ...defaultRedirect, ports: [second] } }).listen(
      async () => signedIn,
    );
    const before = portsOf(first, second, third);
    await listener.succeeded();
    await listener.stop();
    assert.deepEqual(
      { before, after: portsOf(first, second, third), elsewhere: portsOf(first, third) },
      { before: [first, second, third], after: [second, first, third], elsewhere: [first, third] },
    );
  }
  assert.deepEqual(remembered, [second]);
});

test("what is not the redirect never reaches the sign-in: another method or host name, or another path without a state", async () => {
  const port = await freePort();
  let arrived = 0;
  const listener = await redirectTo(port).listen(async () => {
    arrived += 1;
    return signedIn;
  });
  const path = "/oauth/callback?code=c&state=s";
  const statuses = [
    await ask(port, "/"),
    await ask(port, "/oauth/callback/more?code=c"),
    await ask(port, "//oauth/callback?code=c"),
    await ask(port, "/other?code=c&state=s", { headers: { host: `rebound.example:${port}` } }),
    await ask(port, path, { method: "POST" }),
    await ask(port, path, { headers: { host: `rebound.example:${port}` } }),
    await ask(port, path, { headers: { host: "localhost:1" } }),
    await ask(port, path, { headers: { host: `rebound.example@localhost:${port}` } }),
    await ask(port, "http://[broken"),
  ].map(({ status }) => status);
  await listener.stop();
  assert.deepEqual({ statuses, arrived }, { statuses: [404, 404, 404, 404, 405, 404, 404, 404, 404], arrived: 0 });
});

test("whoever opens another path reads which one the sign-in comes back to, unless the page has a foreign name", async () => {
  const port = await freePort();
  const listener = await redirectTo(port).listen(async () => signedIn);
  const told = await ask(port, "/auth/done?code=marked-code");
  const foreign = await ask(port, "/auth/done?code=marked-code", { headers: { host: `rebound.example:${port}` } });
  await listener.stop();
  assert.deepEqual(
    [told.body, foreign.body],
    ["Nothing is here. The sign-in in progress comes back to /oauth/callback.", "Not found"],
  );
});

for (const [configured, arriving] of [
  ["/oauth/callback", "/oauth/callback/"],
  ["/oauth/callback/", "/oauth/callback"],
]) {
  test(`the browser is received at ${arriving} where ${configured} was registered, and every path with a state is judged`, async () => {
    const port = await freePort();
    const redirect = loopbackRedirect({ pages: async () => landingPages() })({
      redirect: { ...defaultRedirect, path: configured ?? "", ports: [port] },
    });
    const arrived: string[] = [];
    const listener = await redirect.listen(async ({ pathname, search }) => {
      arrived.push(pathname + search);
      return signedIn;
    });
    const paths = [`${arriving}?code=c&state=s`, `${arriving}?code=c`, "/other?state=s", "//oauth/callback?state=s"];
    for (const path of paths) await ask(port, path);
    await listener.stop();
    assert.deepEqual(arrived, paths);
  });
}

test("a page that says why it failed is no success, whatever went wrong behind it", async () => {
  const port = await freePort();
  const pages: (() => Promise<LandingPage>)[] = [
    async () => ({ kind: "failed", failure: new GatewayFailure("access_denied", { issuer: "https://idp.example" }) }),
    () => Promise.reject(new Error("not foreseen")),
  ];
  const listener = await redirectTo(port).listen(async () => (await pages.shift()?.()) ?? signedIn);
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

test("the page that ends a sign-in can show whatever is set for its gateway, or lead there, with nothing changed between the setting and the page", async () => {
  const port = await freePort();
  const [url, portal] = ["https://gw.example.com/mcp", "https://consent.example.com/people"];
  // A draft of one that leads to a page that is set.
  const draft: LandingPages = {
    answerTo: (_, { consentPortal = "" }) => ({ status: 302, headers: { location: consentPortal }, body: "" }),
  };
  const { redirect } = resolveGateway(
    { url },
    {
      settings: () => ({ gateways: { [url]: { consentPortal: portal, redirectPorts: [port] } }, shared: {} }),
      redirect: loopbackRedirect({ pages: async () => draft }),
    },
  );
  const listener = await redirect.listen(async () => signedIn);
  const page = await ask(port, "/oauth/callback");
  await listener.stop();
  assert.deepEqual([page.status, page.headers.location, page.headers["cache-control"]], [302, portal, "no-store"]);
});

test("forged answers over HTTP neither end nor harm the sign-in in progress", async () => {
  const idp = new FakeAuthorizationServer();
  const port = await freePort();
  const seen: unknown[] = [];
  let last: Promise<{ status: number }> | undefined;
  const outcome = await signInByBrowser(browserRequest(idp), {
    redirect: redirectTo(port),
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
  });
  seen.push((await last)?.status);
  assert.deepEqual(
    { outcome: outcome.kind, seen, exchanges: idp.count("token") },
    { outcome: "signedIn", seen: [[400, true], [400, true], [400, true], [400, true], 200], exchanges: 1 },
  );
});

for (const [what, answerTo] of Object.entries<LandingPages["answerTo"]>({
  "cannot be made": () => {
    throw new Error("marked-secret in what went wrong");
  },
  "has a header that cannot be sent": () => ({ status: 200, headers: { "x-name": "a\nb" }, body: "marked-secret" }),
  "has a status that is none": () => ({ status: 7, headers: {}, body: "marked-secret" }),
})) {
  test(`where the page ${what}, the browser reads how the sign-in ended, and it ended so`, async () => {
    const port = await freePort();
    const redirect = loopbackRedirect({ pages: async () => ({ answerTo }) })({
      redirect: { ...defaultRedirect, ports: [port] },
    });
    const pages: readonly LandingPage[] = [
      signedIn,
      { kind: "failed", failure: new GatewayFailure("access_denied", { issuer: "https://login.example.com" }) },
      { kind: "cancelled" },
      { kind: "ignored" },
    ];
    let next = 0;
    const listener = await redirect.listen(async () => pages[next++] as LandingPage);
    const answers = [];
    for (const _ of pages) answers.push(await ask(port, defaultRedirect.path));
    await listener.stop();
    assert.deepEqual(
      answers.map(({ status, body, headers }) => [status, headers["content-type"], body.split(/[.,]/)[0]]),
      [
        [200, "text/plain", "You are signed in"],
        [400, "text/plain", "The sign-in failed"],
        [400, "text/plain", "The sign-in was cancelled"],
        [400, "text/plain", "This page is not part of a sign-in"],
      ],
    );
  });
}

test("a sign-in whose page cannot be made brings its tokens all the same", async () => {
  const port = await freePort();
  const redirect = loopbackRedirect({
    pages: async () => ({
      answerTo: () => {
        throw new Error("no page");
      },
    }),
  })({ redirect: { ...defaultRedirect, ports: [port] } });
  let told: unknown;
  const listener = await redirect.listen(async (arrived) => {
    told = arrived.searchParams.get("code");
    return signedIn;
  });
  const { status } = await ask(port, `${defaultRedirect.path}?code=a-code`);
  await listener.stop();
  assert.deepEqual([status, told], [200, "a-code"]);
});
