import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Sandbox, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { bridgeEntry, leaveSettings, startHost } from "../support/bridgeHost.ts";
import { startBundleHost } from "../support/bundleHost.ts";
import type { Question } from "../support/editorApi.ts";
import { companySetting } from "../support/enterpriseWorld.ts";
import { removeFolder } from "../support/removeFolder.ts";
import { keptSessions, stateOf, tellOfKeyring, withEditorAndKeyring } from "../support/sharedSignIn.ts";
import { endedStandalone } from "../support/standalone/endedStandalone.ts";
import { startStandalone } from "../support/standalone/startStandalone.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";

const agrees = ({ choices }: Question) => choices.find((choice) => /^(Share Sign-In|Keep It Here)$/.test(choice));
const sharing = ({ choices }: Question) => choices.includes("Share Sign-In");

test("a host's entry uses the shared sign-in when no window is open, without a page", () =>
  withEditorAndKeyring({ answer: agrees }, async (host, sandbox, computer) => {
    await host.run("connect", sandbox.gatewayUrl);
    await host.run("shareSignIn");
    const folder = makeTemporaryFolder("no-window");
    try {
      mkdirSync(join(folder, "bridge"));
      copyFileSync(join(host.storage, "connections.json"), join(folder, "connections.json"));
      copyFileSync("dist/standalone.mjs", join(folder, "bridge", "standalone.mjs"));
      const { connections } = JSON.parse(readFileSync(join(folder, "connections.json"), "utf8"));
      await leaveSettings(folder, [sandbox.gatewayUrl]);
      const entry = bridgeEntry(folder, { id: connections[0].id });
      const agent = await startHost({ ...entry, env: { ...entry.env, ...computer.env } });
      const { content } = await agent.client.callTool({ name: "sample___whoami", arguments: {} });
      assert.match(JSON.stringify(content), /Ada Lovelace/);
      await agent.client.close();
    } finally {
      removeFolder(folder);
    }
    assert.equal(sandbox.observe().grants.authorization_code, 1);
  }));

test("a program that the bridge starts has a sign-in of its own while the editor keeps its own, and says how it would be shared", () =>
  withEditorAndKeyring({ answer: agrees }, async (host, sandbox, computer) => {
    await host.run("connect", sandbox.gatewayUrl);
    const said = async (env: Readonly<Record<string, string>>) => {
      const args = [sandbox.gatewayUrl, "--keychain", "off", ...computer.browser()];
      const standalone = await startStandalone(args, { ...computer.env, ...env });
      assert.match(await standalone.call("sample___whoami"), /Ada Lovelace/);
      await standalone.close();
      return standalone.said();
    };
    const hint = /Your editor is signed in to \S+ already.*"Gateway Connect: Share Sign-In/;
    assert.match(await said({ GATEWAY_CONNECT_EDITOR: "signed-in" }), hint);
    assert.doesNotMatch(await said({}), hint);
  }));

test("a shared sign-in takes the client's typed secret along, and leaves none of it behind when it ends", async () => {
  let typed: readonly string[] = [];
  const answer = (question: Question) =>
    question.kind === "input" ? typed[/secret/i.test(question.text) ? 1 : 0] : agrees(question);
  const google = { sandbox: { profile: "google" }, gateway: () => ({ token: "id" }), answer } as const;
  await withEditorAndKeyring(google, async (host, sandbox, computer) => {
    typed = [sandbox.clientId, sandbox.clientSecret ?? ""];
    await host.run("connect", sandbox.gatewayUrl);
    // What the bridge reads, and starts the program without an editor with.
    const { connections } = JSON.parse(readFileSync(join(host.storage, "connections.json"), "utf8"));
    assert.equal(connections[0].sends, "id");
    await host.run("shareSignIn");
    const detail = host.editor.asked.find(sharing)?.detail ?? "";
    assert.match(detail, /The secret that you typed for its client is copied there\./);
    const kept = () => Object.keys(computer.keyring()).filter((name) => /credential|session/.test(name));
    assert.equal(kept().length, 2);
    const args = [sandbox.gatewayUrl, "--use-id-token", "--browser", "none"];
    const standalone = await startStandalone(args, computer.env);
    assert.match(await standalone.call("sample___whoami"), /./);
    await standalone.close();
    const { code, said } = await endedStandalone([sandbox.gatewayUrl, "--sign-out"], { env: computer.env });
    assert.equal(code, 0, said);
    assert.deepEqual(kept(), []);
  });
});

test("a sign-in by way of a company moves with that of the company, and both end with the last gateway", async () => {
  await withEditorAndKeyring(
    {
      answer: agrees,
      sandbox: { enterprise: true },
      settings: (sandbox) => ({ "gatewayConnect.enterpriseIdentityProvider": companySetting(sandbox) }),
      gateway({ clientId, clientSecret = "" }) {
        process.env.SECRET_AT_GATEWAY = clientSecret;
        return { clientId, clientSecret: { environment: "SECRET_AT_GATEWAY" } };
      },
    },
    async (host, sandbox, computer) => {
      await host.run("connect", sandbox.gatewayUrl);
      await host.run("shareSignIn");
      assert.match(host.editor.asked.find(sharing)?.detail ?? "", /The sign-in at your company goes along/);
      assert.equal(keptSessions(computer).length, 2);
      const env = { ...computer.env, SECRET_AT_GATEWAY: process.env.SECRET_AT_GATEWAY ?? "" };
      const standalone = await startStandalone([sandbox.gatewayUrl, "--browser", "none"], env);
      assert.match(await standalone.call("sample___whoami"), /Ada Lovelace/);
      await standalone.close();
      const { code, said } = await endedStandalone([sandbox.gatewayUrl, "--sign-out"], { env });
      assert.equal(code, 0, said);
      assert.match(said, /The sign-in at your company, [^ ]+, has ended too/);
      assert.equal(sandbox.observe().revocations.filter((kind) => kind === "refresh_token").length, 1);
      tellOfKeyring(host, computer);
      assert.deepEqual([keptSessions(computer), await stateOf(host)], [[], "signedOut"]);
    },
  );
});

test("a gateway that is entered after its company's sign-in was shared is kept with it, and ends with it", async () => {
  const own = (name: string, { clientId, clientSecret = "" }: Sandbox) => {
    process.env[name] = clientSecret;
    return { clientId, clientSecret: { environment: name } };
  };
  const sandboxOfCompany: Parameters<typeof withEditorAndKeyring>[0] = {
    answer: agrees,
    sandbox: { enterprise: true },
    settings: (sandbox) => ({ "gatewayConnect.enterpriseIdentityProvider": companySetting(sandbox) }),
    gateway: (sandbox) => own("SECRET_AT_GATEWAY", sandbox),
  };
  await withEditorAndKeyring(sandboxOfCompany, async (host, sandbox, computer) => {
    const second = await startSandbox({ enterprise: { of: sandbox } });
    try {
      await host.run("connect", sandbox.gatewayUrl);
      await host.run("shareSignIn");
      const before = host.editor.settings["gatewayConnect.gateways"] as object;
      const both = { ...before, [second.gatewayUrl]: own("SECRET_AT_SECOND", second) };
      Object.assign(host.editor.settings, { "gatewayConnect.gateways": both });
      await host.run("connect", second.gatewayUrl);
      assert.deepEqual([host.editor.opened.length, keptSessions(computer).length], [1, 3]);
      // The editor has marks in their place.
      const inEditor = [...host.secrets].filter(([key]) => key.startsWith("session:")).map(([, text]) => text);
      assert.deepEqual(
        inEditor.map((text) => text.includes("accessToken")),
        [false, false, false],
      );
      const secrets = { SECRET_AT_GATEWAY: sandbox.clientSecret ?? "", SECRET_AT_SECOND: second.clientSecret ?? "" };
      const env = { ...computer.env, ...secrets };
      const standalone = await startStandalone([second.gatewayUrl, "--browser", "none"], env);
      assert.match(await standalone.call("sample___whoami"), /Ada Lovelace/);
      await standalone.close();
      const { code, said } = await endedStandalone(["--sign-out", "--company"], { env });
      assert.equal(code, 0, said);
      assert.deepEqual(keptSessions(computer), []);
      assert.equal(sandbox.observe().revocations.filter((kind) => kind === "refresh_token").length, 1);
      assert.deepEqual(second.observe().revocations, ["access_token"]);
      tellOfKeyring(host, computer);
      assert.equal(await stateOf(host), "signedOut");
    } finally {
      await second.stop();
    }
  });
});

test("another editor uses the shared sign-in without a page, and is signed out with it", () =>
  withEditorAndKeyring({ answer: agrees }, async (host, sandbox, computer) => {
    await host.run("connect", sandbox.gatewayUrl);
    await host.run("shareSignIn");
    const other = await startBundleHost({ settings: { "gatewayConnect.mcpJson.writeOnConnect": "never" } });
    try {
      await other.run("connect", sandbox.gatewayUrl);
      assert.match(other.editor.shown.join("\n"), /Connected to local-\d+ as Ada Lovelace/);
      assert.deepEqual([other.editor.opened, sandbox.observe().grants.authorization_code], [[], 1]);
      await other.run("signOut");
      assert.deepEqual(sandbox.observe().revocations, ["refresh_token", "access_token"]);
      tellOfKeyring(host, computer);
      assert.deepEqual(
        [await stateOf(other), await stateOf(host), keptSessions(computer)],
        ["signedOut", "signedOut", []],
      );
    } finally {
      await other.stop();
    }
  }));

test("a host that gets an entry is offered the sign-in for when no window is open, with the same question", () =>
  withEditorAndKeyring(
    {
      answer({ text, choices }) {
        if (/which file/.test(text)) return choices.find((choice) => choice.includes("Cursor, for you"));
        return choices.find((choice) => /^(Write This Change|Share Sign-In)$/.test(choice));
      },
    },
    async (host, sandbox, computer) => {
      await host.run("connect", sandbox.gatewayUrl);
      await host.run("addToMcpJson");
      const detail = host.editor.asked.find(sharing)?.detail ?? "";
      assert.match(detail, /Cursor uses this editor's sign-in as long as a window of it is open\./);
      assert.equal(keptSessions(computer).length, 1);
      const asked = host.editor.asked.length;
      await host.run("addToMcpJson");
      assert.equal(host.editor.asked.slice(asked).some(sharing), false, "what is shared is not offered again");
    },
  ));

test("options that ask for another sign-in than the shared one get one of their own", () =>
  withEditorAndKeyring({ answer: agrees }, async (host, sandbox, computer) => {
    await host.run("connect", sandbox.gatewayUrl);
    await host.run("shareSignIn");
    const args = [sandbox.gatewayUrl, "--client-id", sandbox.clientId, ...computer.browser()];
    const standalone = await startStandalone(args, computer.env);
    assert.match(await standalone.call("sample___whoami"), /Ada Lovelace/);
    await standalone.close();
    assert.equal(computer.opened().length, 1);
    assert.equal(keptSessions(computer).length, 2);
    assert.equal(await stateOf(host), "signedIn");
  }));

test("in a window of another computer nothing moves, and the command says why", () =>
  withEditorAndKeyring({ answer: agrees, remoteName: "ssh-remote" }, async (host, sandbox, computer) => {
    await host.run("connect", sandbox.gatewayUrl);
    await host.run("shareSignIn");
    assert.match(host.editor.shown.join("\n"), /This window works on another computer \(ssh-remote\)/);
    assert.deepEqual([keptSessions(computer), host.editor.asked.some(sharing)], [[], false]);
  }));
