import { resolve } from "node:path";
import { freePorts } from "../webServer.ts";
import { clientMetadataUrl, type PlayedScenario, scenarioEnvironment } from "./scenarioContext.ts";
import type { StdioProgram } from "./stdioEditor.ts";

/** `dist/standalone.mjs` with the options that a scenario needs, and a browser that follows redirects. */
export async function standaloneProgram(scenario: PlayedScenario): Promise<StdioProgram> {
  const { name, context, url, node } = scenario;
  const browser = [process.execPath, resolve("test/support/conformance/followRedirects.cjs")];
  const metadata = clientMetadataUrl(scenario);
  return {
    command: node,
    args: [
      resolve("dist/standalone.mjs"),
      url,
      "--verbose",
      ...["--keychain", "off"],
      ...["--browser", browser.map((word) => `"${word}"`).join(" ")],
      // Scenarios run beside each other.
      ...["--redirect-port", (await freePorts(3)).join(",")],
      ...(metadata === undefined ? [] : ["--client-metadata-url", metadata]),
      ...(name.startsWith("auth/client-credentials-") ? ["--client-credentials"] : []),
      ...(context.valid_jwt === undefined ? [] : ["--workload-identity", "env:WORKLOAD_TOKEN"]),
      ...(context.idp_issuer === undefined ? [] : ["--enterprise-issuer", context.idp_issuer]),
      ...(context.idp_client_id === undefined ? [] : ["--enterprise-client-id", context.idp_client_id]),
      ...(context.idp_id_token === undefined ? [] : ["--enterprise-id-token", "env:ID_TOKEN"]),
      ...(context.client_id === undefined ? [] : ["--client-id", context.client_id]),
      ...(context.client_secret === undefined ? [] : ["--client-secret", "env:CLIENT_SECRET"]),
      ...(context.private_key_pem === undefined ? [] : ["--client-key", "env:CLIENT_KEY"]),
    ],
    env: scenarioEnvironment(scenario),
  };
}
