import assert from "node:assert/strict";
import { test } from "node:test";
import { isFailure } from "../../../../src/failures/failure.ts";
import { checkAssertion, type ExpectedAssertion } from "../../../../src/oauth/enterprise/identityAssertion.ts";

const issuer = "https://login.example.com";
const audience = "https://auth.gw.example.com";
const resource = "https://gw.example.com/mcp";
const iat = 1_790_000_000;

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (claims: object, header: object = {}): string =>
  `${part({ typ: "oauth-id-jag+jwt", alg: "RS256", ...header })}.${part(claims)}.c2ln`;

const good = {
  iss: issuer,
  aud: audience,
  client_id: "at-gateway",
  sub: "ada",
  jti: "1",
  iat,
  exp: iat + 300,
  resource,
};

/** The part that is at fault; undefined where it is handed on. */
function faultOf(
  text: string,
  more: Partial<ExpectedAssertion> & { readonly person?: object } = {},
): string | undefined {
  const { person = { sub: "ada", email: "ada@example.com" }, ...expected } = more;
  const basis = { issuer, audience, clientId: "at-gateway", resource, isPairwise: false, now: iat * 1000 };
  try {
    checkAssertion(text, { ...basis, idToken: jwt(person), ...expected });
    return undefined;
  } catch (error) {
    assert.ok(isFailure(error, "identity_assertion_invalid"), String(error));
    return error.facts.part;
  }
}

const without = (name: keyof typeof good) =>
  jwt(Object.fromEntries(Object.entries(good).filter(([one]) => one !== name)));

test("an assertion that is what was asked for is handed on, however it is written", () => {
  const written: readonly [string, Parameters<typeof faultOf>[1]?][] = [
    [jwt(good)],
    [jwt(good, { typ: "application/OAuth-ID-JAG+JWT" })],
    [jwt({ ...good, aud: [audience] })],
    [jwt({ ...good, aud: `${audience}/` })],
    [jwt({ ...good, iss: `${issuer}/` })],
    [jwt({ ...good, resource: [resource, "https://other.example"] })],
    [without("resource")],
    [jwt(good), { resource: undefined }],
    // Okta calls people by their address in some tokens; a clock that is wrong by a day is no fault of the assertion.
    [jwt({ ...good, sub: "ada@example.com" })],
    [jwt({ ...good, sub: "00u1", email: "Ada@Example.com" })],
    [jwt({ ...good, sub: "pairwise" }), { isPairwise: true, person: { sub: "ada" } }],
    [jwt(good), { now: (iat + 86_400) * 1000 }],
  ];
  for (const [text, more] of written) assert.equal(faultOf(text, more), undefined, text);
});

test("whatever else it is, it is refused by the part that is at fault", () => {
  const wrong: readonly [string, string, Parameters<typeof faultOf>[1]?][] = [
    ["form", ""],
    ["form", "opaque"],
    ["form", "a.b.c"],
    ["form", `${part({ typ: "oauth-id-jag+jwt" })}.${part("text")}.c2ln`],
    ["form", `${jwt(good)}.more.parts`],
    ["typ", jwt(good, { typ: undefined })],
    ["typ", jwt(good, { typ: "at+jwt" })],
    ["typ", jwt(good, { typ: ["oauth-id-jag+jwt"] })],
    ["iss", without("iss")],
    ["iss", jwt({ ...good, iss: "https://login.example.com.evil.example" })],
    ["aud", without("aud")],
    ["aud", jwt({ ...good, aud: [audience, "https://evil.example"] })],
    ["aud", jwt({ ...good, aud: [] })],
    ["aud", jwt({ ...good, aud: { url: audience } })],
    ["client_id", without("client_id")],
    ["client_id", jwt({ ...good, client_id: ["at-gateway"] })],
    ["sub", without("sub")],
    ["sub", jwt({ ...good, sub: "" })],
    ["sub", jwt({ ...good, sub: 7 })],
    ["sub", jwt({ ...good, sub: "grace" })],
    ["sub", jwt({ ...good, sub: "grace", email: "grace@example.com" })],
    ["sub", jwt({ ...good, sub: "x", email: "grace@example.com" }), { isPairwise: true }],
    ["sub", jwt({ ...good, sub: "grace" }), { person: {} }],
    ["resource", jwt({ ...good, resource: "https://other.example" })],
    ["resource", jwt({ ...good, resource: [] })],
    ["resource", jwt({ ...good, resource: null })],
    ["jti", without("jti")],
    ["jti", jwt({ ...good, jti: 5 })],
    ["exp", without("exp")],
    ["exp", jwt({ ...good, exp: String(iat + 300) })],
    ["exp", jwt({ ...good, exp: iat })],
    ["exp", jwt({ ...good, iat: undefined, exp: iat - 3_600 })],
    ["exp", jwt({ ...good, exp: -8.64e15 })],
  ];
  for (const [expected, text, more] of wrong) assert.equal(faultOf(text, more), expected, text);
});

test("an assertion for somebody else is refused without a name", () => {
  try {
    checkAssertion(jwt({ ...good, sub: "grace" }), {
      ...{ issuer, audience, clientId: "at-gateway", resource, isPairwise: false, now: iat * 1000 },
      idToken: jwt({ sub: "ada" }),
    });
    assert.fail("it was handed on");
  } catch (error) {
    assert.ok(isFailure(error, "identity_assertion_invalid"));
    assert.doesNotMatch(JSON.stringify(error.facts), /ada|grace/);
  }
});
