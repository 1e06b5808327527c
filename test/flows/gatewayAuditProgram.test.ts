import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ended, withFiles, withProgram } from "../support/gatewayProgram.ts";
import { until } from "../support/until.ts";

const key = "a key of the test, which is longer than 32 characters";

const ask = async (url: string) => (await fetch(url, { method: "POST", body: "{}" })).status;

test("an audit with a chain is verified with the key, and a gateway that was killed goes on with it", () =>
  withFiles(async ({ folder, write }) => {
    const path = join(folder, "audit.jsonl");
    writeFileSync(join(folder, "key"), `${key}\n`);
    const chain = { head: "apart/head", keyFile: "key" };
    const audit = { chain: { ...chain, head: join(folder, "head") } };
    const file = write("a.json", { local: { auditFile: "audit.jsonl", audit } });
    const lines = () => (existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0);
    for (let start = 1; start <= 2; start++) {
      await withProgram(["--config", file], async ({ gateways }, started) => {
        for (let time = 0; time < 3; time++) await ask(gateways[0]?.url ?? "");
        await until(() => lines() === 3 * start, "the lines");
        if (start === 1) process.kill(started.pid, "SIGKILL");
      });
    }
    const verify = async (...args: string[]) => {
      const { code, out } = await ended(["audit", "--verify", ...args]);
      return { code, out };
    };
    const good = await verify("--config", file);
    const byHand = await verify(path, "--key", `@${join(folder, "key")}`, "--head", join(folder, "head"), "--json");
    const looked = JSON.parse(byHand.out) as { good: number; withKey: boolean; withHead: boolean };
    const all = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, [all[0], all[2]?.replace("401", "200"), all[3], all[4], ""].join("\n"));
    const bad = await verify("--config", file);
    const unsure = await verify(path);
    const { code, err } = await ended(["audit", "--verify", path, "--key", key]);
    assert.deepEqual(
      {
        good,
        byHand: [byHand.code, looked.good, looked.withKey, looked.withHead],
        bad: [bad.code, bad.out.trim().split("\n")],
        unsure: [unsure.code, /Without --key only accidents/.test(unsure.out), /Without --head/.test(unsure.out)],
        argument: [code, err.includes(key), err.includes("would be visible to every program here")],
      },
      {
        good: { code: 0, out: "6 lines, 1 to 6, as they were written\n" },
        byHand: [0, 6, true, true],
        bad: [
          4,
          [
            `${path}:2: changed: this line is not as it was written`,
            `${path}:3: missing: before this line, all from line 2 to line 3 of the chain is not in these files`,
            `${path}: truncated: the end is missing: line 6 of the chain, which the head knows`,
            "NOT AS IT WAS WRITTEN: 3 faults; 3 lines, 1 to 5, are good",
          ],
        ],
        unsure: [4, true, true],
        argument: [2, false, true],
      },
    );
  }));

test("a second gateway does not write a chain that has a writer, until that one ends, however it ends", () =>
  withFiles(async ({ folder, write }) => {
    const path = join(folder, "audit.jsonl");
    const chained = { auditFile: "audit.jsonl", audit: { chain: { head: "apart" } } };
    const file = write("a.json", { local: chained });
    const sameHead = write("b.json", { local: { ...chained, auditFile: "other.jsonl" } });
    const lines = () => (existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0);
    const second: { code: number | null; err: string }[] = [];
    await withProgram(["--config", file], async ({ gateways }, started) => {
      await ask(gateways[0]?.url ?? "");
      for (const one of [
        ["--config", file, "--port", "0"],
        ["--config", sameHead],
      ])
        second.push(await ended(one));
      second.push(await ended(["audit", "--verify", "--config", file]));
      await ask(gateways[0]?.url ?? "");
      await until(() => lines() === 2, "the lines");
      process.kill(started.pid, "SIGKILL");
    });
    await withProgram(["--config", file], async ({ gateways }) => {
      await ask(gateways[0]?.url ?? "");
      await until(() => lines() === 3, "the line of the next one");
    });
    const { code, out } = await ended(["audit", "--verify", "--config", file]);
    assert.deepEqual(
      [second.map(({ code: exit }) => exit), code, out.split("\n").at(-2)],
      [[1, 1, 0], 0, "3 lines, 1 to 3, as they were written"],
    );
    assert.match(
      second[0]?.err ?? "",
      /a\.json: local\.audit\.chain: .*audit\.jsonl is written by another gateway, process \d+, /,
    );
    assert.match(second[1]?.err ?? "", /b\.json: local\.audit\.chain: .*apart is written by .* \(auditInUse\)\n$/);
  }));

test(
  "where requests are to be refused that cannot be recorded, they are, and let in again once they can",
  {
    skip: !existsSync("/dev/full"),
  },
  () =>
    withFiles(async ({ folder, write }) => {
      const path = join(folder, "audit.jsonl");
      // The device that is always full.
      symlinkSync("/dev/full", path);
      const file = write("a.json", { local: { auditFile: "audit.jsonl", audit: { onFailure: "refuse" } } });
      await withProgram(["--config", file], async ({ gateways }, started) => {
        const url = gateways[0]?.url ?? "";
        const first = await ask(url);
        await until(() => started.logs.some((line) => line.includes("auditNotWritten")), "the words about the audit");
        const second = await ask(url);
        const health = await fetch(new URL("/healthz", url));
        const state = [health.status, ((await health.json()) as { status: string }).status];
        assert.deepEqual({ first, second, state }, { first: 401, second: 503, state: [503, "auditNotWritten"] });
        rmSync(path);
        write("a.json", { local: { auditFile: "audit.jsonl", audit: { onFailure: "refuse" } }, name: "again" });
        await until(async () => (await ask(url)) === 401, "a request that is let in");
        assert.match(
          readFileSync(path, "utf8"),
          /^\{[^\n]*"AuditRecordsLost"[^\n]*"lost":\d+,"firstTime"[^\n]*"requestIds":\["/,
        );
        assert.ok(started.logs.some((line) => line.endsWith("is written again.")));
        assert.ok(started.logs.some((line) => line.includes("The gateway refuses requests until it can be.")));
      });
    }),
);

test("an audit whose older files were removed on purpose is verified from the line that is named", () =>
  withFiles(async ({ folder, write }) => {
    const path = join(folder, "audit.jsonl");
    const file = write("a.json", { local: { auditFile: "audit.jsonl", audit: { chain: {} } } });
    await withProgram(["--config", file], async ({ gateways }) => {
      for (let time = 0; time < 3; time++) await ask(gateways[0]?.url ?? "");
      await until(() => existsSync(path) && readFileSync(path, "utf8").split("\n").length === 4, "the lines");
    });
    writeFileSync(path, readFileSync(path, "utf8").split("\n").slice(1).join("\n"));
    const codes = [await ended(["audit", "--verify", path]), await ended(["audit", "--verify", path, "--from", "2"])];
    assert.deepEqual(
      codes.map(({ code }) => code),
      [4, 0],
    );
  }));
