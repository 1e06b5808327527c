import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../../src/connections/connection.ts";
import { connectWorld } from "../../../support/connectWorld.ts";
import { useFakeEditor } from "../../../support/fakeEditor.ts";
import { noAws } from "../../../support/fakePorts.ts";

/** What the editor's dialog said, and what the progress that follows says. */
const said: string[] = [];
let createSession: () => Promise<unknown> = async () => {};
useFakeEditor({
  authentication: {
    async getSession(_: string, __: readonly string[], options: Readonly<Record<string, { readonly detail: string }>>) {
      said.push((options.createIfNone ?? options.forceNewSession)?.detail ?? "");
      return await createSession();
    },
  },
  env: { remoteName: undefined },
  window: {
    withProgress: (_: object, act: (progress: object, token: object) => Promise<unknown>) =>
      act({ report: ({ message }: { message: string }) => said.push(message) }, { onCancellationRequested() {} }),
  },
});
const { EditorSignIn } = await import("../../../../src/vscode/signIn/editorSignIn.ts");

/** Nobody listens there, and no name has to be looked up to learn it. */
const url = "http://127.0.0.1:1/mcp";

const connection = (signIn: "clientCredentials" | "deviceCode" | undefined): Connection => ({
  id: "c1",
  name: "Work",
  url,
  authorization: {
    kind: "oauth",
    server: { issuer: "http://127.0.0.1:1" },
    clientId: "app",
    clientSource: "configured",
    scopes: [],
    ...(signIn && { signIn }),
  },
});

const cases: readonly (readonly [
  connectedWith: "clientCredentials" | "deviceCode" | undefined,
  setting: unknown,
  next: RegExp,
  waiting: RegExp,
])[] = [
  [undefined, undefined, /Your browser will open\.$/, /in the browser…$/],
  [undefined, "deviceCode", /You are shown a code to enter on any device\.$/, /entered the code…$/],
  [undefined, "clientCredentials", /signs in as a machine/, /as the client…$/],
  ["deviceCode", "browser", /Your browser will open\.$/, /in the browser…$/],
  ["clientCredentials", "deviceCode", /You are shown a code/, /entered the code…$/],
  // What cannot be read is told by the sign-in itself.
  ["deviceCode", 7, /You are shown a code/, /entered the code…$/],
];

for (const [connectedWith, signIn, next, waiting] of cases) {
  test(`connected with ${connectedWith ?? "the browser"} and set to ${signIn ?? "nothing"}: the dialogs announce what then happens`, async () => {
    const { gateways } = connectWorld({ settings: { [url]: { signIn } } });
    const one = connection(connectedWith);
    await gateways.book.add(one);
    const browser = new EditorSignIn(() => gateways, noAws);
    said.length = 0;
    createSession = async () => void (await browser.signIn(one, { scopes: [], chooseAccount: false }).catch(() => {}));
    await browser.ask({ connection: one, because: "sign_in_needed", scopes: [] });
    createSession = async () => {};
    await browser.askForAnother(one);
    const [question = "", progress = "", another = ""] = said;
    assert.match(question, next);
    assert.match(progress, waiting);
    assert.match(another, next);
    await gateways.close();
  });
}

for (const [lacking, question] of [
  [["write", "admin"], 'Sign in to "Work" again to allow more: write, admin.'],
  [[], 'Sign in to "Work" again to allow more. The gateway does not say what.'],
] as const) {
  test(`a token that lacks ${lacking.join(" and ") || "what has no name"}: the dialog names that, and nothing that is there`, async () => {
    const { gateways } = connectWorld();
    const one = connection(undefined);
    await gateways.book.add(one);
    said.length = 0;
    createSession = async () => {};
    const scopes = ["read", ...lacking];
    await new EditorSignIn(() => gateways, noAws).ask({
      connection: one,
      because: "insufficient_scope",
      scopes,
      lacking,
    });
    assert.deepEqual(said, [question]);
    await gateways.close();
  });
}
