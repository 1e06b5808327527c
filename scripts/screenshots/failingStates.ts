import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startSignedGateway } from "../../test/support/aws/signedGateway.ts";
import { awsTargets } from "../../test/support/awsTargets.ts";
import { consentTarget } from "../../test/support/consentTarget.ts";
import { startSilentAboutSignIn, startSilentServer } from "../../test/support/oddGateways.ts";
import { startGateway } from "../../test/support/relayGateways.ts";
import { GatewaysPane } from "../../test/support/vscode/gatewaysPane.ts";
import { connectLocal, oddTools, writeGateway, writeShop } from "../../test/support/vscode/localGateways.ts";
import { startSandbox } from "../../test/support/vscode/sandbox.ts";
import { signInAs } from "../../test/support/vscode/signInPages.ts";
import { row, type State } from "./states.ts";

const title = "Connect Gateway";
const keys = { accessKeyId: "ASIAEDITORKEY0000000", secretAccessKey: "marked-secret", sessionToken: "marked-token" };

/** What stands in the way of a gateway or of a tool, and what the person is asked then. */
export const failingStates: readonly State[] = [
  async ({ workbench, glance }) => {
    const quiet = await startSilentServer();
    const open = await startSandbox();
    const secretive = await startSilentAboutSignIn(open.gatewayUrl);
    try {
      await workbench.runCommand(title);
      await workbench.fillInput(quiet.url, title);
      await workbench.inputTitled("has not answered for 10 seconds");
      await glance("wizard-silent-server");
      await workbench.pick("Change the Address");
      await workbench.fillInput(secretive.url, title);
      await workbench.inputSays("Enter the issuer of your identity provider");
      await glance("wizard-missing-issuer");
      await workbench.fillInput("http://127.0.0.1:9/issuer");
      await workbench.inputSays("The identity provider cannot be found");
      await glance("wizard-issuer-not-found");
      await workbench.escape();
    } finally {
      await Promise.all([quiet.stop(), secretive.stop(), open.stop()]);
    }
  },
  async ({ workbench, glance, look }) => {
    const useless = await startSandbox({ profile: "entraV1" });
    try {
      await workbench.runCommand(title);
      await workbench.fillInput(useless.gatewayUrl, title);
      await workbench.inputSays("needs a client ID");
      await workbench.fillInput(useless.clientId ?? "");
      const page = await workbench.nextPage(() => workbench.dialogButton("Allow"));
      await signInAs("Ada Lovelace", page);
      await page.close();
      await workbench.inputTitled("refused a token that was just issued");
      await glance("wizard-refused-token");
      await workbench.pick("Explain Access");
      await workbench.webview(useless.gatewayUrl);
      await look("explain-issuer");
      await workbench.runCommand("View: Close All Editors");
      await workbench.clearNotifications();
    } finally {
      await useless.stop();
    }
  },
  async ({ workbench, world, aws, glance, look }) => {
    const gateway = await startSignedGateway();
    gateway.keys[keys.accessKeyId] = keys;
    aws.gives(keys);
    try {
      const value = { [gateway.url]: { awsRegion: "eu-central-1" } };
      await world.companion.ask("configure", { name: "gatewayConnect.gateways", value });
      await workbench.runCommand(title);
      await workbench.fillInput(gateway.url, title);
      await workbench.inputTitled(/Sign in to .+ with AWS credentials/);
      await glance("wizard-aws-profile");
      await workbench.pick("dev");
      await workbench.notification("Connected to");
      await glance("message-connected-aws");
      await workbench.clearNotifications();
      await workbench.runCommand("View: Show MCP Gateways");
      await row(workbench, "AWS profile dev").waitFor();
      await look("view-aws");
      gateway.keys[keys.accessKeyId] = { ...keys, mayNotInvoke: true };
      await world.companion.ask("runCommand", { command: "gatewayConnect.explainAccess", args: [gateway.url] });
      await workbench.webview("bedrock-agentcore:InvokeGateway");
      await look("explain-aws-permission");
      await workbench.runCommand("View: Close All Editors");
    } finally {
      await gateway.stop();
    }
  },
  async ({ workbench, glance }) => {
    const target = consentTarget("legacy");
    const gateway = await startGateway("legacy", 0, (request) => target.answer(request));
    await gateway.addTool("calendar___list");
    try {
      await workbench.runCommand(title);
      await workbench.fillInput(gateway.url, title);
      await workbench.notification("Connected to");
      await workbench.clearNotifications();
      await workbench.runCommand("Gateway Connect: Open Gateway Tool…");
      await workbench.typeInput("calendar___list");
      await workbench.pick("list");
      const page = await workbench.webview("calendar___list");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await workbench.inputTitled("Needs Your Consent");
      await glance("consent-question");
      await workbench.escape();
      await page.locator(".result *").first().waitFor();
      await glance("consent-declined");
      await workbench.runCommand("View: Close All Editors");
      await workbench.clearNotifications();
    } finally {
      await gateway.stop();
    }
  },
  async ({ workbench, world, look, glance }) => {
    await writeShop(world);
    await connectLocal(workbench, "shop");
    await workbench.runCommand("Gateway Connect: Open Gateway Tool…");
    await workbench.typeInput("Refund");
    await workbench.pick("Refund");
    const page = await workbench.webview("shop___refund");
    await page.getByLabel("amount", { exact: true }).fill("450");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("The policy small_refunds forbids it").first().waitFor();
    const pane = await GatewaysPane.open(workbench);
    await pane.expand(/sign-in · 1 tool$/);
    await pane.expand("1 denied");
    await row(workbench, "Refund").waitFor();
    await look("tool-denied");
    await row(workbench, "Refund").hover();
    await workbench.page.locator(".monaco-hover:visible", { hasText: "A policy of the gateway" }).waitFor();
    await glance("view-denied-tool");
    await workbench.runCommand("View: Close All Editors");
  },
  async ({ workbench, world, look, glance }) => {
    await writeGateway(world, { name: "odd", tools: oddTools, more: { targets: [awsTargets.lambda.target] } });
    await workbench.runCommand("Gateway Connect: Start Local Gateway…");
    await workbench.pick("odd.gateway.json");
    const said = await workbench.notification("These targets run at AWS only");
    await glance("message-local-gateway-aws-targets");
    await said.press("Connect");
    await workbench.notification("Connected to");
    await workbench.clearNotifications();
    const pane = await GatewaysPane.open(workbench);
    await pane.expand(/sign-in · 4 tools$/);
    await pane.expand(/^\s*odd\s*3/);
    await row(workbench, "left out by the editor").waitFor();
    await look("view-left-out-tool");
    await writeFile(join(world.workspace, "odd.gateway.json"), "{}");
  },
];
