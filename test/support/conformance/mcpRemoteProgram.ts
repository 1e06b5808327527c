import { chmodSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { installedMcpRemote } from "../../../bench/mcpRemote.ts";
import { freePorts } from "../webServer.ts";
import { clientMetadataUrl, type PlayedScenario, scenarioEnvironment } from "./scenarioContext.ts";
import type { StdioProgram } from "./stdioEditor.ts";

/** mcp-remote, the peer, with the options that suit a scenario best, and a browser that follows redirects. */
export async function mcpRemoteProgram(scenario: PlayedScenario): Promise<StdioProgram> {
  const { name, context, url, node, home } = scenario;
  const browser = join(home, "browser");
  const followed = resolve("test/support/conformance/followRedirects.cjs");
  // It opens the page before it listens for the answer, which no person is quick enough to notice.
  writeFileSync(browser, `#!/bin/sh\nsleep 2\nexec "${process.execPath}" "${followed}" "$1"\n`);
  chmodSync(browser, 0o755);
  const [port = 0] = await freePorts(1);
  const metadata = clientMetadataUrl(scenario);
  const { client_id, client_secret } = context;
  const client = {
    ...(client_id !== undefined && { client_id }),
    ...(client_secret !== undefined && { client_secret }),
  };
  return {
    command: node,
    args: [
      await installedMcpRemote(),
      url,
      String(port),
      ...["--protocol", "auto"],
      ...(metadata === undefined ? [] : ["--client-metadata-url", metadata]),
      ...(client_id === undefined ? [] : ["--static-oauth-client-info", JSON.stringify(client)]),
      ...(name.startsWith("auth/client-credentials-") ? ["--client-credentials"] : []),
    ],
    env: { ...scenarioEnvironment(scenario), BROWSER: browser, MCP_REMOTE_CONFIG_DIR: join(home, "mcp-auth") },
  };
}
