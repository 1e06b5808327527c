import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chooserKeys } from "../support/aws/awsAccount.ts";
import { denial, startControlPlane } from "../support/aws/controlPlane.ts";
import { startSignedGateway } from "../support/aws/signedGateway.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { again } from "../support/vscode/patience.ts";
import { Steps } from "../support/vscode/steps.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import { startWorld } from "../support/vscode/world.ts";

const region = "eu-central-1";
const targets = [
  {
    targetId: "AAAAAAAAAA",
    name: "tickets",
    status: "READY",
    targetType: "LAMBDA",
    description: "Reads and closes tickets",
  },
  { targetId: "BBBBBBBBBB", name: "wiki", status: "FAILED", targetType: "MCP_SERVER" },
];

/** A gateway is found by its name, in somebody's AWS account, as they do it in front of the editor. */
test("who has an AWS account chooses a gateway in it, and comes to its tools", async (t) => {
  const computer = makeTemporaryFolder("aws-computer");
  const [gateway, plane] = [await startSignedGateway(), await startControlPlane()];
  const { accessKeyId, ...key } = chooserKeys;
  for (const one of [gateway, plane]) one.keys[accessKeyId] = key;
  const [config, credentials] = [join(computer, "config"), join(computer, "credentials")];
  writeFileSync(config, `[profile dev]\nregion = ${region}\n[profile prod]\nsso_session = corp\nregion = us-east-1\n`);
  const lines = [`aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${key.secretAccessKey}`];
  writeFileSync(credentials, ["[dev]", ...lines, `aws_session_token = ${key.sessionToken}`].join("\n"));
  plane.gateways.push(
    {
      ...{ gatewayId: "finance-a1b2c3d4e5", name: "finance", status: "READY", protocolType: "MCP" },
      ...{ authorizerType: "AWS_IAM", description: "Invoices and budgets", gatewayUrl: gateway.url, targets },
    },
    {
      ...{ gatewayId: "people-b1b2c3d4e5", name: "people", status: "FAILED", protocolType: "MCP" },
      ...{ authorizerType: "CUSTOM_JWT", statusReasons: ["The execution role cannot be assumed"] },
    },
    { gatewayId: "search-c1b2c3d4e5", name: "search", status: "READY", authorizerType: "CUSTOM_JWT" },
  );
  const files = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials };
  const env = { ...files, AWS_ENDPOINT_URL: plane.origin };
  const world = await startWorld({ env, progress: (line) => t.diagnostic(line) });
  const steps = await Steps.start(t, world);
  const step = (what: string, run: (workbench: Workbench) => Promise<void>) => steps.step(what, run);
  /** Waits until the list has these, in this order; what stands below them is left out. */
  const offers = async (workbench: Workbench, wanted: readonly string[]) => {
    const labels = (await workbench.pickLabels()).map((label) => label.trim());
    assert.deepEqual(
      labels.filter((label) => wanted.includes(label)),
      wanted,
    );
  };
  const settings = () => readFileSync(join(world.home, "user-data", "User", "settings.json"), "utf8");
  try {
    await steps.open();

    await step("the cloud in the first box of Connect Gateway leads to the profiles", async (workbench) => {
      await workbench.runCommand("Connect Gateway");
      await workbench.inputSays("The address of your company's MCP gateway");
      await workbench.screenshot("the cloud");
      await workbench.page.locator(".quick-input-widget:visible .codicon-cloud").click();
      await workbench.inputTitled("Choose a Gateway: AWS Profile");
      await offers(workbench, ["dev", "prod", "What the AWS CLI takes by default"]);
    });

    await step("the region of the profile comes first", async (workbench) => {
      await workbench.pick("dev");
      await workbench.inputTitled("Choose a Gateway: Region");
      await offers(workbench, [region, "us-east-1", "us-west-2"]);
    });

    await step("what is missing is named, with the policy to ask for", async (workbench) => {
      plane.instead.answer = () => denial("bedrock-agentcore:ListGateways");
      await workbench.pick(region);
      await workbench.inputTitled("Choose a Gateway: These AWS credentials have no permission to list what there is.");
      await offers(workbench, ["Try Again", "Copy the Policy to Ask For", "Type an Address Instead…"]);
    });

    await step(
      "the gateways are listed with what they are, and Back by the keyboard leads to the region",
      async (workbench) => {
        plane.instead.answer = () => undefined;
        await workbench.pick("Try Again");
        await workbench.inputTitled(`Choose a Gateway: ${region}`);
        await offers(workbench, ["finance", "people", "search", "From a Registry…"]);
        await workbench.screenshot("the gateways");
        await workbench.page.keyboard.press("Control+Alt+Minus");
        // A list takes no key before it has the focus, a moment after it is seen.
        await again(async () => {
          await workbench.inputTitled("Choose a Gateway: Region", 1_000).then(
            () => workbench.page.keyboard.press("Enter"),
            () => {},
          );
          await workbench.inputTitled(`Choose a Gateway: ${region}`, 5_000);
        });
      },
    );

    await step("a gateway that failed says why", async (workbench) => {
      await workbench.pick("people");
      await workbench.inputTitled("Choose a Gateway: This gateway takes no requests now.");
      await offers(workbench, ["Try Again", "Details", "The execution role cannot be assumed"]);
      await workbench.screenshot("a gateway that failed");
      await workbench.inputBack();
      await workbench.inputTitled(`Choose a Gateway: ${region}`);
    });

    await step("a gateway is shown with its targets, and connected with the profile", async (workbench) => {
      await workbench.pick("finance");
      await workbench.inputTitled("Choose a Gateway: finance");
      await offers(workbench, ["Connect with the AWS Profile dev", "tickets", "wiki"]);
      await workbench.screenshot("a gateway with its targets");
      await workbench.pick("Connect with the AWS Profile dev");
      await workbench.notification(/Connected to finance as AWS profile dev\. It has \d+ tools\./);
      assert.match(settings(), /"awsProfile": "dev"/);
      assert.ok(plane.calls.every(({ verdict }) => verdict === "valid"));
      const log = await world.extensionLog();
      assert.match(log, /AWS credentials read/);
      assert.doesNotMatch(log, /marked-|ASIACHOOSER/);
    });
  } finally {
    await steps.end();
    await world.stop();
    await gateway.stop();
    await plane.stop();
    rmSync(computer, { recursive: true, force: true });
  }
});
