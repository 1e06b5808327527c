import assert from "node:assert/strict";
import { test } from "node:test";
import { credentialKey } from "../../src/oauth/tokens/clientCredential.ts";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import type { Question } from "../support/editorApi.ts";
import { type EditorWorldOptions, withEditor } from "../support/editorWorld.ts";
import { companySetting } from "../support/enterpriseWorld.ts";
import { withVariables } from "../support/withVariables.ts";

const SECRET = "the secret at the company";

/** An editor in which a company is set, without what its client proves itself with. */
const company = (more: object = {}): EditorWorldOptions => ({
  sandbox: { enterprise: true },
  settings: (sandbox) => ({ "gatewayConnect.enterpriseIdentityProvider": companySetting(sandbox, more) }),
  gateway({ clientId, clientSecret = "" }: Sandbox) {
    process.env.SECRET_AT_GATEWAY = clientSecret;
    return { clientId, clientSecret: { environment: "SECRET_AT_GATEWAY" } };
  },
});

/** What a company answers for which a client is none without its secret: it stands before the sandbox's, which takes any. */
async function demandingSecrets(
  wants: { secret: string; grants: readonly string[]; sandbox?: Sandbox | undefined },
  act: (refused: () => number) => Promise<void>,
): Promise<void> {
  const { fetch } = globalThis;
  let refused = 0;
  globalThis.fetch = async (input, init = {}) => {
    const { issuer = "none", clientId = "" } = wants.sandbox?.enterprise ?? {};
    const form = String(input).startsWith(issuer) ? new URLSearchParams(String(init.body ?? "")) : undefined;
    const grant = form?.get("grant_type") ?? "";
    if (!form || grant === "") return await fetch(input, init);
    const headers = new Headers(init.headers);
    const basic = atob(headers.get("authorization")?.replace("Basic ", "") ?? "");
    if (wants.grants.some((one) => grant.endsWith(one)) && !basic.endsWith(`:${wants.secret.replaceAll(" ", "+")}`)) {
      refused += 1;
      return Response.json({ error: "invalid_client" }, { status: 401 });
    }
    headers.delete("authorization");
    form.set("client_id", clientId);
    return await fetch(input, { ...init, headers, body: form });
  };
  try {
    await act(() => refused);
  } finally {
    globalThis.fetch = fetch;
  }
}

const asksForSecret = ({ kind, text }: Question) => kind === "input" && /The secret of .* at http/.test(text);

test("Connect asks for the secret of the client at the company where that demands one, and keeps it in the secret storage", () => {
  const wants = { secret: SECRET, grants: ["authorization_code", "token-exchange"], sandbox: undefined as never };
  const typed = ["a wrong one", SECRET];
  const answer = (question: Question) => (asksForSecret(question) ? typed.shift() : undefined);
  return demandingSecrets(wants, (refused) =>
    withEditor({ ...company(), answer }, async (host, sandbox) => {
      Object.assign(wants, { sandbox });
      await host.run("connect", sandbox.gatewayUrl);
      assert.match(host.editor.shown.join("\n"), /Connected to local-\d+ as Ada Lovelace/);
      const questions = host.editor.asked.filter(asksForSecret);
      assert.deepEqual([questions.length, refused()], [2, 2]);
      assert.equal(JSON.stringify(host.editor.asked).includes("a wrong one"), false);
      const { issuer = "", clientId = "" } = sandbox.enterprise ?? {};
      const kept = await host.secrets.get(await credentialKey(issuer, clientId));
      assert.match(kept ?? "", new RegExp(SECRET));
      assert.equal(JSON.stringify(host.editor.settings).includes(SECRET), false);
    }),
  );
});

test("a company that demands a secret for its assertions alone is given it, without another page", () => {
  const wants = { secret: SECRET, grants: ["token-exchange"], sandbox: undefined as never };
  const answer = (question: Question) => (asksForSecret(question) ? SECRET : undefined);
  return demandingSecrets(wants, () =>
    withEditor({ ...company(), answer }, async (host, sandbox) => {
      Object.assign(wants, { sandbox });
      await host.run("connect", sandbox.gatewayUrl);
      assert.match(host.editor.shown.join("\n"), /Connected to local-\d+ as Ada Lovelace/);
      assert.equal(host.editor.asked.filter(asksForSecret).length, 1);
    }),
  );
});

test("who gives up at the company's secret leaves nothing of what they typed", () => {
  const wants = { secret: SECRET, grants: ["authorization_code"], sandbox: undefined as never };
  const typed = ["a wrong one"];
  const answer = (question: Question) => (asksForSecret(question) ? typed.shift() : undefined);
  return demandingSecrets(wants, () =>
    withEditor({ ...company(), answer }, async (host, sandbox) => {
      Object.assign(wants, { sandbox });
      await host.run("connect", sandbox.gatewayUrl);
      assert.equal(host.editor.asked.filter(asksForSecret).length, 2);
      const { issuer = "", clientId = "" } = sandbox.enterprise ?? {};
      assert.equal(await host.secrets.get(await credentialKey(issuer, clientId)), undefined);
    }),
  );
});

test("a secret that the settings name is not asked for: what is typed would not be used", () => {
  const wants = { secret: SECRET, grants: ["authorization_code"], sandbox: undefined as never };
  const named = company({ clientSecret: { environment: "SECRET_AT_COMPANY" } });
  const connects = () =>
    withEditor({ ...named, answer: () => undefined }, async (host, sandbox) => {
      Object.assign(wants, { sandbox });
      await host.run("connect", sandbox.gatewayUrl);
      assert.equal(host.editor.asked.filter(asksForSecret).length, 0);
      assert.match(JSON.stringify(host.editor.asked), /Check the client ID and its secret or key|Try Again/);
    });
  return withVariables({ SECRET_AT_COMPANY: "another" }, () => demandingSecrets(wants, connects));
});
