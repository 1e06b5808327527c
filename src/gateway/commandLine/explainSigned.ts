import type { GatewayConfiguration } from "../configuration/gatewayConfiguration.ts";
import { iamPrincipal } from "../policies/policyPrincipal.ts";
import { type AskedCall, type ExplainedPolicies, explainPolicies } from "./explainPolicies.ts";

/** Who signs a request. */
export interface SignedCaller {
  /** The ARN as AWS knows it where a request comes in; absent where nobody was named. */
  readonly caller: string | undefined;
  readonly call: AskedCall | undefined;
}

const PERMISSION = "bedrock-agentcore:InvokeGateway";
const callerArn =
  /^arn:aws[a-z-]*:(?:iam::\d{12}:(?:root|(?:user|role)\/[\w+=,.@/-]+)|sts::\d{12}:(?:assumed-role|federated-user)\/[\w+=,.@/-]+)$/;

/**
 * Says what AWS would decide about a caller with AWS's own signature, as far as that stands in the gateway's file, and what of
 * it cannot be evaluated without AWS.
 *
 * @throws Error with a message for people, where the caller is none or the call cannot be asked about
 */
export async function explainSigned(
  { caller, call }: SignedCaller,
  { options, gatewayArn }: GatewayConfiguration,
): Promise<ExplainedPolicies> {
  if (caller !== undefined && !callerArn.test(caller)) {
    throw new Error(
      `--caller: expected the ARN of a user, a role or a session, as aws sts get-caller-identity prints it, found ${caller}`,
    );
  }
  if (caller === undefined && call !== undefined)
    throw new Error("--tool needs --caller, whom the policies are asked about.");
  const principal = caller === undefined ? undefined : iamPrincipal(sessionOf(caller));
  const who = principal?.id ?? "a caller";
  const type = options.signedBy ?? "AWS_IAM";
  const asked = type === "AWS_IAM" ? permissionLines(who, gatewayArn) : signatureLines;
  const policies = call && principal && (await explainPolicies(call, options, { signer: principal }));
  return {
    lines: [...asked.lines, ...(policies?.lines ?? [])],
    json: {
      ...{ kind: asked.kind, authorizerType: type, notEvaluated: asked.notEvaluated },
      ...(principal && { caller: principal.id }),
      ...(type === "AWS_IAM" && { permission: PERMISSION, ...(gatewayArn !== undefined && { resource: gatewayArn }) }),
      ...policies?.json,
    },
    passes: policies?.passes ?? true,
  };
}

function permissionLines(who: string, gatewayArn = "the gateway") {
  const notEvaluated = [
    "the signature",
    "IAM's policies",
    "the gateway's resource policy",
    "boundaries and control policies",
  ];
  return {
    kind: "undecided",
    notEvaluated,
    lines: [
      `undecided: whether IAM grants ${PERMISSION} on ${gatewayArn} to ${who}`,
      `  not evaluated here: ${notEvaluated.join(", ")}`,
      "  without that permission AWS answers 403, whatever the policies below say",
    ],
  };
}

const signatureLines = {
  kind: "signed",
  notEvaluated: ["the signature"],
  lines: [
    "let in with a good signature: AUTHENTICATE_ONLY asks for no permission",
    "  not evaluated here: the signature",
    "  what a caller may do is up to the policy engine, an interceptor or the target. AWS does not say whom policies see: an IamEntity is assumed",
  ],
};

/** What a role's requests come with: who has assumed it, by the role's name without its path. */
const sessionOf = (arn: string): string =>
  arn.replace(/^(arn:[^:]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/, "$1:sts::$2:assumed-role/$3");
