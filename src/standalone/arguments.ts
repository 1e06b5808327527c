import { parseArgs } from "node:util";
import type { HeaderPlace } from "../connections/headers/headersSetting.ts";
import type { CredentialPlace } from "../connections/settings/setting.ts";
import type { SignInFlow } from "../oauth/signIn/signInFlow.ts";
import { headerSettings } from "./headerOptions.ts";
import { type LeaveOptions, leaveOptions } from "./leaveArguments.ts";
import {
  nonEmpty,
  oneOf,
  optionsHelp,
  parsedOptions,
  type SettingOption,
  settingOptions,
  shown,
  typedSettings,
} from "./settingOptions.ts";

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
  /** The headers among them. */
  readonly headers?: Readonly<Record<string, string | HeaderPlace>>;
  readonly clientSecret?: SecretSource;
  /** The private key of a client that signs assertions. The settings name it too. */
  readonly clientKey?: SecretSource;
  readonly protocol: "auto" | "2025-11-25" | "2026-07-28";
  readonly keychain: "auto" | "off";
  /** A command that opens an address, `none` for no browser, undefined for the one of the computer. */
  readonly browser?: string;
  readonly verbose: boolean;
}

/** What the command line asks for. */
export type StandaloneCommand =
  | { readonly kind: "run"; readonly options: StandaloneOptions }
  | { readonly kind: "leave"; readonly options: LeaveOptions }
  | { readonly kind: "help" }
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
} as const;

/** @param options those that stand for settings */
export const helpText = (
  options: readonly SettingOption[],
): string => `Connects a program that speaks MCP over stdio to an MCP gateway that wants a sign-in.

Usage: node standalone.mjs <gateway address> [options]

You seldom start it by hand. Put it into your editor's or agent's mcp.json, and it is started for you:

  { "mcpServers": { "gateway": {
      "command": "node",
      "args": ["/path/to/standalone.mjs", "https://gateway.example.com/mcp"] } } }

The first time your browser opens for the sign-in; everything else is found out from the gateway. Tokens are kept in the
keychain of your operating system. Where there is none they are kept in memory, and revoked when the program ends. They
are never written to a file.

Who signs in
  (nothing)                    you do, in your browser
${optionsHelp(options.filter(isFlow))}
  --sign-out                   signs out of this gateway: revokes the tokens, forgets them, says what became of them
  --all                        with --sign-out and no address: signs out of every gateway that this computer's keychain
                               keeps a sign-in for
  --clean                      with no address: signs out of every gateway, then removes everything that this program
                               keeps, and says what it removed and what it could not

What your platform team may have told you
${optionsHelp(options.filter((option) => !isFlow(option)))}
  --header "<Name>: <value>"   one more header for the gateway alone, can be repeated. A secret is read where it is:
                               --header "X-Api-Key: env:NAME", "X-Api-Key: file:/path" or
                               "X-Api-Key: command:program argument", which no shell reads

How it runs
  --keychain auto|off          off: tokens in memory only (auto)
  --browser <command>|none     what opens the sign-in page, with %s or its end for the address; none only prints it.
                               Otherwise the commands in the variable BROWSER are tried, then the system's
  --protocol auto|2025-11-25|2026-07-28
                               the MCP revision towards the gateway (auto)
  --verbose                    say on stderr what happens; there is never a token in it
  --version, --help

From the environment
  HTTPS_PROXY, HTTP_PROXY      the proxy to go through, http:// or https://, with a user name and password where it
                               wants them; ALL_PROXY for both. This machine is always asked directly
  NO_PROXY                     what is asked directly: names, .endings, name:port, or *; no ranges of addresses
  NODE_EXTRA_CA_CERTS          a file of certificates to trust besides Node's own

It ends when its standard input closes, or with the program that started it. Exit codes:
  0  ended by whoever started it, or signed out
  1  something unexpected; please report it
  2  the arguments are wrong, or one is missing
  3  the gateway or its identity provider cannot be used: not reached, not an MCP server, metadata wrong
  4  nobody is signed in: refused, given up or timed out
  5  signed out here, but the identity provider did not revoke everything, or something could not be removed`;

const isFlow = ({ setting }: SettingOption): boolean => setting === "signIn";

export const standaloneHelp = helpText(settingOptions());

const wrong = (problem: string): Error => new Error(problem);

/**
 * Reads the arguments, without program and script.
 *
 * @param own the options that stand for settings
 */
export function standaloneArguments(args: readonly string[], own = settingOptions()): StandaloneCommand {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        ...parsedOptions(own),
        "sign-out": { type: "boolean" },
        all: { type: "boolean" },
        clean: { type: "boolean" },
        header: { type: "string", multiple: true },
        keychain: { type: "string" },
        browser: { type: "string" },
        protocol: { type: "string" },
        verbose: { type: "boolean" },
        version: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) return { kind: "help" };
    if (values.version) return { kind: "version" };
    const leaving = leaveOptions(values, positionals);
    if (leaving) return { kind: "leave", options: leaving };
    const [url, ...more] = positionals;
    if (url === undefined)
      throw wrong("The address of the gateway is missing, such as https://gateway.example.com/mcp.");
    if (more.length > 0) throw wrong(`One address is enough. What is "${shown(more[0] ?? "")}" for?`);
    const { clientSecret: secret, ...settings } = typedSettings(own, values);
    const { signIn, clientId, privateKey } = settings as {
      readonly signIn?: StandaloneOptions["flow"];
      readonly clientId?: string;
      readonly privateKey?: CredentialPlace;
    };
    // Whoever names a profile means it to be used.
    const flow = signIn ?? (settings.awsProfile === undefined ? "browser" : "aws");
    for (const [name, option] of Object.entries(awsOptions)) {
      if (flow !== "aws" && settings[name] !== undefined)
        throw wrong(`${option} belongs to AWS credentials: give --aws too.`);
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
    const { keychain = "auto", protocol = "auto", browser } = values;
    const headers = headerSettings(values.header ?? []);
    const options: StandaloneOptions = {
      url,
      act: values["sign-out"] ? "signOut" : "serve",
      flow,
      settings: { ...settings, ...headers, signIn: flow },
      ...headers,
      protocol: oneOf("--protocol", protocol, ["auto", "2025-11-25", "2026-07-28"]),
      keychain: oneOf("--keychain", keychain, ["auto", "off"]),
      verbose: values.verbose ?? false,
      ...(clientSecret && { clientSecret }),
      ...(clientKey && { clientKey }),
      ...(browser !== undefined && { browser: nonEmpty("--browser", browser) }),
    };
    return { kind: "run", options };
  } catch (error) {
    return { kind: "wrong", problem: error instanceof Error ? withoutAdvice(error.message) : String(error) };
  }
}

/** What says something of AWS credentials, by its setting. */
const awsOptions = { awsProfile: "--aws-profile", awsRegion: "--aws-region", awsService: "--aws-service" };

/** Node's own messages end in advice about positionals that fits no option of ours. */
const withoutAdvice = (message: string): string => message.replace(/\. To specify a positional argument.*$/s, ".");

function sourceOf(place: CredentialPlace | undefined): SecretSource | undefined {
  if (place?.file !== undefined) return { kind: "file", path: place.file };
  return place?.environment === undefined ? undefined : { kind: "environment", name: place.environment };
}
