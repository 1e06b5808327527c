import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { bridgeEntry, startHost } from "../support/bridgeHost.ts";
import { type BundleHost, type LeftBehind, startBundleHost } from "../support/bundleHost.ts";
import { earlierBundles } from "../support/earlierVersion.ts";
import { withHome } from "../support/editorWorld.ts";
import { removeFolder } from "../support/removeFolder.ts";
import { visit } from "../support/signInByHttp.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";
import { withSandbox } from "../support/withSandbox.ts";

interface Api {
  getGateways(): Promise<readonly { readonly id: string; readonly name: string; readonly state: string }[]>;
}

const apiOf = ({ exports }: BundleHost): Api => (exports as { getAPI(version: 1): Api }).getAPI(1);

const settings = () => ({
  "gatewayConnect.redirectPorts": [35_891, 35_892, 35_893],
  "gatewayConnect.mcpJson.writeOnConnect": "never",
});

/** A window of the version that people have, with its own bundles; in it a person connects a gateway, and closes it. */
async function leftByEarlier(sandbox: Sandbox, folder: string): Promise<LeftBehind> {
  const host = await startBundleHost({
    instead: earlierBundles(),
    settings: settings(),
    answer: ({ text, choices }) => (/name/i.test(text) && choices.length === 0 ? "Tools" : undefined),
    browse: (url) => void visit(url).catch(() => {}),
  });
  try {
    await host.run("connect", sandbox.gatewayUrl);
    await until(() => host.editor.shown.some((said) => said.startsWith("Connected")), "the earlier version to connect");
    const secrets = new Map(host.secrets);
    cpSync(host.storage, folder, { recursive: true, preserveTimestamps: true });
    return { folder, secrets };
  } finally {
    await host.stop();
  }
}

/** What stands in a list that a newer version may have written: in lines of its own, with what is not known here. */
const unknownRecord = '{ "id":"newer-1",\n\t\t"kind" : "of another version", "worth": 1.50e2, "n": [ 1,2 ] }';

test("installed over the version that people have: still signed in without a page, and all connections and secrets are kept", () =>
  withHome(() =>
    withSandbox({}, async (sandbox) => {
      const folder = makeTemporaryFolder("earlier-storage");
      try {
        const left = await leftByEarlier(sandbox, folder);
        const path = join(folder, "connections.json");
        const before = readFileSync(path, "utf8");
        const withUnknown = before.replace(/("connections":\s*\[)/, `$1${unknownRecord},`);
        assert.notEqual(withUnknown, before);
        writeFileSync(path, withUnknown);
        const secrets = new Map([...left.secrets, ["of:a-newer-version", '{"kept": 1.0 }']]);
        assert.ok([...secrets.keys()].some((key) => key.startsWith("session:")));
        const host = await startBundleHost({ left: { folder, secrets }, settings: settings(), browse: () => {} });
        try {
          const api = apiOf(host);
          await until(async () => (await api.getGateways()).length > 0, "the connection");
          const gateways = await api.getGateways();
          await host.editor.servers?.provideMcpServerDefinitions();
          const agent = await startHost(bridgeEntry(host.storage, { id: gateways[0]?.id ?? "", waitMs: 20_000 }));
          const said = await agent.client.callTool({ name: "sample___whoami", arguments: {} });
          await agent.stop();
          const { grants, registrations } = sandbox.observe();
          assert.deepEqual(
            {
              states: gateways.map(({ state }) => state),
              said: /Ada Lovelace/.test(JSON.stringify(said)),
              pages: host.editor.opened,
              asked: host.editor.asked,
              signIns: grants.authorization_code,
              registrations,
            },
            { states: ["signedIn"], said: true, pages: [], asked: [], signIns: 1, registrations: 1 },
          );
          // A start writes nothing that it need not.
          assert.equal(readFileSync(join(host.storage, "connections.json"), "utf8"), withUnknown);
          const kept = [...secrets].filter(([key, text]) => host.secrets.get(key) !== text).map(([key]) => key);
          assert.deepEqual(kept, []);
          // A sign-out changes its own record, and nothing of what is not known.
          await host.run("signOut");
          const after = readFileSync(join(host.storage, "connections.json"), "utf8");
          assert.notEqual(after, withUnknown);
          assert.ok(after.includes(unknownRecord), after);
          assert.equal(host.secrets.get("of:a-newer-version"), '{"kept": 1.0 }');
          assert.deepEqual(
            (await api.getGateways()).map(({ name, state }) => [name, state]),
            gateways.map(({ name }) => [name, "signedOut"]),
          );
        } finally {
          await host.stop();
        }
      } finally {
        removeFolder(folder);
      }
    }),
  ));
