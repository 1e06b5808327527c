import { parseArgs } from "node:util";
import type { HeaderPlace } from "../connections/headers/headersSetting.ts";
import type { CredentialPlace } from "../connections/settings/setting.ts";
import type { WorkloadInSettings } from "../connections/settings/workloadSetting.ts";
import type { SignInFlow } from "../oauth/signIn/signInFlow.ts";
import { callArguments, type ToolCall } from "./call/callArguments.ts";
import { type MetadataOptions, metadataOptions } from "./clientMetadata/metadataArguments.ts";
import { type DoctorOptions, doctorOptions } from "./doctor/doctorArguments.ts";
import { type EnterpriseOptions, enterpriseOptions } from "./options/enterpriseOptions.ts";
import type { HandedOver } from "./options/handedOver.ts";
import { headerSettings } from "./options/headerOptions.ts";
import { allSettingOptions, nonEmpty, oneOf, parsedOptions, shown, typedSettings } from "./options/settingOptions.ts";
import { type PolicyOptions, policyOptions } from "./policy/policyArguments.ts";
import { type LeaveOptions, leaveOptions } from "./signOut/leaveArguments.ts";

/** Where a secret is read from. It is never an argument itself: every program of the computer can read those. */
export type SecretSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "environment"; readonly name: string };

export interface StandaloneOptions {
  readonly url: string;
  /** What a person does with the gateway at this address: use it, or sign out of it. */
  readonly act: "serve" | "signOut";
  /** How somebody signs in; `aws` where requests are signed with AWS credentials. */
  readonly flow: SignInFlow | "aws";
  /** What was typed about the gateway, as it would stand in `gatewayConnect.gateways`. The client's secret is no part. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What was typed about the company's identity provider, as it would stand in `gatewayConnect.enterpriseIdentityProvider`. */
  readonly enterprise?: EnterpriseOptions;
  /** What an editor has set now, where an entry that it wrote has started this program. `settings` has it already. */
  readonly handed?: () => HandedOver;
  /** The headers among them. */
  readonly headers?: Readonly<Record<string, string | HeaderPlace>>;
  readonly clientSecret?: SecretSource;
  /** The private key of a client that signs assertions. The settings name it too. */
  readonly clientKey?: SecretSource;
  readonly keychain: "auto" | "off";
  /** A command that opens an address, `none` for no browser, undefined for the one of the computer. */
  readonly browser?: string;
  readonly verbose: boolean;
}

/** What the command line asks for. */
export type StandaloneCommand =
  | { readonly kind: "run"; readonly options: StandaloneOptions }
  | { readonly kind: "call"; readonly options: StandaloneOptions; readonly call: ToolCall }
  | { readonly kind: "doctor"; readonly options: DoctorOptions }
  | { readonly kind: "leave"; readonly options: LeaveOptions }
  | { readonly kind: "policy"; readonly options: PolicyOptions }
  | { readonly kind: "clientMetadata"; readonly options: MetadataOptions }
  | { readonly kind: "help" }
  | { readonly kind: "policyHelp" }
  | { readonly kind: "version" }
  | { readonly kind: "wrong"; readonly problem: string };

/** How the program ends. Part of its contract: scripts rely on the numbers, and docs/standalone.md has them. */
export const exitCodes = {
  ended: 0,
  unexpected: 1,
  argumentsWrong: 2,
  gatewayNotUsable: 3,
  notSignedIn: 4,
  notAllRevoked: 5,
  toolFailed: 6,
  notAllowed: 7,
  problemsFound: 8,
} as const;

const wrong = (problem: string): Error => new Error(problem);

/**
 * Reads the arguments, without program and script.
 *
 * @param own the options that stand for settings
 */
export function standaloneArguments(args: readonly string[], own = allSettingOptions()): StandaloneCommand {
  try {
    if (args[0] === "policy") {
      const asked = policyOptions(args.slice(1));
      return asked ? { kind: "policy", options: asked } : { kind: "policyHelp" };
    }
    const { values, positionals } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        ...parsedOptions(own),
        "sign-out": { type: "boolean" },
        all: { type: "boolean" },
        company: { type: "boolean" },
        clean: { type: "boolean" },
        "write-client-metadata": { type: "string" },
        "check-client-metadata": { type: "string" },
        arguments: { type: "string" },
        check: { type: "string" },
        json: { type: "boolean" },
        header: { type: "string", multiple: true },
        keychain: { type: "string" },
        browser: { type: "string" },
        verbose: { type: "boolean" },
        version: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) return { kind: "help" };
    if (values.version) return { kind: "version" };
    const leaving = leaveOptions(values, positionals);
    if (leaving) return { kind: "leave", options: leaving };
    const looking = doctorOptions(values, positionals);
    if (looking) return { kind: "doctor", options: looking };
    const metadata = metadataOptions(values, positionals, own);
    if (metadata) return { kind: "clientMetadata", options: metadata };
    const { call, left } = callArguments(values, positionals);
    const [url, ...more] = left;
    if (url === undefined)
      throw wrong("The address of the gateway is missing, such as https://gateway.example.com/mcp.");
    if (more.length > 0) throw wrong(`One address is enough. What is "${shown(more[0] ?? "")}" for?`);
    const { clientSecret: secret, enterpriseIdentityProvider: company, ...settings } = typedSettings(own, values);
    const enterprise = enterpriseOptions(company);
    const { signIn, workload, clientId, privateKey } = settings as {
      readonly signIn?: StandaloneOptions["flow"];
      readonly workload?: WorkloadInSettings;
      readonly clientId?: string;
      readonly privateKey?: CredentialPlace;
    };
    const meant = meantFlow({ workload, awsProfile: settings.awsProfile, enterprise });
    const flow = signIn ?? meant ?? "browser";
    if (enterprise && flow !== "enterprise") {
      throw wrong("--enterprise-issuer and another way to sign in exclude each other: choose one.");
    }
    checkWorkload(workload, flow, { clientId, hasCredential: secret !== undefined || privateKey !== undefined });
    for (const [name, option] of Object.entries(awsOptions)) {
      const isUsed = flow === "aws" || (workload?.source === "aws" && name !== "awsService");
      if (!isUsed && settings[name] !== undefined) throw wrong(`${option} belongs to AWS credentials: give --aws too.`);
    }
    const clientSecret = sourceOf(secret as CredentialPlace | undefined);
    const clientKey = sourceOf(privateKey);
    if (clientSecret && clientKey)
      throw wrong("--client-secret and --client-key each prove who one client is: choose one.");
    const option = clientKey ? "--client-key" : "--client-secret";
    if ((clientSecret ?? clientKey) && clientId === undefined)
      throw wrong(`${option} belongs to a client: give --client-id too.`);
    if (flow === "clientCredentials" && !clientSecret && !clientKey && !values["sign-out"]) {
      throw wrong("--client-credentials needs --client-id, and --client-secret or --client-key.");
    }
    if (flow === "enterprise" && clientId === undefined && settings.clientMetadataUrl === undefined) {
      throw wrong("--enterprise needs --client-id too: the client that the gateway's authorization server knows.");
    }
    const { keychain = "auto", browser } = values;
    const headers = headerSettings(values.header ?? []);
    const options: StandaloneOptions = {
      url,
      act: values["sign-out"] ? "signOut" : "serve",
      flow,
      // Left open, it is found out whether the person's company signs them in.
      settings: { ...settings, ...headers, ...((signIn ?? meant) && { signIn: flow }) },
      ...headers,
      keychain: oneOf("--keychain", keychain, ["auto", "off"]),
      verbose: values.verbose ?? false,
      ...(enterprise && { enterprise }),
      ...(clientSecret && { clientSecret }),
      ...(clientKey && { clientKey }),
      ...(browser !== undefined && { browser: nonEmpty("--browser", browser) }),
    };
    return call ? { kind: "call", options, call } : { kind: "run", options };
  } catch (error) {
    return { kind: "wrong", problem: error instanceof Error ? withoutAdvice(error.message) : String(error) };
  }
}

/** Whoever names a source, a company or a profile means it to be used. */
function meantFlow({
  workload,
  enterprise,
  awsProfile,
}: {
  readonly workload: WorkloadInSettings | undefined;
  readonly enterprise: EnterpriseOptions | undefined;
  readonly awsProfile: unknown;
}): StandaloneOptions["flow"] | undefined {
  if (workload?.source !== undefined) return "workloadIdentity";
  if (enterprise) return "enterprise";
  return awsProfile === undefined ? undefined : "aws";
}

/** @throws Error in words about what does not go together */
function checkWorkload(
  workload: WorkloadInSettings | undefined,
  flow: StandaloneOptions["flow"],
  { clientId, hasCredential }: { readonly clientId: string | undefined; readonly hasCredential: boolean },
): void {
  if (!workload) return;
  if (workload.source === undefined) {
    const option = workload.audience === undefined ? "--workload-grant" : "--workload-audience";
    throw wrong(`${option} belongs to a workload: give --workload-identity too.`);
  }
  if (flow !== "workloadIdentity") throw wrong("--workload-identity is a way to sign in of its own: choose one.");
  if (workload.grant !== "client-assertion") return;
  if (clientId === undefined)
    throw wrong("--workload-grant client-assertion proves who a client is: give --client-id too.");
  if (hasCredential) throw wrong("--workload-grant client-assertion takes the place of the client's secret or key.");
}

/** What says something of AWS credentials, by its setting. */
const awsOptions = { awsProfile: "--aws-profile", awsRegion: "--aws-region", awsService: "--aws-service" };

/** Node's own messages end in advice about positionals that fits no option of ours. */
const withoutAdvice = (message: string): string => message.replace(/\. To specify a positional argument.*$/s, ".");

function sourceOf(place: CredentialPlace | undefined): SecretSource | undefined {
  if (place?.file !== undefined) return { kind: "file", path: place.file };
  return place?.environment === undefined ? undefined : { kind: "environment", name: place.environment };
}
