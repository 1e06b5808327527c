import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { GatewayConnectApi, GatewayConnectExports } from "../../docs/api.d.ts";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import type { ExtensionApi } from "../../src/vscode/agents/extensionApi.ts";
import type { BundleHost } from "../support/bundleHost.ts";
import { withEditor } from "../support/editorWorld.ts";

/** What is declared for others is what there is. */
const same: (api: ExtensionApi) => GatewayConnectApi = (api) => api;

type Session = { readonly id: string; readonly accessToken: string };

const withApi = (act: (api: GatewayConnectApi, host: BundleHost, sandbox: Sandbox) => Promise<void>) =>
  withEditor({ sandbox: { recordSecrets: true } }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await act((host.exports as GatewayConnectExports).getAPI(1), host, sandbox);
  });

const sessionOf = async (host: BundleHost, id: string) => (await host.editor.getSession([`gateway:${id}`])) as Session;

const codeOf = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => "done",
    ({ code }: { code?: unknown }) => code,
  );

test("another extension lists gateways, and learns neither address nor person", () =>
  withApi(async (api, _, sandbox) => {
    const gateways = await api.getGateways();
    const [first] = gateways;
    assert.deepEqual(
      { count: gateways.length, state: first?.state, isReachable: first?.isReachable },
      { count: 1, state: "signedIn", isReachable: true },
    );
    const text = JSON.stringify(gateways);
    assert.deepEqual([text.includes(sandbox.gatewayUrl), /Ada/.test(text)], [false, false]);
    assert.equal(same(api as ExtensionApi), api);
  }));

test("it calls a tool with the session that the editor gave it, and is given no token", () =>
  withApi(async (api, host, sandbox) => {
    const gateway = (await api.getGateways())[0]?.id ?? "";
    const session = await sessionOf(host, gateway);
    const result = await api.callTool({ session, gateway, tool: "sample___add", arguments: { a: 20, b: 22 } });
    assert.match(JSON.stringify(result), /"42"/);
    const secrets = sandbox.issuedSecrets().map(({ value }) => value);
    assert.ok(secrets.length > 0);
    assert.deepEqual(
      secrets.filter((secret) => JSON.stringify([session, result]).includes(secret)),
      [],
    );
  }));

test("a session that the editor did not give, or that has ended, calls nothing", () =>
  withApi(async (api, host, sandbox) => {
    const gateway = (await api.getGateways())[0]?.id ?? "";
    const session = await sessionOf(host, gateway);
    const before = sandbox.observe().toolCalls;
    const call = (changed: object) => codeOf(api.callTool({ session, gateway, tool: "whoami", ...changed }));
    const refused = [
      await call({ session: { ...session, accessToken: "held-by-gateway-connect" } }),
      await call({ session: { ...session, accessToken: undefined } }),
      await call({ session: { ...session, id: "another" } }),
      await call({ session: undefined }),
      await call({ gateway: "another" }),
    ];
    await host.run("signOut");
    refused.push(await call({}));
    assert.deepEqual(refused, [
      ...Array.from({ length: 4 }, () => "session_refused"),
      "gateway_unknown",
      "session_refused",
    ]);
    assert.deepEqual(sandbox.observe().toolCalls, before);
  }));

test("a failure of a call has its code, and words", () =>
  withApi(async (api, host) => {
    const gateway = (await api.getGateways())[0]?.id ?? "";
    const session = await sessionOf(host, gateway);
    assert.equal(await codeOf(api.callTool({ session, gateway, tool: "no such tool" })), "answered_with_error");
  }));

test("there is one version of the API, and it cannot be changed", () =>
  withApi(async (api, host) => {
    const { getAPI } = host.exports as { getAPI(version: unknown): unknown };
    for (const version of [0, 2, "1", undefined]) assert.throws(() => getAPI(version), /version 1/);
    assert.ok(Object.isFrozen(api));
  }));

test("agents list gateways and have access explained, by name and without a claim of the token", () =>
  withApi(async (api, host) => {
    const name = (await api.getGateways())[0]?.name ?? "";
    const run = async (tool: string, input: object) => {
      const found = host.editor.languageModelTools.get(tool);
      assert.ok(found, tool);
      const { confirmationMessages } = await found.prepareInvocation({ input });
      const { content } = await found.invoke({ input }, { onCancellationRequested: () => ({ dispose() {} }) });
      return { title: confirmationMessages.title, text: content.map(({ value }) => value).join("\n") };
    };
    const list = await run("gateway_connect_list_gateways", {});
    const access = await run("gateway_connect_explain_access", { gateway: name });
    assert.deepEqual(
      {
        listed: list.text.includes(name),
        letIn: /"letIn": true/.test(access.text),
        asked: access.title.includes(name),
      },
      { listed: true, letIn: true, asked: true },
    );
    const told = `${list.text}${access.text}`;
    assert.deepEqual(
      ["Ada", "ada@", "http://127.0.0.1", "eyJ"].filter((text) => told.includes(text)),
      [],
    );
    await assert.rejects(
      run("gateway_connect_explain_access", { gateway: "https://evil.example/mcp" }),
      /No gateway of this name/,
    );
  }));

test("the tools for agents are declared as the code registers them", () =>
  withApi(async (_, host) => {
    const { contributes } = JSON.parse(readFileSync("package.json", "utf8")) as {
      contributes: { languageModelTools: readonly { readonly name: string; readonly modelDescription: string }[] };
    };
    assert.deepEqual(
      contributes.languageModelTools.map(({ name }) => name).toSorted(),
      [...host.editor.languageModelTools.keys()].toSorted(),
    );
  }));
