import { parseArgs } from "node:util";
import { type Target, targetName } from "../gateway/router/target.ts";
import { messageOf } from "../lib/causes.ts";
import { isSecureUrl } from "../lib/secureUrl.ts";
import { faultHelp, parseNamedFaults } from "./faults/namedFaults.ts";
import { type ResourceRefusal, resourceRefusals } from "./identity/resourceRefusals.ts";
import { FAULTS_PATH } from "./pages/faultsPage.ts";
import type { Callers } from "./profiles/sandboxProfile.ts";
import type { SandboxProfileId } from "./profiles/sandboxProfiles.ts";
import { sandboxProfileIds } from "./profiles/sandboxProfiles.ts";
import type { SandboxOptions } from "./startSandbox.ts";

/** What the command line asks for. */
export type SandboxCommand =
  | { readonly kind: "start"; readonly options: SandboxOptions }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly problem: string };

const refusals = Object.keys(resourceRefusals) as readonly ResourceRefusal[];
const callers: readonly Callers[] = ["people", "machines"];

/** A company's identity provider, whose own is one that follows the standards. */
export const ENTERPRISE_PROFILE = "enterprise";

/** What `--profile` takes. */
export const sandboxChoices: readonly (SandboxProfileId | typeof ENTERPRISE_PROFILE)[] = [
  ...sandboxProfileIds,
  ENTERPRISE_PROFILE,
];

export const sandboxHelp = `Starts a gateway and an identity provider on this computer, to try Gateway Connect without an account.

Usage: sandbox [options]

  --profile <id>                 the identity provider to behave like: ${sandboxProfileIds.slice(0, 5).join(", ")},
                                 ${sandboxProfileIds.slice(5).join(", ")}, or ${ENTERPRISE_PROFILE}: a company's, which
                                 signs its people in to a gateway with an authorization server of its own (generic)
  --callers <people|machines>    whose tokens the gateway's policy is for (people)
  --rotation-grace-seconds <n>   how long a spent refresh token works on, with the profile okta (30)
  --resource-refusal <code>      how resource is refused, with the profile entra: ${refusals.join(", ")}
  --issuer-port <port>           where the identity provider listens (a free port)
  --gateway-port <port>          where the gateway listens (a free port)
  --access-token-seconds <n>     how long access tokens last (600)
  --no-registration              clients cannot register themselves
  --no-consent                   people are not asked whether the app may act for them
  --workload-issuer <url>        the platform whose workloads may sign in with the tokens that it gives them
  --check-revocation             the gateway refuses revoked tokens before they expire
  --dpop <accept|require>        the gateway takes tokens that are bound to a key beside others, or no others
  --dpop-nonces                  identity provider and gateway want nonces in the proofs
  --target <name>=<cmd>[,<arg>]  another MCP server behind the gateway, started over stdio; can be repeated
  --record-secrets               keep what was issued, for a test that looks for leaks
  --fault <name>[:<when>]        something goes wrong: one of the faults below; can be repeated. The identity provider has
                                 a page of them, ${FAULTS_PATH}
  --help                         print this

It prints one line of JSON when it is ready and takes commands as lines of JSON on stdin. It ends when stdin closes, or
in a terminal with Ctrl-C.

${faultHelp()}`;

const MAX_PORT = 65_535;
/** A day. Nobody tries out longer lives. */
const MAX_TOKEN_SECONDS = 86_400;
/** The longest grace period that Okta's administrators can choose. */
const MAX_GRACE_SECONDS = 60;

/** Reads the arguments, without program and script. */
export function sandboxArguments(args: readonly string[]): SandboxCommand {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        profile: { type: "string" },
        callers: { type: "string" },
        "rotation-grace-seconds": { type: "string" },
        "resource-refusal": { type: "string" },
        "issuer-port": { type: "string" },
        "gateway-port": { type: "string" },
        "access-token-seconds": { type: "string" },
        "no-registration": { type: "boolean" },
        "no-consent": { type: "boolean" },
        "workload-issuer": { type: "string" },
        "check-revocation": { type: "boolean" },
        dpop: { type: "string" },
        "dpop-nonces": { type: "boolean" },
        "record-secrets": { type: "boolean" },
        target: { type: "string", multiple: true },
        fault: { type: "string", multiple: true },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) return { kind: "help" };
    const issuerPort = whole("--issuer-port", values["issuer-port"], [0, MAX_PORT]);
    const gatewayPort = whole("--gateway-port", values["gateway-port"], [0, MAX_PORT]);
    const accessTokenSeconds = whole("--access-token-seconds", values["access-token-seconds"], [1, MAX_TOKEN_SECONDS]);
    const graceText = values["rotation-grace-seconds"];
    const rotationGraceSeconds = whole("--rotation-grace-seconds", graceText, [0, MAX_GRACE_SECONDS]);
    const named = oneOf("--profile", values.profile, sandboxChoices);
    const enterprise = named === ENTERPRISE_PROFILE;
    const profile = enterprise ? "generic" : named;
    const whose = oneOf("--callers", values.callers, callers);
    const resourceRefusal = oneOf("--resource-refusal", values["resource-refusal"], refusals);
    const workloadIssuer = address("--workload-issuer", values["workload-issuer"]);
    const dpop = oneOf("--dpop", values.dpop, ["accept", "require"] as const);
    const options: SandboxOptions = {
      ...(profile !== undefined && { profile }),
      ...(enterprise && { enterprise }),
      ...(whose !== undefined && { callers: whose }),
      ...(rotationGraceSeconds !== undefined && { rotationGraceSeconds }),
      ...(resourceRefusal !== undefined && { resourceRefusal }),
      ...(issuerPort !== undefined && { issuerPort }),
      ...(gatewayPort !== undefined && { gatewayPort }),
      ...(accessTokenSeconds !== undefined && { accessTokenSeconds }),
      registration: !values["no-registration"],
      ...(workloadIssuer !== undefined && { workloadIssuer }),
      asksConsent: !values["no-consent"],
      ...(values.fault && parseNamedFaults(values.fault)),
      ...(dpop !== undefined && { dpop }),
      ...(values["dpop-nonces"] && { dpopNonces: true }),
      checkRevocation: values["check-revocation"] ?? false,
      recordSecrets: values["record-secrets"] ?? false,
      targets: (values.target ?? []).map(target),
    };
    return { kind: "start", options };
  } catch (error) {
    return { kind: "wrong", problem: messageOf(error) };
  }
}

function whole(
  option: string,
  value: string | undefined,
  [least, most]: readonly [number, number],
): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  throw new Error(`${option} is a whole number from ${least} to ${most}, not "${value}"`);
}

function oneOf<T extends string>(option: string, value: string | undefined, known: readonly T[]): T | undefined {
  const found = known.find((one) => one === value);
  if (value === undefined || found !== undefined) return found;
  throw new Error(`${option} is one of ${known.join(", ")}, not "${value}"`);
}

function address(option: string, value: string | undefined): string | undefined {
  if (value === undefined || (URL.canParse(value) && isSecureUrl(new URL(value)))) return value;
  throw new Error(`${option} is an https address, or one of this computer, not "${value}"`);
}

function target(text: string): Target {
  const at = text.indexOf("=");
  const name = text.slice(0, Math.max(at, 0));
  const [command = "", ...args] = text.slice(at + 1).split(",");
  if (!targetName.test(name) || command === "") {
    throw new Error(`--target is <name>=<command>[,<argument>], not "${text}"; names are letters, digits and hyphens`);
  }
  return { kind: "stdio", name, command, args };
}
