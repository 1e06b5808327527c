import assert from "node:assert/strict";
import { test } from "node:test";
import { SdkErrorCode, SdkHttpError } from "@modelcontextprotocol/client";
import { failureDetail } from "../../../../src/gateway/router/failureDetail.ts";
import { failureFacts, failureReason } from "../../../../src/gateway/router/failureReason.ts";
import { KEPT_CHARACTERS, processOutput } from "../../../../src/gateway/router/processOutput.ts";
import type { Target } from "../../../../src/gateway/router/target.ts";
import { targetSecrets } from "../../../../src/gateway/router/targetSecrets.ts";

const http = (headers: Record<string, string> = {}): Target => ({ kind: "http", name: "t", url: "http://t/", headers });
const stdio = (env: Record<string, string> = {}): Target => ({ kind: "stdio", name: "t", command: "x", env });

function saying(...chunks: readonly string[]) {
  const output = processOutput();
  for (const chunk of chunks) output.add(Buffer.from(chunk));
  return output;
}

test("a failure's reason is what the error and its causes say, each once, whatever kind they are", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  const cases: readonly [unknown, string][] = [
    [new Error("fetch failed", { cause: refused }), "fetch failed: connect ECONNREFUSED 127.0.0.1:1"],
    [
      new Error("fetch failed", { cause: new AggregateError([refused], "") }),
      "fetch failed: connect ECONNREFUSED 127.0.0.1:1",
    ],
    [Object.assign(new Error(""), { code: "ENOTFOUND" }), "ENOTFOUND"],
    [new Error("same", { cause: new Error("same") }), "same"],
    [new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, "no", { status: 502, statusText: "" }), "HTTP 502: no"],
    [new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, "HTTP 502", { status: 502, statusText: "" }), "HTTP 502"],
    ["a text", "it gave no reason"],
    [undefined, "it gave no reason"],
  ];
  assert.deepEqual(
    cases.map(([error]) => failureReason(http(), error)),
    cases.map(([, words]) => words),
  );
});

test("a process's failure has how it ended and its last lines, without colours", () => {
  const output = saying("starting\n\u001b[31mError\u001b[0m: no ", "DATABASE_URL\n\n");
  output.ended(3, null);
  const killed = processOutput();
  killed.ended(null, "SIGKILL");
  const error = new Error("Connection closed");
  assert.deepEqual(
    [failureFacts(stdio(), error, output), failureFacts(stdio(), error, killed)],
    [
      { error: "Connection closed: the process ended with code 3", stderr: ["starting", "Error: no DATABASE_URL"] },
      { error: "Connection closed: the process was ended by SIGKILL" },
    ],
  );
});

test("the values of a target's headers and variables are in no failure, however they are written", () => {
  const secrets = {
    plain: "s3cr3t-0f-the-target",
    key: "-----BEGIN KEY-----\nfirstlineofthekey\nsecondlineofthekey",
    quoted: 'has "quotes" and \\',
    spaced: "two words & more",
    pin: "731",
    regular: ".*+?^${}()|[]\\",
  };
  const basic = `Basic ${Buffer.from("robot:its-passphrase").toString("base64")}`;
  const targets = [stdio(secrets), http({ ...secrets, key: "none", authorization: basic, other: "Bearer opaque-one" })];
  const written = [
    ...Object.values(secrets),
    ...secrets.key.split("\n"),
    JSON.stringify(secrets.quoted),
    encodeURIComponent(secrets.spaced),
    basic,
  ];
  const inHeaders = ["opaque-one", "its-passphrase", basic.slice(6)];
  const found: string[] = [];
  for (const [at, target] of targets.entries()) {
    const texts = at === 0 ? written : [...written.filter((one) => !secrets.key.includes(one)), ...inHeaders];
    const error = new Error(`a ${texts.join(" | ")} z`, { cause: new Error(texts.map((one) => `<${one}>`).join("")) });
    const facts = failureFacts(target, error, saying(texts.join("\n"), "\n", texts.join("\u001b[1m|\u001b[0m")));
    const said = [facts.error, ...(facts.stderr as string[])].join("\n");
    const parts = [...texts, "firstlineofthekey", "its-passphrase", "731"].filter((one) => one !== "none");
    found.push(...parts.filter((one) => said.includes(one)));
    if (!said.includes("[redacted]")) found.push("nothing was taken out");
  }
  assert.deepEqual(found, []);
});

test("what has the shape of a token is taken out too, and a short value only where it stands alone", () => {
  const target = stdio({ DEBUG: "1", MODE: "on" });
  const error = new Error(
    "at 127.0.0.1:1 on 1, one version: eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln access_token=abc",
  );
  assert.equal(
    failureReason(target, error),
    "at 127.0.0.1:1 [redacted] [redacted], one version: [token] access_token=[redacted]",
  );
});

test("a failure stays short however much a target says, and a secret that was cut is not told by halves", () => {
  const secret = "s".repeat(50) + "e".repeat(50);
  const target = stdio({ SECRET: secret });
  const long = failureFacts(target, new Error("x".repeat(1e6)), saying(`${"y".repeat(1e6)}\n`.repeat(3)));
  const many = failureFacts(target, undefined, saying("line\n".repeat(1e5)));
  // Each time the cut is somewhere else in the secret.
  const halves = Array.from({ length: 110 }, (_, at) => {
    const { stderr } = failureFacts(target, undefined, saying(secret, "-".repeat(KEPT_CHARACTERS - at)));
    const byLine = failureFacts(target, undefined, saying(`${"z\n".repeat(KEPT_CHARACTERS)}${secret}\nthe end\n`));
    return JSON.stringify([stderr, byLine]);
  });
  assert.deepEqual(
    {
      long: JSON.stringify(long).length < 4000,
      lines: (many.stderr as string[]).length,
      halves: halves.filter((one) => /sss|eee/.test(one)),
      known: targetSecrets(target).length > 0,
    },
    { long: true, lines: 20, halves: [], known: true },
  );
});

test("what a caller is told at the exception level DEBUG has no secret of the target either", () => {
  const target = http({ authorization: "Bearer opaque-one" });
  assert.equal(failureDetail(target, new Error("refused opaque-one")), "The target t failed: refused [redacted]");
});
