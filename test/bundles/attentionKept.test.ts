import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type BundleHost, startBundleHost } from "../support/bundleHost.ts";
import { withEditor } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";

const stored = ({ storage }: BundleHost, name: string) => {
  const path = join(storage, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
};

test("a connection that was refused needs attention after a reload too, and Explain Access opens with what was found", () => {
  let clientId = "";
  return withEditor(
    {
      sandbox: { profile: "entraV1" },
      answer: ({ text }) =>
        text.includes("What now?") ? "Leave It for Now" : text.includes("needs a client ID") ? clientId : undefined,
    },
    async (host, sandbox) => {
      clientId = sandbox.clientId;
      await host.run("connect", sandbox.gatewayUrl);
      const kept = await until(() => {
        const all = stored(host, "attention.json")?.refusals;
        return all?.[0]?.report ? all : undefined;
      }, "what was refused is kept");
      const text = JSON.stringify(kept);
      assert.equal(kept.length, 1);
      assert.doesNotMatch(text, /eyJ|Ada Lovelace|ada@/);

      const files = {
        "connections.json": stored(host, "connections.json"),
        "attention.json": { version: 1, refusals: kept },
      };
      const asked: string[] = [];
      const { fetch } = globalThis;
      const next = await startBundleHost({ stored: files });
      globalThis.fetch = async (input, init) => {
        asked.push(String(input));
        return await fetch(input, init);
      };
      try {
        await until(() => next.editor.badge === 1 || next.editor.statusBar !== "", "what needs its person");
        await next.run("explainAccess", kept[0].id);
        const [page] = next.editor.pages;
        assert.match(page?.html ?? "", /This was found at <time datetime="[^"]+">/);
        assert.match(page?.html ?? "", /First to mend: /);
        assert.deepEqual(asked, []);
        page?.act("again");
        const anew = await until(() => {
          const { html = "" } = next.editor.pages.at(-1) ?? {};
          return html.includes("This was found at") ? undefined : html;
        }, "it is looked at anew");
        assert.match(anew, /looked at/);
        assert.ok(asked.length > 0);
      } finally {
        globalThis.fetch = fetch;
        await next.stop();
      }
    },
  );
});
