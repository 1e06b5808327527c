import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { program } from "../support/programs.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";
import { withUntrustedServer } from "../support/untrustedServer.ts";
import { startProcess } from "../support/vscode/startProcess.ts";
import { startIssuer } from "./support/issuer.ts";
import { type LocalGateway, startLocalGateway } from "./support/localGateway.ts";
import { discoverRefusals, keptSessions, lostSessions } from "./support/otherSpellings.ts";
import { eachPair, type WorldTests, worldRows } from "./support/rows.ts";
import { callerOf, startTarget, type TargetRpc, type WorldTarget } from "./support/target.ts";

const NOT_AVAILABLE = "issuer's keys not available";
const AVAILABLE_AGAIN = "issuer's keys available again";

/** A gateway with no targets that asks for tokens of an issuer, and tells callers what fails. */
const startGuarded = (t: TestContext, discoveryUrl: string): Promise<LocalGateway> =>
  startLocalGateway(t, {
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl, allowedAudience: ["api"] } },
    exceptionLevel: "DEBUG",
    targets: [],
  });

/** What becomes of a request with a token. */
async function call({ url }: LocalGateway, token: string) {
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "row", version: "1" } };
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }),
  });
  const { error } = JSON.parse((await response.text()).replace(/^event:.*\ndata: /, "")) as {
    readonly error?: { readonly message: string };
  };
  return { status: response.status, message: error?.message };
}

const echo = { name: "echo", inputSchema: { type: "object" } };

const closed = (_: TargetRpc): never => {
  throw new Error("the socket is closed");
};

/** A target that was restarted: it refuses what is asked in the session that it no longer knows. */
function forget(target: WorldTarget, refusal: (rpc: TargetRpc) => Response): void {
  let isAnew = false;
  target.instead = (rpc, request) => {
    isAnew ||= rpc.method === "initialize";
    return !isAnew && rpc.id !== undefined && request.headers.has("mcp-session-id") ? refusal(rpc) : undefined;
  };
}

const restartedTargets: WorldTests = Object.fromEntries([
  ...Object.entries(lostSessions).map(([what, refusal]) => [
    `a target that says ${what} is initialised anew, and the call is sent once more`,
    async (t: TestContext) => {
      const target = await startTarget(t);
      const { call } = await callerOf(t, [{ name: "a", http: { url: target.url } }]);
      await call("a___echo");
      forget(target, refusal);
      assert.equal(await call("a___echo"), "{}");
      assert.equal(target.asked.filter((one) => one === "tools/call").length, 3);
    },
  ]),
  ...Object.entries(keptSessions).map(([what, refusal]) => [
    `${what} is an answer, and no lost session`,
    async (t: TestContext) => {
      const target = await startTarget(t);
      const { call } = await callerOf(t, [{ name: "a", http: { url: target.url } }]);
      await call("a___echo");
      forget(target, refusal);
      await call("a___echo").catch(() => {});
      assert.equal(target.asked.filter((one) => one === "initialize").length, 1);
    },
  ]),
]);

/** The lines about the issuer, in their order. */
const outageLines = ({ logs }: LocalGateway): readonly string[] =>
  logs.flatMap((line) => [NOT_AVAILABLE, AVAILABLE_AGAIN].filter((text) => line.includes(text)));

/** What the audit says of the first requests: the decision, and why there is none. */
async function audited(gateway: LocalGateway, count: number): Promise<readonly (readonly string[])[]> {
  await until(() => gateway.audit().length >= count, "the audit");
  return gateway
    .audit()
    .map(({ additionalEventData: { decision, reason } }) => [decision, ...(reason ? [reason] : [])]);
}

/** What issuers answered in the place of their discovery document. */
const outages: Readonly<Record<string, { readonly answer: () => Response; readonly reason: string }>> = {
  "not there (404)": { answer: () => new Response("not found", { status: 404 }), reason: "answered with HTTP 404" },
  "away (503)": { answer: () => new Response("<html>", { status: 503 }), reason: "answered with HTTP 503" },
  "a page": { answer: () => new Response("<html>Sign in</html>"), reason: "has no JSON document" },
  "another document": { answer: () => Response.json({ error: "none" }), reason: "has no issuer or no jwks_uri" },
  "far too large": {
    answer: () => Response.json({ issuer: "x".repeat(2 ** 21) }),
    reason: "could not be read: the answer is larger than 1 MiB",
  },
};

/** Breaks the program from inside, where a request has the header `x-break`. */
const breakage = `
  const { hasOwn } = Object;
  Object.hasOwn = (object, name) => {
    const at = object?.["x-break"];
    if (at === "background" && name === "host") Promise.reject(new RangeError("broken in the background"));
    if (at === "front" && name === "mcp-session-id") throw new RangeError("broken in the front");
    return hasOwn(object, name);
  };`;

/** What a caller of the gateway's program and its log learn of an exception that nobody could foresee. */
async function askBrokenGateway(where: "front" | "background") {
  const folder = makeTemporaryFolder("gateway");
  const [file, preload] = [join(folder, "a.json"), join(folder, "preload.mjs")];
  writeFileSync(file, JSON.stringify({ authorizerType: "NONE" }));
  writeFileSync(preload, breakage);
  const command = ["--import", pathToFileURL(preload).href, ...program("gateway"), "--config", file];
  const started = startProcess(process.execPath, command, { stdin: true });
  try {
    const url = await started.line((line) => /"url":"(?<url>[^"]+)"/.exec(line)?.groups?.url, "it did not start");
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "a", version: "1" } };
    const answered = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "x-break": where,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }),
    });
    const { error } = (await answered.json()) as { readonly error?: object };
    const line = await started.line(
      (one) => /unforeseen failure (?<facts>\{.*\})$/.exec(one)?.groups?.facts,
      "no line",
    );
    const { code, reason } = JSON.parse(line) as { readonly code: string; readonly reason: string };
    return { answer: { status: answered.status, error }, logged: { code, reason } };
  } finally {
    await started.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How targets and issuers were seen to behave, as the local gateway meets them. */
/** Targets with too much to do. */
const busyTargets: WorldTests = {
  ...eachPair([429, 503], ["initialize", "tools/call"], (status, method) => [
    `HTTP ${status} at ${method} with a Retry-After of a second is waited for`,
    async (t) => {
      const target = await startTarget(t);
      let times = 0;
      target.instead = (rpc) =>
        rpc.method === method && times++ === 0
          ? new Response("later", { status, headers: { "retry-after": "1" } })
          : undefined;
      const caller = await callerOf(t, [{ name: "busy", http: { url: target.url } }]);
      assert.deepEqual([await caller.call("busy___echo"), times], ["{}", 2]);
    },
  ]),
  "one that wants to be left alone for an hour is not asked again, and told with the time": async (t) => {
    const target = await startTarget(t);
    let times = 0;
    target.instead = ({ method }) => {
      if (method !== "tools/call") return undefined;
      times++;
      return new Response("Rate exceeded", { status: 429, headers: { "retry-after": "3600" } });
    };
    const caller = await callerOf(t, [{ name: "busy", http: { url: target.url } }]);
    const told = await caller.call("busy___echo").catch(String);
    assert.match(told, /target busy failed: HTTP 429.*Rate exceeded; it asks to wait 3600 seconds/);
    assert.equal(times, 1);
  },
};

worldRows([
  {
    row: "T1",
    kind: 1,
    otherSide: "target restarted: 400 “No valid session ID provided” (server-everything)",
    right: "as G4",
    source: "agentgateway#3622",
    at03c8530: "✗ for ever",
    tests: restartedTargets,
  },
  {
    row: "T2",
    kind: 1,
    otherSide: "`nextCursor: null`; one that never changes",
    right: "null ends; a cursor seen before ends, told once",
    source: "codebase-memory-mcp#1247, cccc#50",
    at03c8530: "✗ 1000 requests, 1000 copies",
    tests: {
      ...Object.fromEntries(
        [
          ["null", null, 1],
          ["always the same", "again", 2],
        ].map(([what, nextCursor, reads]) => [
          `a list whose next cursor is ${what} has each tool once, after as few requests as show it`,
          async (t: TestContext) => {
            const target = await startTarget(t);
            target.instead = ({ id, method }) =>
              method === "tools/list"
                ? Response.json({ jsonrpc: "2.0", id, result: { tools: [echo], nextCursor } })
                : undefined;
            const { tools } = await callerOf(t, [{ name: "a", http: { url: target.url } }]);
            const names = await tools();
            assert.deepEqual([names, target.asked.filter((one) => one === "tools/list").length], [["a___echo"], reads]);
          },
        ]),
      ),
    },
  },
  {
    row: "T3",
    kind: 3,
    otherSide: "a tool without `inputSchema`, or `null` in a list",
    right: "as G11; other targets keep theirs",
    source: "Kuadrant/mcp-gateway#662",
    at03c8530: "✗",
    tests: {
      "what cannot be used of one target's list is left out and told, and the other target keeps its own": async (
        t,
      ) => {
        const [odd, plain] = [await startTarget(t), await startTarget(t)];
        odd.instead = ({ id, method }) =>
          method === "tools/list"
            ? Response.json({ jsonrpc: "2.0", id, result: { tools: [null, { name: "bare" }, echo] } })
            : undefined;
        const targets = [odd, plain].map(({ url }, at) => ({ name: `t${at}`, http: { url } }));
        const { tools, gateway } = await callerOf(t, targets);
        const names = await tools();
        assert.ok(names.includes("t0___echo") && names.includes("t1___echo") && !names.includes("t0___bare"));
        assert.match(await gateway.said('"item":"bare"'), /left out of a list.*"target":"t0".*it has no inputSchema/);
        assert.match(await gateway.said('"item":"number 1"'), /it is no object/);
      },
    },
  },
  {
    row: "T4",
    kind: 1,
    otherSide: "`server/discover` → 5xx, closed socket",
    right: "as G3",
    source: "snow-app#56",
    at03c8530: "✗",
    tests: {
      ...Object.fromEntries(
        Object.entries({ ...discoverRefusals, "a closed socket": closed }).map(([what, answer]) => [
          `a target that answers server/discover with ${what} is initialised`,
          async (t: TestContext) => {
            const target = await startTarget(t);
            target.instead = (rpc) => (rpc.method === "server/discover" ? answer(rpc) : undefined);
            const { call } = await callerOf(t, [{ name: "a", http: { url: target.url } }]);
            assert.deepEqual(
              [await call("a___echo"), target.asked.slice(0, 2)],
              ["{}", ["server/discover", "initialize"]],
            );
          },
        ]),
      ),
    },
  },
  {
    row: "T6",
    kind: 5,
    otherSide: "issuer down, wrong discoveryUrl, untrusted TLS",
    right: "one line when it begins and one when it ends, in log, DEBUG answer and audit; a warning at start",
    source: "Termix#1142",
    at03c8530: "✗ 500 and silence",
    tests: {
      ...Object.fromEntries(
        Object.entries(outages).map(([name, { answer, reason }]) => [
          `an issuer whose discovery document is ${name} is told at the start, once until it ends, and to whoever asks`,
          async (t: TestContext) => {
            const issuer = await startIssuer(t);
            issuer.instead = answer;
            const gateway = await startGuarded(t, issuer.discoveryUrl);
            const began = await gateway.said(NOT_AVAILABLE);
            const token = await issuer.token();
            const during = [await call(gateway, token), await call(gateway, token)];
            issuer.instead = undefined;
            const after = await call(gateway, token);
            await gateway.said(AVAILABLE_AGAIN);
            const why = `${issuer.discoveryUrl} ${reason}`;
            const message = `The token can be neither allowed nor refused: ${why}`;
            const decisions = await audited(gateway, 3);
            assert.deepEqual(
              { began: began.includes(why), during, after: after.status, lines: outageLines(gateway), decisions },
              {
                began: true,
                during: [
                  { status: 500, message },
                  { status: 500, message },
                ],
                after: 200,
                lines: [NOT_AVAILABLE, AVAILABLE_AGAIN],
                decisions: [["undecided", why], ["undecided", why], ["allowed"]],
              },
            );
          },
        ]),
      ),
      "an issuer with a certificate that nobody trusts is told at the start, with the system's name for the fault":
        async (t) => {
          const requests = await withUntrustedServer(async (origin) => {
            const gateway = await startGuarded(t, `${origin}/.well-known/openid-configuration`);
            assert.match(await gateway.said(NOT_AVAILABLE), /could not be read: DEPTH_ZERO_SELF_SIGNED_CERT/);
          });
          assert.equal(requests, 0);
        },
      "an issuer that goes away later is told too, and tokens that its known keys signed are let in": async (t) => {
        const issuer = await startIssuer(t);
        const gateway = await startGuarded(t, issuer.discoveryUrl);
        const token = await issuer.token();
        const before = await call(gateway, token);
        issuer.instead = () => new Response("away", { status: 503 });
        await issuer.replaceKey();
        const forged = await call(gateway, await issuer.token());
        await gateway.said(NOT_AVAILABLE);
        const known = await call(gateway, token);
        assert.deepEqual(
          { statuses: [before, forged, known].map(({ status }) => status), lines: outageLines(gateway) },
          { statuses: [200, 401, 200], lines: [NOT_AVAILABLE] },
        );
      },
    },
  },
  {
    row: "T8",
    kind: 3,
    otherSide: "`null` among JWKS `keys`",
    right: "ignored (RFC 7517, 5)",
    source: "adversarial",
    at03c8530: "✗ 500 for all",
    tests: {
      "null, texts, numbers and keys of unknown kinds among an issuer's keys keep nobody out": async (t) => {
        const issuer = await startIssuer(t);
        issuer.beside = [null, "key", 1, [], {}, { kty: null, kid: "sig-1" }, { kty: "future", kid: "sig-1" }];
        const gateway = await startGuarded(t, issuer.discoveryUrl);
        assert.deepEqual(await call(gateway, await issuer.token()), { status: 200, message: undefined });
      },
    },
  },
  {
    row: "T9",
    kind: 2,
    otherSide: "same kid, new key",
    right: "one bounded read on a bad signature",
    source: "dev providers",
    at03c8530: "✗ 401 for minutes",
    tests: {
      "the first token that a new key signs under an old id is let in": async (t) => {
        const issuer = await startIssuer(t);
        const gateway = await startGuarded(t, issuer.discoveryUrl);
        const old = await issuer.token();
        const before = await call(gateway, old);
        await issuer.replaceKey();
        const statuses = [before, await call(gateway, await issuer.token()), await call(gateway, old)];
        assert.deepEqual(
          statuses.map(({ status }) => status),
          [200, 200, 401],
        );
      },
      "a hundred forged signatures have the keys read once": async (t) => {
        const issuer = await startIssuer(t);
        const gateway = await startGuarded(t, issuer.discoveryUrl);
        const token = await issuer.token();
        const before = await call(gateway, token);
        const reads = issuer.keyReads();
        const [header, payload] = token.split(".");
        const forged = Array.from(
          { length: 100 },
          (_, n) => `${header}.${payload}.${Buffer.alloc(64, n).toString("base64url")}`,
        );
        const answers = await Promise.all(forged.map((one) => call(gateway, one)));
        assert.deepEqual(
          {
            before: before.status,
            forged: [...new Set(answers.map(({ status }) => status))],
            reads: issuer.keyReads() - reads,
            after: (await call(gateway, token)).status,
          },
          { before: 200, forged: [401], reads: 1, after: 200 },
        );
      },
    },
  },
  {
    row: "T11",
    kind: 6,
    otherSide: "process needs 35 s to start (`npx -y`, cold)",
    right: "its own `startTimeoutSeconds`; told in the list's log and in docs",
    source: "firecrawl-mcp",
    at03c8530: "✗ never starts",
    tests: {
      "a process that is not ready in its own time is told as that, with the member that gives it more": async (t) => {
        const stdio = {
          command: process.execPath,
          args: ["-e", "setInterval(() => {}, 1000)"],
          startTimeoutSeconds: 0.2,
        };
        const { call, gateway } = await callerOf(t, [{ name: "a", stdio }]);
        assert.match(await call("a___x"), /not ready within 0\.2 s; startTimeoutSeconds/);
        assert.match(await gateway.said("startTimeoutSeconds"), /target failed/);
      },
    },
  },
  {
    row: "T12",
    kind: 5,
    otherSide: "an exception nobody foresaw",
    right: "the log has it with a code; the caller −32603",
    source: "–",
    at03c8530: "✗ lost",
    tests: {
      "an exception in the middle of a request is −32603 for the caller, and a line with its code in the log":
        async () => {
          const { answer, logged } = await askBrokenGateway("front");
          assert.deepEqual(
            { answer, logged },
            {
              answer: {
                status: 500,
                error: { code: -32603, message: "An internal error occurred. Please retry later." },
              },
              logged: { code: "unexpected", reason: "RangeError: broken in the front" },
            },
          );
        },
      "one that fails in the background is a line with its code in the log, and nobody's call ends with it":
        async () => {
          const { answer, logged } = await askBrokenGateway("background");
          assert.deepEqual(
            { status: answer.status, logged },
            { status: 200, logged: { code: "unexpected", reason: "RangeError: broken in the background" } },
          );
        },
    },
  },
  {
    row: "T13",
    kind: 7,
    otherSide: "`cwd` that is not there",
    right: "told as that",
    source: "–",
    at03c8530: "~ “spawn node ENOENT”",
    tests: {
      "a folder that is not there is told as that": async (t) => {
        const stdio = { command: process.execPath, cwd: "no-such-folder" };
        const { call } = await callerOf(t, [{ name: "a", stdio }]);
        assert.match(await call("a___x"), /its folder \(cwd\) .*no-such-folder cannot be used: ENOENT/);
      },
    },
  },
  {
    row: "T14",
    kind: 7,
    otherSide: "http `discoveryUrl` to another host",
    right: "warned at start",
    source: "–",
    at03c8530: "~",
    tests: {
      "keys that come over http from another host are warned of at the start": async (t) => {
        const gateway = await startGuarded(t, "http://idp.invalid/.well-known/openid-configuration");
        assert.match(await gateway.said("over http"), /whoever is on the way can forge tokens.*idp\.invalid/);
      },
    },
  },
  {
    row: "T15",
    kind: 4,
    otherSide: "429 or 503 with Retry-After to the local gateway",
    right: "as P14: waited for within bounds, then told with the time, in the log and with DEBUG to the caller",
    source: "own variation of P14",
    at03c8530: "✗",
    tests: busyTargets,
  },
]);
