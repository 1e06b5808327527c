import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewayHeaders } from "../../../../src/connections/headers/gatewayHeaders.ts";
import { isFailure } from "../../../../src/failures/failure.ts";
import type { HttpFetch } from "../../../../src/lib/httpPort.ts";

const gateway = "https://gateway.example.com/team/mcp";

interface Seen {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A gateway that answers with these statuses, then with 200. */
function start(headers: unknown, statuses: number[] = []) {
  const seen: Seen[] = [];
  const withheld: string[][] = [];
  const runs: string[] = [];
  const state = { now: 0, set: { [`${gateway}/`]: { headers } } as unknown, printed: "first", variable: "v1" };
  const fetch: HttpFetch = async (url, { headers: sent = {} } = {}) => {
    seen.push({ url: String(url), headers: sent });
    return new Response("", { status: statuses.shift() ?? 200 });
  };
  const withHeaders = gatewayHeaders({
    settings: () => ({ gateways: state.set }),
    place: (_, name) => name,
    now: () => state.now,
    places: (names) => {
      withheld.push([...names]);
      return {
        environment: (name) => (name === "KEY" ? state.variable : undefined),
        readFile: async (path) => `in ${path}\n`,
        run: async ([program = ""]) => {
          runs.push(program);
          return `${state.printed}\n`;
        },
      };
    },
  });
  return { send: withHeaders(gateway, fetch), seen, state, withheld, runs };
}

test("headers go to the gateway's address and the metadata about it, and nowhere else", async () => {
  const { send, seen } = start({ "X-Team": "blue" });
  const ours = [
    ...[gateway, `${gateway}?qualifier=DEFAULT`, "https://gateway.example.com/.well-known/oauth-protected-resource"],
    ...["https://gateway.example.com/.well-known/oauth-protected-resource/team/mcp"],
    `${gateway}/.well-known/oauth-protected-resource`,
  ];
  const others = [
    ...["https://gateway.example.com/other/mcp", "https://gateway.example.com/.well-known/oauth-authorization-server"],
    ...[
      "https://gateway.example.com/token",
      "https://login.example.com/team/mcp",
      "http://gateway.example.com/team/mcp",
    ],
    ...["https://gateway.example.com:8443/team/mcp", "https://gateway.example.com/team/mcp/more"],
  ];
  for (const url of [...ours, ...others]) await send(url, { headers: { accept: "a" } });
  assert.deepEqual(
    seen.map(({ headers }) => headers),
    [...ours.map(() => ({ accept: "a", "x-team": "blue" })), ...others.map(() => ({ accept: "a" }))],
  );
});

test("variables and files are read for each request, and programs get none of these variables", async () => {
  const { send, seen, state, withheld } = start({
    "X-Key": { environment: "KEY", before: "Key " },
    "X-File": { file: "/f" },
  });
  await send(gateway);
  state.variable = "v2";
  await send(gateway);
  assert.deepEqual(
    seen.map(({ headers }) => headers),
    [
      { "x-key": "Key v1", "x-file": "in /f" },
      { "x-key": "Key v2", "x-file": "in /f" },
    ],
  );
  assert.deepEqual(withheld, [["KEY"], ["KEY"]]);
});

test("what a program prints is kept until the gateway refuses it, and the request is sent once more with what is new", async () => {
  const { send, seen, state, runs } = start({ "X-Otp": { command: ["otp"] } }, [200, 200, 401, 200, 401, 401]);
  await Promise.all([send(gateway), send(gateway)]);
  [state.now, state.printed] = [60_000, "second"];
  const after = await send(gateway);
  // Refused again at once: whoever stands behind the program is left alone.
  const young = await send(gateway);
  state.now = 120_000;
  const same = await send(gateway);
  assert.deepEqual(
    {
      sent: seen.map(({ headers }) => headers["x-otp"]),
      statuses: [after, young, same].map(({ status }) => status),
      runs: runs.length,
    },
    { sent: ["first", "first", "first", "second", "second", "second"], statuses: [200, 401, 401], runs: 3 },
  );
});

test("a change of the settings holds for the next request", async () => {
  const { send, seen, state } = start({ "X-Team": "blue" });
  await send(gateway);
  state.set = { [gateway]: { headers: { "X-Team": "red" } } };
  await send(gateway);
  state.set = {};
  await send(gateway);
  assert.deepEqual(
    seen.map(({ headers }) => headers["x-team"]),
    ["blue", "red", undefined],
  );
});

test("nothing is sent where a header cannot be used, and the failure has nothing of its value", async () => {
  const marked = "marked-value";
  const cases: readonly (readonly [headers: unknown, printed: string, reason: RegExp])[] = [
    [{ "X-Key": { environment: "NONE" } }, "", /^empty or not there$|it is empty or not there/],
    [{ "X-Otp": { command: ["otp"] } }, `${marked}\nX-Evil: 1`, /several lines/],
    [{ "X-Otp": { command: ["otp"] } }, marked.repeat(1000), /longer than a header may be/],
    [{ "X-Otp": { command: ["otp"] } }, `${marked}\u0001`, /characters that no header has/],
  ];
  for (const [headers, printed, reason] of cases) {
    const { send, seen, state } = start(headers);
    state.printed = printed;
    const failure = await send(gateway).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(isFailure(failure, "header_unreadable"));
    assert.match(failure.facts.reason, reason);
    assert.deepEqual([seen.length, JSON.stringify(failure.facts).includes(marked)], [0, false]);
  }
  const { send, seen } = start({ Cookie: "a" });
  await assert.rejects(send(gateway), { code: "headers_invalid" });
  assert.equal(seen.length, 0);
});
