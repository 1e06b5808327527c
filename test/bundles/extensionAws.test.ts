import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { installAws } from "../support/aws/awsComputer.ts";
import { arn, type SignedGateway, startSignedGateway } from "../support/aws/signedGateway.ts";
import { type BundleHost, startBundleHost } from "../support/bundleHost.ts";
import type { EditorOptions } from "../support/editorApi.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";
import { withVariables } from "../support/withVariables.ts";

const keys = { accessKeyId: "ASIAEDITORKEY0000000", secretAccessKey: "marked-secret", sessionToken: "marked-token" };
const { secretAccessKey, sessionToken } = keys;

interface World {
  readonly host: BundleHost;
  readonly gateway: SignedGateway;
  readonly aws: ReturnType<typeof installAws>;
}

/** The extension's bundles on a computer with AWS's program, beside a gateway that demands signatures. */
async function withSignedGateway(
  {
    own = () => ({}),
    kind,
    ...editor
  }: Partial<EditorOptions> & {
    readonly own?: (gateway: SignedGateway) => Readonly<Record<string, unknown>>;
    readonly kind?: Parameters<typeof startSignedGateway>[0];
  },
  act: (world: World) => Promise<void>,
): Promise<void> {
  const home = makeTemporaryFolder("aws-home");
  const gateway = await startSignedGateway(kind);
  gateway.keys[keys.accessKeyId] = { secretAccessKey, sessionToken };
  const aws = installAws(home, ["dev", "prod"]);
  aws.gives(keys);
  const settings = { "gatewayConnect.gateways": { [gateway.url]: own(gateway) } };
  try {
    await withVariables({ ...aws.env(process.env.PATH ?? ""), HOME: home }, async () => {
      const host = await startBundleHost({ settings, answer: () => undefined, browse: () => {}, ...editor });
      await act({ host, gateway, aws }).finally(() => host.stop());
    });
  } finally {
    await gateway.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

const refused = ({ verdicts }: SignedGateway) => verdicts.filter(({ verdict }) => verdict.kind !== "valid");
const said = ({ editor }: BundleHost): string => editor.shown.join("\n");

test("the profile, region and service that are set sign, and nothing of AWS is loaded before", () =>
  withSignedGateway(
    {
      own: () => ({ signIn: "aws", awsProfile: "prod", awsRegion: "eu-north-1", awsService: "execute-api" }),
      kind: { region: "eu-north-1", service: "execute-api" },
    },
    async ({ host, gateway, aws }) => {
      assert.equal(host.loaded.includes("aws.cjs"), false);
      await host.run("connect", gateway.url);
      assert.match(said(host), /Connected to local-\d+ as AWS profile prod\./);
      assert.deepEqual(refused(gateway), []);
      assert.ok(gateway.verdicts.length > 3);
      assert.deepEqual(aws.starts()[0]?.argv.slice(2, 4), ["--profile", "prod"]);
      assert.deepEqual([host.loaded.includes("aws.cjs"), host.loaded.includes("awsSdk.cjs")], [true, false]);
    },
  ));

test("a gateway that wants a signature is offered the profiles there are, and connects with the one that is chosen", () => {
  const offered: string[] = [];
  return withSignedGateway(
    {
      own: () => ({ awsRegion: "eu-central-1" }),
      answer: ({ kind, text, choices }) => {
        if (kind !== "pick" || !text.includes("AWS credentials")) return undefined;
        offered.push(...choices);
        return "dev";
      },
    },
    async ({ host, gateway }) => {
      await host.run("connect", gateway.url);
      assert.match(said(host), /Connected to local-\d+ as AWS profile dev\./);
      assert.ok(
        offered.some((label) => label.includes("prod")),
        offered.join(),
      );
    },
  );
});

test("Sign Out forgets the keys, says that the AWS CLI stays signed in, and starts nothing that ends that", () =>
  withSignedGateway(
    { own: () => ({ signIn: "aws", awsProfile: "dev", awsRegion: "eu-central-1" }) },
    async ({ host, gateway, aws }) => {
      await host.run("connect", gateway.url);
      await host.run("signOut");
      assert.match(said(host), /The AWS keys are forgotten\. The AWS CLI stays signed in/);
      const [before, requests] = [aws.starts().length, gateway.verdicts.length];
      assert.ok(aws.starts().every(({ argv }) => argv[0] === "configure"));
      await host.run("signIn");
      assert.match(said(host), /Signed in to local-\d+ as AWS profile dev\./);
      assert.equal(aws.starts().length, before + 1);
      assert.equal(gateway.verdicts.length, requests);
    },
  ));

test("Explain Access knows the credentials, the region and the permission that is missing, and looks at no rule for tokens", () =>
  withSignedGateway(
    { own: () => ({ signIn: "aws", awsProfile: "dev", awsRegion: "eu-central-1" }) },
    async ({ host, gateway }) => {
      await host.run("connect", gateway.url);
      await host.run("explainAccess");
      const before = host.editor.pages.at(-1)?.html ?? "";
      for (const word of [
        "those of the AWS profile dev",
        "bedrock-agentcore, eu-central-1",
        "no token is sent",
        "Everything passes",
      ]) {
        assert.ok(before.includes(word), word);
      }
      gateway.keys[keys.accessKeyId] = { secretAccessKey, sessionToken, mayNotInvoke: true };
      host.editor.pages.at(-1)?.act("again");
      await until(
        () => host.editor.pages.some(({ html }) => html.includes("bedrock-agentcore:InvokeGateway")),
        "the permission",
      );
      const after = host.editor.pages.map(({ html }) => html).join("\n");
      assert.ok(after.includes(arn));
      assert.doesNotMatch(after, /marked-|ASIAEDITORKEY/);
    },
  ));

test("no key is in the extension's storage, its log, what it says or its diagnostics", () =>
  withSignedGateway(
    { own: () => ({ signIn: "aws", awsProfile: "dev", awsRegion: "eu-central-1" }) },
    async ({ host, gateway }) => {
      await host.run("connect", gateway.url);
      await host.run("copyDiagnostics");
      const files = readdirSync(host.storage, { recursive: true, encoding: "utf8" })
        .map((name) => join(host.storage, name))
        .filter((path) => statSync(path).isFile());
      assert.ok(files.length > 0);
      const all = [...files.map((path) => readFileSync(path, "utf8")), JSON.stringify(host.editor)].join("\n");
      assert.match(all, /AWS profile dev|profile: dev|"profile":"dev"/);
      assert.doesNotMatch(all, /marked-|ASIAEDITORKEY/);
    },
  ));
