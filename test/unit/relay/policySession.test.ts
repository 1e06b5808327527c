import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpFetch } from "../../../src/lib/httpPort.ts";
import { POLICY_SESSION_HEADER } from "../../../src/lib/settableHeaders.ts";
import { inPolicySession, PolicySessions } from "../../../src/relay/policySession.ts";

const conflict = () => new Response('{"__type":"ConflictException","message":"policies changed"}', { status: 409 });
const url = "https://gateway.example.com/mcp";

function start(answers: Response[] = []) {
  const ids: (string | undefined)[] = [];
  const state = { isWanted: true, ended: 0 };
  const fetch: HttpFetch = async (_, { headers = {} } = {}) => {
    ids.push(headers[POLICY_SESSION_HEADER]);
    return answers.shift() ?? new Response("{}");
  };
  const sessions = new PolicySessions();
  const caller = () =>
    inPolicySession(fetch, sessions.open(), {
      name: "Tools",
      isWanted: () => state.isWanted,
      onEnded: () => state.ended++,
    });
  return { ids, state, sessions, caller };
}

test("a caller names one session, another caller another, and both a new one when all are begun anew", async () => {
  const { ids, sessions, caller } = start();
  const [one, other] = [caller(), caller()];
  for (const send of [one, one, other]) await send(url, { headers: { accept: "a" } });
  sessions.renew();
  for (const send of [one, one, other]) await send(url);
  assert.equal(new Set(ids).size, 4);
  assert.deepEqual(
    ids.map((id) => ids.indexOf(id)),
    [0, 0, 2, 3, 3, 5],
  );
  assert.match(ids[0] ?? "", /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
});

test("nothing is named where it is not set, and that may change at any time", async () => {
  const { ids, state, caller } = start();
  const send = caller();
  state.isWanted = false;
  await send(url);
  state.isWanted = true;
  await send(url);
  assert.deepEqual(
    ids.map((id) => id !== undefined),
    [false, true],
  );
});

test("a session that the gateway ended is replaced once, and the request sent again", async () => {
  const { ids, state, caller } = start([conflict()]);
  const send = caller();
  const { status } = await send(url);
  await send(url);
  assert.deepEqual([status, ids.map((id) => ids.indexOf(id)), state.ended], [200, [0, 1, 1], 1]);
});

test("requests that were refused together take one new session", async () => {
  const { ids, caller } = start([conflict(), conflict()]);
  const send = caller();
  await Promise.all([send(url), send(url)]);
  assert.deepEqual(
    ids.map((id) => ids.indexOf(id)),
    [0, 0, 2, 2],
  );
});

test("a gateway that refuses the new one too is a failure, and another conflict is its own answer", async () => {
  const { ids, caller } = start([conflict(), conflict(), new Response("busy", { status: 409 })]);
  await assert.rejects(caller()(url), { code: "policy_session_refused" });
  const answer = await caller()(url);
  const words = await new Response(answer.body as unknown as ReadableStream).text().catch(() => "");
  assert.deepEqual([answer.status, ids.length], [409, 3]);
  assert.equal(typeof words, "string");
});
