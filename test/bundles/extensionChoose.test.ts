import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { type AwsAccount, askedFor, chooserKeys, inTurn, withAwsAccount } from "../support/aws/awsAccount.ts";
import { awsError, denial, throttling } from "../support/aws/controlPlane.ts";
import { type SignedGateway, startSignedGateway } from "../support/aws/signedGateway.ts";
import { type BundleHost, startBundleHost } from "../support/bundleHost.ts";
import { type Answers, back, type EditorOptions } from "../support/editorApi.ts";
import { withEditor } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";
import { withVariables } from "../support/withVariables.ts";

const [region, gatewayId] = ["eu-central-1", "tools-a1b2c3d4e5"];

interface World extends AwsAccount {
  readonly host: BundleHost;
  readonly gateway: SignedGateway;
}

const ownGateway = (gateway: SignedGateway) => ({
  ...{ gatewayId, name: "tools", status: "READY", protocolType: "MCP", authorizerType: "AWS_IAM" },
  ...{ description: "Everything the team uses", gatewayUrl: gateway.url },
  targets: [
    { targetId: "AAAAAAAAAA", name: "tickets", status: "READY", targetType: "LAMBDA" },
    { targetId: "BBBBBBBBBB", name: "wiki", status: "FAILED", targetType: "MCP_SERVER" },
    { targetId: "CCCCCCCCCC", name: "orders", status: "READY", targetType: "OPEN_API_SCHEMA" },
  ],
});

/** The extension's bundles on a computer with AWS's program, beside AWS's APIs and a gateway of the account. */
async function withAccount(
  { set = () => {}, ...editor }: Partial<EditorOptions> & { readonly set?: (world: Omit<World, "host">) => void },
  act: (world: World) => Promise<void>,
): Promise<void> {
  const gateway = await startSignedGateway();
  const { accessKeyId, ...key } = chooserKeys;
  gateway.keys[accessKeyId] = key;
  try {
    await withAwsAccount(async (account) => {
      account.plane.gateways.push(ownGateway(gateway));
      set({ ...account, gateway });
      const host = await startBundleHost({ settings: {}, browse: () => {}, ...editor });
      await act({ ...account, gateway, host }).finally(() => host.stop());
    });
  } finally {
    await gateway.stop();
  }
}

const said = ({ editor }: BundleHost): string => editor.shown.join("\n");

test("Choose a Gateway goes from the profile to the tools, signs all that it asks, and sets what AWS says", () =>
  withAccount(
    {
      answer: inTurn({ "AWS Profile": "dev", Region: region, [`: ${region}`]: "tools", ": tools": "AWS Profile dev" }),
      set: ({ plane }) =>
        plane.gateways.push(
          { gatewayId: "a-zzzzzzzzzz", name: "apples", status: "FAILED", authorizerType: "CUSTOM_JWT" },
          { gatewayId: "b-zzzzzzzzzz", name: "b", status: "CREATING", authorizerType: "NONE", protocolType: "MCP" },
        ),
    },
    async ({ host, gateway, plane, aws }) => {
      await host.run("chooseGateway");
      assert.match(said(host), /Connected to tools as AWS profile dev\. It has \d+ tools\./);
      assert.deepEqual(host.editor.settings["gatewayConnect.gateways"], {
        [gateway.url]: { signIn: "aws", awsProfile: "dev", awsRegion: region },
      });
      const calls = plane.calls.map(({ operation, verdict }) => `${operation} ${verdict}`);
      assert.deepEqual(
        // The gateway and its targets are asked for at once, and come in either order.
        [...calls.slice(0, 2), ...calls.slice(2, 4).sort(), ...calls.slice(4)],
        [
          "ListGateways valid",
          "ListGateways valid",
          "GetGateway valid",
          "ListGatewayTargets valid",
          "ListGatewayTargets valid",
        ],
      );
      assert.deepEqual(
        gateway.verdicts.filter(({ verdict }) => verdict.kind !== "valid"),
        [],
      );
      const [regions, gateways, ways] = ["Region", `: ${region}`, ": tools"].map(
        (text) => askedFor(host, text)[0]?.choices,
      );
      assert.match(regions?.[0] ?? "", /eu-central-1/);
      assert.deepEqual(gateways?.slice(0, 3), ["$(error) apples", "$(sync) b", "$(plug) tools"]);
      assert.deepEqual(ways?.slice(1), ["$(symbol-method) orders", "$(symbol-method) tickets", "$(warning) wiki"]);
      assert.deepEqual(aws.starts()[0]?.argv.slice(2, 4), ["--profile", "dev"]);
      assert.doesNotMatch(JSON.stringify(host.editor), /marked-|ASIACHOOSER/);
    },
  ));

test("Back leads through every step, and the one that comes next is asked anew", () =>
  withAccount(
    {
      answer: inTurn({
        "AWS Profile": ["prod", "dev"],
        Region: ["us-west-2", back, region, region],
        "does not take the signature": [back],
        [`: ${region}`]: ["tools", back, "tools"],
        ": tools": [back, "AWS Profile dev"],
      }),
    },
    async ({ host }) => {
      await host.run("chooseGateway");
      assert.deepEqual([askedFor(host, "AWS Profile").length, askedFor(host, "Region").length], [2, 4]);
      assert.match(said(host), /Connected to tools as AWS profile dev\./);
    },
  ));

test("the button in the first step of Connect Gateway leads to the choice and back to what was typed", () =>
  withAccount(
    {
      answer: inTurn({
        "The address of your": ["Choose in Your AWS Account…", "Choose in Your AWS Account…"],
        "AWS Profile": [back, "dev"],
        Region: region,
        [`: ${region}`]: "tools",
        ": tools": "AWS Profile dev",
      }),
    },
    async ({ host }) => {
      await host.run("connect");
      assert.equal(askedFor(host, "The address of your").length, 2);
      assert.match(said(host), /Connected to tools as AWS profile dev\./);
    },
  ));

test("giving up at any step says nothing, sets nothing and sends nothing more", async () => {
  const steps = [
    {},
    { "AWS Profile": "dev" },
    { "AWS Profile": "dev", Region: region },
    { "AWS Profile": "dev", Region: region, [`: ${region}`]: "tools" },
  ];
  for (const [at, answers] of steps.entries()) {
    await withAccount({ answer: inTurn(answers) }, async ({ host, gateway, plane }) => {
      await host.run("chooseGateway");
      const { shown, settings } = host.editor;
      assert.deepEqual({ shown, settings: settings["gatewayConnect.gateways"] }, { shown: [], settings: undefined });
      assert.deepEqual([gateway.verdicts.length, plane.calls.length > 0], [0, at > 1]);
    });
  }
});

test("a permission that is missing is named with whose it is, and the policy to ask for is copied", () =>
  withAccount(
    {
      answer: inTurn({
        "AWS Profile": "dev",
        Region: region,
        "no permission to list": ["Copy the Policy", "Try Again"],
      }),
      set: ({ plane }) => {
        plane.instead.answer = () => denial("bedrock-agentcore:ListGateways");
      },
    },
    async ({ host, plane }) => {
      await host.run("chooseGateway");
      const [first] = askedFor(host, "no permission to list");
      assert.match(
        first?.text ?? "",
        /assumed-role\/Developer\/ada to have the permission bedrock-agentcore:ListGateways/,
      );
      const { Statement } = JSON.parse(host.editor.clipboard) as { Statement: { Action: string[] }[] };
      assert.deepEqual(Statement[0]?.Action, ["bedrock-agentcore:ListGateways"]);
      assert.equal(plane.calls.length, 2);
    },
  ));

test("a gateway whose details may not be read is connected by its id", () =>
  withAccount(
    {
      answer: inTurn({ "AWS Profile": "dev", Region: region, [`: ${region}`]: "tools" }),
      set: ({ plane }) => {
        plane.instead.answer = (operation) =>
          operation === "ListGateways" ? undefined : denial(`bedrock-agentcore:${operation}`);
      },
    },
    async ({ host }) => {
      await host.run("chooseGateway");
      assert.deepEqual(askedFor(host, ": tools")[0]?.choices, [
        "$(key) Connect with the AWS Profile dev",
        "$(warning) These AWS credentials have no permission to list what there is.",
        "$(warning) These AWS credentials have no permission to list what there is.",
      ]);
    },
  ));

test("a sign-in of the AWS CLI that has run out is offered where the person is, and nothing is asked of AWS", () =>
  withAccount(
    {
      answer: inTurn({ "AWS Profile": "dev", Region: region, "has expired": ["Try Again"] }),
      set: ({ aws }) => {
        aws.says({ stderr: "Error when retrieving token from sso: Token has expired and refresh failed", code: 255 });
      },
    },
    async ({ host, plane }) => {
      await host.run("chooseGateway");
      const [first] = askedFor(host, "has expired");
      assert.match(first?.choices[0] ?? "", /Sign In to AWS/);
      assert.equal(plane.calls.length, 0);
    },
  ));

test("a region without gateways says so, and what somebody named like an icon or a command is shown as it stands", () =>
  withAccount(
    {
      answer: inTurn({
        "AWS Profile": "dev",
        Region: region,
        [`: ${region}`]: ["From a Registry", "From a Registry"],
        "Choose a Registry": back,
      }),
      set: ({ plane }) => {
        plane.gateways.length = 0;
        plane.registries.push({ registryId: "abcdefghijkl", name: "$(trash) \u202eteam\u0007", status: "READY" });
      },
    },
    async ({ host }) => {
      await host.run("chooseGateway");
      assert.deepEqual(askedFor(host, `: ${region}`)[0]?.choices, [
        "$(info) There is no gateway here.",
        "$(library) From a Registry…",
      ]);
      assert.deepEqual(askedFor(host, "Choose a Registry")[0]?.choices, ["$(library) \\$(trash) team"]);
    },
  ));

test("AWS's sign-in runs in a terminal, without a shell, and the choice goes on after it", () =>
  withAccount(
    {
      answer: inTurn({
        "AWS Profile": "dev",
        Region: region,
        "has expired": ["Sign In to AWS", "Run in Terminal"],
        [`: ${region}`]: "tools",
        ": tools": "AWS Profile dev",
      }),
      set: ({ aws }) => {
        aws.says({ stderr: "Error when retrieving token from sso: Token has expired and refresh failed", code: 255 });
      },
    },
    async ({ host, aws }) => {
      const done = host.run("chooseGateway");
      await until(() => host.editor.terminals.length === 1, "the terminal");
      const [terminal] = host.editor.terminals;
      assert.deepEqual(
        [terminal?.shellPath, terminal?.shellArgs],
        [join(aws.bin, "aws"), ["sso", "login", "--profile", "dev"]],
      );
      aws.gives(chooserKeys);
      host.editor.endTerminal(0);
      await done;
      assert.match(said(host), /Connected to tools as AWS profile dev\./);
    },
  ));

test("AWS that asks to be left alone is waited for, and asked again", () => {
  let times = 0;
  return withAccount(
    {
      answer: inTurn({ "AWS Profile": "dev", Region: region, [`: ${region}`]: "tools", ": tools": "AWS Profile dev" }),
      set: ({ plane }) => {
        plane.instead.answer = (operation) => (operation === "ListGateways" && times++ < 1 ? throttling() : undefined);
      },
    },
    async ({ host, plane }) => {
      await host.run("chooseGateway");
      assert.match(said(host), /Connected to tools/);
      assert.equal(plane.calls.filter(({ operation }) => operation === "ListGateways").length, 2);
    },
  );
});

test("what is odd in an account is told where the person is, in one line, and nothing is connected", async () => {
  const cases: readonly (readonly [() => Response, string])[] = [
    [() => new Response("<html>Sign in to the network</html>"), "not an answer of AWS"],
    [() => Response.json({ items: [{ gatewayId: "../../x", name: "x" }] }), "not an answer of AWS"],
    [() => Response.json({ items: "many" }), "not an answer of AWS"],
    [() => new Response("x".repeat(3_000_000)), "too large"],
    [() => awsError(400, "ValidationException", "\u001b[2J bad \u202e"), "refused to list"],
    [() => new Response(null, { status: 307, headers: { location: "https://elsewhere.example/" } }), "refused to list"],
    [() => awsError(403, "UnrecognizedClientException", "The security token is invalid."), "does not know these"],
    [() => new Response("blocked", { status: 403 }), "refused to list"],
  ];
  for (const [answer, title] of cases) {
    await withAccount(
      {
        answer: inTurn({ "AWS Profile": "dev", Region: region }),
        set: ({ plane }) => {
          plane.instead.answer = answer;
        },
      },
      async ({ host, gateway }) => {
        await host.run("chooseGateway");
        const last = host.editor.asked.at(-1)?.text ?? "";
        assert.ok(last.startsWith("Choose a Gateway: ") && last.includes(title), last);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        assert.doesNotMatch(last, /[\u0000-\u001f\u202e]|marked-/);
        assert.equal(gateway.verdicts.length, 0);
      },
    );
  }
});

test("a gateway that is not ready is shown with AWS's reasons and not connected", () =>
  withAccount(
    {
      answer: inTurn({ "AWS Profile": "dev", Region: region, [`: ${region}`]: "tools" }),
      set: ({ plane, gateway }) => {
        plane.gateways[0] = { ...ownGateway(gateway), status: "FAILED", statusReasons: ["The role cannot be assumed"] };
      },
    },
    async ({ host, gateway }) => {
      await host.run("chooseGateway");
      const [shown] = askedFor(host, "takes no requests now");
      assert.match(shown?.text ?? "", /FAILED.*The role cannot be assumed/);
      assert.ok(shown?.choices.includes("$(error) The role cannot be assumed"));
      assert.equal(gateway.verdicts.length, 0);
    },
  ));

/** A gateway for tokens, as AWS has it: the sandbox's. */
const tokenGateway = (sandbox: Sandbox, more: object = {}) => ({
  ...{ gatewayId, name: "finance", status: "READY", protocolType: "MCP", authorizerType: "CUSTOM_JWT" },
  gatewayUrl: sandbox.gatewayUrl,
  authorizerConfiguration: {
    customJWTAuthorizer: {
      ...sandbox.authorizer.customJWTAuthorizer,
      allowedClients: [sandbox.clientId, "another-client"],
    },
  },
  ...more,
});

/** The bundles beside a sandbox whose gateway is in an AWS account. */
const withTokenGateway = (
  answer: (sandbox: Sandbox) => Answers,
  act: (host: BundleHost, sandbox: Sandbox, account: AwsAccount) => Promise<void>,
) =>
  withAwsAccount(async (account) => {
    let answers: Answers = () => undefined;
    await withEditor({ answer: (question) => answers(question) }, async (host, sandbox) => {
      answers = answer(sandbox);
      account.plane.gateways.push(tokenGateway(sandbox));
      await act(host, sandbox, account);
    });
  });

test("a gateway for tokens is signed in to as the client that was chosen, and Explain Access has its configuration", () =>
  withTokenGateway(
    ({ clientId }) =>
      inTurn({ "AWS Profile": "dev", Region: region, [`: ${region}`]: "finance", ": finance": `Client ${clientId}` }),
    async (host, sandbox) => {
      await host.run("chooseGateway");
      assert.match(said(host), /Connected to finance as .+\. It has \d+ tools\./);
      const page = new URL(host.editor.opened[0] ?? "about:blank").searchParams;
      assert.equal(page.get("client_id"), sandbox.clientId);
      const { allowedAudience: audience = [] } = sandbox.authorizer.customJWTAuthorizer;
      assert.deepEqual(host.editor.settings["gatewayConnect.gateways"], {
        [sandbox.gatewayUrl]: { clientId: sandbox.clientId, ...(audience.length === 1 && { audience: audience[0] }) },
      });
      await host.run("explainAccess");
      const html = host.editor.pages.at(-1)?.html ?? "";
      assert.match(html, /another-client/);
      assert.match(html, /the configuration that AWS gave/);
    },
  ));

test("what is set for a gateway already stays, and giving up takes back what was filled in", async () => {
  await withTokenGateway(
    () => inTurn({ "AWS Profile": "dev", Region: region, [`: ${region}`]: "finance", ": finance": "another-client" }),
    async (host, sandbox) => {
      const before = { [sandbox.gatewayUrl]: { clientId: sandbox.clientId } };
      host.editor.settings["gatewayConnect.gateways"] = before;
      await host.run("chooseGateway");
      assert.match(said(host), /Connected to finance/);
      const set = host.editor.settings["gatewayConnect.gateways"] as Record<string, { clientId: string }>;
      assert.equal(set[sandbox.gatewayUrl]?.clientId, sandbox.clientId);
    },
  );
  await withTokenGateway(
    () => inTurn({ "AWS Profile": "dev", Region: region, [`: ${region}`]: "finance", ": finance": "another-client" }),
    async (host, sandbox) => {
      sandbox.setGatewayFaults({});
      await sandbox.stop();
      await host.run("chooseGateway");
      assert.equal(said(host).includes("Connected"), false);
      assert.equal(host.editor.settings["gatewayConnect.gateways"], undefined);
    },
  );
});

test("a target that is a server of its own is connected at its own path, and a model among targets is not offered", () =>
  withAccount(
    {
      answer: inTurn({ "AWS Profile": "dev", Region: region, [`: ${region}`]: "tools", ": tools": ["gpt", "notes"] }),
      set: ({ plane, gateway }) => {
        const { protocolType: _, ...byPath } = ownGateway(gateway);
        const targets = [
          { targetId: "AAAAAAAAAA", name: "gpt", status: "READY", targetType: "PROVIDER" },
          { targetId: "BBBBBBBBBB", name: "notes", status: "READY", targetType: "AGENTCORE_RUNTIME" },
        ];
        plane.gateways[0] = { ...byPath, targets };
      },
    },
    async ({ host, gateway }) => {
      await host.run("chooseGateway");
      assert.match(said(host), /Connected to tools-notes as AWS profile dev\./);
      assert.deepEqual(Object.keys(host.editor.settings["gatewayConnect.gateways"] as object), [
        new URL("/notes/invocations", gateway.url).href,
      ]);
      assert.equal(askedFor(host, ": tools").length, 2);
    },
  ));

test("a gateway that is connected already is said to be, and nothing is set for it", () =>
  withTokenGateway(
    ({ clientId }) =>
      inTurn({
        ...{ "AWS Profile": "dev", Region: region, [`: ${region}`]: "finance", ": finance": `Client ${clientId}` },
        "connected to this gateway already": "Sign In",
      }),
    async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      const { "gatewayConnect.gateways": before } = { ...host.editor.settings };
      await host.run("chooseGateway");
      assert.equal(askedFor(host, "connected to this gateway already").length, 1);
      assert.deepEqual(host.editor.settings["gatewayConnect.gateways"], before);
    },
  ));

const registryId = "abcdefghijkl";
const recordOf = (recordId: string, recordType: string, more: object = {}) => ({
  ...{ recordId, recordType, name: `com.example/${recordId}`, recordVersion: "1", status: "APPROVED" },
  ...more,
});
const serverJson = (remotes: readonly object[]) => ({
  descriptors: { mcpServer: { data: JSON.stringify({ name: "x", remotes }) } },
});

/** The bundles beside a sandbox whose gateway is in a registry. */
const withRegistry = (
  { authorizerType, answer }: { readonly authorizerType: string; readonly answer: Answers },
  act: (host: BundleHost, sandbox: Sandbox, account: AwsAccount) => Promise<void>,
) =>
  withAwsAccount((account) =>
    withEditor({ answer }, async (host, sandbox) => {
      account.plane.registries.push({
        ...{ registryId, name: "team", status: "READY", discoveryConfiguration: { authorizerType } },
        records: [
          recordOf("agent0000000", "AGENT", { displayName: "Summaries" }),
          recordOf("finance00000", "MCP", serverJson([{ type: "streamable-http", url: sandbox.gatewayUrl }])),
          recordOf("local0000000", "MCP", serverJson([])),
          recordOf("braces000000", "MCP", serverJson([{ url: "https://{tenant}.example.com/mcp" }])),
          recordOf("plain0000000", "MCP", serverJson([{ url: "http://mcp.example.com/mcp" }])),
          recordOf("draft0000000", "MCP", { status: "DRAFT" }),
        ],
      });
      await act(host, sandbox, account);
    }),
  );

for (const authorizerType of ["AWS_IAM", "CUSTOM_JWT"]) {
  test(`an MCP server of a registry with ${authorizerType} is connected, and what is none says what it is`, () =>
    withRegistry(
      {
        authorizerType,
        answer: inTurn({
          "AWS Profile": "dev",
          Region: region,
          [`Choose a Gateway: ${region}`]: "From a Registry",
          "Choose a Registry": "team",
          "Which MCP server?": ["Summaries", "local0000000", "braces000000", "plain0000000", "finance00000"],
          "not an MCP server": [back, back, back, back],
          "Connect com.example/finance00000?": "Connect 127.0.0.1",
        }),
      },
      async (host, _sandbox, { plane }) => {
        await host.run("chooseGateway");
        assert.match(said(host), /Connected to finance00000 as/);
        assert.deepEqual(
          askedFor(host, "not an MCP server").map(({ text }) => / is (a.*?)\.$/.exec(text)?.[1]),
          [
            "an A2A agent",
            "a server without an address: it runs as a program on your own computer",
            "a server whose address has parts that somebody has to fill in",
            "a server without an https address",
          ],
        );
        const { choices = [] } = askedFor(host, "Which MCP server?")[0] ?? {};
        assert.equal(
          choices.some((label) => label.includes("draft")),
          false,
        );
        assert.equal(
          choices.some((label) => label.includes("Search")),
          authorizerType === "AWS_IAM",
        );
        assert.deepEqual(
          plane.calls.filter(({ verdict }) => verdict !== "valid"),
          [],
        );
      },
    ));
}

test("a registry is searched, nothing found says so, and a gateway of the account goes on with its own step", () =>
  withRegistry(
    {
      authorizerType: "AWS_IAM",
      answer: inTurn({
        "AWS Profile": "dev",
        Region: region,
        [`Choose a Gateway: ${region}`]: "From a Registry",
        "Choose a Registry": "team",
        "Choose from the Registry team: Which": "Search",
        "searches by meaning": ["moon", "finance"],
        "team: moon": [back],
        "team: finance": "finance00000",
        "Connect com.example/finance00000?": "Connect 127.0.0.1",
      }),
    },
    async (host, _sandbox, { plane }) => {
      await host.run("chooseGateway");
      assert.match(askedFor(host, "team: moon")[0]?.choices[0] ?? "", /Nothing in this registry matches/);
      assert.match(said(host), /Connected to finance00000 as/);
      const searched = plane.calls.filter(({ operation }) => operation === "SearchDiscoverableRegistryRecords");
      assert.deepEqual(
        searched.map(({ body }) => body),
        ["moon", "finance"].map((searchQuery) => ({ searchQuery, registryIds: [registryId], maxResults: 20 })),
      );
    },
  ));

test("endpoints of the profile, its services section and the environment are taken in the order of AWS's own tools", () =>
  withAwsAccount(
    async ({ plane, home }) => {
      const config = (lines: string) => writeFileSync(join(home, "aws-config"), lines);
      const elsewhere = "endpoint_url = http://127.0.0.1:9";
      const profile = `[profile dev]\nregion = ${region}\n`;
      const cases: readonly (readonly [string, Readonly<Record<string, string>>, boolean])[] = [
        [`${profile}endpoint_url = ${plane.origin}\n`, {}, true],
        [
          `${profile}${elsewhere}\nservices = s\n[services s]\nbedrock_agentcore_control =\n  endpoint_url = ${plane.origin}\n`,
          {},
          true,
        ],
        [
          `${profile}${elsewhere}\nservices = s\n[services s]\ndynamodb =\n  endpoint_url = ${plane.origin}\n`,
          {},
          false,
        ],
        [`${profile}${elsewhere}\n`, { AWS_ENDPOINT_URL: plane.origin }, true],
        [
          profile,
          { AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL: plane.origin },
          true,
        ],
      ];
      for (const [text, env, isReached] of cases) {
        config(text);
        const answer = inTurn({ "AWS Profile": "dev", Region: region });
        await withVariables(env, async () => {
          const host = await startBundleHost({ settings: {}, browse: () => {}, answer });
          plane.calls.length = 0;
          await host.run("chooseGateway").finally(() => host.stop());
        });
        assert.deepEqual([text, plane.calls.length > 0], [text, isReached]);
      }
    },
    () => ({}),
  ));
