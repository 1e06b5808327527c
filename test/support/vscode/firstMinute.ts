import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suggestedName } from "../../../src/connections/connection.ts";
import type { Workbench } from "./workbench.ts";
import type { World } from "./world.ts";

/** What a person did on the way, in their order: each is a click, or an Enter after typing or choosing. */
export type Confirmations = readonly string[];

export interface FirstMinute {
  readonly confirmations: Confirmations;
  /** From before the first of them until the tool's result was seen. */
  readonly seconds: number;
}

/** A way from an editor in which the extension was just installed to the first result of a tool. */
export interface FirstMinuteWay {
  readonly id: "address" | "import" | "sandbox";
  /** All that it asks of a person. A test holds the way to it, so that nothing is added unseen. */
  readonly confirmations: Confirmations;
  /** What stands there before the person begins. */
  prepare(stage: Stage): Promise<void>;
  walk(stage: Stage, hand: Hand): Promise<void>;
}

interface Stage {
  readonly workbench: Workbench;
  readonly world: World;
}

const person = "Ada Lovelace";

const signingIn = ["Allow", `Continue as ${person}`];
/** Where the provider asks whether an app may act for somebody. */
const agreeing = [...signingIn, "Allow, in the browser"];
const choosing = ["Run a Tool", "Who am I", "Run"];

/** Does what a person does, and counts it. */
class Hand {
  readonly confirmations: string[] = [];

  /** @param what one click, or one Enter */
  async confirm<T>(what: string, act: () => Promise<T>): Promise<T> {
    this.confirmations.push(what);
    return await act();
  }
}

/** Walks a way, and measures it. */
export async function walk(way: FirstMinuteWay, stage: Stage): Promise<FirstMinute> {
  await way.prepare(stage);
  // The browser knows nobody at the identity provider, as on the first day.
  await stage.workbench.page.context().clearCookies({ name: /^session_\d+/ });
  const hand = new Hand();
  const started = performance.now();
  await way.walk(stage, hand);
  return { confirmations: hand.confirmations, seconds: (performance.now() - started) / 1000 };
}

/** The view is open, as it is after a click on its icon; a gateway there is not. */
async function openView({ workbench }: Stage): Promise<void> {
  await workbench.runCommand("View: Show MCP Gateways");
  await welcomeButton(workbench, "Connect Gateway").waitFor();
}

const welcomeButton = ({ page }: Workbench, name: string) =>
  page.locator(".part.sidebar .welcome-view").getByRole("button", { name, exact: true });

/** Allows the sign-in that the editor asks about, and says in the browser who one is. */
async function signIn({ workbench }: Stage, hand: Hand): Promise<void> {
  const opened = workbench.nextPage(() => hand.confirm("Allow", () => workbench.dialogButton("Allow")));
  const page = await opened;
  await hand.confirm(`Continue as ${person}`, () => page.getByText(`Continue as ${person}`).click());
  const landing = page.getByText(/signed in/i).first();
  const consent = page.getByRole("button", { name: /^Allow/ });
  await landing.or(consent).first().waitFor();
  if (await consent.isVisible()) await hand.confirm("Allow, in the browser", () => consent.click());
  await landing.waitFor();
  await page.close();
}

/** Runs a tool whose page is open with the focus on Run, and reads the result. */
async function runWhoami({ workbench }: Stage, hand: Hand): Promise<void> {
  const page = await workbench.webview("sample___whoami");
  await page.locator("button.primary:focus").waitFor();
  await hand.confirm("Run", () => workbench.page.keyboard.press("Enter"));
  await page.getByText(`You are ${person}`).first().waitFor();
}

async function chooseWhoami(stage: Stage, hand: Hand, press: () => Promise<void>): Promise<void> {
  await hand.confirm("Run a Tool", press);
  await stage.workbench.inputTitled("Run a tool of");
  await stage.workbench.typeInput("whoami");
  await hand.confirm("Who am I", () => stage.workbench.pick("Who am I"));
  await runWhoami(stage, hand);
}

/** The address of a gateway, which a platform team sent. */
const address: FirstMinuteWay = {
  id: "address",
  confirmations: ["Connect Gateway", "the address, pasted", ...agreeing, ...choosing],
  prepare: openView,
  async walk(stage, hand) {
    const { workbench, world } = stage;
    await hand.confirm("Connect Gateway", () => welcomeButton(workbench, "Connect Gateway").click());
    await workbench.inputTitled("Connect Gateway");
    await hand.confirm("the address, pasted", () => workbench.fillInput(world.sandbox.gatewayUrl));
    await signIn(stage, hand);
    const said = await workbench.notification(/Connected to \S+ as/);
    await chooseWhoami(stage, hand, () => said.press("Run a Tool"));
  },
};

/** No gateway at all. */
const sandbox: FirstMinuteWay = {
  id: "sandbox",
  confirmations: ["Try the Sandbox", ...signingIn, "Run"],
  prepare: openView,
  async walk(stage, hand) {
    await hand.confirm("Try the Sandbox", () => welcomeButton(stage.workbench, "Try the Sandbox").click());
    await signIn(stage, hand);
    await runWhoami(stage, hand);
  },
};

/** An entry of mcp-remote, in a file as its guides say. */
const importing: FirstMinuteWay = {
  id: "import",
  confirmations: ["Import from mcp-remote…", "the entries", "Convert", ...agreeing, ...choosing],
  async prepare(stage) {
    const folder = join(stage.world.home, ".cursor");
    const args = ["-y", "mcp-remote", stage.world.sandbox.gatewayUrl];
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, "mcp.json"),
      JSON.stringify({ mcpServers: { "gateway-tools": { command: "npx", args } } }, undefined, 2),
    );
    await openView(stage);
  },
  async walk(stage, hand) {
    const { workbench, world } = stage;
    await hand.confirm("Import from mcp-remote…", () =>
      workbench.runCommand("Gateway Connect: Import from mcp-remote…"),
    );
    await hand.confirm("the entries", () => workbench.fillInput(undefined, "Import which entries of mcp-remote?"));
    await hand.confirm("Convert", () => workbench.dialogButton("Convert"));
    await signIn(stage, hand);
    const name = suggestedName(new URL(world.sandbox.gatewayUrl));
    const said = await workbench.notification(`Connected to ${name} as`);
    await chooseWhoami(stage, hand, () => said.press("Run a Tool"));
  },
};

/** The sandbox is the last: it goes on to run, and stands in the view. */
export const firstMinuteWays: readonly FirstMinuteWay[] = [address, importing, sandbox];
