import assert from "node:assert/strict";
import { test } from "node:test";
import { DEEPEST_TOKEN, decodedToken, LONGEST_TOKEN } from "../../../../src/agentcore/authorizer/decodedToken.ts";
import { asymmetricAlgorithms } from "../../../../src/lib/asymmetricAlgorithms.ts";
import { bearerHeader, bearerToken } from "../../../../src/lib/bearer.ts";

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const raw = (text: string | Uint8Array): string => Buffer.from(text).toString("base64url");
const header = part({ alg: "ES256" });
const claims = part({ sub: "ada" });
const isToken = (text: string): boolean => decodedToken(text) !== undefined;

test("a token is taken apart once, in any script, and without a signature too", () => {
  const text = `${part({ alg: "ES256", kid: "ключ" })}.${part({ sub: "ада", name: "🙂" })}.`;
  assert.deepEqual(decodedToken(text), {
    text,
    parts: text.split("."),
    header: { alg: "ES256", kid: "ключ" },
    claims: { sub: "ада", name: "🙂" },
  });
  // Letters that base64url has in place of + and /.
  const odd = `${header}.${part({ a: "???>>>~~~" })}.c2ln`;
  assert.match(odd, /_/);
  assert.equal(decodedToken(odd)?.claims.a, "???>>>~~~");
  const dashes = `${header}.${part({ a: "ûïþ>>>" })}.c2ln`;
  assert.match(dashes, /-/);
  assert.equal(decodedToken(dashes)?.claims.a, "ûïþ>>>");
});

test("two parts, four parts, other letters, or anything around them are no token", () => {
  const good = `${header}.${claims}.c2ln`;
  const others = [
    ...["", ".", "..", `${header}.${claims}`, `${good}.x`, `x.${good}`, `.${claims}.c2ln`, `${header}..c2ln`],
    ...[` ${good}`, `${good} `, `${good}\n`, `\n${good}`, `${good}=`, `=${good}`, good.replace(".", ". ")],
    ...[`${header}.${claims}=.c2ln`, `${header}=.${claims}.c2ln`, `${header}.${claims}+.c`, `${header}.${claims}/.c`],
  ];
  assert.deepEqual([good, ...others].filter(isToken), [good]);
});

test("header and claims are objects of JSON in UTF-8, the subject is text, and no extension has to be understood", () => {
  const of = (first: string, second = claims) => isToken(`${first}.${second}.c2ln`);
  assert.deepEqual(
    {
      lists: [of(part([])), of(header, part([]))],
      nothing: [of(part(null)), of(header, part(null))],
      texts: [of(part("a")), of(header, part("a"))],
      noJson: [of(raw("{")), of(header, raw("{"))],
      noUtf8: [
        of(raw(Buffer.from('{"a":"\xff"}', "latin1"))),
        of(header, raw(Buffer.from('{"sub":"\xff"}', "latin1"))),
      ],
      subjects: [7, null, ["ada"], {}].map((sub) => of(header, part({ sub }))),
      without: of(header, part({})),
      extensions: [{ crit: [] }, { crit: undefined, b64: false }, { crit: null }].map((more) => of(part(more))),
      encoded: [{ b64: true }, { b64: 0 }].map((more) => of(part(more))),
    },
    {
      ...{ lists: [false, false], nothing: [false, false], texts: [false, false], noJson: [false, false] },
      noUtf8: [false, false],
      ...{ subjects: Array(4).fill(false), without: true, extensions: Array(3).fill(false), encoded: [true, true] },
    },
  );
});

test("a token has 64 KiB and 32 levels at the most, in the header as in the claims", () => {
  assert.deepEqual([LONGEST_TOKEN, DEEPEST_TOKEN], [65_536, 32]);
  const start = `${header}.${claims}.`;
  const long = (length: number) => isToken(start.padEnd(length, "A"));
  const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
  const lists = (levels: number): unknown => JSON.parse(`{"a":1,"b":${"[".repeat(levels)}${"]".repeat(levels)}}`);
  const deep = (levels: number) => [
    isToken(`${header}.${part(nested(levels))}.`),
    isToken(`${part(nested(levels))}.${claims}.`),
    isToken(`${header}.${part(lists(levels - 1))}.`),
  ];
  assert.deepEqual(
    [long(LONGEST_TOKEN), long(LONGEST_TOKEN + 1), deep(DEEPEST_TOKEN), deep(DEEPEST_TOKEN + 1)],
    [true, false, [true, true, true], [false, false, false]],
  );
});

test("a bearer token is one word after the scheme, and goes out as it comes in", () => {
  assert.equal(bearerToken(bearerHeader("a.b.c")), "a.b.c");
  const given = ["Bearer a", "bearer  a ", "xBearer a", "Bearer a b", "Bearer", "Bearer ", "Basic a", "", null];
  assert.deepEqual(given.map(bearerToken), ["a", "a", ...Array(7).fill(undefined)]);
});

test("the algorithms are those that sign with a private key", () => {
  const all = ["RS", "PS", "ES"].flatMap((kind) => ["256", "384", "512"].map((bits) => `${kind}${bits}`));
  assert.deepEqual(asymmetricAlgorithms, [...all, "EdDSA", "Ed25519"]);
});
