import assert from "node:assert/strict";
import { test } from "node:test";
import { asFailure } from "../../../../src/failures/failure.ts";
import { checkedToken, LONGEST_TOKEN } from "../../../../src/oauth/workload/checkedToken.ts";

const now = 1_800_000_000_000;
const audience = "https://login.example.com";
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (claims: object, signature = "sig") => `${part({ alg: "RS256" })}.${part(claims)}.${signature}`;
const good = { iss: "https://ci.example", sub: "a-job", aud: audience, exp: now / 1000 + 60 };

const look = (text: string, wanted = audience) => {
  try {
    return checkedToken(text, { source: "a file", audience: wanted, now });
  } catch (error) {
    const { code, facts } = asFailure(error);
    return [code, facts];
  }
};
const reasons = {
  tooLarge: "it is longer than any such token",
  severalWords: "it has several words or lines",
  encrypted: "it is encrypted, so that nobody can see for whom it is",
  form: "it is not a JWT that says when it expires",
};
const invalid = (why: keyof typeof reasons) => ["workload_token_invalid", { source: "a file", reason: reasons[why] }];

test("a token that may be sent comes back without what stands around it, with its issuer and subject", () => {
  const whole = { jwt: jwt(good), issuer: "https://ci.example", subject: "a-job" };
  assert.deepEqual(
    [
      look(`\ufeff${jwt(good)}\r\n`),
      look(jwt({ ...good, aud: ["other", `${audience}/`] })).constructor === Object,
      look(jwt(good), `${audience}/`),
      // A clock may be a little wrong.
      look(jwt({ ...good, exp: now / 1000 - 59 })).constructor === Object,
      look(jwt({ exp: good.exp, aud: audience })),
    ],
    [whole, true, whole, true, { jwt: jwt({ exp: good.exp, aud: audience }), issuer: "unknown", subject: "unknown" }],
  );
});

test("whatever is no token that may be sent is refused with its reason", () => {
  const ended = (ended: string) => ["workload_token_expired", { source: "a file", ended }];
  const forOther = (...found: string[]) => [
    "workload_audience_mismatch",
    { source: "a file", expected: audience, found },
  ];
  const cases: readonly (readonly [text: string, expected: unknown])[] = [
    ["", invalid("form")],
    ["a.b", invalid("form")],
    [`Bearer ${jwt(good)}`, invalid("severalWords")],
    [`${jwt(good)}\n\n${jwt(good)}`, invalid("severalWords")],
    ["a.b.c.d.e", invalid("encrypted")],
    [jwt(good, "a".repeat(LONGEST_TOKEN)), invalid("tooLarge")],
    // A signature that is not there (`alg: none`) proves nothing.
    [jwt(good, ""), invalid("form")],
    [`${jwt(good)}=`, invalid("form")],
    ["e30.bnVsbA.e30", invalid("form")],
    [jwt({ ...good, exp: undefined }), invalid("form")],
    [jwt({ ...good, exp: "1900000000" }), invalid("form")],
    [jwt({ ...good, exp: now / 1000 - 60 }), ended(new Date(now - 60_000).toISOString())],
    [jwt({ ...good, exp: -1e18 }), ended("-1000000000000000000")],
    [jwt({ ...good, aud: undefined }), forOther()],
    [jwt({ ...good, aud: 17 }), forOther()],
    [jwt({ ...good, aud: ["sts.amazonaws.com", null] }), forOther("sts.amazonaws.com")],
    [jwt({ ...good, aud: `${audience}.evil.example` }), forOther(`${audience}.evil.example`)],
  ];
  assert.deepEqual(
    cases.map(([text]) => look(text)),
    cases.map(([, expected]) => expected),
  );
});
