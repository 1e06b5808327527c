import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { bridgeEntry, startHost } from "../support/bridgeHost.ts";
import type { Question } from "../support/editorApi.ts";
import type { EditorWorldOptions } from "../support/editorWorld.ts";
import { withEditor } from "../support/editorWorld.ts";
import { companySetting } from "../support/enterpriseWorld.ts";
import { until } from "../support/until.ts";

/** An editor in which a company is set, and the client at its gateway. */
const company: EditorWorldOptions = {
  sandbox: { enterprise: true },
  settings: (sandbox) => ({ "gatewayConnect.enterpriseIdentityProvider": companySetting(sandbox) }),
  gateway({ clientId, clientSecret = "" }: Sandbox) {
    process.env.SECRET_AT_GATEWAY = clientSecret;
    return { clientId, clientSecret: { environment: "SECRET_AT_GATEWAY" } };
  },
};

test("a gateway that is entered by way of a company is told so with each request", async () => {
  const { fetch } = globalThis;
  const told: unknown[] = [];
  let gatewayUrl = "";
  globalThis.fetch = (input, init) => {
    const body = String(input) === gatewayUrl && typeof init?.body === "string" ? JSON.parse(init.body) : {};
    const { _meta: meta, capabilities = meta?.["io.modelcontextprotocol/clientCapabilities"] } = body.params ?? {};
    if (new Headers(init?.headers).has("authorization") && capabilities) told.push(capabilities.extensions);
    return fetch(input, init);
  };
  try {
    await withEditor(company, async (host, sandbox) => {
      gatewayUrl = sandbox.gatewayUrl;
      await host.run("connect", gatewayUrl);
    });
  } finally {
    globalThis.fetch = fetch;
  }
  assert.ok(told.length >= 2, "requests were seen");
  for (const extensions of told) {
    assert.deepEqual(extensions, { "io.modelcontextprotocol/enterprise-managed-authorization": {} });
  }
});

test("a gateway is entered by way of the company that is set, and Sign Out says what ended there", () =>
  withEditor(company, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    const said = () => host.editor.shown.join("\n");
    assert.match(said(), /Connected to local-\d+ as Ada Lovelace/);
    const [page = ""] = host.editor.opened;
    assert.deepEqual([new URL(page).origin, host.editor.opened.length], [sandbox.enterprise?.issuer, 1]);
    await host.run("signOut");
    assert.match(said(), /The sign-in at your company, http:\/\/127\.0\.0\.1:\d+, has ended too/);
    assert.deepEqual(sandbox.observe().revocations.includes("refresh_token"), true);
  }));

test("Sign Out of My Company says what ends before anything does, ends it, and offers the page that ends the rest", () => {
  let agrees = false;
  const answer = ({ choices }: Question) =>
    agrees ? choices.find((choice) => /^Sign Out (of My Company|in the Browser Too)$/.test(choice)) : undefined;
  return withEditor({ ...company, answer }, async (host, sandbox) => {
    await host.run("signOutOfCompany");
    assert.match(host.editor.shown.at(-1) ?? "", /You are not signed in at a company here/);
    await host.run("connect", sandbox.gatewayUrl);
    await host.run("signOutOfCompany");
    const question = host.editor.asked.find(({ choices }) => choices.includes("Sign Out of My Company"));
    assert.match(question?.text ?? "", /Sign out of your company, http:\/\/127\.0\.0\.1:\d+\?/);
    const detail = question?.detail ?? "";
    assert.match(detail, /The sign-in of Ada Lovelace at http:\/\/127\.0\.0\.1:\d+ ends: its refresh token is revoked/);
    assert.match(detail, /You are signed out of what you entered by it: local-\d+\./);
    assert.match(detail, /Other editors and programs that signed in by themselves stay signed in\./);
    assert.match(detail, /Your browser stays signed in there\. Afterwards you are offered the page/);
    assert.deepEqual(sandbox.observe().revocations, []);
    agrees = true;
    await host.run("signOutOfCompany");
    assert.match(
      host.editor.shown.join("\n"),
      /Signed out of your company, http:\/\/127\.0\.0\.1:\d+, and of what you entered by it: local-\d+\. The tokens were revoked, and deleted from this computer\./,
    );
    assert.deepEqual(sandbox.observe().revocations.toSorted(), ["access_token", "access_token", "refresh_token"]);
    await until(() => host.editor.opened.length === 2, "the page that ends the session in the browser");
    assert.equal(new URL(host.editor.opened[1] ?? "").origin, sandbox.enterprise?.issuer);
    await host.run("signOutOfCompany");
    assert.match(host.editor.shown.at(-1) ?? "", /You are not signed in at a company here/);
  });
});

test("a host that comes in by the bridge is let in by way of the company, without a page of its own", () =>
  withEditor(company, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    const { connections } = JSON.parse(readFileSync(join(host.storage, "connections.json"), "utf8"));
    await host.editor.servers?.provideMcpServerDefinitions();
    const agent = await startHost(bridgeEntry(host.storage, { id: connections[0].id, waitMs: 20_000 }));
    try {
      const { content } = await agent.client.callTool({ name: "sample___whoami", arguments: {} });
      assert.match(JSON.stringify(content), /Ada Lovelace/);
    } finally {
      await agent.stop();
    }
    assert.equal(host.editor.opened.length, 1);
  }));

test("Change Client Secret takes the secret of the client at the company, which goes there and nowhere else", async () => {
  const { fetch } = globalThis;
  const sent: { readonly origin: string; readonly authorization: string }[] = [];
  globalThis.fetch = (input, init) => {
    const authorization = new Headers(init?.headers).get("authorization") ?? "";
    if (authorization.startsWith("Basic ")) {
      sent.push({ origin: new URL(String(input)).origin, authorization: atob(authorization.slice(6)) });
    }
    return fetch(input, init);
  };
  const secret = "the secret at the company";
  try {
    const answer = ({ items }: { readonly items?: readonly { readonly label: string }[] }) =>
      items?.find(({ label }) => label === "Your company's identity provider") ?? secret;
    await withEditor({ ...company, answer: answer as never }, async (host, sandbox) => {
      await host.run("changeSecret");
      void host.run("connect", sandbox.gatewayUrl);
      await until(() => sent.some(({ origin }) => origin === sandbox.enterprise?.issuer), "the secret to be sent");
      const atCompany = sent.filter(({ authorization }) => authorization.endsWith(secret.replaceAll(" ", "+")));
      assert.ok(atCompany.length > 0);
      for (const { origin } of atCompany) assert.equal(origin, sandbox.enterprise?.issuer);
    });
  } finally {
    globalThis.fetch = fetch;
  }
});
