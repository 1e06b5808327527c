import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { connectionId } from "../../src/connections/connectionBook.ts";
import { writeJsonFile } from "../../src/system/jsonFile.ts";
import { GatewaysPane } from "../support/vscode/gatewaysPane.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld, type World } from "../support/vscode/world.ts";

/** A gateway that somebody connected elsewhere, with what it listed there. */
async function addGateway(world: World, name: string, url: string, more: object, tools: readonly object[] = []) {
  const storage = join(world.home, "user-data", "User", "globalStorage", "gateway-connect.gateway-connect");
  const file = join(storage, "connections.json");
  const list = JSON.parse(await readFile(file, "utf8"));
  const id = await connectionId(url);
  list.connections.push({ id, name, url, authorization: { kind: "none" }, ...more });
  if (tools.length > 0) {
    const catalogue = { era: "legacy", serverInfo: {}, capabilities: { tools: {} }, tools, readAt: 0 };
    const lists = { prompts: [{ name: "summary" }], resources: [], resourceTemplates: [] };
    await mkdir(join(storage, "catalogues"), { recursive: true });
    await writeFile(join(storage, "catalogues", `${id}.json`), JSON.stringify({ ...catalogue, ...lists }));
  }
  // As another window does: nobody reads half of it.
  await writeJsonFile(file, list);
}

const oauth = {
  authorization: {
    ...{ kind: "oauth", clientId: "app", clientSource: "configured", scopes: [] },
    server: { issuer: "https://login.example.com", token_endpoint: "https://login.example.com/token" },
  },
};

const jira = [
  { name: "jira___create_ticket", title: "Create a ticket", inputSchema: { type: "object" } },
  {
    ...{ name: "jira___drop", title: "Delete everything", inputSchema: { type: "object" } },
    annotations: { destructiveHint: true },
  },
  { name: "crm___list", inputSchema: { type: "object" } },
];

/** An HTTP server at a port that stays the same: it answers, or nobody listens there. */
async function startGateway(port = 0): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server: Server = createServer((_, answer) => answer.writeHead(405).end());
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

test("the view shows every gateway with its state, and what can be done there is done there", async (t) => {
  const world = await startWorld({ progress: (line) => t.diagnostic(line) });
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  let pane: GatewaysPane;
  const away = await startGateway();
  await away.stop();
  try {
    await steps.open();

    await step("without a gateway the view offers what one can begin with", async (workbench) => {
      pane = await GatewaysPane.open(workbench);
      const buttons = workbench.page.locator(".part.sidebar .welcome-view .monaco-button");
      await buttons.first().waitFor();
      assert.deepEqual(
        (await buttons.allInnerTexts()).map((text) => text.trim()),
        ["Connect Gateway", "Try the Sandbox"],
      );
      await buttons.first().click();
      await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
      await steps.signIn("Ada Lovelace");
      await pane.waitFor(/Ada Lovelace · \d+ tools/);
    });

    await step("several gateways stand there, each in its state", async (workbench) => {
      await addGateway(world, "hr", "https://hr.example.com/mcp", oauth, jira);
      await addGateway(world, "reports", `http://127.0.0.1:${away.port}/mcp`, {});
      await pane.waitFor(/hr\s*signed out/);
      await pane.waitFor(/reports\s*needs no sign-in/);
      await pane.expand("reports");
      await pane.press("Not listed yet", "Refresh");
      await pane.waitFor(/reports\s*not reached since/);
      await workbench.clearNotifications();
      assert.ok((await pane.buttons("reports")).some((button) => button.startsWith("Explain Access")));
    });

    await step("a gateway that is down comes back by itself while somebody looks", async () => {
      const back = await startGateway(away.port);
      await pane.waitFor(/reports\s*needs no sign-in/);
      await back.stop();
    });

    await step("its targets and tools open under a gateway, and those that destroy are marked", async (workbench) => {
      await pane.expand("hr");
      await pane.expand("jira");
      await pane.waitFor("Delete everything");
      const row = pane.row("Delete everything");
      assert.match((await row.getAttribute("aria-label")) ?? "", /Tool Delete everything, may destroy things/);
      await pane.waitFor(/Prompts\s*1/);
      await workbench.screenshot("the tools of a gateway");
    });

    await step("a tool is hidden from agents where it stands, and shown again", async (workbench) => {
      await pane.menu("Create a ticket");
      await workbench.menuPath("Hide from the Agent");
      await pane.waitFor(/Create a ticket.*hidden from the agent/);
      await workbench.screenshot("a tool that is hidden");
      await pane.press("Create a ticket", "Show to the Agent");
      await pane.row(/Create a ticket(?!.*hidden)/).waitFor();
    });

    await step("a gateway has its acts, what harms least first and Remove last", async (workbench) => {
      const labels = await pane.menu(/hr\s*signed out/);
      await workbench.screenshot("the menu of a gateway");
      await workbench.escape();
      assert.deepEqual(labels.at(-1), "Remove Gateway");
      assert.ok(
        labels.some((label) => label.startsWith("Rename")),
        String(labels),
      );
    });

    await step("the gateway is renamed where it stands", async (workbench) => {
      await pane.menu(/Ada Lovelace/);
      await workbench.menuPath("Rename…");
      await workbench.fillInput("finance", "Rename");
      await pane.waitFor(/finance\s*Ada Lovelace/);
    });

    await step(
      "Gateway Settings lists what can be set, and opens the JSON at the gateway's own entry",
      async (workbench) => {
        const { page } = workbench;
        await pane.menu(/finance/);
        await workbench.menuPath("Gateway Settings");
        await workbench.inputTitled("Settings of finance");
        const first = await page.locator(".quick-input-list .monaco-list-row").first().innerText();
        await workbench.screenshot("the settings of a gateway");
        await workbench.typeInput("redirectHost");
        await page.keyboard.press("Enter");
        await workbench.inputTitled("redirectHost of finance");
        await workbench.screenshot("the values of a setting");
        await workbench.pick("127.0.0.1");
        await workbench.inputTitled("Settings of finance");
        await workbench.typeInput("headers");
        await page.keyboard.press("Enter");
        await workbench.editorShows('"redirectHost": "127.0.0.1"');
        const suggested = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "clientMetadataUrl" });
        await suggested.waitFor();
        await workbench.screenshot("the JSON of a gateway");
        assert.match(first, /clientId.*now:.*The client ID of the native/s);
        await page.keyboard.press("Escape");
        await workbench.runCommand("View: Close All Editors");
      },
    );

    await step("the keyboard alone opens a gateway and its tool, and finds one in all of them", async (workbench) => {
      const { keyboard } = workbench.page;
      await pane.row(/finance/).click();
      await keyboard.press("ArrowRight");
      await pane.waitFor("sample");
      await keyboard.press("ArrowRight");
      await keyboard.press("ArrowRight");
      await pane.waitFor("Who am I");
      await workbench.runCommand("Gateway Connect: Find Tool…");
      await workbench.inputTitled("Find Tool");
      await workbench.screenshot("find a tool");
      await workbench.typeInput("Delete every");
      await keyboard.press("Enter");
      await workbench.page
        .locator(".part.sidebar .monaco-list-row.focused", { hasText: "Delete everything" })
        .waitFor();
    });

    await step("a gateway that refuses what it is sent is counted, and says what to do", async () => {
      await world.sandbox.ask("setGatewayFaults", { faults: { refuseAllTokens: true } });
      await steps.workbench.runCommand("Gateway Connect: Refresh");
      await pane.waitFor(/finance\s*This gateway refused a token/);
      await pane.needs(1);
      assert.ok((await pane.buttons(/finance/)).some((button) => button.startsWith("Explain Access")));
    });

    for (const [theme, kind] of [
      ["Light 2026", "vs"],
      ["Dark High Contrast", "hc-black"],
      ["Dark 2026", "vs-dark"],
    ] as const) {
      await step(`the view in ${theme}`, async (workbench) => {
        await workbench.runCommand("Preferences: Color Theme");
        await workbench.typeInput(theme);
        await workbench.page.locator(`.monaco-workbench.${kind}`).waitFor();
        await workbench.page.keyboard.press("Enter");
        await pane.expand("hr");
      });
    }

    await step("the view at a width of 400 pixels", async (workbench) => {
      await workbench.page.setViewportSize({ width: 400, height: 700 });
      await pane.waitFor(/hr\s*signed out/);
    });
  } finally {
    await steps.end();
    await world.stop();
  }
});
