import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startBundleHost } from "../bundleHost.ts";
import { freePorts } from "../webServer.ts";
import { clientMetadataUrl, type PlayedScenario, scenarioEnvironment } from "./scenarioContext.ts";
import type { StdioProgram } from "./stdioEditor.ts";

/** A bridge, and the window of the editor that it leads to. */
export interface BridgeProgram extends StdioProgram {
  /** What the person in front of the window was told. */
  told(): string;
  stop(): Promise<void>;
}

/**
 * The editor's way: this process is its window, with the bundles of the extension. A person connects the scenario's
 * server with the command, in a browser that follows redirects, and the extension writes the entry to the mcp.json from
 * which an agent starts `dist/bridge.cjs`.
 */
export async function bridgeProgram(scenario: PlayedScenario): Promise<BridgeProgram> {
  const { context, url, node, home } = scenario;
  // The window's computer is the scenario's, too.
  Object.assign(process.env, scenarioEnvironment(scenario));
  const metadata = clientMetadataUrl(scenario);
  const host = await startBundleHost({
    appName: "Kiro",
    settings: {
      "gatewayConnect.redirectPorts": await freePorts(3),
      "gatewayConnect.mcpJson.writeOnConnect": "always",
      "gatewayConnect.mcpJson.runtime": node,
      "gatewayConnect.gateways": {
        [url]: {
          ...(metadata !== undefined && { clientMetadataUrl: metadata }),
          ...(context.client_id !== undefined && { clientId: context.client_id }),
          ...(context.client_secret !== undefined && { clientSecret: { environment: "CLIENT_SECRET" } }),
        },
      },
    },
    browse: (page) => void fetch(page).then((shown) => shown.text()),
  });
  const told = () => [...host.editor.asked.map(({ text }) => text), ...host.editor.shown].join("\n");
  try {
    await host.run("connect", url);
    const file = join(home, ".kiro", "settings", "mcp.json");
    // A gateway that was not connected gets none.
    const entry = entryIn(file);
    if (!entry) throw new Error("no entry was written");
    return { ...entry, env: { ...scenarioEnvironment(scenario), ...entry.env }, told, stop: () => host.stop() };
  } catch (error) {
    await host.stop();
    throw new Error(`not connected:\n${told()}`, { cause: error });
  }
}

/** The only server of an mcp.json; false before it is written. */
function entryIn(file: string): StdioProgram | false {
  try {
    const { mcpServers } = JSON.parse(readFileSync(file, "utf8")) as { mcpServers: Record<string, StdioProgram> };
    return Object.values(mcpServers)[0] ?? false;
  } catch {
    return false;
  }
}
