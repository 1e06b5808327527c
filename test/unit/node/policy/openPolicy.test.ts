import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { machinePolicy } from "../../../../src/node/policy/machinePolicy.ts";
import { openPolicy } from "../../../../src/node/policy/openPolicy.ts";
import { policyPlace } from "../../../../src/node/policy/policyPlace.ts";
import type { Policy } from "../../../../src/policy/policy.ts";
import { makeTemporaryFolder } from "../../../support/temporaryFolder.ts";

const onPosix = { skip: process.platform === "win32" && "Windows has no such owners" };
const me = process.getuid?.() ?? 0;
const TEXT = '{ "version": 1, "gateways": [] }';

/** A folder that belongs to whoever runs the test, in the place of root. */
function withPlace(act: (file: string, folder: string) => void): void {
  const folder = makeTemporaryFolder("policy");
  try {
    act(join(folder, "policy.json"), folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const said = ({ state }: Policy) =>
  state.kind === "broken" ? state.faults.map(({ problem }) => problem) : "reason" in state ? state.reason : state.kind;

test("each system has one place, whatever the environment says", () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    ProgramFiles: "X:\\mine",
    ProgramData: "X:\\mine",
    XDG_CONFIG_DIRS: "/mine",
    HOME: "/mine",
  });
  try {
    assert.deepEqual(
      (["linux", "darwin", "win32", "freebsd"] as const).map((platform) => policyPlace(platform)),
      [
        "/etc/gateway-connect/policy.json",
        "/Library/Application Support/GatewayConnect/policy.json",
        "C:\\Program Files\\GatewayConnect\\policy.json",
        "/etc/gateway-connect/policy.json",
      ].map((file) => ({ file, owner: 0 })),
    );
  } finally {
    for (const name of ["ProgramFiles", "ProgramData", "XDG_CONFIG_DIRS"]) delete process.env[name];
    process.env.HOME = before.HOME;
  }
});

test("a file counts that belongs to its owner and nobody else may write, in such a folder", onPosix, () =>
  withPlace((file, folder) => {
    writeFileSync(file, TEXT, { mode: 0o644 });
    const open = (owner = me) => said(openPolicy({ file, owner }));
    assert.equal(open(), "read");
    assert.equal(open(me + 1), "owner");
    for (const mode of [0o664, 0o646, 0o666, 0o777]) {
      chmodSync(file, mode);
      assert.equal(open(), "writable", mode.toString(8));
    }
    chmodSync(file, 0o644);
    for (const mode of [0o775, 0o777, 0o1777]) {
      chmodSync(folder, mode);
      assert.equal(open(), "folderWritable", mode.toString(8));
    }
    chmodSync(folder, 0o755);
    assert.equal(open(), "read");
  }),
);

test("a link counts where both ends are the owner's, and a folder elsewhere is looked at as well", onPosix, () =>
  withPlace((file, folder) => {
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "p.json"), TEXT, { mode: 0o644 });
    symlinkSync(join(elsewhere, "p.json"), file);
    const open = () => said(openPolicy({ file, owner: me }));
    assert.equal(open(), "read");
    chmodSync(elsewhere, 0o777);
    assert.equal(open(), "folderWritable");
    // On Windows a link leads out of the folder that only administrators may write.
    assert.equal(said(openPolicy({ file, owner: me }, undefined, "win32")), "link");
  }),
);

test("what is odd in its place is broken and never waited for", onPosix, () =>
  withPlace((file, folder) => {
    const open = () => said(openPolicy({ file, owner: me }));
    mkdirSync(file, { mode: 0o755 });
    assert.deepEqual(open(), ["it is no regular file"]);
    rmSync(file, { recursive: true });
    execFileSync("mkfifo", ["-m", "644", file]);
    assert.deepEqual(open(), ["it is no regular file"]);
    rmSync(file);
    writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]), { mode: 0o644 });
    assert.deepEqual(open(), ["it is not UTF-8"]);
    truncateSync(file, 64 * 2 ** 20);
    assert.deepEqual(open(), ["expected at most 1024 kB"]);
    rmSync(file);
    assert.equal(open(), "none");
    assert.equal(said(openPolicy({ file: join(folder, "no", "policy.json"), owner: me })), "none");
    symlinkSync(file, file);
    assert.deepEqual(open(), ["it cannot be read (ELOOP)"]);
  }),
);

test("a file is read when it has changed, and what reads it is loaded with the first", onPosix, () =>
  withPlace((file) => {
    let [loads, reads] = [0, 0];
    const policy = machinePolicy({ file, owner: me }, () => {
      loads++;
      return {
        openPolicy(...args) {
          reads++;
          return openPolicy(...args);
        },
      };
    });
    const url = "https://a.example/mcp";
    const now = () => {
      try {
        policy().of(url).mayConnect();
        return "allowed";
      } catch (error) {
        return (error as { readonly code: string }).code;
      }
    };
    const put = (text: string) => {
      writeFileSync(`${file}.new`, text, { mode: 0o644 });
      renameSync(`${file}.new`, file);
    };
    assert.deepEqual([now(), now(), loads, reads], ["allowed", "allowed", 0, 0]);
    put(TEXT);
    assert.deepEqual([now(), now(), reads], ["managed_gateway_refused", "managed_gateway_refused", 1]);
    put('{ "version": 1, "gateways": [{ "address": "https://a.example" }] }');
    assert.deepEqual([now(), reads], ["allowed", 2]);
    put("{");
    assert.deepEqual([now(), now(), reads], ["managed_policy_broken", "managed_policy_broken", 3]);
    // What is in use goes on by the last rules that could be read.
    policy().of(url).mayCall({ kind: "browser", settings: {} });
    assert.throws(() => policy().of("https://b.example").mayCall({ kind: "browser", settings: {} }), {
      code: "managed_gateway_refused",
    });
    rmSync(file);
    assert.deepEqual([now(), reads], ["allowed", 3]);
    put(TEXT);
    chmodSync(file, 0o666);
    assert.deepEqual([now(), policy().state.kind], ["allowed", "ignored"]);
  }),
);
