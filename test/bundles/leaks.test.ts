import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type KeptWhere, type Left, searchRun } from "../support/leaks/searchRun.ts";
import { needlesOf, type Secret } from "../support/leaks/secretForms.ts";
import { wholeRun } from "../support/leaks/wholeRun.ts";
import { temporaryFolder } from "../support/temporaryFolder.ts";
import { ProcessWatch } from "../support/vscode/processWatch.ts";
import { withVariables } from "../support/withVariables.ts";

/** The places where a secret is kept (docs/storage.md), and those where whoever gives one has it. */
const kept: readonly KeptWhere[] = [
  // The keychain of the tests is a folder.
  {
    path: /^tmp\/standalone-\w+\/keyring\/entries\/[^/]+$/,
    kinds: /^(access|refresh|id) token$|^proof key$|^client secret$/,
  },
  {
    path: /^tmp\/bundle-host-\w+\/user\/globalStorage\/gateway-connect\/windows\/[\w-]+\.json$/,
    kinds: /^bridge's key$/,
  },
  { path: /^given\//, kinds: /./ },
  // GitHub Actions hands its token to a job so, and the job to the program; not to what that starts.
  { path: /\/dist\/standalone\.mjs$/, kinds: /^platform's token$/ },
];

/** What comes into being in a run: a kind that is not there any more would be searched for in vain. */
const everyKind = [
  ...["access token", "refresh token", "id token", "id jag", "code", "verifier", "device code"],
  ...["client secret", "private key", "client assertion", "workload token", "platform's token", "proof key"],
  ...["AWS secret key", "AWS session token", "token in a header", "header from a file", "header from a command"],
  ...["proxy password", "bridge's key", "window's secret"],
];

const everyGrant = [
  ...["authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"],
  ...["urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange"],
];

function folderOf(t: TestContext): string {
  const root = temporaryFolder(t, "leaks");
  mkdirSync(join(root, "tmp"));
  return root;
}

const linux = {
  skip: process.platform === "linux" ? false : "processes are seen as files, and told by signals, on Linux",
};

test(
  "no secret of a whole run, by every grant, is anywhere but where it is kept and at whom it is for",
  linux,
  async (t) => {
    const root = folderOf(t);
    await withVariables({ TMPDIR: join(root, "tmp") }, async () => {
      const watch = new ProcessWatch(50);
      const run = await wholeRun(t, root).finally(() => watch.stop());
      const processes = watch.stop();
      const { found, files, bytes, needles } = searchRun({ ...run, processes }, kept);
      const kinds = new Map<string, number>();
      for (const { kind } of run.secrets) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      t.diagnostic(
        `${run.secrets.length} secrets of ${kinds.size} kinds in ${needles} forms: ${files} files, ${run.places.length} outputs, ` +
          `${processes.length} processes, ${run.requests.length} requests, ${run.heaps.length} heaps, ${Math.round(bytes / 1e6)} MB`,
      );
      assert.deepEqual(found, []);
      assert.deepEqual([...kinds.keys()].sort(), [...everyKind].sort());
      assert.deepEqual(Object.keys(run.grants).sort(), [...everyGrant].sort());
    });
  },
);

test("what is planted is found, whichever the place and the form", async (t) => {
  const root = folderOf(t);
  const value = `planted/${randomBytes(24).toString("base64")}"&end`;
  const secret: Secret = { kind: "planted", value, owners: [1] };
  const forms = needlesOf(secret);
  assert.ok(forms.length > 12, "there are forms");
  const nothing: Left = { secrets: [secret], places: [], heaps: [], requests: [], processes: [], root };
  // Each form by itself, in the middle of something else.
  const missed = forms.filter(({ text }) => {
    const where = Buffer.from(`before ${text} behind`, "latin1");
    return searchRun({ ...nothing, places: [{ what: "a text", text: where }] }, []).found.length !== 1;
  });
  assert.deepEqual(
    missed.map(({ form }) => form),
    [],
  );
  // Split where nobody would look, and encoded with something before it that moves it.
  const inBase64 = Buffer.from(`{"a":"${value}"}`).toString("base64");
  for (const text of [
    `${value.slice(0, 20)}\n${value.slice(20)}`,
    inBase64,
    JSON.stringify({ deep: JSON.stringify({ value }) }),
  ]) {
    assert.equal(searchRun({ ...nothing, places: [{ what: "a text", text }] }, []).found.length, 1, text);
  }
  writeFileSync(join(root, "kept"), value);
  writeFileSync(join(root, "lost"), `x${value}`);
  const [owner, other] = [1, 2].map((server) => {
    return { server, method: "POST", url: "/", headers: ["x-any", encodeURIComponent(value)], body: () => "" };
  });
  assert.ok(owner && other);
  const path = join(root, "heap");
  const script = `globalThis.kept = ${JSON.stringify(["x".repeat(5000) + value])}; require("node:v8").writeHeapSnapshot(process.argv[1])`;
  execFileSync(process.execPath, ["--heap-snapshot-string-limit=1000000", "-e", script, path]);
  const left: Left = {
    ...nothing,
    requests: [owner, other],
    processes: [{ pid: 1, args: `a program ${value}`, environment: `A=${value}` }],
    heaps: [{ what: "a process", path, mayHave: [] }],
  };
  assert.deepEqual(
    searchRun(left, [{ path: /^kept$/, kinds: /^planted$/ }]).found.map((line) => line.replace(/\(.*\) /, "")),
    [
      "planted in the arguments of a program",
      "planted in the environment of a program",
      "planted in a POST to another server",
      "planted in the heap of a process",
      "planted in the file lost",
    ],
  );
});
