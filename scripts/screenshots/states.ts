import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { installAws } from "../../test/support/aws/awsComputer.ts";
import type { Workbench } from "../../test/support/vscode/workbench.ts";
import type { World } from "../../test/support/vscode/world.ts";

/** What stands before the camera, and the picture of it in each look. */
export interface StateStage {
  readonly workbench: Workbench;
  readonly world: World;
  /** AWS's own program on the computer of the editor. */
  readonly aws: ReturnType<typeof installAws>;
  /** Takes the picture of what is seen in every look, under this name. */
  readonly look: (name: string) => Promise<void>;
  /** The same where a theme could not be changed without ending what is seen: a box, a menu, a question. */
  readonly glance: (name: string) => Promise<void>;
}

/** States of the extension, one after the other: each goes on where the one before has ended. */
export type State = (stage: StateStage) => Promise<void>;

const person = "Ada Lovelace";

export const states: readonly State[] = [
  async ({ workbench, look }) => {
    await workbench.runCommand("View: Show MCP Gateways");
    await workbench.page.getByText("Try the Sandbox").first().waitFor();
    await look("view-welcome");
  },
  async ({ workbench, world, glance }) => {
    await workbench.runCommand("Connect Gateway");
    await workbench.inputTitled("Connect Gateway");
    await glance("wizard-address");
    await workbench.fillInput("http://127.0.0.1:47999/mcp");
    await workbench.inputSays("Nobody listens at this address");
    await glance("wizard-nobody-listens");
    await workbench.fillInput(world.sandbox.gatewayUrl);
    await workbench.inputSays("needs a client ID");
    await glance("wizard-client-id");
    await workbench.fillInput(world.sandbox.clientId ?? "");
    await workbench.dialogText();
    await glance("wizard-consent-of-the-editor");
    const page = await workbench.nextPage(() => workbench.dialogButton("Allow"));
    await page.getByText(`Continue as ${person}`).waitFor();
    await workbench.page.bringToFront();
    await glance("view-connecting");
    await page.bringToFront();
    await page.getByText(`Continue as ${person}`).click();
    await page.getByRole("button", { name: /^Allow/ }).click();
    await page
      .getByText(/signed in/i)
      .first()
      .waitFor();
    await page.close();
    await workbench.notification("Connected to");
    await glance("message-connected");
    await workbench.clearNotifications();
  },
  async ({ workbench, look, glance }) => {
    const { page } = workbench;
    await row(workbench, person).click();
    await page.keyboard.press("ArrowRight");
    await row(workbench, "sample").click();
    await row(workbench, "Who am I").waitFor();
    await look("view-signed-in");
    await (await workbench.statusBarItem(person)).hover();
    await glance("status-bar-tooltip");
    await (await workbench.statusBarItem(person)).click();
    await workbench.inputTitled("Gateway Connect");
    await glance("menu-signed-in");
    await workbench.escape();
    await row(workbench, person).click({ button: "right" });
    await page.locator(".monaco-menu").waitFor();
    await glance("view-menu-of-a-gateway");
    await workbench.escape();
    await workbench.runCommand("Gateway Connect: Gateway Settings");
    await workbench.inputTitled("Settings of");
    await glance("settings-of-a-gateway");
    await workbench.escape();
    await row(workbench, "Echo").click({ button: "right" });
    await workbench.menuPath("Hide from the Agent");
    await row(workbench, "hidden from the agent").waitFor();
    await look("view-hidden-tool");
  },
  async (stage) => {
    const { workbench, look } = stage;
    await workbench.runCommand("Gateway Connect: Open Gateway Tool…");
    await workbench.pick("Slow");
    const slow = await workbench.webview("sample___slow");
    await look("tool-form");
    await slow.getByLabel("seconds").fill("120");
    await slow.getByRole("button", { name: "Run", exact: true }).click();
    await slow.locator("progress[value]").waitFor();
    await look("tool-running");
    await slow.getByRole("button", { name: "Cancel" }).click();
    await slow.locator("p.outcome").waitFor();
    await look("tool-cancelled");
    await slow.getByRole("button", { name: "Edit as JSON" }).click();
    await workbench.editorShows('"seconds"');
    await look("tool-json");
    await workbench.runCommand("View: Close All Editors");
  },
  async (stage) => {
    const { workbench, world, look, glance } = stage;
    const server = join(world.workspace, "kinds.mjs");
    await mkdir(world.workspace, { recursive: true });
    await writeFile(server, kindsServer);
    const targets = [{ name: "kinds", stdio: { command: process.execPath, args: [server] } }];
    await writeFile(
      join(world.workspace, "kinds.gateway.json"),
      JSON.stringify({ name: "kinds", authorizerType: "NONE", targets }),
    );
    await workbench.runCommand("Gateway Connect: Start Local Gateway…");
    await workbench.pick("kinds.gateway.json");
    const said = await workbench.notification("The local gateway kinds runs at");
    await glance("message-local-gateway");
    await said.press("Connect");
    await workbench.notification("Connected to");
    await workbench.clearNotifications();
    await look("view-local");
    for (const [tool, shown] of [
      ["Report", "Quarter"],
      ["Picture", "kinds___picture"],
      ["Refuse", "not allowed"],
    ] as const) {
      await workbench.runCommand("Gateway Connect: Open Gateway Tool…");
      await workbench.pick(tool);
      const page = await workbench.webview(`kinds___${tool.toLowerCase()}`);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByText(shown).first().waitFor();
      await page.locator("[role=tab]").first().waitFor();
      await look(`tool-result-${tool.toLowerCase()}`);
      await workbench.runCommand("View: Close All Editors");
    }
    await workbench.runCommand("Gateway Connect: Open Gateway Tool…");
    await workbench.pick("Destroy");
    const destroy = await workbench.webview("kinds___destroy");
    await look("tool-destructive");
    await destroy.getByRole("button", { name: "Run", exact: true }).click();
    await workbench.dialogText();
    await glance("tool-destructive-question");
    await workbench.dialogButton("Cancel");
    await workbench.runCommand("View: Close All Editors");
    await workbench.runCommand("Gateway Connect: Stop Local Gateway");
    await workbench.clearNotifications();
    await workbench.runCommand("Gateway Connect: Refresh");
    await row(workbench, "not reached since").waitFor();
    await workbench.clearNotifications();
    await look("view-down");
  },
  async ({ workbench, look }) => {
    await explain(workbench);
    await workbench.webview("the gateway takes this token");
    await look("explain-passed");
    await workbench.runCommand("View: Close All Editors");
  },
  async ({ workbench, world, look }) => {
    await world.sandbox.ask("setGatewayFaults", { faults: { refuseAllTokens: true } });
    await workbench.runCommand("Gateway Connect: Refresh");
    await row(workbench, "refused a token").waitFor();
    await workbench.clearNotifications();
    await look("view-attention-and-badge");
    await explain(workbench);
    await workbench.webview(/Access to/);
    await workbench.page.waitForTimeout(3_000);
    await look("explain-refused");
    await workbench.runCommand("View: Close All Editors");
    await world.sandbox.ask("setGatewayFaults", { faults: {} });
  },
  async ({ workbench, look, glance }) => {
    await workbench.runCommand("Gateway Connect: Sign Out");
    await workbench.notification("Signed out of");
    await glance("message-signed-out");
    await workbench.clearNotifications();
    await look("view-signed-out");
    await explain(workbench);
    await workbench.webview(/Access to/);
    await look("explain-unknown");
    await workbench.runCommand("View: Close All Editors");
  },
  async ({ workbench, look, glance }) => {
    await workbench.runCommand("Gateway Connect: Start Sandbox Gateway");
    await workbench.pick("Okta");
    await workbench.notification("The sandbox gateway runs at");
    await workbench.clearNotifications();
    await look("view-sandbox");
    await workbench.runCommand("Gateway Connect: Manage Sandbox Gateway…");
    await workbench.inputTitled("Sandbox");
    await glance("menu-of-the-sandbox");
    await workbench.escape();
    await workbench.runCommand("Gateway Connect: Show Menu");
    await workbench.inputTitled("Gateway Connect");
    await glance("menu-of-several");
    await workbench.escape();
  },
  async ({ workbench, look }) => {
    await workbench.runCommand("Welcome: Open Walkthrough...");
    await workbench.typeInput("Get started with Gateway Connect");
    await workbench.pick("Get started with Gateway Connect");
    await workbench.page.getByText("Connect your gateway").first().waitFor();
    await look("walkthrough");
  },
];

/** Of the gateway that somebody signs in to; the other needs nobody. */
async function explain(workbench: Workbench): Promise<void> {
  await workbench.runCommand("Gateway Connect: Explain Access");
  await workbench.inputTitled("Explain access to which gateway?");
  await workbench.page.keyboard.press("Enter");
}

/** An item of the view. */
export const row = ({ page }: Workbench, text: string | RegExp) =>
  page.locator(".pane-body .monaco-list-row", { hasText: text }).first();

/** An MCP server whose tools answer with each kind of content, over stdio. */
const kindsServer = `
import { createInterface } from "node:readline";
const square = "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR4nGP4z8BAEhrVMKph2GoAAJB5/gGXVfhlAAAAAElFTkSuQmCC";
const none = { type: "object" };
const tools = [
  { name: "report", title: "Report", inputSchema: none, annotations: { readOnlyHint: true } },
  { name: "picture", title: "Picture", inputSchema: none, annotations: { readOnlyHint: true } },
  { name: "refuse", title: "Refuse", inputSchema: none, annotations: { readOnlyHint: true } },
  { name: "destroy", title: "Destroy", description: "Deletes every ticket.", inputSchema: none, annotations: { destructiveHint: true, openWorldHint: true } },
];
const text = "# Quarter\\n\\n| what | how many |\\n|---|---|\\n| tickets | 12 |\\n\\nAll **fine**, see [the docs](https://docs.example.com).";
const answers = {
  report: { content: [{ type: "text", text }, { type: "text", text: '{"tickets":[{"id":1,"open":true}]}' }], structuredContent: { tickets: 12 } },
  picture: { content: [{ type: "image", mimeType: "image/png", data: square }, { type: "resource_link", uri: "https://docs.example.com/a", name: "A page" }] },
  refuse: { isError: true, content: [{ type: "text", text: "This is not allowed on a Friday." }] },
  destroy: { content: [{ type: "text", text: "gone" }] },
};
const serverInfo = { name: "kinds", version: "1.0.0" };
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const result = method === "initialize" ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo }
    : method === "tools/list" ? { tools } : method === "tools/call" ? answers[params.name] : method === "ping" ? {} : undefined;
  const error = { code: -32601, message: "no such method" };
  console.log(JSON.stringify({ jsonrpc: "2.0", id, ...(result ? { result } : { error }) }));
}
`;
