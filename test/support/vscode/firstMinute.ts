import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { suggestedName } from "../../../src/connections/connection.ts";
import { setUpLink } from "../../../src/connections/offers/setUpLink.ts";
import { ENTERPRISE_PROFILE } from "../../../src/sandbox/sandboxArguments.ts";
import type { Workbench } from "./workbench.ts";
import { CLIENT_SECRET, type World, type WorldOptions } from "./world.ts";

/** What a person did on the way, in their order: each is a click, or an Enter after typing or choosing. */
export type Confirmations = readonly string[];

export interface FirstMinute {
  readonly confirmations: Confirmations;
  /** From before the first of them until the tool's result was seen. */
  readonly seconds: number;
}

/** A way from an editor in which the extension was just installed to the first result of a tool. */
export interface FirstMinuteWay {
  readonly id: "address" | "link" | "companyLink" | "import" | "sandbox" | "companySandbox" | "addServer";
  /** All that it asks of a person. A test holds the way to it, so that nothing is added unseen. */
  readonly confirmations: Confirmations;
  /** The editor and the gateway that it takes, where they are not the usual ones. */
  readonly world?: Pick<WorldOptions, "profile" | "settings">;
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

/** Allows the sign-in that the editor asks about, and says in the browser who one is, which may be all. */
async function openedPage({ workbench }: Stage, hand: Hand): Promise<Page> {
  const page = await workbench.nextPage(() => hand.confirm("Allow", () => workbench.dialogButton("Allow")));
  await hand.confirm(`Continue as ${person}`, () => page.getByText(`Continue as ${person}`).click());
  return page;
}

/** The same until the browser says that it is done. */
async function signIn(stage: Stage, hand: Hand): Promise<void> {
  const page = await openedPage(stage, hand);
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

/** What the editor asks about a link to any extension, and what we ask about this one. */
const following = ["the link", "Open", "Connect"];
const linkedName = "finance";

/** The link of a gateway, as it stands in a company's wiki, followed from a page in the browser. */
async function followLink(stage: Stage, hand: Hand): Promise<void> {
  const { workbench, world } = stage;
  const link = setUpLink(
    { url: world.sandbox.gatewayUrl, name: linkedName },
    "code-oss",
    "gateway-connect.gateway-connect",
  );
  // The operating system hands a link to the editor; in a browser the editor's own command for it does.
  await workbench.runCommand("Developer: Open URL");
  await workbench.typeInput(link);
  await hand.confirm("the link", () => workbench.page.keyboard.press("Enter"));
  await hand.confirm("Open", () => workbench.dialogButton("Open"));
  await hand.confirm("Connect", () => workbench.dialogButton("Connect"));
  await signIn(stage, hand);
  const said = await workbench.notification(`Connected to ${linkedName} as`);
  await chooseWhoami(stage, hand, () => said.press("Run a Tool"));
}

const link: FirstMinuteWay = {
  id: "link",
  confirmations: [...following, ...agreeing, ...choosing],
  prepare: openView,
  walk: followLink,
};

/** The same at a company with one sign-in for all its gateways, whose set-up of computers brought the rest. */
const companyLink: FirstMinuteWay = {
  id: "companyLink",
  confirmations: [...following, ...agreeing, ...choosing],
  world: {
    profile: ENTERPRISE_PROFILE,
    settings: ({ gatewayUrl, clientId, enterprise }) => ({
      "gatewayConnect.enterpriseIdentityProvider": enterprise,
      "gatewayConnect.gateways": { [gatewayUrl]: { clientId, clientSecret: { environment: CLIENT_SECRET } } },
    }),
  },
  prepare: openView,
  walk: followLink,
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

/** The same with the sandbox that has a company's identity provider, chosen from the list. */
const companySandbox: FirstMinuteWay = {
  id: "companySandbox",
  confirmations: [...["Start Sandbox Gateway", "A company's identity provider", "Connect"], ...[...agreeing, "Run"]],
  prepare: openView,
  async walk(stage, hand) {
    const { workbench } = stage;
    await hand.confirm("Start Sandbox Gateway", () => workbench.runCommand("Gateway Connect: Start Sandbox Gateway"));
    await workbench.inputTitled("Start Sandbox Gateway");
    await workbench.typeInput("company");
    await hand.confirm("A company's identity provider", () => workbench.pick("A company's identity provider"));
    const said = await workbench.notification("The sandbox gateway runs at");
    await hand.confirm("Connect", () => said.press("Connect"));
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

/**
 * What VS Code has without any extension, until somebody is signed in. The provider sends the browser back by the site of the
 * editor's vendor, and what runs a tool then is a chat model.
 */
const addServer: FirstMinuteWay = {
  id: "addServer",
  world: {},
  confirmations: ["MCP: Add Server…", "HTTP", "the address, pasted", "a name", "Workspace", ...agreeing],
  prepare: async () => {},
  async walk(stage, hand) {
    const { workbench, world } = stage;
    const enter = () => workbench.page.keyboard.press("Enter");
    const choose = async (label: string) => {
      await workbench.typeInput(label);
      await hand.confirm(label, enter);
    };
    await hand.confirm("MCP: Add Server…", () => workbench.runCommand("MCP: Add Server..."));
    await choose("HTTP");
    await workbench.inputTitled("Enter Server URL");
    await hand.confirm("the address, pasted", () => workbench.fillInput(world.sandbox.gatewayUrl));
    await workbench.inputTitled("Enter Server ID");
    await hand.confirm("a name", () => workbench.fillInput("mine"));
    await workbench.inputTitled("Add MCP Server");
    await choose("Workspace");
    const page = await openedPage(stage, hand);
    const sentBack = workbench.page.context().waitForEvent("request", (request) => /[?&]code=/.test(request.url()));
    await hand.confirm("Allow, in the browser", () => page.getByRole("button", { name: /^Allow/ }).click());
    await sentBack;
  },
};

export const firstMinuteWays: readonly FirstMinuteWay[] = [
  ...[address, link, companyLink],
  ...[importing, companySandbox, sandbox, addServer],
];
