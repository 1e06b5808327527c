import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../src/connections/connection.ts";
import { connectionAccess, type SignInPrompt } from "../../../src/connections/connectionAccess.ts";
import type { TokenSet } from "../../../src/oauth/tokens/tokenSet.ts";
import { DECLINED_MS } from "../../../src/relay/declines.ts";
import type { SignInEnding } from "../../../src/relay/gatewayAccess.ts";
import { failureOf, fakeNetwork, json, recordingLog } from "../../support/fakePorts.ts";

const url = "https://gw.example.com/mcp";
const server = { issuer: "https://login.example.com" };

const signedIn: Connection = {
  id: "gw",
  name: "Work",
  url,
  authorization: { kind: "oauth", server, clientId: "app", clientSource: "configured", scopes: ["read"] },
  sessionId: "s",
};
const { sessionId: _, ...signedOut } = signedIn;

const tokens: TokenSet = {
  sessionId: "s",
  server,
  client: { clientId: "app", authMethod: "none" },
  account: { id: "ada", label: "Ada" },
  scopes: ["read"],
  accessToken: "marked-access",
  issuedAt: 0,
};

function start(connection: Connection | undefined, stored: TokenSet | undefined = tokens) {
  const prompts: SignInPrompt[] = [];
  const answers: { resolve: (ending: SignInEnding) => void; reject: (error: unknown) => void }[] = [];
  const challenge = 'Bearer error="insufficient_scope", scope="write"';
  const network = fakeNetwork({ [url]: json({}, 403, { "www-authenticate": challenge }) });
  const place = { connection, now: 1_000_000 };
  const access = connectionAccess(() => place.connection, {
    fetch: network.fetch,
    log: recordingLog(),
    now: () => place.now,
    signIns: {
      current: async ({ sessionId }) => (sessionId === undefined ? undefined : stored),
      replace: async () => undefined,
    },
    aws: { isSigned: () => false, isReady: async () => false, fetch: () => Promise.reject(new Error("unsigned")) },
    sent: () => "access",
    onChallenge() {},
    changed: async () => undefined,
    prompt: (prompt) => {
      prompts.push(prompt);
      return new Promise((resolve, reject) => answers.push({ resolve, reject }));
    },
  });
  const waiting = () => new AbortController().signal;
  return { access, prompts, answers, place, network, waiting };
}

test("everyone waiting shares one prompt, and the next one is a new one", async () => {
  const { access, prompts, answers, waiting } = start(signedOut);
  const first = [access.signIn("sign_in_needed", waiting(), true), access.signIn("sign_in_needed", waiting(), true)];
  answers[0]?.resolve({ kind: "signedIn" });
  const endings = await Promise.all(first);
  const next = access.signIn("sign_in_needed", waiting(), true);
  answers[1]?.resolve({ kind: "signedIn" });
  assert.deepEqual(
    { endings, next: await next, prompts },
    {
      endings: [{ kind: "signedIn" }, { kind: "signedIn" }],
      next: { kind: "signedIn" },
      prompts: [
        { connection: signedOut, because: "sign_in_needed", scopes: [] },
        { connection: signedOut, because: "sign_in_needed", scopes: [] },
      ],
    },
  );
});

test("who stops waiting leaves the prompt to the others", async () => {
  const { access, prompts, answers, waiting } = start(signedOut);
  const reason = new Error("enough");
  const impatient = new AbortController();
  const left = failureOf(() => access.signIn("sign_in_needed", impatient.signal, true));
  const stayed = access.signIn("sign_in_needed", waiting(), true);
  impatient.abort(reason);
  const gone = await left;
  answers[0]?.resolve({ kind: "signedIn" });
  assert.deepEqual(
    {
      gone,
      stayed: await stayed,
      late: await failureOf(() => access.signIn("sign_in_needed", impatient.signal, true)),
      prompts: prompts.length,
    },
    { gone: reason, stayed: { kind: "signedIn" }, late: reason, prompts: 1 },
  );
});

test("the rest of a burst is answered with the person's Cancel, a later call asks again", async () => {
  const { access, prompts, answers, place, waiting } = start(signedOut);
  const cancelled = access.signIn("sign_in_needed", waiting(), true);
  answers[0]?.resolve({ kind: "cancelled" });
  const first = await cancelled;
  place.now += 2_999;
  const burst = await access.signIn("sign_in_needed", waiting(), true);
  place.now += 1;
  const later = access.signIn("sign_in_needed", waiting(), true);
  answers[1]?.resolve({ kind: "signedIn" });
  assert.deepEqual(
    { first, burst, later: await later, prompts: prompts.length },
    { first: { kind: "cancelled" }, burst: { kind: "cancelled" }, later: { kind: "signedIn" }, prompts: 2 },
  );
});

test("an agent whose calls a person has declined several times has nobody asked for some minutes, and the person is at once", async () => {
  const { access, prompts, place, answers, waiting } = start(signedOut);
  const asked = async (isAgent: boolean, kind: "cancelled" | "signedIn" = "cancelled") => {
    const before = prompts.length;
    const ending = access.signIn("sign_in_needed", waiting(), isAgent);
    answers[prompts.length - 1]?.resolve({ kind });
    await ending;
    place.now += 10_000;
    return prompts.length - before;
  };
  const byAgent = [];
  for (let call = 0; call < 20; call++) byAgent.push(await asked(true));
  const own = await asked(false);
  place.now += DECLINED_MS;
  const later = await asked(true, "signedIn");
  assert.deepEqual(
    { byAgent: byAgent.slice(0, 4), asked: byAgent.reduce((sum, one) => sum + one), own, later },
    { byAgent: [1, 1, 1, 0], asked: 3, own: 1, later: 1 },
  );
});

test("a sign-in that fails fails for all who wait, and the next call may ask again", async () => {
  const { access, prompts, answers, waiting } = start(signedOut);
  const failure = new Error("no browser");
  const both = [1, 2].map(() => failureOf(() => access.signIn("sign_in_needed", waiting(), true)));
  answers[0]?.reject(failure);
  const failures = await Promise.all(both);
  const next = access.signIn("sign_in_needed", waiting(), true);
  answers[1]?.resolve({ kind: "signedIn" });
  assert.deepEqual(
    { failures, next: await next, prompts: prompts.length },
    { failures: [failure, failure], next: { kind: "signedIn" }, prompts: 2 },
  );
});

test("a token that does not reach leads to a prompt for its scopes and those that lack", async () => {
  const { access, prompts, answers, waiting } = start(signedIn);
  const failure = await failureOf(() => access.fetch(url));
  const ending = access.signIn("insufficient_scope", waiting(), true);
  answers[0]?.resolve({ kind: "signedIn" });
  await ending;
  assert.deepEqual(
    { failure, prompts },
    {
      failure: { code: "insufficient_scope", facts: { gateway: "Work", needed: ["read", "write"], granted: ["read"] } },
      prompts: [{ connection: signedIn, because: "insufficient_scope", scopes: ["read", "write"], lacking: ["write"] }],
    },
  );
});

test("ready is who can call without a person", async () => {
  const open: Connection = { id: "gw", name: "Work", url, authorization: { kind: "none" } };
  assert.deepEqual(
    {
      open: await start(open).access.ready(),
      signedIn: await start(signedIn).access.ready(),
      signedOut: await start(signedOut).access.ready(),
      removed: await start(undefined).access.ready(),
    },
    { open: true, signedIn: true, signedOut: false, removed: false },
  );
});

test("a gateway that was removed asks nobody and is sent nothing", async () => {
  const { access, prompts, network, place, waiting } = start(signedIn);
  place.connection = undefined;
  assert.deepEqual(
    {
      fetch: await failureOf(() => access.fetch(url)),
      signIn: await access.signIn("sign_in_needed", waiting(), true),
      prompts,
      sent: network.urls(),
    },
    {
      fetch: { code: "sign_in_needed", facts: { gateway: "this gateway" } },
      signIn: { kind: "cancelled" },
      prompts: [],
      sent: [],
    },
  );
});
