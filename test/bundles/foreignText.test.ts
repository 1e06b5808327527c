import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { BundleHost } from "../support/bundleHost.ts";
import { changedAnswers } from "../support/changedAnswers.ts";
import { withEditor } from "../support/editorWorld.ts";
import { hostile, hostileParts } from "../support/hostileText.ts";
import { until } from "../support/until.ts";

/** Members of what a gateway and its issuer answer that are shown to people, and are nobody's name for anything. */
const shownMembers = ["title", "description", "instructions", "error_description", "message", "text"];

/** Has each answer to the extension's requests say these members in our name. @returns how many were spoiled */
function spoiled(t: TestContext): () => number {
  let count = 0;
  const written = new RegExp(`"(${shownMembers.join("|")})":"((?:[^"\\\\]|\\\\.)+)"`, "g");
  changedAnswers(t, (text) =>
    text.replaceAll(written, (_, name: string, value: string) => {
      count++;
      return `"${name}":${JSON.stringify(hostile(JSON.parse(`"${value}"`) as string))}`;
    }),
  );
  return () => count;
}

/** Every text of the view, of which a tooltip in Markdown is one. */
async function drawn({ editor }: BundleHost, node?: object): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const child of (await editor.tree?.getChildren(node)) ?? []) {
    const { label, description, tooltip, accessibilityInformation } = ((await editor.tree?.getTreeItem(child)) ??
      {}) as {
      readonly label?: string;
      readonly description?: string;
      readonly tooltip?: string | { readonly value: string };
      readonly accessibilityInformation?: { readonly label: string };
    };
    const tip = typeof tooltip === "object" ? tooltip.value : tooltip;
    const all = [label, description, tip, accessibilityInformation?.label];
    texts.push(...all.filter((one) => one !== undefined), ...(await drawn({ editor } as BundleHost, child)));
  }
  return texts;
}

/**
 * What the extension itself says in its messages to the pages of tools: who it is about, how it stands and why something failed.
 * What a gateway wrote goes to the page as it came, since it is sent back or saved; `foreignTextOnPages.test.ts` has how it is shown.
 */
async function toldPages({ editor }: BundleHost): Promise<readonly string[]> {
  const pages = editor.pages.filter(({ html }) => !html.includes("claims"));
  const texts: string[] = [];
  for (const page of pages) {
    page.act({ kind: "ready" });
    page.act({ kind: "run", args: { nobody: "asks for this" } });
    const ended = () => page.told.some((one) => /"kind":"(?:ended|notRun)"/.test(JSON.stringify(one)));
    await until(ended, "a run that ended");
    for (const message of page.told as readonly Told[]) {
      const { subject, gateway, standing, run } = message;
      const failed =
        run?.outcome.kind === "failed" ? [run.outcome.title, run.outcome.detail, run.outcome.nextStep] : [];
      texts.push(...[subject?.title, gateway, standing?.words, ...failed].filter((one) => one !== undefined));
    }
  }
  return texts;
}

interface Told {
  readonly subject?: { readonly title: string };
  readonly gateway?: string;
  readonly standing?: { readonly words?: string };
  readonly run?: {
    readonly outcome: {
      readonly kind: string;
      readonly title: string;
      readonly detail: string;
      readonly nextStep: string;
    };
  };
}

/** What is left of what others wrote in texts that have lines of their own. */
const leftIn = (texts: readonly string[]) =>
  texts.flatMap((text) => hostileParts(text).map((part) => `${part} in ${JSON.stringify(text.slice(0, 160))}`));

test("whatever a gateway and its issuer write is one line of what is seen of it in all that the editor shows", async (t) => {
  const count = spoiled(t);
  await withEditor({}, async (host, sandbox) => {
    const { editor } = host;
    await host.run("connect", sandbox.gatewayUrl);
    await until(() => /Connected to local-\d+ as Ada Lovelace/.test(editor.shown.join()), "connected");
    await until(async () => (await drawn(host)).some((text) => text.includes("Signed in.")), "its tools in the view");
    for (const command of ["explainAccess", "showMenu", "findTool", "runTool", "openPrompt", "pingGateway"]) {
      assert.ok(editor.commands.has(`gatewayConnect.${command}`), command);
      await host.run(command).catch(() => {});
    }
    const { connections } = JSON.parse(readFileSync(join(host.storage, "connections.json"), "utf8"));
    const gateway = (connections as readonly { readonly id: string }[])[0]?.id;
    const opened = { openTool: "sample___add", openResource: "sandbox://notes", openPrompt: "sample___introduce" };
    for (const [command, name] of Object.entries(opened)) await host.run(command, { gateway, name });
    const told = await toldPages(host);
    await sandbox.setFaults({ tokenEndpointError: "400-invalid-grant" });
    await sandbox.setGatewayFaults({ status: 500 });
    await host.run("refreshGateway").catch(() => {});
    await host.run("signIn").catch(() => {});
    const places = {
      notifications: editor.shown,
      questions: editor.asked.flatMap(({ text, detail = "", choices }) => [text, detail, ...choices]),
      view: await drawn(host),
      statusBar: [editor.statusBar, editor.viewDescription],
      // Without our own script.
      pages: editor.pages.map(({ title, html }) => `${title}\n${html.replace(/<script.*<\/script>/s, "")}`),
      messages: told,
      log: editor.logged.map((line) => line.replaceAll("\t", " ")),
    };
    const found = Object.fromEntries(Object.entries(places).map(([place, texts]) => [place, leftIn(texts)]));
    assert.deepEqual(found, {
      ...{ notifications: [], questions: [], view: [], statusBar: [], pages: [], messages: [], log: [] },
    });
    assert.ok(count() > 10, `texts were spoiled: ${count()}`);
    const isSeen = (texts: readonly string[]) => texts.some((text) => text.includes("Signed in."));
    assert.deepEqual([isSeen(places.view), isSeen(places.questions)], [true, true], "what others wrote is shown");
    assert.ok(told.length > 3, `messages to pages: ${told.join("; ")}`);
    assert.ok(
      places.pages.length > 0 && places.notifications.length > 0 && places.log.length > 0,
      "each place was used",
    );
  });
});
