import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import type { AuditEntry } from "../../../../src/gateway/audit/auditEntry.ts";
import { type AuditFileOptions, auditFile } from "../../../../src/gateway/audit/auditFile.ts";
import type { AuditFault } from "../../../../src/gateway/audit/auditFinding.ts";
import { readHead } from "../../../../src/gateway/audit/chainHead.ts";
import { fileLines, inOrder } from "../../../../src/gateway/audit/fileLines.ts";
import { linesOf } from "../../../../src/gateway/audit/linesIn.ts";
import { rotate, rotatedFiles } from "../../../../src/gateway/audit/rotation.ts";
import { type ChainPosition, chainStart, sealed } from "../../../../src/gateway/audit/sealedLine.ts";
import { verifyAudit } from "../../../../src/gateway/audit/verifyAudit.ts";
import { anyCharacter } from "../../../support/anyText.ts";
import { runs } from "../../../support/bulk.ts";
import { temporaryFolder } from "../../../support/temporaryFolder.ts";

const key = Buffer.from("a key of thirty-two characters..");
const url = "http://127.0.0.1:1/mcp";

const entryAt = (at: number, requestId = "r"): AuditEntry => ({
  ...{ requestId, at, durationMs: 1, method: "ping", decision: "open", status: 200, failed: [] },
});

function faultsOf(bytes: Buffer, options: { key?: Buffer; head?: ChainPosition } = {}) {
  const faults: AuditFault[] = [];
  const lines = [...linesOf([bytes])].map((one, index) => ({ file: "audit", line: index + 1, ...one }));
  verifyAudit(lines, { ...options, found: (fault) => faults.push(fault) });
  return faults;
}

/** An audit of these records, in as many bytes as the gateway writes. */
function chainOf(records: readonly string[], withKey?: Buffer) {
  let position = chainStart;
  const lines = records.map((record) => {
    const one = sealed(record, position, withKey);
    position = one.position;
    return `${one.line}\n`;
  });
  return { lines, bytes: Buffer.from(lines.join("")), head: position };
}

const text = fc.string({ unit: anyCharacter, maxLength: 40 });
const records = fc.array(
  fc
    .record({ eventName: text, userAgent: text, more: fc.array(text, { maxLength: 3 }) })
    .map((one) => JSON.stringify(one)),
  { minLength: 1, maxLength: 8 },
);

/** What may happen to the bytes of an audit; undefined where it changes nothing. */
const changes = {
  "a byte that is another": fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, by]) => (bytes: Buffer) => {
    const other = Buffer.from(bytes);
    const index = at % bytes.length;
    other[index] = ((bytes[index] as number) + by) % 256;
    return other;
  }),
  "a byte that is gone": fc.nat().map((at) => (bytes: Buffer) => {
    const index = at % bytes.length;
    return Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + 1)]);
  }),
  "a byte more": fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => (bytes: Buffer) => {
    const index = at % bytes.length;
    return Buffer.concat([bytes.subarray(0, index), Buffer.from([byte]), bytes.subarray(index)]);
  }),
  "the end that is cut off": fc.nat().map((at) => (bytes: Buffer) => bytes.subarray(0, at % bytes.length)),
};

for (const [what, change] of Object.entries(changes)) {
  test(`${what} is found in every audit, with and without a key`, async () => {
    fc.assert(
      fc.property(records, change, fc.boolean(), (all, changed, withKey) => {
        const options = withKey ? { key } : {};
        const { bytes, head } = chainOf(all, options.key);
        assert.deepEqual(faultsOf(bytes, { ...options, head }), []);
        assert.notEqual(faultsOf(changed(bytes), { ...options, head }).length, 0);
      }),
      runs(5000, 250),
    );
  });
}

test("lines that are gone, stand twice or have changed places are found, and called so", async () => {
  const some = fc.array(text, { minLength: 3, maxLength: 10 }).map((all) => all.map((one) => JSON.stringify({ one })));
  fc.assert(
    fc.property(some, fc.nat(), fc.nat(), (all, a, b) => {
      const { lines, head } = chainOf(all, key);
      const [one, other] = [a % lines.length, b % lines.length];
      const codes = (changed: readonly string[]) => {
        const faults = faultsOf(Buffer.from(changed.join("")), { key, head });
        return [...new Set(faults.map(({ code }) => code))];
      };
      const gone = lines.filter((_, index) => index !== one);
      const isLast = one === lines.length - 1;
      assert.deepEqual(codes(gone), [isLast ? "truncated" : "missing"]);
      const twice = [...lines.slice(0, other), lines[one] as string, ...lines.slice(other)];
      // Before its own place a line comes too early, and behind it again.
      assert.ok(codes(twice).every((code) => ["repeated", "outOfOrder", "missing"].includes(code)));
      assert.notDeepEqual(codes(twice), []);
      if (one === other) return;
      const swapped = [...lines];
      [swapped[one], swapped[other]] = [lines[other] as string, lines[one] as string];
      assert.deepEqual(codes(swapped), ["outOfOrder"]);
    }),
    runs(1000),
  );
});

test("who has no key can make the hashes anew, and is found by whoever has it and by nobody else", async () => {
  const records = ["a", "b", "c"].map((one) => JSON.stringify({ one }));
  const honest = chainOf(records, key);
  // The attacker leaves the second out and seals the rest again, as far as that goes.
  const forged = chainOf(records.filter((_, at) => at !== 1)).bytes;
  const otherKey = chainOf(records, Buffer.from("another key of thirty-two chars.")).bytes;
  assert.deepEqual(
    {
      unseen: faultsOf(forged),
      seen: faultsOf(forged, { key }).map(({ code }) => code),
      head: faultsOf(forged, { key, head: honest.head }).map(({ code }) => code),
      otherKey: faultsOf(otherKey, { key }).map(({ code }) => code),
      withoutKey: faultsOf(honest.bytes),
    },
    {
      unseen: [],
      seen: ["otherKey", "otherKey"],
      head: ["otherKey", "otherKey", "truncated"],
      otherKey: ["otherKey", "otherKey", "otherKey"],
      withoutKey: [],
    },
  );
});

test("where and which is told: the file, its line, and the numbers that are missing", async () => {
  const { lines, head } = chainOf(["1", "2", "3", "4", "5", "6"].map((one) => JSON.stringify({ one })));
  const changed = (lines[4] as string).replace('"one":"5"', '"one":"7"');
  const all = [lines[0], lines[3], changed, "\n"].join("");
  assert.deepEqual(faultsOf(Buffer.from(all), { head }), [
    { code: "changed", file: "audit", line: 3 },
    { code: "notChained", file: "audit", line: 4 },
    { code: "missing", file: "audit", line: 2, from: 2, to: 3 },
    { code: "truncated", file: "audit", from: 5, to: 6 },
  ]);
});

/** An audit of a test, in a folder of its own. */
function auditIn(t: TestContext, options: Partial<AuditFileOptions> = {}) {
  const folder = temporaryFolder(t, "audit");
  const path = join(folder, "a.jsonl");
  const head = join(folder, "kept-apart");
  const said: string[] = [];
  const open = (more: Partial<AuditFileOptions> = {}) =>
    auditFile(path, { chain: { key, head }, say: (words) => said.push(words), ...options, ...more });
  const verify = async () => {
    const faults: AuditFault[] = [];
    const there = readdirSync(folder)
      .filter((name) => name.startsWith("a.jsonl"))
      .map((name) => join(folder, name));
    const { from = 1, ...position } = readHead(head) ?? {};
    const verified = verifyAudit(fileLines(inOrder(there)), {
      ...{ key, from, found: (fault) => faults.push(fault) },
      head: position as ChainPosition,
    });
    return {
      ...verified,
      faults: faults.map(({ code, from, to }) => [code, from, to].filter((one) => one !== undefined)),
    };
  };
  return { folder, path, head, said, open, verify };
}

test("full files are in the order of their lines, however fast they fill and wherever the clock goes", (t) => {
  const { path } = auditIn(t, {});
  const at = Date.UTC(2026, 0, 1);
  const asEarlierVersions = `${path}.20260101T000000000Z-0002`;
  writeFileSync(asEarlierVersions, "-1");
  writeFileSync(`${path}.20269901T000000000Z`, "somebody else's");
  const times = [at, at, at, at + 1, at + 5000, at - 3_600_000, at - 3_600_000, at + 5000, at + 9000, at + 9000];
  const removed = times.map((time, index) => {
    writeFileSync(path, `${index}`);
    return rotate(path, time, { files: 4 });
  });
  assert.deepEqual(
    rotatedFiles(path).map((file) => readFileSync(file, "utf8")),
    ["6", "7", "8", "9"],
  );
  assert.deepEqual(
    removed,
    times.map((_, index) => index >= 3),
  );
});

test("a chain goes on over rotations, of which the oldest files are removed, and no line is lost or split", async (t) => {
  const { path, open, verify } = auditIn(t, { rotate: { maxBytes: 4000, files: 3 } });
  const log = open();
  const at = Date.UTC(2026, 0, 1);
  for (let count = 0; count < 100; count++) {
    await log.write(entryAt(at + count * 10, `id-${count}`), url);
    // Now and then what has come is written, so that there are batches of several sizes.
    if (count % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await log.close();
  const kept = rotatedFiles(path);
  const texts = [...kept, path].map((file) => readFileSync(file, "utf8"));
  const ids = texts.join("").match(/(?<="requestID":")id-\d+/g) ?? [];
  const { first = 0, ...verified } = await verify();
  assert.equal(kept.length, 3);
  assert.ok(texts.every((one) => one.length <= 4000 && one.endsWith("\n")));
  assert.deepEqual(
    ids,
    Array.from({ length: ids.length }, (_, index) => `id-${100 - ids.length + index}`),
  );
  assert.deepEqual(
    { first, ...verified },
    { first: 101 - ids.length, good: ids.length, last: 100, before: 0, torn: 0, beyondHead: 0, faults: [] },
  );
});

test("each day has files of its own where that is asked for, also when the gateway was not running at midnight", async (t) => {
  const { path, open, verify } = auditIn(t, { rotate: { daily: true, files: 10 } });
  const day = 24 * 60 * 60 * 1000;
  const now = Date.now();
  let log = open();
  for (const at of [now, now + 1, now + day, now + 2 * day]) {
    await log.write(entryAt(at), url);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await log.close();
  log = open();
  await log.write(entryAt(now + 3 * day), url);
  await log.close();
  const lines = [...rotatedFiles(path), path].map((file) => readFileSync(file, "utf8").trim().split("\n").length);
  assert.deepEqual({ lines, faults: (await verify()).faults }, { lines: [2, 1, 1, 1], faults: [] });
});

test("after a crash the chain goes on: behind a line that was torn, which the next one says, and without a head", async (t) => {
  const { path, head, open, verify } = auditIn(t);
  const write = async (count: number) => {
    const log = open();
    for (let at = 0; at < count; at++) await log.write(entryAt(at), url);
    await log.close();
  };
  await write(2);
  const whole = readFileSync(path).length;
  await write(1);
  const before = readFileSync(head);
  const torn = readFileSync(path).length - 20;
  truncateSync(path, torn);
  const broken = await verify();
  // The head had not been written yet when that line was torn.
  writeFileSync(head, before.toString().replace('"sequence":3', '"sequence":2'));
  await write(1);
  const goesOn = await verify();
  // Nor does a head that lacks the last lines matter, or one that is gone.
  rmSync(head);
  await write(1);
  const withoutHead = await verify();
  assert.ok(whole < torn);
  assert.deepEqual(
    [broken.faults, goesOn.torn, goesOn.good, goesOn.faults, withoutHead.good, withoutHead.faults],
    [[["torn"], ["truncated", 3, 3]], 1, 4, [], 5, []],
  );
});

test("what was cut off before a restart stays missing, and is told at the start", async (t) => {
  const { path, said, open, verify } = auditIn(t);
  let log = open();
  for (let at = 0; at < 5; at++) await log.write(entryAt(at), url);
  await log.close();
  const lines = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, `${lines.slice(0, 2).join("\n")}\n`);
  log = open();
  await log.write(entryAt(6), url);
  await log.close();
  assert.deepEqual(
    [said, (await verify()).faults],
    [["lines 3 to 5 are missing (auditTruncated)"], [["missing", 3, 5]]],
  );
});

test("a file that was renamed is left for a new one without a line lost, and the chain goes on in it", async (t) => {
  const { path, open, verify } = auditIn(t);
  const log = open();
  await log.write(entryAt(1), url);
  renameSync(path, `${path}.1`);
  // This one is on its way when the file is opened anew.
  await log.write(entryAt(2), url);
  log.reopen();
  await log.write(entryAt(3), url);
  await log.close();
  const { good, faults } = await verify();
  assert.deepEqual([good, faults, log.lost()], [3, [], 0]);
});

test("an audit that somebody else has written to says so: their lines are no part of the chain", async (t) => {
  const { path, open, verify } = auditIn(t);
  const log = open();
  await log.write(entryAt(1), url);
  await log.close();
  appendFileSync(path, '{"eventName":"InvokeGateway"}\n');
  const again = open();
  await again.write(entryAt(2), url);
  await again.close();
  assert.deepEqual((await verify()).faults, [["notChained"]]);
});
