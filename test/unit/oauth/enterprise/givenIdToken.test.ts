import assert from "node:assert/strict";
import { test } from "node:test";
import { givenIdToken } from "../../../../src/oauth/enterprise/givenIdToken.ts";
import { unsignedJwt } from "../../../support/fakeAuthorizationServer.ts";
import { failureOf } from "../../../support/fakePorts.ts";

const issuer = "https://login.example.com";
const now = 1_790_000_000_000;
const good = { iss: issuer, aud: "editor", exp: now / 1000 + 300 };
const given = {
  place: { kind: "environment", name: "ID_TOKEN" } as const,
  server: { issuer },
  client: { clientId: "editor", authMethod: "none" } as const,
};
const read = (text: string) => givenIdToken(given, { now: () => now, readCredential: async () => text });

test("an ID token of somebody else's is taken as it is", async () => {
  for (const claims of [good, { ...good, iss: `${issuer}/` }, { ...good, aud: ["other", "editor"] }]) {
    const token = unsignedJwt(claims);
    assert.equal(await read(token), token);
  }
});

test("one that is for another or of another is told apart, whatever stands in its claims", async () => {
  const cases: readonly (readonly [text: string, problem: string, found: string])[] = [
    ["a password", "form", "something else"],
    [unsignedJwt({ ...good, iss: "https://evil.example" }), "issuer", "https://evil.example"],
    [unsignedJwt({ ...good, iss: undefined }), "issuer", "undefined"],
    [unsignedJwt({ ...good, iss: 7 }), "issuer", "7"],
    [unsignedJwt({ ...good, aud: undefined }), "client", "nobody"],
    [unsignedJwt({ ...good, exp: now / 1000 }), "expired", new Date(now).toISOString()],
    [unsignedJwt({ ...good, exp: "never" }), "expired", "no time"],
    [unsignedJwt({ ...good, exp: -1e300 }), "expired", "-1e+300"],
  ];
  for (const [text, problem, found] of cases) {
    const { code, facts } = (await failureOf(() => read(text))) as { code?: string; facts?: Record<string, unknown> };
    assert.deepEqual([code, facts?.problem, facts?.found], ["given_id_token_unusable", problem, found]);
  }
});
