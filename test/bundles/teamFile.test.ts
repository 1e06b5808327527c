import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Sandbox, startSandbox } from "../../src/sandbox/startSandbox.ts";
import type { BundleHost } from "../support/bundleHost.ts";
import { type EditorWorldOptions, withEditor } from "../support/editorWorld.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";

const QUESTION = "Connect the gateway that this workspace suggests?";
const SUGGESTED = "This workspace suggests the gateway Finance.";

/** The items of the view, each with those under it. */
async function items({ editor }: BundleHost): Promise<readonly { label: string; under: string[]; node: object }[]> {
  const { tree } = editor;
  const labelOf = async (node: object) => {
    const { label, description = "" } = (await tree?.getTreeItem(node)) ?? { label: "" };
    return description === "" ? label : `${label} | ${description}`;
  };
  const top = (await tree?.getChildren()) ?? [];
  return await Promise.all(
    top.map(async (node) => ({
      label: await labelOf(node),
      under: await Promise.all(((await tree?.getChildren(node)) ?? []).map(labelOf)),
      node,
    })),
  );
}

interface TeamWorld {
  readonly host: BundleHost;
  readonly sandbox: Sandbox;
  /** Writes the file of a folder, and has the editor tell of it. */
  readonly write: (text: string, folder?: number) => void;
}

/** The extension with a workspace of folders whose files say what `texts` has. */
async function withTeam(
  texts: (sandbox: Pick<Sandbox, "gatewayUrl" | "clientId">) => readonly (string | undefined)[],
  { sandbox: how, ...options }: Omit<EditorWorldOptions, "folders">,
  act: (world: TeamWorld) => Promise<void>,
): Promise<void> {
  const sandbox = await startSandbox(how);
  const folder = makeTemporaryFolder("team");
  const all = texts(sandbox).map((text, index) => [join(folder, `repo${index}`), text] as const);
  const put = (path: string, text: string) => {
    mkdirSync(join(path, ".vscode"), { recursive: true });
    writeFileSync(join(path, ".vscode", "gateways.json"), text);
  };
  for (const [path, text] of all) {
    mkdirSync(path);
    if (text !== undefined) put(path, text);
  }
  try {
    await withEditor({ ...options, folders: all.map(([path]) => path) }, (host) =>
      act({
        ...{ host, sandbox },
        write(text, index = 0) {
          put(all[index]?.[0] ?? "", text);
          host.editor.fileChanged();
        },
      }),
    );
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  }
}

const finance = ({ gatewayUrl, clientId }: Pick<Sandbox, "gatewayUrl" | "clientId">): string =>
  `{ // Ours.\n  "gateways": [\n    { "url": "${gatewayUrl}", "name": "Finance", "clientId": "${clientId}", "scopes": ["openid", "gateway.read"] },\n  ]\n}`;

test("a gateway that a repository suggests stands in the view, is shown whole, and is connected once it is confirmed", () => {
  let requests: number | undefined;
  let seen = (): number => 0;
  return withTeam(
    (sandbox) => [finance(sandbox)],
    {
      sandbox: { registration: false },
      answer({ text }) {
        if (text === QUESTION) requests = seen();
        return text === QUESTION ? "Connect" : undefined;
      },
    },
    async ({ host, sandbox }) => {
      seen = () => Object.values(sandbox.observe().gatewayStatuses).reduce((sum, count) => sum + count, 0);
      const { editor, run } = host;
      await until(() => editor.shown.includes(SUGGESTED), "the suggestion");
      const { host: at } = new URL(sandbox.gatewayUrl);
      const [file] = await items(host);
      assert.deepEqual([file?.label, file?.under], ["Suggested by this workspace", [`Finance | ${at}`]]);
      assert.deepEqual([editor.asked.length, editor.settings["gatewayConnect.gateways"]], [1, undefined]);
      const [node] = (await editor.tree?.getChildren(file?.node)) ?? [];
      const item = await editor.tree?.getTreeItem(node ?? {});
      assert.equal(item?.command?.command, "gatewayConnect.connectSuggested");
      await run("connectSuggested", ...(item.command.arguments ?? []));
      await until(() => editor.shown.some((text) => text.includes("Connected to Finance")), "the connection");
      const { detail = "" } = editor.asked.find(({ text }) => text === QUESTION) ?? {};
      const asked = new URL(editor.opened[0] ?? "about:blank").searchParams;
      await until(async () => (await items(host)).length === 1, "the view without a suggestion");
      assert.deepEqual(
        {
          requests,
          detail: detail.split("\n").slice(0, 5),
          page: [asked.get("client_id"), asked.get("scope")],
          view: (await items(host)).map(({ label }) => label.split(" | ")[0]),
        },
        {
          requests: 0,
          detail: [
            `Address: ${sandbox.gatewayUrl}`,
            "Name: Finance",
            `Client ID: ${sandbox.clientId}`,
            "Scopes: openid gateway.read",
            "It stands in .vscode/gateways.json:3.",
          ],
          page: [sandbox.clientId, "openid gateway.read"],
          view: ["Finance"],
        },
      );
    },
  );
});

test("nothing in a workspace is looked at until it is trusted", () =>
  withTeam(
    (sandbox) => [finance(sandbox)],
    { isTrusted: false },
    async ({ host, write, sandbox }) => {
      const { editor, run, loaded } = host;
      write(finance(sandbox));
      await run("connectSuggested");
      assert.deepEqual(
        [editor.looked, editor.shown, await items(host)],
        [[], ["This workspace is not trusted, so that nothing in it is looked at."], []],
      );
      assert.ok(loaded.includes("team.cjs"), "the command alone has loaded it");
      editor.trust();
      await until(() => editor.shown.includes(SUGGESTED), "the suggestion");
      assert.notEqual(editor.looked.length, 0);
    },
  ));

test("a workspace without such a file loads nothing, and one that comes to have it is suggested from", () =>
  withTeam(
    () => [undefined],
    {},
    async ({ host, write, sandbox }) => {
      await until(() => host.editor.looked.length > 0, "the look");
      assert.ok(!host.loaded.includes("team.cjs"));
      write(finance(sandbox));
      await until(() => host.editor.shown.includes(SUGGESTED), "the suggestion");
    },
  ));

test("a file that is declined is not suggested from again, in any window, until it suggests something else", async () => {
  const remembered = new Map<string, unknown>();
  let hash: unknown;
  await withTeam(
    () => ['{ "gateways": [{ "url": "https://a.example/mcp", "name": "Finance" }] }'],
    { remembered, answer: ({ text }) => (text === SUGGESTED ? "Don't Suggest Again" : undefined) },
    async ({ host }) => {
      hash = await until(() => remembered.get("declinedSuggestions"), "the decline");
      await until(
        () => host.editor.contexts.get("gatewayConnect.hasSuggestions") === false,
        "nothing is left to suggest",
      );
      assert.deepEqual(await items(host), []);
    },
  );
  await withTeam(
    () => ['{ // Written otherwise.\n"gateways": [{ "name": "Finance", "url": "https://a.example/mcp" }] }'],
    { remembered, answer: ({ text }) => (text === QUESTION ? "Cancel" : undefined) },
    async ({ host, write }) => {
      const { editor, run } = host;
      await until(() => host.loaded.includes("team.cjs"), "the look");
      await until(() => editor.contexts.has("gatewayConnect.hasSuggestions"), "what is left");
      assert.deepEqual([await items(host), editor.shown], [[], []]);
      assert.match(JSON.stringify(hash), /^\["[0-9a-f]{64}"\]$/);
      // Whoever asks for it gets to see it nevertheless.
      await run("connectSuggested");
      assert.equal(editor.asked.at(-1)?.text, QUESTION);
      write('{ "gateways": [{ "url": "https://b.example/mcp", "name": "Finance" }] }');
      await until(() => editor.shown.includes(SUGGESTED), "the other suggestion");
      const [file] = await items(host);
      await run("declineSuggested", file?.node);
      assert.deepEqual(await items(host), []);
    },
  );
});

test("of several folders each has its own suggestions, refused entries are told with their line, and nothing is asked of them", () =>
  withTeam(
    () => [
      '{ "gateways": [\n{ "url": "https://a.example/mcp" },\n{ "url": "https://b.example/mcp", "clientSecret": "s3cret" },\n{ "url": "https://x:y@c.example" } ] }',
      '{ "gateways": [{ "url": "https://d.example/mcp", "name": "D" }] }',
      undefined,
      '{ "gateways": [}',
    ],
    {},
    async ({ host }) => {
      const { editor, run } = host;
      await until(() => editor.shown.includes("This workspace suggests 2 gateways."), "the suggestion");
      const all = await items(host);
      assert.deepEqual(
        all.map(({ label, under }) => [label, under.map((one) => one.split(": expected")[0])]),
        [
          [
            "Suggested by this workspace | repo0",
            [
              "a.example",
              "Not used: line 3 | gateways[1].clientSecret: is not known",
              "Not used: line 4 | gateways[2].url",
            ],
          ],
          ["Suggested by this workspace | repo1", ["D | d.example"]],
          ["Suggested by this workspace | repo3", all[2]?.under],
        ],
      );
      assert.match(all[2]?.under.join() ?? "", /^Not used: line 1 \| this is not JSON/);
      await run("openSuggestions", { file: all[0] && (all[0].node as { file: string }).file, line: 3 });
      assert.equal(editor.documents.length, 1);
      // Another extension's words are not what a file suggests.
      await run("connectSuggested", { address: "https://evil.example/mcp", file: "x" });
      assert.deepEqual(editor.asked.at(-1), {
        ...{ kind: "pick", text: "Connect which suggested gateway?", choices: ["a.example", "D"] },
      });
      assert.doesNotMatch(JSON.stringify([editor.shown, editor.asked, all]), /s3cret|evil/);
    },
  ));

test("a pipe, a folder and what is no UTF-8 in its place are told and not read", {
  skip: process.platform === "win32",
}, async () => {
  const folder = makeTemporaryFolder("team-odd");
  const at = (repo: string) => join(folder, repo, ".vscode", "gateways.json");
  for (const repo of ["pipe", "folder", "bytes"]) mkdirSync(join(folder, repo, ".vscode"), { recursive: true });
  execFileSync("mkfifo", [at("pipe")]);
  mkdirSync(at("folder"));
  writeFileSync(at("bytes"), Buffer.from([0x7b, 0xff, 0x7d]));
  const folders = ["pipe", "folder", "bytes"].map((repo) => join(folder, repo));
  await withEditor({ folders }, async (host) => {
    await until(async () => (await items(host)).length === 3, "what is told");
    assert.deepEqual(
      (await items(host)).map(({ under }) => under),
      [
        ["Not used: line 1 | it is no regular file"],
        ["Not used: line 1 | it is no regular file"],
        ["Not used: line 1 | it is not UTF-8"],
      ],
    );
    assert.deepEqual(host.editor.shown, []);
  });
  rmSync(folder, { recursive: true });
});

test("a hint at the issuer stands in the box where the gateway names none, and is not used where it names one", () =>
  withTeam(
    ({ gatewayUrl }) => [`{ "gateways": [{ "url": "${gatewayUrl}", "issuer": "https://elsewhere.example" }] }`],
    { answer: ({ text }) => (text === QUESTION ? "Connect" : undefined) },
    async ({ host, sandbox }) => {
      const { editor, run } = host;
      await until(() => host.loaded.includes("team.cjs"), "the look");
      await run("connectSuggested");
      await until(() => editor.shown.some((text) => text.includes("Connected to")), "the connection");
      assert.equal(new URL(editor.opened[0] ?? "about:blank").origin, new URL(sandbox.issuer).origin);
      assert.match(editor.asked.find(({ text }) => text === QUESTION)?.detail ?? "", /names none: https:\/\/elsewhere/);
    },
  ));
