import assert from "node:assert/strict";
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
    await sandbox.setFaults({ tokenEndpointError: "400-invalid-grant" });
    await sandbox.setGatewayFaults({ status: 500 });
    await host.run("refreshGateway").catch(() => {});
    await host.run("signIn").catch(() => {});
    const places = {
      notifications: editor.shown,
      questions: editor.asked.flatMap(({ text, detail = "", choices }) => [text, detail, ...choices]),
      view: await drawn(host),
      statusBar: [editor.statusBar, editor.viewDescription],
      pages: editor.pages.map(({ title, html }) => `${title}\n${html}`),
      log: editor.logged.map((line) => line.replaceAll("\t", " ")),
    };
    const found = Object.fromEntries(Object.entries(places).map(([place, texts]) => [place, leftIn(texts)]));
    assert.deepEqual(found, { notifications: [], questions: [], view: [], statusBar: [], pages: [], log: [] });
    assert.ok(count() > 10, `texts were spoiled: ${count()}`);
    const isSeen = (texts: readonly string[]) => texts.some((text) => text.includes("Signed in."));
    assert.deepEqual([isSeen(places.view), isSeen(places.questions)], [true, true], "what others wrote is shown");
    assert.ok(
      places.pages.length > 0 && places.notifications.length > 0 && places.log.length > 0,
      "each place was used",
    );
  });
});
