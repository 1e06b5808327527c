import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type GivenConsent,
  mayUse,
  neededConsent,
  type SharingConsent,
} from "../../../../src/connections/signIn/sharingConsent.ts";
import type { BearerToken, TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
import { unsignedJwt } from "../../../support/fakeAuthorizationServer.ts";

const tokens: TokenSet = {
  sessionId: "s",
  connectionId: "one",
  server: { issuer: "https://login.example.com" },
  client: { clientId: "app", authMethod: "none" },
  account: { id: "ada", label: "Ada" },
  scopes: [],
  accessToken: unsignedJwt({ aud: ["b", "a"] }),
  idToken: unsignedJwt({ aud: "app" }),
  issuedAt: 0,
};

const [from, to] = ["one.example.com", "two.example.com"];
const two = { id: "two", url: `https://${to}/mcp` };
const consent: GivenConsent = {
  kind: "given",
  account: { issuer: "https://login.example.com", id: "ada" },
  audience: "a b",
  from,
  to,
};

/** Whether the second gateway may use the sign-in that was made for the first. */
function may(
  sharing: SharingConsent | undefined,
  more: {
    readonly tokens?: Partial<TokenSet>;
    readonly url?: string;
    readonly madeFor?: string | undefined;
    readonly bearer?: BearerToken;
  } = {},
): boolean {
  const connection = { ...two, ...(more.url && { url: more.url }), ...(sharing && { sharing }) };
  const madeFor = "madeFor" in more ? more.madeFor : from;
  return mayUse(connection, { ...tokens, ...more.tokens }, { madeFor, bearer: () => more.bearer ?? "access" });
}

test("a connection uses its own sign-in and one of its gateway's host, port included, and no other", () => {
  assert.deepEqual(
    {
      own: may(undefined, { tokens: { connectionId: "two" } }),
      sameHost: may(undefined, { madeFor: to }),
      otherPort: may(undefined, { madeFor: to, url: `https://${to}:8443/mcp` }),
      other: may(undefined),
      ofNobody: may(undefined, { madeFor: undefined, tokens: { connectionId: "gone" } }),
    },
    { own: true, sameHost: true, otherPort: false, other: false, ofNobody: false },
  );
});

test("a consent is for one person, one audience, one gateway that had the sign-in and one that uses it", () => {
  const others: Readonly<Record<string, SharingConsent>> = {
    issuer: { ...consent, account: { ...consent.account, issuer: "https://login.example.org" } },
    person: { ...consent, account: { ...consent.account, id: "bob" } },
    audience: { ...consent, audience: "a" },
    from: { ...consent, from: "three.example.com" },
    to: { ...consent, to: "three.example.com" },
    // A list that somebody changed by hand.
    "no account": { kind: "given", audience: "a b", from, to } as never,
    "no kind": { ...consent, kind: "" as never },
  };
  assert.deepEqual(
    { same: may(consent), ...Object.fromEntries(Object.entries(others).map(([what, one]) => [what, may(one)])) },
    { same: true, ...Object.fromEntries(Object.keys(others).map((what) => [what, false])) },
  );
});

test("a consent ends where the sign-in or the gateway becomes another, or nobody knows whose it was", () => {
  assert.deepEqual(
    {
      person: may(consent, { tokens: { account: { id: "bob", label: "Bob" } } }),
      issuer: may(consent, { tokens: { server: { issuer: "https://login.example.org" } } }),
      audience: may(consent, { tokens: { accessToken: unsignedJwt({ aud: "c" }) } }),
      maker: may(consent, { madeFor: "three.example.com" }),
      gateway: may(consent, { url: "https://three.example.com/mcp" }),
      unknown: may(consent, { madeFor: undefined }),
      "the ID token, where the access token was agreed to": may(consent, { bearer: "id" }),
      "the same audiences in another order": may(consent, {
        tokens: { accessToken: unsignedJwt({ aud: ["a", "b"] }) },
      }),
    },
    {
      ...{ person: false, issuer: false, audience: false, maker: false, gateway: false, unknown: false },
      "the ID token, where the access token was agreed to": false,
      "the same audiences in another order": true,
    },
  );
});

test("what a version that kept no consents shared goes on, for that sign-in alone", () => {
  const before: SharingConsent = { kind: "beforeRecords", sessionId: "s" };
  assert.deepEqual(
    [may(before), may(before, { madeFor: undefined }), may(before, { tokens: { sessionId: "other" } })],
    [true, true, false],
  );
});

test("what has to be agreed to names whom the token is for, as far as anybody knows", () => {
  const audience = (changes: Partial<TokenSet>, bearer: BearerToken = "access") =>
    neededConsent({ ...tokens, ...changes }, two.url, { from, bearer }).audience;
  const { idToken: _, ...withoutId } = tokens;
  assert.deepEqual(
    {
      all: neededConsent(tokens, two.url, { from, bearer: "access" }),
      id: audience({}, "id"),
      "no ID token": neededConsent(withoutId, two.url, { from, bearer: "id" }).audience,
      opaque: audience({ accessToken: "opaque" }),
      resource: audience({ resource: "https://one.example.com/mcp" }),
      bound: audience({ resource: "https://one.example.com/mcp", boundAudience: "api" }),
    },
    {
      all: consent,
      id: "app",
      "no ID token": "",
      opaque: "",
      resource: "https://one.example.com/mcp",
      bound: "api",
    },
  );
});
