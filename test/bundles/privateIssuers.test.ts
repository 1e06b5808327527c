import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type BundleHost, startBundleHost } from "../support/bundleHost.ts";
import type { Answers, Question } from "../support/editorApi.ts";

const GATEWAY = "https://gateway.test/mcp";
const { fetch: real } = globalThis;

/** The bundles in an editor whose `fetch` finds one gateway out there, which names this issuer, and notes who else is asked. */
async function editorBefore(t: TestContext, issuer: string, answer: Answers) {
  const elsewhere: string[] = [];
  t.after(() => {
    globalThis.fetch = real;
  });
  globalThis.fetch = async (input) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== new URL(GATEWAY).origin) {
      elsewhere.push(url.host);
      return new Response("none", { status: 404 });
    }
    if (url.pathname.startsWith("/.well-known/oauth-protected-resource")) {
      return Response.json({ resource: GATEWAY, authorization_servers: [issuer] });
    }
    return new Response("", { status: 401, headers: { "www-authenticate": "Bearer" } });
  };
  const host = await startBundleHost({ answer });
  t.after(() => host.stop());
  const texts = () => host.editor.asked.map(({ text, detail = "" }) => `${text}\n${detail}`);
  return { host, elsewhere, texts };
}

const questionsOf = ({ editor }: BundleHost): readonly Question[] =>
  editor.asked.filter(({ text }) => text.startsWith("May the sign-in of"));

test("Connect Gateway asks before it goes into a private network that a gateway elsewhere names, and names both", async (t) => {
  const declining = await editorBefore(t, "https://idp.corp.internal", () => undefined);
  await declining.host.run("connect", GATEWAY);
  const [question] = questionsOf(declining.host);
  assert.deepEqual(
    { text: question?.text, choices: question?.choices, elsewhere: declining.elsewhere },
    {
      text: "May the sign-in of gateway.test lead to https://idp.corp.internal?",
      choices: ["Sign In There"],
      elsewhere: [],
    },
  );
  assert.match(question?.detail ?? "", /^idp\.corp\.internal is in a private network/);
  // They said no, and are told nothing of it again.
  assert.equal(declining.host.editor.asked.length, 1, declining.texts().join("\n"));
});

test("whoever agrees to a private issuer is asked once, and it is asked then", async (t) => {
  let failures = 0;
  const agreeing = await editorBefore(t, "https://idp.corp.internal", ({ text, choices }) => {
    if (text.startsWith("May the sign-in of")) return "Sign In There";
    const again = choices.find((choice) => choice.includes("Try Again"));
    return again !== undefined && failures++ === 0 ? again : undefined;
  });
  await agreeing.host.run("connect", GATEWAY);
  assert.deepEqual(
    { questions: questionsOf(agreeing.host).length, elsewhere: [...new Set(agreeing.elsewhere)], failures },
    { questions: 1, elsewhere: ["idp.corp.internal"], failures: 2 },
  );
});

test("nobody is asked about this machine or a cloud's metadata service: the extension refuses it in words", async (t) => {
  for (const issuer of ["http://127.0.0.1:8080", "https://[::ffff:7f00:1]", "https://169.254.169.254"]) {
    const { host, elsewhere, texts } = await editorBefore(t, issuer, () => undefined);
    await host.run("connect", GATEWAY);
    assert.deepEqual({ elsewhere, questions: questionsOf(host).length }, { elsewhere: [], questions: 0 }, issuer);
    assert.match(texts().join("\n"), /names an address (?:of this computer )?for the sign-in/);
  }
});

test("Explain Access says what a gateway names, and asks nothing of a private network or of this machine", async (t) => {
  for (const issuer of ["https://10.1.2.3", "http://localhost:8080", "https://metadata.google.internal"]) {
    const { host, elsewhere } = await editorBefore(t, issuer, () => undefined);
    await host.run("explainAccess", GATEWAY);
    const { documents, pages } = host.editor;
    assert.match(
      [...documents, ...pages.map(({ html }) => html)].join("\n"),
      /expected an address that is not (?:private|of this computer)/,
      issuer,
    );
    assert.deepEqual(elsewhere, [], issuer);
  }
});
