import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { catalogueStore } from "../../src/node/catalogueFiles.ts";
import { fileChanger } from "../../src/node/hostFiles/changeFile.ts";
import { fileLock } from "../../src/system/fileLock.ts";
import { textFile } from "../../src/system/textFile.ts";
import { connectWorld } from "../support/connectWorld.ts";
import { MemorySecrets } from "../support/fakePorts.ts";
import { codeOf } from "../support/faults/faultRun.ts";
import { adriftOf } from "../support/faults/kills.ts";
import { noDisks, smallDisk } from "../support/faults/smallDisk.ts";
import { endedStandalone } from "../support/standalone/endedStandalone.ts";
import { withComputer } from "../support/standalone/startStandalone.ts";
import { withSandbox } from "../support/withSandbox.ts";

const onDisk = { skip: noDisks() ?? false };
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name !== "filling");

for (const fault of ["full", "read-only"] as const) {
  test(
    `on a ${fault} disk a window says which file it cannot write, keeps what it has, and goes on when there is room`,
    onDisk,
    (t) =>
      withSandbox({ recordSecrets: true, asksConsent: false }, async (sandbox) => {
        const disk = smallDisk();
        t.after(disk.remove);
        const { folder } = disk;
        const book = join(folder, "connections.json");
        const secrets = new MemorySecrets();
        const world = connectWorld({
          kept: {
            secrets,
            lock: fileLock(join(folder, "locks")),
            file: textFile(book),
            catalogue: (id) => catalogueStore(join(folder, "catalogues"), id),
          },
        });
        t.after(() => world.stop());
        const { gateways } = world;
        const idOf = () => gateways.book.all[0]?.id ?? "";
        const connect = async () => (await world.connect(sandbox.gatewayUrl)).kind;
        const call = async () =>
          (await world.call(idOf(), "sample___whoami")).startsWith("You are") ? "answered" : "not answered";
        const whileWrong = async (act: () => Promise<string>): Promise<string> => {
          disk.goWrong(fault);
          const ended = await act().catch(codeOf);
          disk.goWell();
          return ended;
        };
        const adrift = () => adriftOf(sandbox, [...secrets.entries.values()].join("\n"));
        const seen: unknown[] = [["connect", await whileWrong(connect), gateways.book.all.length, await adrift()]];
        seen.push(["connect again", await connect()]);
        const before = readFileSync(book, "utf8");
        seen.push(["call", await whileWrong(call)]);
        world.later(11 * 60_000);
        seen.push(["renew", await whileWrong(call), await adrift()], ["call again", await call()]);
        const connection = gateways.book.all[0];
        assert.ok(connection);
        const rename = () => gateways.book.nameAnew(connection.id, "Another").then(() => "renamed");
        seen.push(["rename", await whileWrong(rename), gateways.book.all[0]?.name === connection.name]);
        const signOut = async () => {
          const { revocation } = await gateways.signOut(connection);
          return revocation?.steps.map(({ kind }) => kind).join(", ") ?? "nothing";
        };
        seen.push(["sign out", await whileWrong(signOut), await adrift()]);
        seen.push(["same list", readFileSync(book, "utf8") === before]);
        seen.push(["sign out again", await signOut().catch(codeOf), await adriftOf(sandbox, "")]);
        seen.push(["left", filesIn(folder).filter((name) => /\.lock|json\./.test(name))]);
        assert.deepEqual(seen, [
          ["connect", "file_not_written", 0, 0],
          ["connect again", "connected"],
          ["call", "answered"],
          ["renew", "file_not_written", 0],
          ["call again", "answered"],
          ["rename", "file_not_written", true],
          ["sign out", "file_not_written", 0],
          ["same list", true],
          ["sign out again", "revoked, revoked", 0],
          ["left", []],
        ]);
      }),
  );

  test(
    `on a ${fault} disk a host's file stays byte for byte, with no half of another beside it, and is changed when there is room`,
    onDisk,
    async (t) => {
      const disk = smallDisk();
      t.after(disk.remove);
      const path = join(disk.folder, "mcp.json");
      writeFileSync(path, '{ "mine": true }\n');
      const changer = fileChanger(join(disk.folder, "storage"));
      const change = () =>
        changer.change(path, (text) => `${text} // ours`).then((isChanged) => (isChanged ? "changed" : "same"));
      disk.goWrong(fault);
      const told = await change().catch(codeOf);
      disk.goWell();
      const kept = readFileSync(path, "utf8");
      const beside = filesIn(disk.folder).filter((name) => /\.lock|mcp\.json./.test(name));
      assert.deepEqual(
        { told, kept, beside, next: await change() },
        { told: "file_not_written", kept: '{ "mine": true }\n', beside: [], next: "changed" },
      );
    },
  );

  test(
    `on a ${fault} disk the program without an editor says what it cannot write, signs nobody in, and without a keychain answers`,
    onDisk,
    (t) =>
      withSandbox({ recordSecrets: true, asksConsent: false }, (sandbox) =>
        withComputer({ keyring: true }, async (computer) => {
          const disk = smallDisk();
          t.after(disk.remove);
          const there = { env: { ...computer.env, XDG_CACHE_HOME: disk.folder } };
          const args = ["call", sandbox.gatewayUrl, "sample___whoami", ...computer.browser()];
          disk.goWrong(fault);
          const refused = await endedStandalone(args, there);
          const pages = computer.opened().length;
          const inMemory = await endedStandalone([...args, "--keychain", "off"], there);
          disk.goWell();
          const adrift = await adriftOf(sandbox, "");
          const next = await endedStandalone(args, there);
          const out = await endedStandalone([sandbox.gatewayUrl, "--sign-out"], there);
          const told = /memory only: .* cannot be written \(.*connections\.lock.*Make room.*\(file_not_written\)/s;
          assert.deepEqual(
            {
              ...{ refused: refused.code, told: told.test(refused.said), pages, adrift },
              answers: [inMemory, next].map((ended) => ended.out.startsWith("You are Ada")),
              ...{ out: out.code, live: await adriftOf(sandbox, "") },
            },
            { refused: 1, told: true, pages: 0, adrift: 0, answers: [true, true], out: 0, live: 0 },
            refused.said,
          );
        }),
      ),
  );
}
