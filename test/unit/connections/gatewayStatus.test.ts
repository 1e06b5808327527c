import assert from "node:assert/strict";
import { test } from "node:test";
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

const words = { time: (moment: number) => `<${moment}>`, failureWords: failureText };

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

/** The rows of the tooltip's table by name. */
const rows = (state: GatewayState, tools?: number) => {
  const { tooltip = "" } = statusBarText([{ ...summary("Work", state), tools }], words) ?? {};
  const found = [...tooltip.matchAll(/^\| ([^|]+) \| (.*) \|$/gm)].map(([, name, value]) => [name, value]);
  return Object.fromEntries(found);
};

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

test("of several gateways the one that needs the person most is shown, and how many there are besides", () => {
  const all = Object.entries(states).map(([name, state]) => summary(name, state));
  const texts = all.map((_, index) => shown(...all.slice(index).reverse()).text);
  assert.deepEqual(texts, [
    "Signing in to signingIn…",
    "attention needs attention +3",
    "Sign in to signedOut +2",
    "Ada · signedIn +1",
    "open",
  ]);
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
    return /Token renews \| (.*) \|/.exec(statusBarText([gateway], words)?.tooltip ?? "")?.[1];
  });
  // A minute before the end, or a fifth of the lifetime.
  assert.deepEqual(renews, ["at \\<540000\\>", "at \\<48000\\>"]);
});

test("a state is one line", () => {
  assert.deepEqual(
    Object.values(states).map((state) => stateLine(state, failureText)),
    ["signing in…", failureText(failure).title, "signed out", "signed in as Ada", "needs no sign-in"],
  );
});

test("the tooltip says who, where, with which scopes, and what to do", () => {
  const { signedIn, attention } = { signedIn: rows(states.signedIn, 3), attention: rows(states.attention) };
  assert.deepEqual(
    { signedIn, todo: attention["What to do"], tools: attention.Tools },
    {
      signedIn: {
        Gateway: escapeMarkdown("https://gw.example.com/mcp"),
        State: "signed in as Ada",
        "Identity provider": escapeMarkdown("https://login.example.com"),
        Scopes: "read write",
        "Token renews": escapeMarkdown("at <540000>"),
        Tools: "3",
      },
      todo: escapeMarkdown(failureText(failure).nextStep),
      tools: "not read yet",
    },
  );
});

test("the tooltip says truly how a token comes to be renewed", () => {
  const { refreshToken: _, ...unrenewable } = tokens;
  const { expiresAt: __, ...endless } = tokens;
  const renews = (set: TokenSet) => rows({ kind: "signedIn", tokens: set })["Token renews"];
  assert.deepEqual(
    [renews(unrenewable), renews(endless)],
    ["by signing in again", "when the gateway asks for another"],
  );
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
  const { "Identity provider": provider, "Token renews": renews, State: line } = rows(state);
  assert.deepEqual(
    {
      shown: shown(summary("Work", state)),
      line,
      provider: provider?.startsWith("Okta, "),
      renews: renews?.startsWith("at "),
    },
    {
      shown: { icon: "server-process", text: "0oa1 (machine) · Work", attention: false },
      line: "signed in as the machine 0oa1",
      provider: true,
      renews: true,
    },
  );
});

test("a person whom no token names is signed in, and as nobody", () => {
  const account = { id: "unknown", label: "unknown" };
  const state = { kind: "signedIn", tokens: { ...tokens, account } } as const;
  const { text, tooltip = "" } = statusBarText([summary("Work", state)], words) ?? {};
  assert.deepEqual(
    { text, line: stateLine(state, failureText), unknown: tooltip.includes("unknown") },
    { text: "Signed in · Work", line: "signed in", unknown: false },
  );
});
