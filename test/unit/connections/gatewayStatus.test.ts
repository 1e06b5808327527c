import assert from "node:assert/strict";
import { test } from "node:test";
import { agentBarText } from "../../../src/connections/agents/agentBarText.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import type { GatewayState } from "../../../src/connections/gatewayState.ts";
import {
  escapeMarkdown,
  type GatewaySummary,
  stateLine,
  statusBarText,
} from "../../../src/connections/gatewayStatus.ts";
import { type AnyFailure, GatewayFailure } from "../../../src/failures/failure.ts";
import { failureText } from "../../../src/failures/failureText.ts";
import type { TokenSet } from "../../../src/oauth/tokens/tokenSet.ts";
import { unsignedJwt } from "../../support/fakeAuthorizationServer.ts";
import { resolvedConnection } from "../../support/resolved.ts";

const words = {
  time: (moment: number) => `<${moment}>`,
  failureWords: failureText,
  barText: agentBarText,
  now: () => 0,
};

const tokens: TokenSet = {
  sessionId: "s",
  server: { issuer: "https://login.example.com" },
  client: { clientId: "app", authMethod: "none" },
  account: { id: "ada", label: "Ada" },
  scopes: ["read", "write"],
  accessToken: "marked-access",
  refreshToken: "marked-refresh",
  issuedAt: 0,
  expiresAt: 600_000,
};

const failure = new GatewayFailure("access_denied", { issuer: "https://login.example.com" }) as AnyFailure;

const states = {
  signingIn: { kind: "signingIn" },
  attention: { kind: "attention", failure },
  signedOut: { kind: "signedOut" },
  signedIn: { kind: "signedIn", tokens },
  open: { kind: "open" },
} as const satisfies Record<string, GatewayState>;

const summary = (name: string, state: GatewayState, changes: Partial<Connection> = {}): GatewaySummary => ({
  connection: { id: name, name, url: "https://gw.example.com/mcp", authorization: { kind: "none" }, ...changes },
  state,
  resolved: undefined,
  tools: undefined,
});

const shown = (...gateways: GatewaySummary[]) => {
  const { icon, text, attention } = statusBarText(gateways, words) ?? {};
  return { icon, text, attention };
};

/** The lines of the tooltip, as they are read. */
const tooltip = (gateways: readonly GatewaySummary[], more: Partial<typeof words> = {}): readonly string[] =>
  (statusBarText(gateways, { ...words, ...more })?.tooltip ?? "")
    .split("  \n")
    .map((line) => line.replaceAll(/\\(?=.)/g, ""));

test("without a gateway nothing is shown", () => {
  assert.equal(statusBarText([], words), undefined);
});

test("each state is shown with its icon and words, and only a failure asks for attention", () => {
  assert.deepEqual(
    Object.values(states).map((state) => shown(summary("Work", state))),
    [
      { icon: "sync~spin", text: "Signing in to Work…", attention: false },
      { icon: "warning", text: "Work needs attention", attention: true },
      { icon: "key", text: "Sign in to Work", attention: false },
      { icon: "account", text: "Ada · Work", attention: false },
      { icon: "plug", text: "Work", attention: false },
    ],
  );
});

test("of several gateways it is shown how many can be used, with the icon of the one that needs the person most", () => {
  const all = Object.entries(states).map(([name, state]) => summary(name, state));
  assert.deepEqual(
    all.slice(0, -1).map((_, index) => shown(...all.slice(index).reverse())),
    [
      { icon: "sync~spin", text: "Signing in to signingIn…", attention: true },
      { icon: "warning", text: "Gateways 2/4", attention: true },
      { icon: "key", text: "Gateways 2/3", attention: false },
      { icon: "plug", text: "Gateways 2/2", attention: false },
    ],
  );
});

test("a click signs in where that is needed, explains a refusal, and opens the menu where nothing or much is needed", () => {
  const oauth = {
    kind: "oauth",
    server: tokens.server,
    clientId: "app",
    clientSource: "configured",
    scopes: [],
  } as const;
  const click = (...gateways: GatewaySummary[]) => statusBarText(gateways, words)?.click;
  const refused = summary("refused", states.attention, { authorization: oauth, sessionId: "s" });
  const given = summary("given", states.attention, { authorization: oauth });
  const out = summary("out", states.signedOut);
  const fine = summary("fine", states.signedIn);
  assert.deepEqual(
    {
      out: click(out),
      given: click(given),
      refused: click(refused),
      fine: click(fine),
      signingIn: click(summary("on its way", states.signingIn)),
      oneRefused: click(fine, out, refused),
      twoRefused: click(refused, given),
      oneOut: click(fine, out),
    },
    {
      out: { act: "signIn", connectionId: "out" },
      given: { act: "signIn", connectionId: "given" },
      refused: { act: "explainAccess", connectionId: "refused" },
      fine: undefined,
      signingIn: undefined,
      oneRefused: { act: "explainAccess", connectionId: "refused" },
      twoRefused: undefined,
      oneOut: undefined,
    },
  );
});

test("the tooltip has five lines at most: of many gateways those that need the person, and how many there are besides", () => {
  const many = (count: number) => [
    ...Array.from({ length: count - 1 }, (_, index) => summary(`fine${index}`, states.signedIn)),
    summary("out", states.signedOut),
  ];
  assert.deepEqual(
    { five: tooltip(many(5)).length, fifty: tooltip(many(50)) },
    {
      five: 5,
      fifty: [
        "**out**: signed out",
        "**fine0**: signed in as Ada at login.example.com",
        "**fine1**: signed in as Ada at login.example.com",
        "**fine2**: signed in as Ada at login.example.com",
        "and 46 more",
      ],
    },
  );
});

test("the tooltip says when the token is renewed that the gateway gets, be it the ID token", () => {
  const idToken = unsignedJwt({ iat: 0, exp: 60 });
  const authorization = {
    kind: "oauth",
    server: tokens.server,
    clientId: "app",
    clientSource: "configured",
    scopes: [],
  } as const;
  const state = { kind: "signedIn", tokens: { ...tokens, idToken } } as const;
  const renews = [{}, { token: "id" }].map((settings) => {
    const gateway = { ...summary("Work", state), resolved: resolvedConnection(authorization, settings) };
    return /token renewed (.*)/.exec(tooltip([gateway])[2] ?? "")?.[1];
  });
  // A minute before the end, or a fifth of the lifetime.
  assert.deepEqual(renews, ["at <540000>", "at <48000>"]);
});

test("a renewal that is due is not told as a time that has passed: the next call brings it", () => {
  const due = { now: () => 540_000 };
  assert.equal(
    tooltip([summary("Work", states.signedIn)], due)[2],
    "tools not read yet, token renewed with the next call",
  );
});

test("a state is one line", () => {
  assert.deepEqual(
    Object.values(states).map((state) => stateLine(state, failureText)),
    [
      "signing in…",
      failureText(failure).title,
      "signed out",
      "signed in as Ada at login.example.com",
      "needs no sign-in",
    ],
  );
});

test("the tooltip says who, where, how many tools, and what to do", () => {
  const of = (state: GatewayState, tools?: number) => tooltip([{ ...summary("Work", state), tools }]);
  assert.deepEqual(
    { signedIn: of(states.signedIn, 3), attention: of(states.attention, 1) },
    {
      signedIn: [
        "**Work** https://gw.example.com/mcp",
        "signed in as Ada at login.example.com",
        "3 tools, token renewed at <540000>",
      ],
      attention: [
        "**Work** https://gw.example.com/mcp",
        failureText(failure).title,
        "1 tool",
        failureText(failure).nextStep,
      ],
    },
  );
});

test("tools that a rule keeps from the editor's agent are told so, with what helps", () => {
  const barred = { ...summary("Work", states.signedIn), barred: "notAllowed" } as const;
  const several = tooltip([barred, summary("other", states.open)]);
  assert.deepEqual(
    { one: tooltip([barred]).at(-1), several },
    {
      one: agentBarText("notAllowed", { name: "Work" }),
      several: [
        "**Work**: signed in as Ada at login.example.com, not for the editor's agent",
        "**other**: needs no sign-in",
      ],
    },
  );
});

test("the tooltip says truly how a token comes to be renewed", () => {
  const { refreshToken: _, ...unrenewable } = tokens;
  const { expiresAt: __, ...endless } = tokens;
  const renews = (set: TokenSet) => tooltip([summary("Work", { kind: "signedIn", tokens: set })])[2];
  const enterprise = { issuer: "https://company.example.com", scopes: [], exchangedAt: 0 };
  assert.equal(renews({ ...unrenewable, enterprise }), renews(tokens));
  assert.deepEqual(
    [renews(unrenewable), renews(endless)],
    [
      "tools not read yet, token renewed by signing in again",
      "tools not read yet, token renewed when the gateway asks for another",
    ],
  );
});

test("a gateway that is down says since when, and is none that can be used", () => {
  const gone = new GatewayFailure("gateway_unreachable", { url: "https://gw.example.com/mcp", reason: "ECONNREFUSED" });
  const gateway = { ...summary("Work", states.open), down: { since: 5, failure: gone as AnyFailure } };
  const several = statusBarText([gateway, summary("Home", states.open)], words);
  assert.deepEqual(
    [statusBarText([gateway], words), several].map((shown) => /needs no.*$/m.exec(shown?.tooltip ?? "")?.[0].trim()),
    Array(2).fill(escapeMarkdown("needs no sign-in, not reached since <5>")),
  );
  assert.equal(several?.text, "Gateways 1/2");
});

test("a gateway that an administrator has a rule for says so, alone and among others", () => {
  const managed = [{ kind: "signIn", what: "browser", rule: "signIn" }] as const;
  const gateway = { ...summary("Work", states.signedOut), managed };
  const others = [gateway, summary("Home", states.signedOut)];
  assert.equal(tooltip([gateway])[1], "signed out, managed by your organisation");
  assert.deepEqual(tooltip(others), ["**Work**: signed out, managed by your organisation", "**Home**: signed out"]);
});

test("names and addresses from outside become neither links, images, icons, HTML nor other rows", () => {
  const texts = [
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<img src=x>",
    "https://evil.example/a_b",
    "www.evil.example",
    "ada@evil.example",
    "&lt;b&gt;",
    "$(alert) `code` **bold** | cell",
    "two\nlines",
  ];
  // Whatever starts a construct of Markdown, a bare address among them, is behind a backslash.
  const live = /(?<!\\)[[\]()<>`*_|!$&@~]|https?:|www\./;
  assert.deepEqual(
    texts.map(escapeMarkdown).filter((text) => live.test(text) || /\n/.test(text)),
    [],
  );
});

test("no token is in what the status shows", () => {
  const shownText = JSON.stringify(statusBarText([summary("Work", states.signedIn)], words));
  const held = JSON.stringify(tokens);
  assert.deepEqual(
    [shownText, held].map((part) => [part.includes("Work"), part.includes("marked")]),
    [
      [true, false],
      [false, true],
    ],
  );
});

test("a machine is shown as one, renews by itself, and its provider is called by its name", () => {
  const { refreshToken: _, ...rest } = tokens;
  const machine: TokenSet = {
    ...rest,
    server: { issuer: "https://dev-1.okta.com/oauth2/default" },
    account: { id: "0oa1", label: "0oa1", machine: true },
    clientGrant: { scopes: ["read"], parameters: { scope: "read" } },
  };
  const state: GatewayState = { kind: "signedIn", tokens: machine };
  const [, line, provider, renews] = tooltip([summary("Work", state)]);
  assert.deepEqual(
    {
      shown: shown(summary("Work", state)),
      line,
      provider,
      renews: renews?.includes("renewed at "),
    },
    {
      shown: { icon: "server-process", text: "0oa1 (machine) · Work", attention: false },
      line: "signed in as the machine 0oa1 at dev-1.okta.com/oauth2/default",
      provider: "Identity provider: Okta",
      renews: true,
    },
  );
});

test("a person whom no token names is signed in, and as nobody", () => {
  const account = { id: "unknown", label: "unknown" };
  const state = { kind: "signedIn", tokens: { ...tokens, account } } as const;
  const { text, tooltip: pointed = "" } = statusBarText([summary("Work", state)], words) ?? {};
  assert.deepEqual(
    { text, line: stateLine(state, failureText), unknown: pointed.includes("unknown") },
    { text: "Signed in · Work", line: "signed in", unknown: false },
  );
});
