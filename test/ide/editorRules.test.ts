import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { suggestedName } from "../../src/connections/connection.ts";
import { until } from "../support/until.ts";
import { answerText, type ToolAnswer } from "../support/vscode/companion.ts";
import { GatewaysPane } from "../support/vscode/gatewaysPane.ts";
import { wakePages } from "../support/vscode/pagesAwake.ts";
import { Steps } from "../support/vscode/steps.ts";
import { startWorld } from "../support/vscode/world.ts";

type Said = "chat.mcp.access" | "chat.mcp.allowedServers" | "chat.mcp.deniedServers";
interface Rules {
  readonly access?: string;
  readonly allowedServers?: readonly object[];
  readonly deniedServers?: readonly object[];
}

/** Each kind of rule, and which setting is said to keep the tools away. The editor itself is asked whether that is so. */
const cases = (name: string): readonly (readonly [what: string, rules: Rules, said: Said | undefined])[] => [
  ["no access", { access: "none" }, "chat.mcp.access"],
  ["access by a registry alone, which is not about what extensions bring", { access: "registry" }, undefined],
  ["an empty list", { allowedServers: [] }, "chat.mcp.allowedServers"],
  ["a list with its name", { allowedServers: [{ serverName: name }] }, undefined],
  ["its name in other letters", { allowedServers: [{ serverName: name.toUpperCase() }] }, "chat.mcp.allowedServers"],
  ["addresses of the web", { allowedServers: [{ serverUrl: "http://127.0.0.1:*/*" }] }, "chat.mcp.allowedServers"],
  ["a socket written with three slashes", { allowedServers: [{ serverUrl: "unix:///*" }] }, "chat.mcp.allowedServers"],
  ["every socket", { allowedServers: [{ serverUrl: "unix:/*" }] }, undefined],
  ["a command", { allowedServers: [{ serverCommand: ["node", "server.js"] }] }, "chat.mcp.allowedServers"],
  [
    "an entry of two kinds",
    { allowedServers: [{ serverName: name, serverUrl: "unix:/*" }] },
    "chat.mcp.allowedServers",
  ],
  ["its name, denied", { deniedServers: [{ serverName: name }] }, "chat.mcp.deniedServers"],
  [
    "every socket, denied, though it is allowed by its name",
    { allowedServers: [{ serverName: name }], deniedServers: [{ serverUrl: "unix:/*" }] },
    "chat.mcp.deniedServers",
  ],
  ["a command, denied", { deniedServers: [{ serverCommand: ["node", "server.js"] }] }, undefined],
];

/** How long the editor may take to hand over a tool that it is not to hand over, in milliseconds. */
const PATIENCE_MS = 3_000;

test("what is said about each of the editor's own rules is what the editor does, and the printed entry lets in", async (t) => {
  const world = await startWorld({ progress: (line) => t.diagnostic(line) });
  const steps = await Steps.start(t, world);
  const name = suggestedName(new URL(world.sandbox.gatewayUrl));
  const server = `gateway-connect.gateway-connect/${name}`;
  const { companion } = world;
  const set = async ({ access = "all", allowedServers, deniedServers }: Rules) => {
    const wanted = Object.entries({ access, allowedServers, deniedServers }).map(
      ([key, value]) => [`chat.mcp.${key}`, value ?? null] as const,
    );
    const { error } = await companion.ask("writeSettings", { settings: Object.fromEntries(wanted) });
    assert.equal(error, undefined);
    for (const [setting, value] of wanted) {
      const text = JSON.stringify(value);
      const isRead = async () => JSON.stringify((await companion.ask("setting", { name: setting })).value) === text;
      await until(isRead, `${setting} as it was set`);
    }
  };
  const call = async (waitMs: number) => {
    await companion.ask("startServer", { server, tool: "whoami", waitMs });
    return answerText(await companion.ask<ToolAnswer>("callTool", { tool: "whoami", waitMs: 500 }));
  };
  /** Whether the editor's agent gets an answer of the gateway. */
  const reaches = async (isExpected: boolean) => {
    const said = isExpected
      ? await call(15_000)
      : await Promise.race([call(PATIENCE_MS), pause(4 * PATIENCE_MS, "nothing")]);
    return /ada/i.test(said);
  };
  const explained = async () => {
    await steps.workbench.runCommand("Gateway Connect: Explain Access");
    const page = await steps.workbench.webview("The editor's rules give its tools to the agent");
    const text = (await page.locator("main").textContent()) ?? "";
    await steps.workbench.runCommand("View: Close All Editors");
    return text;
  };
  try {
    await steps.open();
    await wakePages(steps.workbench, world);
    let entry = "";

    await steps.step(
      "Connect says at once that the agent has no tools, and which entry is lacking",
      async (workbench) => {
        await set({ allowedServers: [] });
        await workbench.runCommand("Connect Gateway");
        await workbench.fillInput(world.sandbox.gatewayUrl, "Connect Gateway");
        await steps.signIn("Ada Lovelace");
        const said = await workbench.notification("chat.mcp.allowedServers does not name it");
        entry = /\{.*\}/.exec(said.text)?.[0] ?? "";
        assert.deepEqual(JSON.parse(entry), { serverName: name });
        await workbench.clearNotifications();
      },
    );

    await steps.step("the entry, pasted into the list, lets it in", async () => {
      await set({ allowedServers: [JSON.parse(entry)] });
      await until(() => reaches(true), "an answer of the gateway");
    });

    for (const [what, rules, said] of cases(name)) {
      await steps.step(what, async (workbench) => {
        await companion.ask("stopServer", { server });
        await set(rules);
        const pane = await GatewaysPane.open(workbench);
        const row = pane.row(new RegExp(`^\\s*${name}`));
        const isBarred = said !== undefined;
        const shown = async () => /not for the editor's agent/.test((await row.innerText()).replace(/\s+/g, " "));
        await until(async () => (await shown()) === isBarred, "what the view says");
        const page = await explained();
        assert.equal(/chat\.mcp\.\w+/.exec(page)?.[0], said);
        assert.equal(await reaches(!isBarred), !isBarred, "what the editor does");
      });
    }

    await steps.step("without a rule it is there again", async () => {
      await set({});
      await until(() => reaches(true), "an answer of the gateway");
    });
  } finally {
    await steps.end();
    await world.stop();
  }
});
