import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import type { TestContext } from "node:test";
import { FakeAuthorizationServer } from "../support/fakeAuthorizationServer.ts";
import { type ClosingServer, startClosingServer } from "./support/closingServer.ts";
import { startWorldGateway } from "./support/gateway.ts";
import { programFor } from "./support/program.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";

/** A provider and a gateway behind servers that speak HTTP so, and the program that ships. */
async function closingWorld(t: TestContext, how: ClosingServer) {
  const provider: { now?: FakeAuthorizationServer } = {};
  const issuer = await startClosingServer(
    t,
    async (request) => {
      const { url, method, headers } = request;
      const body = await request.text();
      const answer = await provider.now?.fetch(url, { method, headers, ...(body !== "" && { body }) });
      return answer ?? new Response(null, { status: 503 });
    },
    how,
  );
  const identity = new FakeAuthorizationServer(issuer.origin);
  provider.now = identity;
  const gateway = await startWorldGateway(t, identity);
  const metadata = "/.well-known/oauth-protected-resource/mcp";
  const front = await startClosingServer(
    t,
    async (request) => {
      const { pathname, origin } = new URL(request.url);
      if (pathname === metadata)
        return Response.json({ resource: `${origin}/mcp`, authorization_servers: [issuer.origin] });
      // A stream that stays is nothing for a server that closes.
      if (request.method === "GET") return new Response(null, { status: 405 });
      const { method, headers } = request;
      headers.delete("connection");
      const body = await request.text();
      const answer = await fetch(new URL(pathname, gateway.url), { method, headers, ...(body !== "" && { body }) });
      const said = new Headers(answer.headers);
      for (const name of ["transfer-encoding", "content-length", "connection", "keep-alive", "date"]) said.delete(name);
      if (answer.status === 401) said.set("www-authenticate", `Bearer resource_metadata="${origin}${metadata}"`);
      return new Response([204, 205, 304].includes(answer.status) ? null : await answer.arrayBuffer(), {
        status: answer.status,
        headers: said,
      });
    },
    how,
  );
  const url = `${front.origin}/mcp`;
  return { provider: identity, gateway, front, issuer, ...(await programFor(t, { url })) };
}

/** Signs in, calls, renews, and calls again. */
const callsAndRenews =
  (how: ClosingServer, ...args: readonly string[]) =>
  async (t: TestContext): Promise<void> => {
    const { start, provider, gateway, front, computer, clock } = await closingWorld(t, how);
    const standalone = await start(...args);
    const first = await standalone.call("echo");
    const calls = await Promise.all([standalone.call("echo"), standalone.call("log"), standalone.call("echo")]);
    clock.moveOn(3601);
    provider.access.clear();
    const after = await standalone.call("echo");
    assert.deepEqual(
      {
        first,
        calls: [calls[0], calls[2]],
        after,
        browsers: computer.opened().length,
        tokens: provider.count("token"),
      },
      { first: "{}", calls: ["{}", "{}"], after: "{}", browsers: 1, tokens: 2 },
    );
    // Nothing is asked twice, and the session outlives each connection.
    const called = gateway.asked.filter(({ rpc }) => rpc.method === "tools/call");
    const sessions = new Set(called.map(({ headers }) => headers.get("mcp-session-id")));
    assert.deepEqual([called.length, sessions.size], [5, 1]);
    assert.ok(front.asked.length > 5);
  };

const hasSix = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));

const withSix = (run: (t: TestContext) => Promise<void>) => async (t: TestContext) =>
  hasSix ? await run(t) : t.skip("this machine has no ::1");

/** Dates of HTTP in each of its forms (RFC 9110, 5.6.7), as many seconds from now. */
const dates: Readonly<Record<string, (moment: Date) => string>> = {
  "as it is written now": (moment) => moment.toUTCString(),
  "of RFC 850": (moment) => {
    const [, day, month, year, time] = /, (\d\d) (\w{3}) \d\d(\d\d) (\S+)/.exec(moment.toUTCString()) ?? [];
    const weekday = moment.toLocaleDateString("en", { weekday: "long", timeZone: "UTC" });
    return `${weekday}, ${day}-${month}-${year} ${time} GMT`;
  },
  "of C": (moment) => {
    const [, weekday, day, month, year, time] =
      /^(\w{3}), (\d\d) (\w{3}) (\d{4}) (\S+)/.exec(moment.toUTCString()) ?? [];
    return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
  },
};

const waits: WorldTests = Object.fromEntries(
  Object.entries(dates).flatMap(([form, write]) => [
    [
      `a date ${form} in a second, and no Date beside it: gateway and token endpoint are asked again`,
      async (t: TestContext) => {
        const { start, provider, gateway, computer } = await closingWorld(t, { host: "127.0.0.1", version: "1.1" });
        const busy = () =>
          new Response("", { status: 503, headers: { "retry-after": write(new Date(Date.now() + 1000)) } });
        const left = { token: 1, call: 1 };
        provider.answer.token = () => (left.token-- > 0 ? busy() : undefined);
        gateway.instead = ({ rpc, bearer }) =>
          rpc.method === "tools/call" && bearer !== undefined && left.call-- > 0 ? busy() : undefined;
        const said = await (await start()).call("log");
        assert.equal(said, await (await start()).call("log"));
        assert.doesNotMatch(said, /503|failed/);
        assert.deepEqual([left.token < 0, left.call < 0, computer.opened().length], [true, true, 1]);
      },
    ],
    [
      `a date ${form} in an hour is told with the time`,
      async (t: TestContext) => {
        const { start, gateway } = await closingWorld(t, { host: "127.0.0.1", version: "1.1" });
        gateway.instead = ({ rpc }) =>
          rpc.method === "tools/call"
            ? new Response("", { status: 429, headers: { "retry-after": write(new Date(Date.now() + 3_600_000)) } })
            : undefined;
        assert.match(await (await start()).call("log"), /HTTP 429.*wait (?:3600|35\d\d) seconds/s);
      },
    ],
  ]),
);

worldRows([
  {
    row: "G42",
    kind: 3,
    otherSide: "`Retry-After` as a date, in each form that HTTP has, from a server that does not say its own time",
    right: "the time is that of Greenwich, and ours where the server has none (RFC 9110, 5.6.7, 6.6.1 and 10.2.3)",
    source: "own variation",
    at03c8530: "not tried; later ✗ told as busy, without the time",
    tests: waits,
  },
  {
    row: "G43",
    kind: 3,
    otherSide: "a gateway and a provider that answer in HTTP/1.0, without a length, and close the connection",
    right: "the end of the connection is the end of the answer (RFC 9112, 6.3); nothing is lost or asked twice",
    source: "own variation",
    at03c8530: "not tried; later ✓",
    tests: {
      "they are signed in to, called and renewed": callsAndRenews({ host: "127.0.0.1", version: "1.0" }),
      "the same in HTTP/1.1": callsAndRenews({ host: "127.0.0.1", version: "1.1" }),
    },
  },
  {
    row: "G44",
    kind: 4,
    otherSide: "a gateway and a provider at the loopback address of IPv6, `http://[::1]:port`",
    right: "this machine is this machine under each of its addresses (RFC 8252, 7.3), also for the way back",
    source: "own variation",
    at03c8530: "not tried; later ✓",
    tests: {
      "they are signed in to, called and renewed": withSix(callsAndRenews({ host: "::1", version: "1.1" })),
      "the same, and the browser comes back to it": withSix(
        callsAndRenews({ host: "::1", version: "1.1" }, "--redirect-host", "[::1]"),
      ),
    },
  },
]);
