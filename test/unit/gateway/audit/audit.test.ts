import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import type { AuditEntry } from "../../../../src/gateway/audit/auditEntry.ts";
import { auditFile, auditFileProblem } from "../../../../src/gateway/audit/auditFile.ts";
import { auditLog } from "../../../../src/gateway/audit/auditLog.ts";
import { streamSink } from "../../../../src/gateway/audit/auditSink.ts";
import { cloudTrailRecord } from "../../../../src/gateway/audit/cloudTrailRecord.ts";
import { redacted } from "../../../../src/gateway/audit/redacted.ts";
import { tokenFacts } from "../../../../src/gateway/audit/tokenFacts.ts";
import { runs } from "../../../support/bulk.ts";
import { makeTemporaryFolder } from "../../../support/temporaryFolder.ts";
import { until } from "../../../support/until.ts";

const url = "http://127.0.0.1:1/mcp";

const entry: AuditEntry = {
  requestId: "1234abcd-12ab-34cd-56ef-1234567890ab",
  at: Date.UTC(2026, 6, 14, 2, 14, 42, 7),
  durationMs: 12,
  address: "127.0.0.1",
  userAgent: "node",
  subject: "ada",
  token: { headers: { kid: "k", alg: "RS256" }, claims: { sub: "ada", scope: "read" } },
  method: "tools/call",
  tool: "shop___order",
  decision: "allowed",
  status: 200,
  contentType: "application/json",
  failed: [],
  message: { id: 1, method: "tools/call", params: { name: "shop___order", arguments: "REDACTED" }, jsonrpc: "2.0" },
  outcome: { kind: "result", isError: false },
};

test("a call is put down in the shape of CloudTrail's data event", () => {
  assert.deepEqual(cloudTrailRecord(entry, url), {
    eventVersion: "1.11",
    userIdentity: { type: "AWSAccount", principalId: "", accountId: "anonymous" },
    eventTime: "2026-07-14T02:14:42Z",
    eventSource: "gateway-connect",
    eventName: "InvokeGateway",
    awsRegion: "local",
    sourceIPAddress: "127.0.0.1",
    userAgent: "node",
    requestParameters: {
      body: { id: 1, method: "tools/call", params: { name: "shop___order", arguments: "REDACTED" }, jsonrpc: "2.0" },
    },
    responseElements: {
      body: { jsonrpc: "2.0", id: 1, result: { isError: false, content: "REDACTED" } },
      contentType: "application/json",
      statusCode: 200,
    },
    additionalEventData: {
      targetId: "shop",
      jwt: { headers: { kid: "k", alg: "RS256" }, claims: { sub: "ada", scope: "read" }, type: "JWS" },
      decision: "allowed",
      durationMs: 12,
    },
    requestID: entry.requestId,
    eventID: entry.requestId,
    readOnly: false,
    resources: [{ type: "AWS::BedrockAgentCore::Gateway", ARN: url }],
    eventType: "AwsApiCall",
    managementEvent: false,
    eventCategory: "Data",
  });
});

test("each ending has its error code, and a refused token the rules it failed by their claims", () => {
  const code = (more: Partial<AuditEntry>) => cloudTrailRecord({ ...entry, ...more }, url).errorCode;
  const refused = cloudTrailRecord(
    {
      ...entry,
      status: 401,
      decision: "invalidToken",
      failed: [
        { rule: "audience", claim: "aud", expected: ["api"], found: "x", ok: false },
        { rule: "subject", claim: "sub", expected: "a subject", found: undefined, ok: false, beyondAgentCore: true },
      ],
    },
    url,
  );
  assert.deepEqual(
    {
      statuses: [400, 401, 403, 404, 405, 413, 429, 500, 503].map((status) => code({ status })),
      toolError: code({ outcome: { kind: "result", isError: true } }),
      rpcError: code({ outcome: { kind: "error", code: -32602 } }),
      question: code({ outcome: { kind: "inputRequired" } }),
      rules: (refused.additionalEventData as { failedRules: unknown }).failedRules,
    },
    {
      statuses: [
        "ValidationException",
        "UnauthorizedException",
        "AccessDeniedException",
        "ResourceNotFoundException",
        "ValidationException",
        "ValidationException",
        "ThrottlingException",
        "InternalServerException",
        "InternalServerException",
      ],
      toolError: undefined,
      rpcError: "-32602",
      question: undefined,
      rules: [
        { rule: "audience", claim: "aud" },
        { rule: "subject", claim: "sub", beyondAgentCore: true },
      ],
    },
  );
});

test("nothing that a message says, beside what it names, is put down", () => {
  const secret = fc.string({ minLength: 8 }).map((text) => `secret-${text}`);
  const anything = fc.letrec((tie) => ({
    value: fc.oneof(
      secret,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value")),
    ),
  })).value;
  const params = fc.record(
    {
      name: fc.constant("t___x"),
      arguments: anything,
      _meta: anything,
      inputResponses: anything,
      requestState: anything,
      argument: anything,
      ref: anything,
      somethingNew: anything,
      capabilities: fc.dictionary(fc.constantFrom("a", "b", "c"), anything),
      clientInfo: fc.record({ name: fc.constant("c"), version: fc.constant("1"), extra: anything }),
    },
    { requiredKeys: [] },
  );
  const message = fc.record(
    {
      jsonrpc: fc.constant("2.0"),
      id: fc.integer(),
      method: fc.constant("m"),
      params,
      result: anything,
      error: anything,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(message, fc.array(message)), (body) => {
      assert.equal(JSON.stringify(redacted(body) ?? null).includes("secret-"), false);
    }),
    runs(1000, 30),
  );
});

test("an address of a resource keeps what names it, and a huge name is cut", () => {
  const of = (params: object) => (redacted({ method: "m", params }) as { params: Record<string, string> }).params;
  assert.deepEqual(
    {
      uri: of({ uri: "db://orders/7?key=abc#x" }).uri,
      password: ["https://user:SECRETPW@h.example/a@b", "db:\\\\user:SECRETPW@h", "mailto:ada@h.example"].map(
        (uri) => of({ uri }).uri,
      ),
      name: of({ name: "x".repeat(100_000) }).name?.length,
      odd: of({ name: { a: 1 }, uri: 7 }),
      none: [redacted(undefined), redacted("text"), redacted(null)],
    },
    {
      uri: "db://orders/7?REDACTED",
      password: ["https://REDACTED@h.example/a@b", "db:\\\\REDACTED@h", "mailto:REDACTED@h.example"],
      name: 512,
      odd: { name: "REDACTED", uri: "REDACTED" },
      none: [undefined, undefined, undefined],
    },
  );
});

test("of a token there are the claims that name it, made harmless for a page, and not the token", () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = `${part({ alg: "RS256", kid: "k", x5c: ["c"] })}.${part({ sub: "<b>", scp: ["a", "b"], email: "e" })}.c2ln`;
  assert.deepEqual(
    { facts: tokenFacts(`Bearer ${token}`), none: [tokenFacts(null), tokenFacts("Bearer x")] },
    {
      facts: { headers: { kid: "k", alg: "RS256" }, claims: { sub: "&lt;b&gt;", scp: "a b" } },
      none: [undefined, undefined],
    },
  );
});

/** A place that takes a line only when it is told to. */
function slowPlace() {
  const lines: string[] = [];
  let open = false;
  let waiting: (() => void) | undefined;
  const stream = new Writable({
    highWaterMark: 1,
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      const take = () => {
        lines.push(...chunk.trimEnd().split("\n"));
        done();
      };
      if (open) take();
      else waiting = take;
    },
  });
  return {
    stream,
    names: () => lines.map((line) => (JSON.parse(line) as { eventName: string }).eventName),
    lines,
    takeAll() {
      open = true;
      waiting?.();
    },
  };
}

test("a place that takes no lines makes one request wait, and the others go on", async () => {
  const place = slowPlace();
  const log = auditLog(streamSink(place.stream), { timeoutMs: 20 });
  let written = 0;
  await log.write(entry, url);
  // Nothing is taken before the end of the test: these resolve because nobody waits any more.
  for (; written < 50; written++) await log.write(entry, url);
  place.takeAll();
  await log.close();
  assert.deepEqual({ written, lines: place.lines.length, lost: log.lost() }, { written: 50, lines: 51, lost: 0 });
});

test("what a place misses is counted, and it is told how much when it takes lines again", async () => {
  const place = slowPlace();
  const log = auditLog(streamSink(place.stream), { timeoutMs: 5, mostBytes: 2000 });
  for (let turn = 0; turn < 20; turn++) await log.write(entry, url);
  const lost = log.lost();
  place.takeAll();
  await until(() => place.lines.length === 20 - lost, "the lines");
  await log.write(entry, url);
  await log.close();
  const names = place.names();
  const gap = JSON.parse(place.lines.at(-2) ?? "{}") as { additionalEventData: { lost: number } };
  assert.deepEqual(
    { all: names.length - 1 + lost, last: names.slice(-2), told: gap.additionalEventData.lost, some: lost > 0 },
    { all: 21, last: ["AuditRecordsLost", "InvokeGateway"], told: lost, some: true },
  );
});

test("a place that broke keeps nobody waiting", async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error("no space left")) });
  const closed = new Promise((resolve) => stream.once("close", resolve));
  const log = auditLog(streamSink(stream));
  await log.write(entry, url);
  await closed;
  await log.write(entry, url);
  await log.close();
  // The line that broke it is missing too.
  assert.deepEqual([log.broken(), log.lost()], [true, 2]);
});

test("a place that breaks or takes no more lines is told of once, and why", async () => {
  const told: Record<string, string[]> = { full: [], slow: [] };
  const noSpace = Object.assign(new Error("write failed"), { code: "ENOSPC" });
  const full = new Writable({ write: (_chunk, _encoding, done) => done(noSpace) });
  const fullLog = auditLog(streamSink(full), { onGap: (reason) => told.full?.push(reason) });
  const closed = new Promise((resolve) => full.once("close", resolve));
  await fullLog.write(entry, url);
  await closed;
  const place = slowPlace();
  const slowLog = auditLog(streamSink(place.stream), {
    timeoutMs: 1,
    mostBytes: 100,
    onGap: (why) => told.slow?.push(why),
  });
  for (let turn = 0; turn < 3; turn++) {
    await fullLog.write(entry, url);
    await slowLog.write(entry, url);
  }
  place.takeAll();
  for (const log of [fullLog, slowLog]) await log.close();
  assert.deepEqual(told, { full: ["ENOSPC"], slow: ["it takes no lines"] });
});

test("a file that cannot be opened is a failure in words before the first line, and one that broke goes on with its gap", async () => {
  const folder = makeTemporaryFolder("audit");
  const cannot = (path: string, reason: string) =>
    `local.auditFile: ${path} cannot be opened for appending: ${reason}; make it writable, or name another file`;
  const noFolder = join(folder, "none", "x.jsonl");
  const good = join(folder, "a.jsonl");
  const failures = [noFolder, folder].map((path) => {
    try {
      auditFile(path);
      return "opened";
    } catch (error) {
      return (error as Error).message;
    }
  });
  const foreseen = [noFolder, folder, good].map(auditFileProblem);
  const made = existsSync(good);
  writeFileSync(good, '{"cut":');
  const log = auditFile(good, { lostBefore: 2 });
  await log.write(entry, url);
  await log.close();
  const lines = readFileSync(good, "utf8").trimEnd().split("\n");
  rmSync(folder, { recursive: true });
  const words = [cannot(noFolder, "its folder does not exist"), cannot(folder, "it is a folder")];
  assert.deepEqual(
    {
      failures,
      foreseen,
      made,
      cut: lines[0],
      next: lines.slice(1).map((line) => (JSON.parse(line) as { eventName: string }).eventName),
      gap: (JSON.parse(lines[1] ?? "") as { additionalEventData: unknown }).additionalEventData,
    },
    {
      failures: words,
      foreseen: [...words, undefined],
      made: false,
      cut: '{"cut":',
      next: ["AuditRecordsLost", "InvokeGateway"],
      gap: { lost: 2 },
    },
  );
});

test("lines to an audit file that was removed are told as a gap once, and counted", async () => {
  const folder = makeTemporaryFolder("audit");
  const path = join(folder, "a.jsonl");
  const gaps: string[] = [];
  const log = auditFile(path, { onGap: (reason) => gaps.push(reason) });
  await log.write(entry, url);
  await until(() => readFileSync(path).length > 0, "the first line");
  const before = [log.isAtPath(), log.lost()];
  rmSync(path);
  for (const second of [1, 2, 3]) await log.write({ ...entry, at: entry.at + second * 1000 }, url);
  await log.close();
  const after = [log.isAtPath(), log.lost(), gaps];
  rmSync(folder, { recursive: true });
  assert.deepEqual(
    { before, after },
    {
      before: [true, 0],
      after: [false, 3, ["its path does not lead to the file that was opened"]],
    },
  );
});
