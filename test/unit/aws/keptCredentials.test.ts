import assert from "node:assert/strict";
import { test } from "node:test";
import type { AwsCredentials } from "../../../src/aws/awsCredentials.ts";
import { KeptCredentials } from "../../../src/aws/keptCredentials.ts";
import { GatewayFailure } from "../../../src/failures/failure.ts";

const start = Date.parse("2026-11-27T12:00:00Z");
const minutes = (count: number) => count * 60_000;
const keys = (number: number, expiresAt?: number): AwsCredentials => ({
  accessKeyId: `ASIA${number}`,
  secretAccessKey: `secret-${number}`,
  ...(expiresAt !== undefined && { expiresAt }),
});

/** A source that is read as often as the test says, a clock, and the log. */
function startSource(read: (number: number) => AwsCredentials | Promise<AwsCredentials>) {
  const seen = { reads: 0, now: start, log: "" };
  const line = (text: string, facts?: object) => {
    seen.log += `${text} ${JSON.stringify(facts)}\n`;
  };
  const log = { debug: line, info: line, warn: line, error: line };
  const source = { name: "the profile dev", read: async () => await read(++seen.reads) };
  return { seen, kept: new KeptCredentials(source, { now: () => seen.now, log: log as never }) };
}

test("credentials are read once however many wait, and renewed five minutes before they end", async () => {
  const { seen, kept } = startSource((number) => keys(number, seen.now + minutes(60)));
  const both = await Promise.all([kept.current(), kept.current(), kept.current()]);
  seen.now += minutes(54);
  const before = await kept.current();
  seen.now += minutes(1);
  const [after, together] = await Promise.all([kept.current(), kept.current()]);
  assert.deepEqual(
    [...both, before, after, together].map(({ accessKeyId }) => accessKeyId),
    ["ASIA1", "ASIA1", "ASIA1", "ASIA1", "ASIA2", "ASIA2"],
  );
  assert.equal(seen.reads, 2);
});

test("keys without an end are kept", async () => {
  const { seen, kept } = startSource((number) => keys(number));
  await kept.current();
  seen.now += minutes(60 * 24 * 30);
  assert.equal((await kept.current()).accessKeyId, "ASIA1");
});

test("a renewal that fails leaves those in use until they end, and is tried again half a minute later", async () => {
  const failure = new GatewayFailure("aws_login_needed", { source: "the profile dev", command: "aws sso login" });
  const { seen, kept } = startSource((number) => {
    if (number > 1) throw failure;
    return keys(number, start + minutes(10));
  });
  await kept.current();
  seen.now += minutes(6);
  assert.equal((await kept.current()).accessKeyId, "ASIA1");
  await kept.current();
  assert.equal(seen.reads, 2);
  seen.now += 31_000;
  await kept.current();
  assert.equal(seen.reads, 3);
  seen.now = start + minutes(10);
  await assert.rejects(kept.current(), failure);
});

test("credentials that had ended when they were read are refused as that", async () => {
  const { kept } = startSource((number) => keys(number, start - 1));
  await assert.rejects(kept.current(), { code: "aws_credentials_expired" });
});

test("refused ones are replaced once for all, and by nothing where the source has the same", async () => {
  const { seen, kept } = startSource((number) => keys(Math.min(number, 2)));
  const first = await kept.current();
  const replaced = await Promise.all([kept.replace(first), kept.replace(first)]);
  assert.deepEqual(replaced, [keys(2), keys(2)]);
  assert.deepEqual(await kept.replace(first), keys(2));
  assert.equal(seen.reads, 2);
  assert.equal(await kept.replace(keys(2)), undefined);
});

test("what was being read while they are forgotten is not kept", async () => {
  const gates: (() => void)[] = [];
  const { seen, kept } = startSource(async (number) => {
    await new Promise<void>((resolve) => gates.push(resolve));
    return keys(number);
  });
  const early = kept.current();
  kept.forget();
  gates[0]?.();
  await early;
  const later = kept.current();
  gates[1]?.();
  assert.equal((await later).accessKeyId, "ASIA2");
  assert.equal(seen.reads, 2);
});

test("the log tells the source and the end, and no key", async () => {
  const { seen, kept } = startSource((number) => keys(number, start + minutes(60)));
  await kept.current();
  assert.match(seen.log, /the profile dev.*2026-11-27T13:00:00/);
  assert.doesNotMatch(seen.log, /ASIA1|secret-1/);
});

test("refused ones are not signed with again where no others can be had", async () => {
  const failure = new GatewayFailure("aws_login_needed", { source: "the profile dev", command: "aws sso login" });
  const { kept } = startSource((number) => {
    if (number > 1) throw failure;
    return keys(number, start + minutes(60));
  });
  const first = await kept.current();
  await assert.rejects(kept.replace(first), failure);
  await assert.rejects(kept.current(), failure);
});
