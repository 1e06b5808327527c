import assert from "node:assert/strict";
import { test } from "node:test";
import type { Question } from "../support/editorApi.ts";
import { withEditor } from "../support/editorWorld.ts";

interface Definition {
  readonly label: string;
  readonly uri: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly version: string;
}

interface Provider {
  provideMcpServerDefinitions(): Promise<readonly Definition[]>;
  resolveMcpServerDefinition(server: Definition): Promise<Definition | undefined>;
}

const agrees = ({ choices }: Question) => choices.find((choice) => choice === "Use Direct Mode");

test("Direct Mode hands the editor the gateway's address, and the token only when it starts the server, until it is taken back", async () => {
  await withEditor({ answer: agrees }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    const provider = host.editor.servers as unknown as Provider;
    const listed = async () => (await provider.provideMcpServerDefinitions())[0] as Definition;
    const socket = await listed();
    assert.doesNotMatch(String(socket.uri), /^http/);

    await host.run("directMode");
    const question = host.editor.asked.find(({ choices }) => choices.includes("Use Direct Mode"));
    assert.match(question?.detail ?? "", /a call that is under way is cancelled/);
    const direct = await listed();
    assert.equal(String(direct.uri), sandbox.gatewayUrl);
    assert.deepEqual(direct.headers, {});
    assert.notEqual(direct.version, socket.version);

    const started = await provider.resolveMcpServerDefinition(direct);
    const token = /^Bearer (\S+)$/.exec(started?.headers.Authorization ?? "")?.[1] ?? "";
    const answer = await fetch(sandbox.gatewayUrl, {
      method: "POST",
      headers: {
        ...started?.headers,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "initialize",
        params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "editor", version: "1" } },
      }),
    });
    assert.equal(answer.status, 200);
    await answer.text();
    const { settings: _, ...seen } = host.editor;
    assert.ok(token.length > 20 && !JSON.stringify([seen, direct]).includes(token));

    await host.run("directMode");
    const again = await listed();
    assert.deepEqual([String(again.uri), again.version], [String(socket.uri), socket.version]);
  });
});

test("Direct Mode is refused with every reason where something would be lost that is set, and nothing changes", async () => {
  const gateway = () => ({ tools: { readOnly: true }, policySession: true });
  await withEditor({ gateway, answer: agrees }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await host.run("directMode");
    const refusal = host.editor.asked.find(({ text }) => text.startsWith("Direct mode cannot be used"));
    const { detail = "", choices } = refusal as Question;
    assert.match(detail, /"tools"[\s\S]*"policySession"/);
    assert.ok(!choices.includes("Use Direct Mode"));
    const [server] = await (host.editor.servers as unknown as Provider).provideMcpServerDefinitions();
    assert.doesNotMatch(String(server?.uri), /^http/);
  });
});

test("what is set later than direct mode sends the editor through the relay again", async () => {
  await withEditor({ answer: agrees }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await host.run("directMode");
    const provider = host.editor.servers as unknown as Provider;
    const uri = async () => String((await provider.provideMcpServerDefinitions())[0]?.uri);
    assert.equal(await uri(), sandbox.gatewayUrl);
    host.editor.settings["gatewayConnect.gateways"] = { [sandbox.gatewayUrl]: { tools: { deny: ["*"] } } };
    assert.doesNotMatch(await uri(), /^http/);
  });
});
