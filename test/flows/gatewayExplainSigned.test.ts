import assert from "node:assert/strict";
import { test } from "node:test";
import { awsTargets } from "../support/awsTargets.ts";
import { ended, withFiles } from "../support/gatewayProgram.ts";

const gatewayArn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/shop-abcdefghij";
const scope = `action == AgentCore::Action::"weather___get_weather", resource == AgentCore::Gateway::"${gatewayArn}"`;
const statement = `permit(principal is AgentCore::IamEntity, ${scope}) when { principal.id like "*:assumed-role/Clerk" };`;
const policies = [{ name: "clerks", definition: { cedar: { statement } } }];
const clerk = "arn:aws:sts::123456789012:assumed-role/Clerk/ada";
const asked = ["--tool", "weather___get_weather", "--arguments", '{"location":"x"}'];

const signed = (authorizerType: string, more: object = {}) => ({
  ...{ authorizerType, gatewayArn, authorizerConfiguration: undefined, targets: [awsTargets.lambda.target] },
  ...{ policyEngineConfiguration: { mode: "ENFORCE" }, policies, ...more },
});

test("explain says what AWS would decide about whoever signs, what of it is not evaluated here, and what the policies say", () =>
  withFiles(async ({ write }) => {
    const file = write("iam.json", signed("AWS_IAM"));
    const explain = async (...more: readonly string[]) => {
      const { code, out } = await ended(["explain", "--config", file, ...more]);
      return [code, ...out.trim().split("\n")];
    };
    const allowed = await explain("--caller", clerk, ...asked);
    const role = await explain("--caller", "arn:aws:iam::123456789012:role/team/Clerk", ...asked);
    const other = await explain("--caller", "arn:aws:iam::123456789012:user/eve", ...asked);
    const open = write("any.json", signed("AUTHENTICATE_ONLY"));
    const authenticated = await ended(["explain", "--config", open, "--caller", clerk, ...asked]);
    const json = JSON.parse((await ended(["explain", "--config", file, "--caller", clerk, "--json", ...asked])).out);
    assert.deepEqual(
      {
        allowed: allowed.slice(0, 6),
        role: role.slice(0, 5),
        other: [other[0], other[4]],
        authenticated: [authenticated.code, ...authenticated.out.split("\n").slice(0, 1)],
        nobody: await explain(),
        json: [json.kind, json.caller, json.permission, json.resource, json.policies.decision],
      },
      {
        allowed: [
          0,
          `undecided: whether IAM grants bedrock-agentcore:InvokeGateway on ${gatewayArn} to arn:aws:sts::123456789012:assumed-role/Clerk`,
          "  not evaluated here: the signature, IAM's policies, the gateway's resource policy, boundaries and control policies",
          "  without that permission AWS answers 403, whatever the policies below say",
          "policies: allowed",
          "  decided by clerks (permit, policies[0].definition.cedar.statement:65:25)",
        ],
        role: allowed.slice(0, 5),
        other: [4, "policies: denied, since no permit matches"],
        authenticated: [0, "let in with a good signature: AUTHENTICATE_ONLY asks for no permission"],
        nobody: [
          0,
          `undecided: whether IAM grants bedrock-agentcore:InvokeGateway on ${gatewayArn} to a caller`,
          ...allowed.slice(2, 4),
        ],
        json: [
          "undecided",
          "arn:aws:sts::123456789012:assumed-role/Clerk",
          "bedrock-agentcore:InvokeGateway",
          gatewayArn,
          "allow",
        ],
      },
    );
  }));

test("a gateway that takes signatures is checked and exported, and neither run nor compared; a caller that is none is refused", () =>
  withFiles(async ({ write }) => {
    const file = write("iam.json", signed("AWS_IAM"));
    const open = write("none.json", { authorizerType: "NONE", authorizerConfiguration: undefined });
    const ran = async (...args: readonly string[]) => {
      const { code, err } = await ended(args);
      return [
        code,
        err
          .trim()
          .split("\n")
          .at(-1)
          ?.replace(/^.*\.json(:\d+:\d+)?: /, ""),
      ];
    };
    const unchecked = `authorizerType: expected CUSTOM_JWT or NONE, since AWS's own signatures cannot be checked here, found "AWS_IAM"`;
    const caller = "expected the ARN of a user, a role or a session, as aws sts get-caller-identity prints it, found";
    assert.deepEqual(
      {
        check: (await ended(["--check", "--config", file])).code,
        export: (await ended(["export", "--config", file, "--format", "cloudformation"])).out.includes('"AWS_IAM"'),
        run: await ran("--config", file),
        compare: await ran("compare", "--config", file, "http://127.0.0.1:1/mcp"),
        noArn: await ran("explain", "--config", file, "--caller", "ada"),
        otherArn: await ran("explain", "--config", file, "--caller", "arn:aws:s3:::bucket"),
        noCaller: await ran("explain", "--config", file, ...asked),
        noSignature: await ran("explain", "--config", open, "--caller", clerk),
        both: await ran("explain", "--config", file, "--caller", clerk, "--token", "-"),
      },
      {
        check: 0,
        export: true,
        run: [3, unchecked],
        compare: [3, unchecked],
        noArn: [1, `--caller: ${caller} ada`],
        otherArn: [1, `--caller: ${caller} arn:aws:s3:::bucket`],
        noCaller: [1, "--tool needs --caller, whom the policies are asked about."],
        noSignature: [1, "--caller goes with authorizerType AWS_IAM or AUTHENTICATE_ONLY."],
        both: [2, "Run it with --help to see what it takes."],
      },
    );
  }));
