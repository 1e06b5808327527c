import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { asFailure } from "../../src/failures/failure.ts";
import { failureText } from "../../src/failures/failureText.ts";
import { signInByBrowser } from "../../src/oauth/signIn/browserSignIn.ts";
import { chooseClient } from "../../src/oauth/signIn/client.ts";
import type { ClientIdentity } from "../../src/oauth/tokens/clientIdentity.ts";
import { revokeTokens } from "../../src/oauth/tokens/revocation.ts";
import { SecretTokenStore } from "../../src/oauth/tokens/secretTokenStore.ts";
import { TokenManager } from "../../src/oauth/tokens/tokenManager.ts";
import { sessionIdOf, type TokenSet } from "../../src/oauth/tokens/tokenSet.ts";
import { browserRequest } from "../support/browserRequest.ts";
import { FakeAuthorizationServer } from "../support/fakeAuthorizationServer.ts";
import {
  FakeRedirect,
  json,
  loopbackUris,
  MemorySecrets,
  networkError,
  QueueLock,
  recordingLog,
} from "../support/fakePorts.ts";

/** Everything that may never be seen: the fake server's tokens and codes all start like this. */
const marked = /marked-(?:code|access|refresh|id|client-secret)/;

const client: ClientIdentity = {
  clientId: "app",
  clientSecret: "marked-client-secret",
  authMethod: "client_secret_post",
};

type Form = Readonly<Record<string, string>>;

/** A server that answers with everything it was told, and with tokens of its own, in every place there is. */
const echo = (form: Form): string => [...Object.values(form), "marked-access-x", "marked-refresh-x"].join(" ");
const answers: { readonly [name: string]: (form: Form) => Response } = {
  "an OAuth error that quotes the request": (form) =>
    json({ error: "invalid_grant", error_description: echo(form), error_uri: echo(form) }, 400),
  "an error code that is the verifier": (form) => json({ error: form.code_verifier ?? echo(form) }, 400),
  "a challenge that quotes the request": (form) =>
    json({ error: "invalid_client" }, 401, { "www-authenticate": `Basic realm="${echo(form)}"` }),
  "a page that quotes the request": (form) =>
    new Response(`<html>${echo(form)}</html>`, { status: 502, headers: { "content-type": "text/html" } }),
  "half an answer": () =>
    new Response('{"access_token":"marked-access-x","refresh_token":"marked-refresh-x"', {
      headers: { "content-type": "application/json" },
    }),
  "tokens of a type we do not know": () => json({ access_token: "marked-access-x", token_type: "mac" }),
  "a bad ID token without an access token": () => json({ token_type: "Bearer", id_token: "marked-id-x.e30.x" }),
  "a refresh token without an access token": () =>
    json({ access_token: null, token_type: "Bearer", refresh_token: "marked-refresh-x" }),
  "a redirect that quotes the request": (form) =>
    new Response(null, { status: 302, headers: { location: `https://evil.example/?${new URLSearchParams(form)}` } }),
  "a lost connection": () => {
    throw networkError("ECONNRESET");
  },
};

/** All that a person, a log or a report could get to see of `things`. */
const visible = (...things: readonly unknown[]): string =>
  things
    .flatMap((thing) => {
      const chain: unknown[] = [];
      for (let at = thing; at !== undefined && chain.length < 10; at = (at as Error | undefined)?.cause) chain.push(at);
      return chain;
    })
    .map((thing) =>
      [
        JSON.stringify(thing),
        inspect(thing, { depth: Infinity, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity }),
        JSON.stringify(failureText(asFailure(thing))),
      ].join("\n"),
    )
    .join("\n");

const thrown = async (act: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await act();
  } catch (error) {
    return error;
  }
};

async function startSession() {
  const idp = new FakeAuthorizationServer();
  const log = recordingLog();
  const store = new SecretTokenStore(new MemorySecrets(), new QueueLock());
  const tokens: TokenSet = {
    sessionId: await sessionIdOf({ issuer: idp.issuer, clientId: client.clientId, subject: "u1" }),
    server: idp.server,
    client,
    account: { id: "u1", label: "Ada" },
    scopes: [],
    accessToken: "marked-access-0",
    refreshToken: "marked-refresh-0",
    idToken: "marked-id-0",
    issuedAt: 0,
    expiresAt: 1000,
  };
  await store.write(tokens);
  const ends: unknown[] = [];
  const manager = (now: number) =>
    new TokenManager(store, {
      fetch: idp.fetch,
      now: () => now,
      log,
      onEnded: (end) => ends.push(end),
    });
  return { idp, log, tokens, manager, ends };
}

for (const [name, answer] of Object.entries(answers)) {
  test(`a sign-in that meets ${name} shows no secret`, async () => {
    const idp = new FakeAuthorizationServer();
    idp.answer.token = answer;
    const redirect = new FakeRedirect();
    const log = recordingLog();
    let state = "?";
    const failure = await thrown(() =>
      signInByBrowser(browserRequest(idp, { client }), {
        redirect,
        openBrowser: async (url) => {
          state = new URL(url).searchParams.get("state") ?? "?";
          void redirect.arrive(idp.consent(url));
          return true;
        },
        fetch: idp.fetch,
        now: () => 0,
        log,
        signal: new AbortController().signal,
      }),
    );
    const seen = visible(failure, ...redirect.pages) + log.lines.join("\n");
    const verifier = idp.forms[0]?.form.code_verifier ?? "?";
    assert.deepEqual(
      {
        failed: failure instanceof Error,
        asked: idp.count("token"),
        leaked: [marked.exec(seen)?.[0], seen.includes(verifier), seen.includes(state)],
      },
      { failed: true, asked: 1, leaked: [undefined, false, false] },
    );
  });

  test(`a renewal that meets ${name} shows no secret`, async () => {
    const { idp, log, tokens, manager, ends } = await startSession();
    idp.answer.token = answer;
    const early = manager(999);
    const late = manager(1000);
    const outcomes = [
      await thrown(async () => ((await early.current(tokens.sessionId)) ? "used" : "ended")),
      await thrown(async () => ((await late.current(tokens.sessionId)) ? "used" : "ended")),
    ];
    const seen = visible(...outcomes, ...ends) + log.lines.join("\n");
    assert.deepEqual(
      { used: idp.count("token") > 0, leaked: marked.exec(seen)?.[0] },
      { used: true, leaked: undefined },
    );
  });

  test(`a revocation that meets ${name} shows no secret`, async () => {
    const { idp, tokens } = await startSession();
    idp.answer.revoke = answer;
    const report = await revokeTokens(tokens, { fetch: idp.fetch, now: () => 0 });
    assert.deepEqual(
      { asked: idp.count("revoke"), leaked: marked.exec(visible(report))?.[0] },
      { asked: 2, leaked: undefined },
    );
  });
}

test("the search itself finds a secret in a message, a cause, a hidden property and a log's facts", () => {
  const hidden = Object.defineProperty(new Error("x"), "body", { value: "marked-access-1", enumerable: false });
  assert.deepEqual(
    [
      new Error("marked-access-1"),
      new Error("x", { cause: new Error("y", { cause: { form: "marked-code-1" } }) }),
      hidden,
      { deep: { deeper: { deepest: { secret: "marked-refresh-1" } } } },
    ].map((thing) => marked.test(visible(thing))),
    [true, true, true, true],
  );
});

test("an answer with a wrong issuer, a wrong state or two codes shows no code", async () => {
  const bends: ((back: URL) => void)[] = [
    (back) => back.searchParams.set("iss", "https://evil.example"),
    (back) => back.searchParams.append("code", "marked-code-2"),
    (back) => back.searchParams.set("response", "marked-code-3"),
    (back) => back.searchParams.set("error", "marked-code-4 is what we sent"),
  ];
  const leaked = [];
  for (const bend of bends) {
    const idp = new FakeAuthorizationServer();
    const redirect = new FakeRedirect();
    const log = recordingLog();
    const failure = await thrown(() =>
      signInByBrowser(browserRequest(idp, { client, scopes: [] }), {
        redirect,
        openBrowser: async (url) => {
          const back = idp.consent(url);
          bend(back);
          await redirect.arrive(`${redirect.uris[0]}?code=marked-code-9&state=wrong`);
          await redirect.arrive(back);
          return true;
        },
        fetch: idp.fetch,
        now: () => 0,
        log,
        signal: new AbortController().signal,
      }),
    );
    const seen = visible(failure, ...redirect.pages) + log.lines.join("\n");
    leaked.push([failure instanceof Error, marked.exec(seen)?.[0], idp.count("token")]);
  }
  assert.deepEqual(
    leaked,
    bends.map(() => [true, undefined, 0]),
  );
});

test("a registration that is refused, and a damaged store, show no client secret", async () => {
  const idp = new FakeAuthorizationServer();
  idp.answer.register = () =>
    json({ client_id: 7, client_secret: "marked-client-secret", registration_access_token: "marked-access-r" }, 201);
  const secrets = new MemorySecrets({ "session:s": '{"version":1,"accessToken":"marked-access-0' });
  const failures = [
    await thrown(() =>
      chooseClient({ server: idp.server, settings: {}, redirectUris: loopbackUris() }, { fetch: idp.fetch, secrets }),
    ),
    await thrown(() => new SecretTokenStore(secrets, new QueueLock()).read("s")),
  ];
  assert.deepEqual(
    [failures.map((failure) => failure instanceof Error), marked.exec(visible(...failures))?.[0]],
    [[true, true], undefined],
  );
});
