import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { installAws } from "../support/aws/awsComputer.ts";
import { startSignedGateway } from "../support/aws/signedGateway.ts";
import type { Question } from "../support/editorApi.ts";
import { type NoWindow, withoutWindow } from "../support/noWindow.ts";
import { shortPauses } from "../support/programClock.ts";
import { removeFolder } from "../support/removeFolder.ts";
import { shortWaits } from "../support/shortWaits.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";
import { useDeviceCode } from "../support/useDeviceCode.ts";
import { withVariables } from "../support/withVariables.ts";

/** Enters the code that they are shown on another device, and keeps the sign-in to the editor: one that is shared asks for no code. */
const withDevice = ({ text, choices }: Question): string | undefined => {
  const [, code = "", page = ""] = /Enter the code (\S+) at (\S+) on any device/.exec(text) ?? [];
  if (code !== "") void useDeviceCode(page, code);
  return choices.includes("Share Sign-In") ? "Cancel" : undefined;
};

/** Nothing of how to sign in is set: what was chosen stands in the record of the connection alone. */
function assertNothingSet({ host, closed }: NoWindow): void {
  const set = JSON.stringify(host.editor.settings["gatewayConnect.gateways"] ?? {});
  assert.doesNotMatch(set, /signIn|awsProfile/);
  assert.match(readFileSync(join(closed, "connections.json"), "utf8"), /"signIn"|"kind":\s*"aws"/);
}

test("who connected with a code signs in with a code where no window is open, and no page is opened", () =>
  shortWaits(() =>
    withoutWindow(
      {
        answer: withDevice,
        enter: (host, sandbox) => host.run("connectWithCode", sandbox.gatewayUrl),
        // A browser that could be opened as well.
        env: () => ({ ...shortPauses(10), BROWSER: "true" }),
      },
      async (world) => {
        assertNothingSet(world);
        const agent = await world.start();
        const shown = () => /open (\S+) on any device and enter the code (\S+)/.exec(agent.said());
        await until(() => shown() !== null, "the code");
        const [, page = "", code = ""] = shown() ?? [];
        await useDeviceCode(page, code);
        const { content } = await agent.client.callTool({ name: "sample___whoami", arguments: {} });
        await agent.stop();
        assert.match(JSON.stringify(content), /Ada Lovelace/);
        assert.deepEqual(world.sandbox.observe().grants, { "urn:ietf:params:oauth:grant-type:device_code": 2 });
      },
    ),
  ));

test("a machine that was connected is that machine where no window is open, and is told where its secret has to be", async () => {
  let machine = { clientId: "", clientSecret: "" };
  const called = (own: Readonly<Record<string, unknown>>) => {
    let said = "";
    const ended = withoutWindow(
      {
        sandbox: { callers: "machines" },
        gateway: () => own,
        answer({ text }) {
          if (text.includes("may use the client credentials grant")) return machine.clientId;
          return text.includes("The secret of") ? machine.clientSecret : undefined;
        },
        async enter(host, sandbox) {
          machine = sandbox.machine;
          process.env.SECRET_OF_MACHINE = machine.clientSecret;
          await host.run("connectAsMachine", sandbox.gatewayUrl);
        },
        env: () => ({ SECRET_OF_MACHINE: machine.clientSecret }),
      },
      async (world) => {
        assertNothingSet(world);
        const before = world.sandbox.observe().grants.client_credentials;
        const agent = await world.start();
        const { content } = await agent.client.callTool({ name: "sample___echo", arguments: { text: "hello" } });
        await agent.stop();
        const asked = (world.sandbox.observe().grants.client_credentials ?? 0) - (before ?? 0);
        said = `${asked} ${JSON.stringify(content)} ${agent.said()}`;
      },
    );
    return ended.then(() => said);
  };
  try {
    // Typed into the editor, which keeps it to itself.
    const typed = await called({});
    assert.match(typed, /^0 /);
    assert.match(typed, /no secret or key of it is known to this program/);
    assert.match(typed, /is known to your editor alone\. Say in its setting gatewayConnect.gateways where/);
    assert.doesNotMatch(typed, /Share Sign-In/);
    assert.match(await called({ clientSecret: { environment: "SECRET_OF_MACHINE" } }), /^1 .*hello/s);
  } finally {
    delete process.env.SECRET_OF_MACHINE;
  }
});

test("the AWS profile that was chosen signs where no window is open, and another one once that is chosen", async () => {
  const keys = { accessKeyId: "ASIAHANDEDKEY0000000", secretAccessKey: "marked-secret", sessionToken: "marked-token" };
  const gateway = await startSignedGateway();
  const { accessKeyId, ...secret } = keys;
  gateway.keys[accessKeyId] = secret;
  const folder = makeTemporaryFolder("aws");
  const aws = installAws(folder, ["dev", "prod"]);
  aws.gives(keys);
  const env = aws.env(process.env.PATH ?? "");
  try {
    await withoutWindow(
      {
        settings: () => ({ "gatewayConnect.gateways": { [gateway.url]: { awsRegion: "eu-central-1" } } }),
        answer: ({ kind, text }) => (kind === "pick" && text.includes("AWS credentials") ? "dev" : undefined),
        enter: (host) => withVariables(env, async () => void (await host.run("connect", gateway.url))),
        env: () => env,
      },
      async (world) => {
        assertNothingSet(world);
        const connected = gateway.verdicts.length;
        const profiles = async () => {
          const before = aws.starts().length;
          const agent = await world.start();
          const { content } = await agent.client.callTool({ name: "sample___echo", arguments: { text: "hello" } });
          await agent.stop();
          assert.match(JSON.stringify(content), /hello/);
          const started = aws.starts().slice(before);
          return new Set(started.map(({ argv }) => argv[argv.indexOf("--profile") + 1]));
        };
        assert.deepEqual(await profiles(), new Set(["dev"]));
        const text = readFileSync(world.settingsFile, "utf8");
        writeFileSync(world.settingsFile, text.replace(/"awsProfile":\s*"dev"/, '"awsProfile": "prod"'));
        assert.deepEqual(await profiles(), new Set(["prod"]));
        const verdicts = gateway.verdicts.slice(connected).map(({ verdict }) => verdict.kind);
        assert.deepEqual(new Set(verdicts), new Set(["valid"]));
      },
    );
  } finally {
    await gateway.stop();
    removeFolder(folder);
  }
});
