import { parseArgs } from "node:util";
import { type Target, targetName } from "../gateway/router/target.ts";
import { type ResourceRefusal, resourceRefusals } from "./identity/resourceRefusals.ts";
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

export const sandboxHelp = `Starts a gateway and an identity provider on this computer, to try Gateway Connect without an account.

Usage: sandbox [options]

  --profile <id>                 the identity provider to behave like: ${sandboxProfileIds.slice(0, 5).join(", ")},
                                 ${sandboxProfileIds.slice(5).join(", ")} (generic)
  --callers <people|machines>    whose tokens the gateway's policy is for (people)
  --rotation-grace-seconds <n>   how long a spent refresh token works on, with the profile okta (30)
  --resource-refusal <code>      how resource is refused, with the profile entra: ${refusals.join(", ")}
  --issuer-port <port>           where the identity provider listens (a free port)
  --gateway-port <port>          where the gateway listens (a free port)
  --access-token-seconds <n>     how long access tokens last (600)
  --no-registration              clients cannot register themselves
  --no-consent                   people are not asked whether the app may act for them
  --check-revocation             the gateway refuses revoked tokens before they expire
  --target <name>=<cmd>[,<arg>]  another MCP server behind the gateway, started over stdio; can be repeated
  --record-secrets               keep what was issued, for a test that looks for leaks
  --help                         print this

It prints one line of JSON when it is ready and takes commands as lines of JSON on stdin. It ends when stdin closes, or
in a terminal with Ctrl-C.`;

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
        "check-revocation": { type: "boolean" },
        "record-secrets": { type: "boolean" },
        target: { type: "string", multiple: true },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) return { kind: "help" };
    const issuerPort = whole("--issuer-port", values["issuer-port"], [0, MAX_PORT]);
    const gatewayPort = whole("--gateway-port", values["gateway-port"], [0, MAX_PORT]);
    const accessTokenSeconds = whole("--access-token-seconds", values["access-token-seconds"], [1, MAX_TOKEN_SECONDS]);
    const graceText = values["rotation-grace-seconds"];
    const rotationGraceSeconds = whole("--rotation-grace-seconds", graceText, [0, MAX_GRACE_SECONDS]);
    const profile = oneOf<SandboxProfileId>("--profile", values.profile, sandboxProfileIds);
    const whose = oneOf("--callers", values.callers, callers);
    const resourceRefusal = oneOf("--resource-refusal", values["resource-refusal"], refusals);
    const options: SandboxOptions = {
      ...(profile !== undefined && { profile }),
      ...(whose !== undefined && { callers: whose }),
      ...(rotationGraceSeconds !== undefined && { rotationGraceSeconds }),
      ...(resourceRefusal !== undefined && { resourceRefusal }),
      ...(issuerPort !== undefined && { issuerPort }),
      ...(gatewayPort !== undefined && { gatewayPort }),
      ...(accessTokenSeconds !== undefined && { accessTokenSeconds }),
      registration: !values["no-registration"],
      asksConsent: !values["no-consent"],
      checkRevocation: values["check-revocation"] ?? false,
      recordSecrets: values["record-secrets"] ?? false,
      targets: (values.target ?? []).map(target),
    };
    return { kind: "start", options };
  } catch (error) {
    return { kind: "wrong", problem: error instanceof Error ? error.message : String(error) };
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

function target(text: string): Target {
  const at = text.indexOf("=");
  const name = text.slice(0, Math.max(at, 0));
  const [command = "", ...args] = text.slice(at + 1).split(",");
  if (!targetName.test(name) || command === "") {
    throw new Error(`--target is <name>=<command>[,<argument>], not "${text}"; names are letters, digits and hyphens`);
  }
  return { kind: "stdio", name, command, args };
}
