import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { BundleHost } from "../support/bundleHost.ts";
import { withEditor } from "../support/editorWorld.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";

interface Sent {
  readonly url: string;
  readonly headers: Headers;
}

/** Every request that leaves the editor while `act` runs. */
async function watched(act: () => Promise<void>): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    sent.push({ url: String(input), headers: new Headers(init?.headers) });
    return fetch(input, init);
  };
  try {
    await act();
  } finally {
    globalThis.fetch = fetch;
  }
  return sent;
}

/** All that the editor showed and asked, and what it was told beside it. */
const told = ({ editor: { settings: _, ...editor } }: BundleHost): string => JSON.stringify(editor);

test("the headers that are set for a gateway go to it alone, read where they are, and what they hold is nowhere else", async () => {
  const folder = makeTemporaryFolder("headers");
  const marked = { variable: "marked-variable", file: "marked-file", printed: "marked-printed" };
  process.env.HEADER_OF_TEST = marked.variable;
  try {
    const file = join(folder, "tenant");
    writeFileSync(file, `${marked.file}\n`);
    // The program is given no variable that holds a header, and is not itself what it prints.
    const print = `console.log(process.env.HEADER_OF_TEST ?? "marked-" + "printed")`;
    const headers = {
      "X-Team": "blue",
      "X-Api-Key": { environment: "HEADER_OF_TEST", before: "Key " },
      "X-Tenant": { file },
      "X-Otp": { command: [process.execPath, "-e", print] },
    };
    await withEditor({ gateway: () => ({ headers }) }, async (host, sandbox) => {
      const sent = await watched(async () => void (await host.run("connect", sandbox.gatewayUrl)));
      assert.match(host.editor.shown.join("\n"), /Connected to local-\d+ as Ada Lovelace/);
      const ofOurs = ({ headers: all }: Sent) =>
        ["x-team", "x-api-key", "x-tenant", "x-otp"].map((name) => all.get(name));
      const isGateway = ({ url }: Sent) => new URL(url).origin === new URL(sandbox.gatewayUrl).origin;
      const [toGateway, toOthers] = [sent.filter(isGateway), sent.filter((one) => !isGateway(one))];
      assert.ok(toGateway.length > 3 && toOthers.length > 1, `${toGateway.length} and ${toOthers.length} requests`);
      assert.deepEqual(
        [new Set(toGateway.map((one) => ofOurs(one).join())), new Set(toOthers.map((one) => ofOurs(one).join()))],
        [new Set([`blue,Key ${marked.variable},${marked.file},${marked.printed}`]), new Set([",,,"])],
      );
      await host.run("copyDiagnostics");
      const places = told(host);
      assert.match(places, /Diagnostics were copied/);
      assert.deepEqual(
        Object.values(marked).filter((value) => places.includes(value)),
        [],
      );
    });
  } finally {
    delete process.env.HEADER_OF_TEST;
    rmSync(folder, { recursive: true, force: true });
  }
});

test("headers that cannot be sent are told with their places, and nothing is sent", () =>
  withEditor(
    { gateway: () => ({ headers: { Authorization: { environment: "A" }, "X-Api-Key": "marked-secret", Host: "b" } }) },
    async (host, sandbox) => {
      const sent = await watched(async () => void (await host.run("connect", sandbox.gatewayUrl)));
      await host.run("explainAccess", sandbox.gatewayUrl);
      const said = JSON.stringify([host.editor.pages, host.editor.documents, host.editor.asked]);
      assert.match(said, /Headers that are set for a gateway cannot be sent/);
      assert.match(said, /headers › Authorization: The token of the sign-in/);
      assert.match(said, /headers › X-Api-Key: It looks like a secret/);
      assert.match(said, /headers › Host: HTTP and MCP/);
      assert.deepEqual([sent.length, told(host).includes("marked-secret")], [0, false]);
    },
  ));
