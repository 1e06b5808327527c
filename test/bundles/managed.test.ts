import assert from "node:assert/strict";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { type BundleHost, startBundleHost } from "../support/bundleHost.ts";
import type { Answers } from "../support/editorApi.ts";
import { type EditorWorldOptions, withEditor, withHome } from "../support/editorWorld.ts";
import { managedMachine } from "../support/managedMachine.ts";
import { visit } from "../support/signInByHttp.ts";
import { makeComputer, startStandalone } from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";
import { withVariables } from "../support/withVariables.ts";

const machine = managedMachine();
after(() => machine.remove());

/** The extension on the machine, beside a sandbox; the file is what `policy` says. */
async function withManaged(
  policy: ((sandbox: Sandbox) => object | string | undefined) | undefined,
  options: Omit<EditorWorldOptions, "sandbox" | "gateway"> & { readonly gateway?: (sandbox: Sandbox) => object },
  act: (host: BundleHost, sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const sandbox = await startSandbox({ recordSecrets: true });
  const { gateway, ...rest } = options;
  machine.write(policy?.(sandbox));
  try {
    await withEditor(
      {
        ...rest,
        instead: machine.bundles,
        settings: (own) => ({
          ...rest.settings?.(own),
          ...(gateway && { "gatewayConnect.gateways": { [sandbox.gatewayUrl]: gateway(sandbox) } }),
        }),
      },
      (host) => act(host, sandbox),
    );
  } finally {
    await sandbox.stop();
    machine.write(undefined);
  }
}

const shows = (host: BundleHost, code: string) =>
  until(
    () =>
      host.editor.shown.some((text) => text.includes(`(${code})`)) ||
      host.editor.asked.some(({ text, detail = "" }) => `${text} ${detail}`.includes(code)),
    code,
  );
const connected = ({ editor }: BundleHost) =>
  until(() => editor.shown.some((text) => text.includes("Connected to")), "the connection");
const requests = (sandbox: Sandbox) =>
  Object.values(sandbox.observe().gatewayStatuses).reduce((sum, count) => sum + count, 0);
/** Everything that a person has read. */
const read = ({ editor }: BundleHost) =>
  [...editor.shown, ...editor.asked.map(({ text, detail }) => `${text} ${detail ?? ""}`)].join("\n");

const allowed = (sandbox: Sandbox) => ({
  organisation: "Example Corp",
  contact: "it@example.com",
  gateways: [{ address: sandbox.gatewayUrl, name: "Finance" }],
  issuers: [sandbox.issuer],
});

test("what ships looks for the file in one place and nowhere else", () => {
  for (const name of ["extension.cjs", "standalone.mjs"]) {
    const text = readFileSync(join("dist", name), "utf8");
    assert.ok(text.includes("/etc/gateway-connect/policy.json"), name);
    assert.doesNotMatch(text, /POLICY_PLACE_OF_TESTS|GATEWAY_CONNECT_POLICY|ProgramData|ProgramFiles/, name);
  }
});

test("without a file nothing more is loaded, and with one that allows it a gateway is connected by its fixed name", async () => {
  await withManaged(undefined, {}, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await connected(host);
    assert.ok(!host.loaded.includes("policy.cjs"));
  });
  await withManaged(allowed, { answer: named }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await connected(host);
    assert.match(read(host), /Connected to Finance/);
    await host.run("renameGateway", idOf(host));
    await shows(host, "managed_name_fixed");
    assert.match(
      read(host),
      /Rule of Example Corp: gateways\[0\]\.name in .*policy\.json\. Contact: it@example\.com\./,
    );
  });
});

/** A person who types another name. */
const named: Answers = ({ kind, text }) => (kind === "input" && text.startsWith("Rename") ? "Money" : undefined);

/** The id of the only connection. */
const idOf = ({ storage }: BundleHost): string =>
  JSON.parse(readFileSync(join(storage, "connections.json"), "utf8")).connections[0].id;

test("another gateway is asked for nothing, whether it is typed, comes by a link, or a repository suggests it", () =>
  withManaged(
    (sandbox) => ({ ...allowed(sandbox), gateways: [{ address: "https://gateway.example.com" }] }),
    { answer: ({ text }) => (text === "Connect the gateway of this link?" ? "Connect" : undefined) },
    async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      await until(() => read(host).includes("does not allow this gateway"), "the refusal");
      const before = read(host).split("does not allow this gateway").length;
      host.editor.followLink(
        `vscode://gateway-connect.gateway-connect/connect?url=${encodeURIComponent(sandbox.gatewayUrl)}&clientId=x`,
      );
      await until(() => read(host).split("does not allow this gateway").length > before, "the second refusal");
      assert.deepEqual(
        [requests(sandbox), host.editor.opened, host.editor.settings["gatewayConnect.gateways"]],
        [0, [], undefined],
      );
    },
  ));

test("another issuer is asked for nothing, and no page is opened", () =>
  withManaged(
    (sandbox) => ({ ...allowed(sandbox), issuers: ["https://login.example.com"] }),
    {},
    async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      await until(() => read(host).includes("does not allow a sign-in at this identity provider"), "the refusal");
      assert.deepEqual([host.editor.opened, sandbox.observe().tokenRequests ?? 0], [[], 0]);
    },
  ));

test("what the file sets goes before what a person, a link and a workspace set", () =>
  withManaged(
    (sandbox) => ({
      ...allowed(sandbox),
      settings: { scopes: ["openid", "gateway.read"], clientId: sandbox.clientId },
    }),
    { gateway: () => ({ clientId: "mine", scopes: ["openid", "everything"] }) },
    async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      await connected(host);
      const asked = new URL(host.editor.opened[0] ?? "about:blank").searchParams;
      assert.deepEqual([asked.get("client_id"), asked.get("scope")], [sandbox.clientId, "openid gateway.read"]);
    },
  ));

test("an account that is not allowed is signed out at the provider at once, and nothing of it is kept", () =>
  withManaged(
    (sandbox) => ({ ...allowed(sandbox), accounts: ["*@somewhere-else.example"] }),
    {},
    async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      await until(() => read(host).includes("does not allow this account"), "the refusal");
      assert.equal(host.editor.opened.length, 1);
      await until(() => sandbox.observe().revocations.length > 0, "the revocation");
      const list = await import("node:fs/promises").then(({ readFile }) =>
        readFile(join(host.storage, "connections.json"), "utf8").catch(() => '{"connections":[]}'),
      );
      assert.deepEqual(JSON.parse(list).connections, []);
    },
  ));

test("calls stop when the file no longer allows the gateway, signing out goes on, and a broken file begins nothing new", () =>
  withManaged(allowed, {}, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await connected(host);
    const api = host.exports as { getApi?: unknown };
    assert.ok(api);
    const id = idOf(host);
    machine.write("{ broken");
    const calls = () => sandbox.observe().gatewayStatuses[200] ?? 0;
    const before = calls();
    // What is in use goes on by the rules of before.
    await host.run("refreshGateway", id);
    assert.ok(calls() > before, "a call under the rules of before");
    await host.run("signIn", id).catch(() => undefined);
    await host.run("useAnotherAccount", id).catch(() => undefined);
    await until(() => read(host).includes("managed_policy_broken"), "what is told of the file");
    const pages = host.editor.opened.length;
    machine.write({ gateways: [] });
    const until200 = calls();
    await host.run("refreshGateway", id);
    await until(() => read(host).includes("managed_gateway_refused"), "the refusal");
    assert.deepEqual([calls(), pages], [until200, 1]);
    await host.run("explainAccess", id);
    await until(() => host.editor.pages.length > 0, "the page");
    const report = JSON.stringify([host.editor.pages.map(({ html, told }) => [html, told]), host.editor.documents]);
    assert.match(report, /Your organisation manages this gateway/);
    await host.run("signOut", id);
    await until(() => sandbox.observe().revocations.length > 0, "the revocation");
    await setImmediate();
  }));

test("a sign-in stays in the editor where the file does not let it be shared, and nobody is asked", () =>
  withManaged(
    (sandbox) => ({ ...allowed(sandbox), shareSignIn: false }),
    {},
    async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      await connected(host);
      await host.run("shareSignIn", idOf(host));
      await shows(host, "managed_sharing_refused");
      assert.ok(!host.editor.asked.some(({ choices }) => choices.includes("Share Sign-In")));
    },
  ));

test("a sign-in that is in the keychain already is not begun to be used where the file keeps sign-ins in the editor", () => {
  const computer = makeComputer({ keyring: true });
  const agrees: Answers = ({ choices }) => choices.find((choice) => choice === "Share Sign-In");
  return withVariables(computer.env, () =>
    withManaged(allowed, { answer: agrees }, async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      await connected(host);
      await host.run("shareSignIn", idOf(host));
      const pages = () => sandbox.observe().grants.authorization_code;
      /** Uses the gateway from a program without an editor, and from another editor. */
      const byOthers = async () => {
        const script = [join(machine.bundles, "standalone.mjs")];
        const args = [sandbox.gatewayUrl, ...computer.browser()];
        const alone = await startStandalone(args, computer.env, { script });
        assert.match(await alone.call("sample___whoami"), /Ada Lovelace/);
        const atStandalone = pages();
        await alone.close();
        const settings = { "gatewayConnect.mcpJson.writeOnConnect": "never" };
        const browse = (url: string) => void visit(url).catch(() => {});
        const other = await startBundleHost({ instead: machine.bundles, settings, browse });
        await other.run("connect", sandbox.gatewayUrl);
        await connected(other);
        await other.stop();
        return [atStandalone, pages()];
      };
      assert.deepEqual(await byOthers(), [1, 1], "both use the one that is shared");
      machine.write({ ...allowed(sandbox), shareSignIn: false });
      assert.deepEqual(await byOthers(), [2, 3], "each has a page of its own");
    }),
  ).finally(() => computer.remove());
});

test("a file that others may write is told of, and counts for nothing", () =>
  withManaged(undefined, {}, async (host, sandbox) => {
    machine.write({ gateways: [] });
    chmodSync(machine.file, 0o666);
    await host.run("connect", sandbox.gatewayUrl);
    await connected(host);
    await shows(host, "managed_policy_ignored");
  }));

test("rules for tools narrow what hosts have, and no setting widens them", () =>
  withManaged(
    (sandbox) => ({ ...allowed(sandbox), tools: { deny: ["*whoami"] } }),
    { gateway: () => ({ tools: { allow: ["*"] } }) },
    async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      await connected(host);
      const walk = async (node?: object): Promise<string[]> => {
        const labels: string[] = [];
        for (const child of (await host.editor.tree?.getChildren(node)) ?? []) {
          const { label, description = "" } = (await host.editor.tree?.getTreeItem(child)) ?? { label: "" };
          labels.push(`${label} | ${description}`, ...(await walk(child)));
        }
        return labels;
      };
      await host.run("refreshGateway", idOf(host));
      let labels: string[] = [];
      await until(async () => {
        labels = await walk();
        return labels.some((label) => label.startsWith("Who am I"));
      }, "the tool");
      const item = labels.find((label) => label.startsWith("Who am I"));
      assert.equal(item, "Who am I | hidden from the agent: denied");
    },
  ));

test("no entry is written into the file of a host that is not allowed", () =>
  withHome(() =>
    withManaged(
      (sandbox) => ({ ...allowed(sandbox), hosts: [] }),
      {
        answer: ({ kind, choices }) =>
          kind === "pick" ? choices.find((one) => /Claude Code|Cursor/.test(one)) : choices[0],
      },
      async (host, sandbox) => {
        await host.run("connect", sandbox.gatewayUrl);
        await connected(host);
        await host.run("addToMcpJson", idOf(host));
        await shows(host, "managed_entry_refused");
      },
    ),
  ));

test("Change Client Secret takes the secret of the client that the file names at the company, and not of a person's own", () =>
  withManaged(
    () => ({ enterpriseIdentityProvider: { issuer: "https://login.example.com", clientId: "client-of-file" } }),
    {
      settings: () => ({
        "gatewayConnect.enterpriseIdentityProvider": {
          issuer: "https://own.example.com",
          clientId: "client-of-person",
        },
      }),
      answer: ({ kind }) => (kind === "input" ? "a secret" : undefined),
    },
    async (host) => {
      await host.run("changeSecret");
      await until(() => read(host).includes("was changed"), "the change");
      assert.match(read(host), /The secret of client-of-file was changed/);
    },
  ));
