import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly "timeout-minutes"?: number;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly concurrency?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(".github", "workflows");
const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const workflows = [...texts].map(([name, text]) => ({ ...(parse(text) as Workflow), name }));
const jobs = workflows.flatMap(({ name, jobs }) =>
  Object.entries(jobs).map(([id, job]) => ({ at: `${name}: ${id}`, ...job })),
);
const steps = jobs.flatMap(({ at, steps = [] }) => steps.map((step) => ({ at, ...step })));
const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

test("every action is pinned to a commit with its version beside it, each to one only", () => {
  const pins = new Map<string, Set<string>>();
  for (const text of texts.values()) {
    for (const [, used = ""] of text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)) {
      if (used.startsWith("./")) continue;
      const [, action = "", pin] = /^([\w-]+\/[\w./-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$/.exec(used) ?? [];
      assert.ok(pin, `${used} is not pinned`);
      pins.set(action, (pins.get(action) ?? new Set()).add(pin));
    }
  }
  assert.ok(pins.size >= 4, `${pins.size} actions`);
  assert.deepEqual(
    [...pins].filter(([, of]) => of.size > 1),
    [],
  );
  assert.deepEqual(
    [...pins.keys()].filter((action) => !action.startsWith("actions/")),
    [],
    "none but GitHub's own",
  );
});

test("a workflow may do nothing by itself, each job what it needs, and only a release may publish, attest or write", () => {
  assert.deepEqual([...texts.keys()].sort(), ["audit.yml", "release.yml", "test.yml"]);
  const mayDo = new Set<string>();
  for (const { name, permissions, concurrency, on } of workflows) {
    assert.deepEqual(
      { name, permissions, concurrency: typeof concurrency },
      { name, permissions: {}, concurrency: "object" },
    );
    assert.ok(!("pull_request_target" in on) && !("workflow_run" in on), name);
  }
  for (const { at, permissions, uses, environment, ...job } of jobs) {
    assert.ok(permissions, `${at} says what it may do`);
    assert.ok(uses !== undefined || (job["timeout-minutes"] ?? 999) <= 90, `${at} has an end`);
    for (const [what, how] of Object.entries(permissions)) {
      if (how !== "read") mayDo.add(`${at} (${environment ?? "none"}): ${what}`);
    }
  }
  assert.deepEqual([...mayDo].sort(), [
    "release.yml: attest (none): attestations",
    "release.yml: attest (none): id-token",
    "release.yml: github (none): contents",
    "release.yml: marketplace (marketplace): id-token",
    "release.yml: npm (npm): id-token",
    "release.yml: open-vsx (open-vsx): id-token",
  ]);
});

test("no job keeps the right to push, takes words from outside into a shell, or has a token that lasts", () => {
  const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  assert.ok(checkouts.length >= 5);
  assert.deepEqual(
    checkouts.filter(({ with: given }) => given?.["persist-credentials"] !== false),
    [],
  );
  for (const { at, run = "" } of steps) {
    for (const [, what = ""] of run.matchAll(/\$\{\{\s*([^}]*?)\s*\}\}/g))
      assert.match(what, /^matrix\./, `${at}: ${what}`);
  }
  for (const [name, text] of texts)
    assert.doesNotMatch(text, /secrets\.|VSCE_PAT|OVSX_PAT|NPM_TOKEN|NODE_AUTH_TOKEN/, name);
});

test("nothing of the build or the tests runs where there is a right to publish, and what does has a lock file of its own", () => {
  const publishing = ["marketplace", "open-vsx", "npm", "attest", "github"];
  const release = workflows.find(({ name }) => name === "release.yml") ?? assert.fail("there is no release");
  const run = publishing.flatMap((id) => release.jobs[id]?.steps?.flatMap(({ run }) => run ?? []) ?? assert.fail(id));
  assert.ok(run.length >= 6);
  for (const line of run)
    assert.doesNotMatch(line, /npm run|npm test|npx|node --import|tsx|npm (?:ci|install)(?! --ignore-scripts)/);
  const { dependencies } = json(".github/publish/package.json") as { readonly dependencies: Record<string, string> };
  assert.equal(dependencies["@vscode/vsce"], json("package.json").devDependencies["@vscode/vsce"]);
  assert.match(readFileSync("test/bundles/publishing.test.ts", "utf8"), /\.github\/publish\/package\.json/);
});

test("every line that a job runs names a script that is there", () => {
  const { scripts } = json("package.json") as { readonly scripts: Record<string, string> };
  const { dependencies } = json(".github/publish/package.json") as { readonly dependencies: Record<string, string> };
  const named = new Set<string>();
  for (const { at, run = "" } of steps) {
    for (const [, script = ""] of run.matchAll(/\bnpm run ([\w:-]+)/g)) {
      assert.ok(scripts[script], `${at}: npm run ${script}`);
      named.add(script);
    }
    if (/\bnpm test\b/.test(run)) named.add("test");
    for (const [, program = ""] of run.matchAll(/publish\/node_modules\/\.bin\/([\w-]+)/g)) {
      assert.ok(
        Object.keys(dependencies).some((name) => name.split("/").at(-1) === program),
        `${at}: ${program}`,
      );
      named.add(program);
    }
  }
  assert.deepEqual([...named].sort(), ["check", "ovsx", "package", "release:check", "test", "test:electron", "vsce"]);
  for (const file of Object.values(scripts).flatMap(
    (script) => script.match(/\b(?:scripts|test|bench)\/\S+\.ts/g) ?? [],
  )) {
    assert.ok(existsSync(file), file);
  }
});

test("the lock files name what was locked by its digest, and no address of anybody's registry", () => {
  for (const path of ["package-lock.json", ".github/publish/package-lock.json"]) {
    const lock = json(path) as {
      readonly packages: Record<string, { readonly integrity?: string; readonly link?: boolean }>;
    };
    const packages = Object.entries(lock.packages).filter(([name]) => name !== "");
    assert.ok(packages.length > 50, path);
    assert.deepEqual(
      packages.flatMap(([name, { integrity }]) => (/^sha512-[\w+/]{86}==$/.test(integrity ?? "") ? [] : [name])),
      [],
      path,
    );
    assert.doesNotMatch(readFileSync(path, "utf8"), /"resolved"|\.tgz|git\+/, path);
  }
});
