import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bridgeEntry, startHost } from "../support/bridgeHost.ts";
import type { BundleHost } from "../support/bundleHost.ts";
import { type ConsentTarget, consentTarget } from "../support/consentTarget.ts";
import type { Answers } from "../support/editorApi.ts";
import { withEditor } from "../support/editorWorld.ts";
import { startGateway } from "../support/relayGateways.ts";
import { until } from "../support/until.ts";

const portal = "https://consent.example.com/";

interface World {
  readonly host: BundleHost;
  readonly target: ConsentTarget;
  /** Calls the tool as a host with an mcp.json does, which opens no pages. */
  readonly call: () => Promise<string>;
}

/** A connection to a gateway of which one target needs a consent, and a host that calls its tool. */
async function withConsents(
  answer: (question: Parameters<Answers>[0], target: ConsentTarget) => string | undefined,
  act: (world: World) => Promise<void>,
): Promise<void> {
  const target = consentTarget("legacy");
  const gateway = await startGateway("legacy", 0, (request) => target.answer(request));
  await gateway.addTool("calendar___list");
  try {
    await withEditor({ answer: (question) => answer(question, target), browse: async () => {} }, async (host) => {
      await host.run("connect", gateway.url);
      await until(() => host.editor.shown.some((text) => text.includes("Connected to")), "the connection");
      await host.editor.servers?.provideMcpServerDefinitions();
      const { connections } = JSON.parse(readFileSync(join(host.storage, "connections.json"), "utf8"));
      const agent = await startHost(bridgeEntry(host.storage, { id: connections[0].id }));
      const call = async () => {
        const { content } = await agent.client.callTool({ name: "calendar___list" });
        return (content as { text?: string }[])[0]?.text ?? "";
      };
      try {
        await act({ host, target, call });
      } finally {
        await agent.stop();
      }
    });
  } finally {
    await gateway.stop();
  }
}

/** A person who opens the page, agrees there and says so. */
const agrees = () => {
  let hasOpened = false;
  return ({ text }: { readonly text: string }, target: ConsentTarget): string | undefined => {
    if (!text.includes("Needs Your Consent")) return undefined;
    hasOpened = !hasOpened;
    if (hasOpened) return "Open the Page";
    target.given = true;
    return "Done";
  };
};

test("a target that needs a consent is opened, waited for and called once more", () =>
  withConsents(agrees(), async ({ host, target, call }) => {
    const said = await call();
    const [asked] = host.editor.asked.filter(({ text }) => text.includes("Needs Your Consent"));
    assert.deepEqual(
      { said, opened: host.editor.opened, pages: target.pages, asked: asked?.text },
      {
        said: "three meetings",
        opened: ["https://login.example.com/consent?page=1"],
        pages: 1,
        asked: `calendar of ${host.editor.shown.join().match(/Connected to (\S+?)[. ]/)?.[1]} Needs Your Consent: Let calendar read your meetings`,
      },
    );
  }));

test("a person who cancels a consent is told nothing more, and the agent is told why", () =>
  withConsents(
    ({ text }) => (text.includes("Needs Your Consent") ? "Cancel" : undefined),
    async ({ host, call }) => {
      const shown = host.editor.shown.length;
      const said = await call();
      assert.match(said, /^The consent that calendar needs was not given\./);
      assert.deepEqual([host.editor.opened, host.editor.shown.length], [[], shown]);
    },
  ));

test("Consent Again has the next call of a target ask anew, and no call after it", () =>
  withConsents(
    (question, target) => (question.text.includes("Consent Again at") ? "calendar" : agreeing(question, target)),
    async ({ host, target, call }) => {
      target.given = true;
      await host.run("consentAgain");
      const said = [await call(), await call()];
      assert.deepEqual(
        { said, forgotten: target.forgotten, pages: target.pages },
        { said: ["three meetings", "three meetings"], forgotten: 1, pages: 1 },
      );
    },
  ));
const agreeing = agrees();

test("Open Consent Portal asks for its address once, keeps it, and it is offered where a consent is needed", () =>
  withConsents(
    ({ text }, target) => {
      if (text.includes("which your platform team knows")) return portal;
      if (!text.includes("Needs Your Consent")) return undefined;
      const isOpened = target.given;
      target.given = true;
      return isOpened ? "Done" : "Open the Consent Portal";
    },
    async ({ host, call }) => {
      await host.run("openConsentPortal");
      await host.run("openConsentPortal");
      const said = await call();
      const [set] = Object.values(host.editor.settings["gatewayConnect.gateways"] as Record<string, unknown>);
      const asked = host.editor.asked.filter(({ text }) => text.includes("which your platform team knows")).length;
      assert.deepEqual(
        { opened: host.editor.opened, set, asked, said },
        { opened: [portal, portal, portal], set: { consentPortal: portal }, asked: 1, said: "three meetings" },
      );
    },
  ));

/** Which of the commands about consents the menu of each gateway has, by the manifest. */
async function offered({ editor }: BundleHost): Promise<readonly string[]> {
  const { contributes } = JSON.parse(readFileSync("package.json", "utf8"));
  const entries: { readonly command: string; readonly when: string }[] = contributes.menus["view/item/context"];
  const about = entries.filter(({ command }) => /\.(?:openConsentPortal|consentAgain)$/.test(command));
  assert.equal(about.length, 2);
  const found: string[] = [];
  for (const child of (await editor.tree?.getChildren()) ?? []) {
    const { contextValue = "" } = (await editor.tree?.getTreeItem(child)) ?? {};
    assert.match(contextValue, /^(?:gateway|local)/);
    for (const { command, when } of about) {
      const pattern = /viewItem =~ \/(.+)\//.exec(when)?.[1] ?? "$^";
      if (new RegExp(pattern).test(contextValue)) found.push(command.replace("gatewayConnect.", ""));
    }
  }
  return found.sort();
}
const both = ["consentAgain", "openConsentPortal"];

test("the menu of a gateway has the commands about consents once a target has asked for one", () =>
  withConsents(agrees(), async ({ host, target, call }) => {
    assert.deepEqual(await offered(host), []);
    await call();
    await until(async () => (await offered(host)).length > 0, "the menu");
    assert.deepEqual([await offered(host), target.pages], [both, 1]);
  }));

test("the menu of a gateway has the commands about consents where its portal is set", () =>
  withConsents(
    ({ text }) => (text.includes("which your platform team knows") ? portal : undefined),
    async ({ host }) => {
      assert.deepEqual(await offered(host), []);
      await host.run("openConsentPortal");
      await until(async () => (await offered(host)).length > 0, "the menu");
      assert.deepEqual(await offered(host), both);
    },
  ));
