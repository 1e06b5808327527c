import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayFailure } from "../../../../src/failures/failure.ts";
import { type SignInWorld, signInByBrowser, signInTimeoutMs } from "../../../../src/oauth/signIn/browserSignIn.ts";
import type { LandingPage } from "../../../../src/oauth/signIn/redirect.ts";
import type { SignInRequest } from "../../../../src/oauth/signIn/signInRequest.ts";
import { browserRequest } from "../../../support/browserRequest.ts";
import { FakeAuthorizationServer, unsignedJwt } from "../../../support/fakeAuthorizationServer.ts";
import { FakeRedirect, failureOf, html, json, networkError, recordingLog } from "../../../support/fakePorts.ts";
import { until } from "../../../support/until.ts";

type Browser = (url: string, world: World) => unknown;
interface World {
  readonly idp: FakeAuthorizationServer;
  readonly redirect: FakeRedirect;
  readonly controller: AbortController;
  readonly paste: (address: string) => Promise<void>;
}

const now = 1_700_000_000_000;
const gatewayUrl = "https://gw.example.com/mcp";

/** Signs in with a browser that does as told; by default its person consents. */
function start(
  browser: Browser = (url, { idp, redirect }) => redirect.arrive(idp.consent(url)),
  { resource = gatewayUrl, ...changes }: Partial<Omit<SignInRequest, "resource">> & { resource?: string | false } = {},
  ports: Partial<SignInWorld> = {},
) {
  const idp = new FakeAuthorizationServer();
  const redirect = new FakeRedirect();
  const controller = new AbortController();
  const log = recordingLog();
  const opened: string[] = [];
  let paste: (address: string) => Promise<void> = async () => {};
  const world: World = { idp, redirect, controller, paste: (address) => paste(address) };
  const request = browserRequest(idp, {
    scopes: ["openid", "read"],
    ...(resource !== false && { resource }),
    ...changes,
  });
  const run = () =>
    signInByBrowser(request, {
      redirect,
      openBrowser: async (url) => {
        opened.push(url);
        return browser(url, world) !== false;
      },
      fetch: idp.fetch,
      now: () => now,
      log,
      signal: controller.signal,
      onPasteReady: (ready) => {
        paste = ready;
      },
      ...ports,
    });
  return {
    ...world,
    log,
    opened,
    run,
    /** How it ended, and what crossed the ports. */
    async observed() {
      let ending: unknown;
      const failure = await failureOf(async () => {
        const outcome = await run();
        ending = outcome.kind === "signedIn" ? outcome.tokens.accessToken : outcome.kind;
      });
      return {
        ending: ending ?? failure,
        pages: redirect.pages.map(pageOf),
        exchanges: idp.count("token"),
        listening: redirect.listening,
      };
    },
  };
}

const pageOf = (page: LandingPage): string => (page.kind === "failed" ? page.failure.code : page.kind);
const issuer = new FakeAuthorizationServer().issuer;
const failed = (code: string, facts: object, more: object = {}) => ({
  ending: { code, facts },
  pages: [code],
  exchanges: 0,
  listening: false,
  ...more,
});

test("a consent ends in tokens that know their issuer, client, resource, person and end", async () => {
  const id = unsignedJwt({ iss: issuer, aud: "app", sub: "u1", name: "Ada", iat: 1, exp: Date.now() });
  const { idp, redirect, run } = start();
  idp.tokenFields = { id_token: id };
  const outcome = await run();
  assert.deepEqual(
    { outcome, pages: redirect.pages, remembered: redirect.remembered },
    {
      outcome: {
        kind: "signedIn",
        tokens: {
          sessionId: outcome.kind === "signedIn" && outcome.tokens.sessionId,
          server: idp.server,
          client: { clientId: "app", authMethod: "none" },
          resource: gatewayUrl,
          account: { id: "u1", label: "Ada" },
          scopes: ["openid", "read"],
          accessToken: "marked-access-2",
          refreshToken: "marked-refresh-2",
          idToken: id,
          issuedAt: now,
          expiresAt: now + 3_600_000,
        },
      },
      pages: [{ kind: "signedIn", account: "Ada", gateway: "Tools" }],
      remembered: ["http://localhost:3334/oauth/callback"],
    },
  );
});

test("where a sign-in came back to is remembered once it worked, and tokens are kept where that cannot be", async () => {
  const denied = start((url, { redirect }) => {
    const back = new URL(redirect.uris[0]);
    back.search = new URLSearchParams({
      state: new URL(url).searchParams.get("state") ?? "",
      error: "access_denied",
    }).toString();
    return redirect.arrive(back);
  });
  await denied.observed();
  const forgetful = start();
  const listen = forgetful.redirect.listen.bind(forgetful.redirect);
  forgetful.redirect.listen = async (answer) => ({
    ...(await listen(answer)),
    succeeded: () => Promise.reject(new Error("the disk is full")),
  });
  assert.deepEqual(
    { denied: denied.redirect.remembered, forgetful: (await forgetful.run()).kind },
    { denied: [], forgetful: "signedIn" },
  );
});

test("the browser gets a code request with PKCE, state and resource, and no secret", async () => {
  const { opened, idp, run } = start(undefined, {
    client: { clientId: "app", clientSecret: "s3cret", authMethod: "client_secret_post" },
    chooseAccount: true,
  });
  await run();
  const url = new URL(opened[0] ?? "");
  const { state, nonce, code_challenge, ...rest } = Object.fromEntries(url.searchParams);
  assert.deepEqual(
    {
      at: url.origin + url.pathname,
      rest,
      lengths: [state?.length, nonce?.length, code_challenge?.length],
      verifierInBrowser: url.href.includes(idp.forms[0]?.form.code_verifier ?? "?"),
      secretInBrowser: url.href.includes("s3cret"),
    },
    {
      at: `${issuer}/authorize`,
      rest: {
        response_type: "code",
        client_id: "app",
        redirect_uri: "http://localhost:3334/oauth/callback",
        scope: "openid read",
        code_challenge_method: "S256",
        resource: gatewayUrl,
        prompt: "login",
      },
      lengths: [43, 43, 43],
      verifierInBrowser: false,
      secretInBrowser: false,
    },
  );
});

test("what is not to be sent is not sent", async () => {
  const idp = new FakeAuthorizationServer();
  const server = { ...idp.server, authorization_endpoint: `${issuer}/authorize?tenant=a` };
  const { opened, idp: asked, run } = start(undefined, { resource: false, server, scopes: [] });
  const outcome = await run();
  assert.deepEqual(
    {
      sent: [...new URL(opened[0] ?? "").searchParams.keys()].sort(),
      exchanged: Object.keys(asked.forms[0]?.form ?? {}).sort(),
      kept: outcome.kind === "signedIn" && "resource" in outcome.tokens,
    },
    {
      sent: [
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "redirect_uri",
        "response_type",
        "state",
        "tenant",
      ],
      exchanged: ["client_id", "code", "code_verifier", "grant_type", "redirect_uri"],
      kept: false,
    },
  );
});

test("every sign-in has a state and a verifier of its own", async () => {
  const [one, other] = [start(), start()];
  await Promise.all([one.run(), other.run()]);
  const secrets = [one, other].flatMap(({ opened, idp }) => [
    new URL(opened[0] ?? "").searchParams.get("state"),
    idp.forms[0]?.form.code_verifier,
  ]);
  assert.equal(new Set(secrets).size, 4);
});

test("a wrong state is answered and ignored, and the sign-in still completes", async () => {
  const { log, observed } = start(async (url, { idp, redirect }) => {
    await redirect.arrive(`${redirect.uris[0]}?code=stolen&state=guessed`);
    await redirect.arrive(`${redirect.uris[0]}?error=access_denied`);
    await redirect.arrive(idp.consent(url));
  });
  assert.deepEqual(
    { ...(await observed()), warned: log.lines.filter((line) => line.includes("wrong state")).length },
    {
      ending: "marked-access-2",
      pages: ["ignored", "ignored", "signedIn"],
      exchanges: 1,
      listening: false,
      warned: 2,
    },
  );
});

test("a reload of the page does not spend the code a second time", async () => {
  const { observed } = start(async (url, { idp, redirect }) => {
    const back = idp.consent(url);
    await Promise.all([redirect.arrive(back), redirect.arrive(back)]);
  });
  assert.deepEqual(await observed(), {
    ending: "marked-access-2",
    pages: ["signedIn", "signedIn"],
    exchanges: 1,
    listening: false,
  });
});

/** The same answer at another path of this machine. */
const at = (back: URL, pathname: string): URL => Object.assign(new URL(back), { pathname });

test("an answer at the redirect URI with a slash at its end is the answer, and is the only one", async () => {
  const { observed } = start(async (url, { idp, redirect }) => {
    const back = idp.consent(url);
    await redirect.arrive(at(back, `${back.pathname}/`));
    await redirect.arrive(back);
  });
  assert.deepEqual(await observed(), {
    ending: "marked-access-2",
    pages: ["signedIn", "signedIn"],
    exchanges: 1,
    listening: false,
  });
});

test("an answer at another path ends the sign-in at once, in browser and program, and its code is sent nowhere", async () => {
  const other = `/auth/${"done".repeat(100)}`;
  const { observed, redirect } = start(async (url, { idp, redirect: receiver }) => {
    const back = idp.consent(url);
    await receiver.arrive(at(back, other));
    await receiver.arrive(back);
  });
  const code = "redirect_path_mismatch";
  assert.deepEqual(
    await observed(),
    failed(code, { redirectUri: redirect.uris[0], found: `${other.slice(0, 100)}…` }, { pages: [code, code] }),
  );
});

test("another path with a wrong state, or none, neither ends nor harms the sign-in", async () => {
  const { observed } = start(async (url, { idp, redirect }) => {
    for (const state of ["guessed", undefined]) await redirect.arrive(at(idp.consent(url, { state }), "/auth/done"));
    await redirect.arrive(idp.consent(url));
  });
  assert.deepEqual(await observed(), {
    ending: "marked-access-4",
    pages: ["ignored", "ignored", "signedIn"],
    exchanges: 1,
    listening: false,
  });
});

test("another issuer's answer, or one that hides its issuer, sends no code anywhere", async () => {
  const answers = (iss: string | undefined) =>
    start((url, { idp, redirect }) => redirect.arrive(idp.consent(url, { iss }))).observed();
  const mismatch = (found: string) => failed("response_issuer_mismatch", { expected: issuer, found });
  assert.deepEqual(
    [await answers("https://evil.example"), await answers(`${issuer}/`), await answers(""), await answers(undefined)],
    [
      mismatch("https://evil.example"),
      mismatch(`${issuer}/`),
      mismatch(""),
      failed("response_issuer_missing", { expected: issuer }),
    ],
  );
});

test("where a provider does not promise iss, its absence is no fault and a wrong one still is", async () => {
  const { authorization_response_iss_parameter_supported: _, ...server } = new FakeAuthorizationServer().server;
  const answers = (iss: string | undefined) =>
    start((url, { idp, redirect }) => redirect.arrive(idp.consent(url, { iss })), { server }).observed();
  const [absent, wrong] = [await answers(undefined), await answers("https://evil.example")];
  assert.deepEqual(
    { absent: absent.ending, wrong },
    {
      absent: "marked-access-2",
      wrong: failed("response_issuer_mismatch", { expected: issuer, found: "https://evil.example" }),
    },
  );
});

test("a provider's refusal is told by its code, never by its words", async () => {
  const answers = (changes: Record<string, string | undefined>) =>
    start((url, { idp, redirect }) => redirect.arrive(idp.consent(url, { code: undefined, ...changes }))).observed();
  const refused = (error: string) => failed("authorization_refused", { issuer, error });
  assert.deepEqual(
    [
      await answers({ error: "access_denied", error_description: "marked words" }),
      await answers({ error: "invalid_scope" }),
      await answers({ error: "Please call 555-1234" }),
      await answers({}),
      await answers({ code: "" }),
      await answers({ code: "c", access_token: "t", token: "t" }),
      await answers({ response: "jwt" }),
    ],
    [
      failed("access_denied", { issuer }),
      refused("invalid_scope"),
      refused("error"),
      refused("an unreadable answer"),
      refused("an unreadable answer"),
      refused("an unreadable answer"),
      refused("an unreadable answer"),
    ],
  );
});

test("a parameter that comes twice is refused", async () => {
  const twice = (name: string) =>
    start((url, { idp, redirect }) => {
      const back = idp.consent(url);
      back.searchParams.append(name, "other");
      return redirect.arrive(back);
    }).observed();
  const refused = failed("authorization_refused", { issuer, error: "an unreadable answer" });
  assert.deepEqual([await twice("code"), await twice("state"), await twice("iss")], [refused, refused, refused]);
});

test("what the token endpoint does wrong is told on the page and to the caller alike", async () => {
  const answers: [() => Response, string][] = [
    [() => json({ error: "invalid_grant" }, 400), "token_refused"],
    [() => json({ error: "invalid_client" }, 401, { "www-authenticate": "Basic" }), "token_refused"],
    [() => html(200), "token_response_invalid"],
    [() => html(502), "token_response_invalid"],
    [
      () => {
        throw networkError("ECONNRESET");
      },
      "token_endpoint_unreachable",
    ],
  ];
  const seen = [];
  for (const [answer] of answers) {
    const { idp, observed } = start();
    idp.answer.token = answer;
    const { ending, ...rest } = await observed();
    seen.push({ code: (ending as { code: string }).code, ...rest });
  }
  assert.deepEqual(
    seen,
    answers.map(([, code]) => ({ code, pages: [code], exchanges: 1, listening: false })),
  );
});

test("a token for another audience is not kept", async () => {
  const answers = async (accessToken: string) => {
    const { idp, observed } = start(undefined, { audience: "api://default" });
    idp.tokenFields = { access_token: accessToken };
    return (await observed()).ending;
  };
  const right = unsignedJwt({ aud: ["api://default", "other"] });
  const mismatch = (found: string[]) => ({
    code: "token_audience_mismatch",
    facts: { expected: "api://default", found },
  });
  assert.deepEqual(
    [await answers(right), await answers(unsignedJwt({ aud: "other" })), await answers("opaque")],
    [right, mismatch(["other"]), mismatch([])],
  );
});

const revoked = (idp: FakeAuthorizationServer) =>
  idp.forms.filter(({ endpoint }) => endpoint === "revoke").map(({ form }) => form.token_type_hint);

const firstPage = ({ redirect }: World) => until(() => redirect.pages.length > 0, "a first page");

test("tokens that are not kept are revoked: those for another audience, and those that come after the cancelling", async () => {
  const alien = start(undefined, { audience: "api://default" });
  const alienEnding = (await alien.observed()).ending;
  const late: ReturnType<typeof start> = start(
    undefined,
    {},
    {
      now: () => {
        late.controller.abort();
        return now;
      },
    },
  );
  const lateEnding = await late.observed();
  await firstPage(late);
  assert.deepEqual(
    {
      alien: { ending: alienEnding, revoked: revoked(alien.idp) },
      late: { ending: lateEnding.ending, pages: late.redirect.pages.map(pageOf), revoked: revoked(late.idp) },
    },
    {
      alien: {
        ending: { code: "token_audience_mismatch", facts: { expected: "api://default", found: [] } },
        revoked: ["refresh_token", "access_token"],
      },
      late: { ending: "cancelled", pages: ["cancelled"], revoked: ["refresh_token", "access_token"] },
    },
  );
});

test("an ID token is taken with any algorithm and a clock that is off by minutes, but only from its issuer", async () => {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: "app", sub: "u1", iat: seconds, exp: seconds + 60 };
  const answers = async (token: string, bearerToken: "access" | "id" = "access") => {
    const { idp, run } = start(undefined, { bearerToken });
    idp.tokenFields = { id_token: token };
    const outcome = await run().catch((failure) => failure as { code: string });
    return "code" in outcome ? outcome.code : outcome.kind === "signedIn" && outcome.tokens.account.id;
  };
  assert.deepEqual(
    [
      await answers(unsignedJwt(claims, "ES256")),
      await answers(unsignedJwt({ ...claims, nbf: seconds + 200 })),
      await answers(unsignedJwt({ ...claims, exp: seconds - 200 })),
      await answers(unsignedJwt({ ...claims, exp: seconds - 400 })),
      await answers(unsignedJwt({ ...claims, iss: "https://evil.example" })),
      await answers(unsignedJwt({ ...claims, aud: "other-app" })),
      await answers(unsignedJwt(claims, "none")),
    ],
    ["u1", "u1", "u1", ...Array<string>(4).fill("unknown")],
  );
  // A gateway that gets the ID token gets none that is not believed, nor one that does not say which sign-in it is of.
  assert.deepEqual(
    [
      await answers(unsignedJwt(claims, "ES256"), "id"),
      await answers(unsignedJwt({ ...claims, nonce: "another" }, "ES256"), "id"),
      await answers(unsignedJwt({ ...claims, iss: "https://evil.example" }), "id"),
      await answers(unsignedJwt(claims, "HS256"), "id"),
    ],
    Array<string>(4).fill("id_token_invalid"),
  );
});

test("the scopes that were granted count, not those that were asked for", async () => {
  const { idp, run } = start();
  idp.tokenFields = { scope: "read" };
  const outcome = await run();
  assert.deepEqual(outcome.kind === "signedIn" && outcome.tokens.scopes, ["read"]);
});

test("without a free port no browser opens", async () => {
  const { redirect, opened, observed } = start();
  redirect.refuse = new GatewayFailure("redirect_ports_taken", { ports: [3334] });
  assert.deepEqual(
    { ...(await observed()), opened },
    {
      ending: { code: "redirect_ports_taken", facts: { ports: [3334] } },
      pages: [],
      exchanges: 0,
      listening: false,
      opened: [],
    },
  );
});

test("a browser that was not opened ends the sign-in, unless the person came back all the same", async () => {
  const not = { code: "browser_not_opened", facts: { issuer } };
  const declined = await start(undefined, {}, { openBrowser: async () => false }).observed();
  const threw = await start(
    undefined,
    {},
    {
      openBrowser: async () => {
        throw new Error("no browser at https://login.example.com/authorize?state=marked");
      },
    },
  ).observed();
  // A person may copy the address out of the editor's question instead of opening it.
  const copied = await start((url, { idp, redirect }) => {
    void redirect.arrive(idp.consent(url));
    return false;
  }).observed();
  assert.deepEqual([declined.ending, threw.ending, copied.ending], [not, not, "marked-access-2"]);
});

test("a browser that never comes back is waited for as long as promised", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { observed, opened, redirect, idp } = start(() => {});
  const ending = observed();
  await until(() => opened.length > 0, "the browser is opened");
  await new Promise((resolve) => setImmediate(resolve));
  context.mock.timers.tick(signInTimeoutMs - 1);
  context.mock.timers.tick(1);
  const ended = await ending;
  const late = await redirect.arrive(idp.consent(opened[0] ?? ""));
  assert.deepEqual(
    { ...ended, late: late.kind, exchangesLate: idp.count("token") },
    {
      ending: {
        code: "sign_in_timed_out",
        facts: { minutes: 10, redirectUri: "http://localhost:3334/oauth/callback" },
      },
      pages: [],
      exchanges: 0,
      listening: false,
      // Nobody would keep the tokens, so its code is not spent.
      late: "ignored",
      exchangesLate: 0,
    },
  );
});

test("whoever came back in time is not timed out while the provider answers", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { idp, observed } = start();
  idp.answer.token = async (form) => {
    await new Promise((resolve) => setImmediate(resolve));
    context.mock.timers.tick(signInTimeoutMs);
    return idp.token(form);
  };
  assert.equal((await observed()).ending, "marked-access-2");
});

test("an answer after the end spends no code, in the browser or pasted", async () => {
  const { redirect, idp, opened, paste, observed } = start((_, world) => world.controller.abort());
  const ending = await observed();
  const back = idp.consent(opened[0] ?? "");
  const page = await redirect.arrive(back);
  assert.deepEqual(
    {
      ending: ending.ending,
      page: page.kind,
      pasted: await failureOf(() => paste(back.href)),
      exchanges: idp.count("token"),
    },
    {
      ending: "cancelled",
      page: "cancelled",
      pasted: { code: "state_mismatch", facts: { redirectUri: redirect.uris[0] } },
      exchanges: 0,
    },
  );
});

test("cancelling is an ending wherever the sign-in stands", async () => {
  const before = start();
  before.controller.abort();
  const whileListening = start();
  const { listen } = whileListening.redirect;
  whileListening.redirect.listen = (...args) => {
    whileListening.controller.abort();
    return listen.apply(whileListening.redirect, args);
  };
  // The editor asks whether to open the page, and the person cancels there.
  const whileOpening = start(undefined, {}, { openBrowser: () => new Promise(() => {}) });
  setImmediate(() => whileOpening.controller.abort());
  const opening = await whileOpening.observed();
  const atOnce = await start((_, { controller }) => controller.abort()).observed();
  const whileExchanging = start();
  whileExchanging.idp.answer.token = (form) => {
    whileExchanging.controller.abort();
    return whileExchanging.idp.token(form);
  };
  const exchanging = await whileExchanging.observed();
  await firstPage(whileExchanging);
  assert.deepEqual(
    {
      before: await before.observed(),
      listening: { ...(await whileListening.observed()), opened: whileListening.opened },
      opening,
      atOnce,
      exchanging: {
        ...exchanging,
        pages: whileExchanging.redirect.pages.map(pageOf),
        revoked: revoked(whileExchanging.idp),
      },
    },
    {
      before: { ending: "cancelled", pages: [], exchanges: 0, listening: false },
      listening: { ending: "cancelled", pages: [], exchanges: 0, listening: false, opened: [] },
      opening: { ending: "cancelled", pages: [], exchanges: 0, listening: false },
      atOnce: { ending: "cancelled", pages: [], exchanges: 0, listening: false },
      // The code is spent, so its tokens are valid until somebody says otherwise.
      exchanging: {
        ending: "cancelled",
        pages: ["cancelled"],
        exchanges: 1,
        listening: false,
        revoked: ["refresh_token", "access_token"],
      },
    },
  );
});

test("a pasted address signs in like the browser would, under whatever name the host had", async () => {
  const ways: ((back: URL) => string)[] = [
    (back) => back.href,
    (back) => `  ${back.href}\n`,
    (back) => back.href.replace("localhost:3334", "workspace-3334.dev.example.com"),
    (back) => back.href.replace("http://", ""),
    (back) => back.href.replace("http://localhost:3334", "https://dev.example.com/proxy/3334"),
    (back) => at(back, `${back.pathname}/`).href,
  ];
  const endings = [];
  for (const way of ways) {
    const { observed } = start((url, { idp, paste }) => paste(way(idp.consent(url))));
    endings.push((await observed()).ending);
  }
  assert.deepEqual(
    endings,
    ways.map(() => "marked-access-2"),
  );
});

test("a pasted address that is not ours is refused, and the sign-in goes on", async () => {
  const refusals: unknown[] = [];
  const { redirect, observed } = start(async (url, { idp, paste, redirect: receiver }) => {
    const back = idp.consent(url);
    for (const address of [
      "",
      "not an address",
      url,
      "http://localhost:3334/other?state=x",
      receiver.uris[0],
      `${receiver.uris[0]}?code=c&state=guessed`,
    ]) {
      refusals.push(((await failureOf(() => paste(address))) as { code: string }).code);
    }
    await paste(back.href);
  });
  assert.deepEqual(
    { refusals, ...(await observed()), uri: redirect.uris[0] },
    {
      refusals: [
        "pasted_address_invalid",
        "pasted_address_invalid",
        "pasted_address_invalid",
        "pasted_address_invalid",
        "state_mismatch",
        "state_mismatch",
      ],
      ending: "marked-access-2",
      pages: [],
      exchanges: 1,
      listening: false,
      uri: redirect.uris[0],
    },
  );
});
