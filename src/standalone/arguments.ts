import { parseArgs } from "node:util";
import { type IdentityProviderId, identityProviderIds } from "../oauth/identityProviders/identityProvider.ts";
import type { SignInFlow } from "../oauth/signIn/signInFlow.ts";

/** Where a secret is read from. It is never an argument itself: every program of the computer can read those. */
export type SecretSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "environment"; readonly name: string };

/** One header for the gateway; where its value comes from the environment, `before` stands in front of it. */
export interface HeaderOption {
  readonly name: string;
  readonly value:
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "environment"; readonly name: string; readonly before: string };
}

export interface StandaloneOptions {
  readonly url: string;
  /** What a person does with the gateway at this address: use it, or sign out of it. */
  readonly act: "serve" | "signOut";
  readonly flow: SignInFlow;
  readonly clientId?: string;
  readonly clientSecret?: SecretSource;
  /** The private key of a client that signs assertions. */
  readonly clientKey?: SecretSource;
  readonly keyId?: string;
  readonly identityProvider?: IdentityProviderId;
  readonly audience?: string;
  readonly clientMetadataUrl?: string;
  readonly issuer?: string;
  readonly scopes?: readonly string[];
  readonly resource?: string | false;
  readonly redirectPorts?: readonly number[];
  readonly redirectPath?: string;
  readonly redirectHost?: string;
  readonly useIdToken: boolean;
  readonly headers: readonly HeaderOption[];
  readonly protocol: "auto" | "2025-11-25" | "2026-07-28";
  readonly keychain: "auto" | "off";
  /** A command that opens an address, `none` for no browser, undefined for the one of the computer. */
  readonly browser?: string;
  readonly verbose: boolean;
}

/** What the command line asks for. */
export type StandaloneCommand =
  | { readonly kind: "run"; readonly options: StandaloneOptions }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "wrong"; readonly problem: string };

/** How the program ends. Part of its contract: scripts and the README rely on the numbers. */
export const exitCodes = {
  ended: 0,
  unexpected: 1,
  argumentsWrong: 2,
  gatewayNotUsable: 3,
  notSignedIn: 4,
  notAllRevoked: 5,
} as const;

export const standaloneHelp = `Connects a program that speaks MCP over stdio to an MCP gateway that wants a sign-in.

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
  --device-code                you do, on any device: an address and a code are printed. Chosen by itself where no
                               browser can be opened and the identity provider offers it
  --client-credentials         nobody does: the program signs in as itself, with --client-id and --client-secret
  --sign-out                   signs out of this gateway: revokes the tokens, forgets them, says what became of them

What your platform team may have told you
  --client-id <id>             the client that was registered for you; otherwise the program registers itself
  --client-secret <source>     its secret: @file to read it from a file, env:NAME from the environment
  --client-key <source>        instead of a secret, the private key (PKCS #8 PEM or JWK) that signs for it, likewise
  --key-id <id>                the key's ID; for Microsoft Entra ID the certificate's SHA-256 thumbprint
  --identity-provider <name>   the product, where its metadata does not tell: ${identityProviderIds.slice(0, 5).join(", ")},
                               ${identityProviderIds.slice(5).join(", ")}
  --audience <audience>        what the token must be for
  --client-metadata-url <url>  the https address of your company's client ID metadata document
  --scopes "<a> <b>"           the scopes to ask for, instead of those the gateway names
  --issuer <url>               the identity provider, for a gateway that does not name it
  --resource <uri>|none        the resource to ask a token for; none sends no resource
  --redirect-port <n>[,<n>]    where the browser comes back to (3334,3335,3336): the first port that is free
  --redirect-path <path>       (/oauth/callback)
  --redirect-host <host>       localhost, 127.0.0.1 or [::1] (localhost)
  --use-id-token               send the gateway the ID token instead of the access token
  --header "<Name>: <value>"   one more header for the gateway, can be repeated. env:NAME, at the end of the value, is
                               read from the environment: --header "X-Api-Key: env:KEY"

How it runs
  --keychain auto|off          off: tokens in memory only (auto)
  --browser <command>|none     what opens the sign-in page; none only prints its address
  --protocol auto|2025-11-25|2026-07-28
                               the MCP revision towards the gateway (auto)
  --verbose                    say on stderr what happens; there is never a token in it
  --version, --help

It ends when its standard input closes, or with the program that started it. Exit codes:
  0  ended by whoever started it, or signed out
  1  something unexpected; please report it
  2  the arguments are wrong, or one is missing
  3  the gateway or its identity provider cannot be used: not reached, not an MCP server, metadata wrong
  4  nobody is signed in: refused, given up or timed out
  5  signed out here, but the identity provider did not revoke everything`;

const wrong = (problem: string): Error => new Error(problem);

/** Reads the arguments, without program and script. */
export function standaloneArguments(args: readonly string[]): StandaloneCommand {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        "client-credentials": { type: "boolean" },
        "device-code": { type: "boolean" },
        "sign-out": { type: "boolean" },
        "client-id": { type: "string" },
        "client-secret": { type: "string" },
        "client-key": { type: "string" },
        "key-id": { type: "string" },
        "identity-provider": { type: "string" },
        audience: { type: "string" },
        "client-metadata-url": { type: "string" },
        scopes: { type: "string" },
        issuer: { type: "string" },
        resource: { type: "string" },
        "redirect-port": { type: "string" },
        "redirect-path": { type: "string" },
        "redirect-host": { type: "string" },
        "use-id-token": { type: "boolean" },
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
    const [url, ...more] = positionals;
    if (url === undefined)
      throw wrong("The address of the gateway is missing, such as https://gateway.example.com/mcp.");
    if (more.length > 0) throw wrong(`One address is enough. What is "${shown(more[0] ?? "")}" for?`);
    if (values["device-code"] && values["client-credentials"]) {
      throw wrong("--device-code is for a person and --client-credentials for nobody: choose one.");
    }
    const flow = values["device-code"] ? "deviceCode" : values["client-credentials"] ? "clientCredentials" : "browser";
    const clientId = some("--client-id", values["client-id"]);
    const clientSecret = secretSource("--client-secret", values["client-secret"]);
    const clientKey = secretSource("--client-key", values["client-key"]);
    if (clientSecret && clientKey)
      throw wrong("--client-secret and --client-key are two ways of one client: choose one.");
    const option = clientKey ? "--client-key" : "--client-secret";
    if ((clientSecret ?? clientKey) && clientId === undefined)
      throw wrong(`${option} belongs to a client: give --client-id too.`);
    if (flow === "clientCredentials" && !clientSecret && !clientKey && !values["sign-out"]) {
      throw wrong("--client-credentials needs --client-id, and --client-secret or --client-key.");
    }
    const keyId = some("--key-id", values["key-id"]);
    const audience = some("--audience", values.audience);
    const identityProvider = oneOf("--identity-provider", values["identity-provider"], identityProviderIds);
    const clientMetadataUrl = address("--client-metadata-url", values["client-metadata-url"]);
    const issuer = address("--issuer", values.issuer);
    const resource = values.resource === "none" ? false : some("--resource", values.resource);
    const scopes = scopeList(values.scopes);
    const redirectPorts = ports(values["redirect-port"]);
    const redirectPath = path(values["redirect-path"]);
    const redirectHost = oneOf("--redirect-host", values["redirect-host"], ["localhost", "127.0.0.1", "[::1]"]);
    const browser = some("--browser", values.browser);
    const options: StandaloneOptions = {
      url,
      act: values["sign-out"] ? "signOut" : "serve",
      flow,
      useIdToken: values["use-id-token"] ?? false,
      headers: (values.header ?? []).map(header),
      protocol: oneOf("--protocol", values.protocol, ["auto", "2025-11-25", "2026-07-28"]) ?? "auto",
      keychain: oneOf("--keychain", values.keychain, ["auto", "off"]) ?? "auto",
      verbose: values.verbose ?? false,
      ...(clientId !== undefined && { clientId }),
      ...(clientSecret !== undefined && { clientSecret }),
      ...(clientKey !== undefined && { clientKey }),
      ...(keyId !== undefined && { keyId }),
      ...(audience !== undefined && { audience }),
      ...(identityProvider !== undefined && { identityProvider }),
      ...(clientMetadataUrl !== undefined && { clientMetadataUrl }),
      ...(issuer !== undefined && { issuer }),
      ...(resource !== undefined && { resource }),
      ...(scopes !== undefined && { scopes }),
      ...(redirectPorts !== undefined && { redirectPorts }),
      ...(redirectPath !== undefined && { redirectPath }),
      ...(redirectHost !== undefined && { redirectHost }),
      ...(browser !== undefined && { browser }),
    };
    return { kind: "run", options };
  } catch (error) {
    return { kind: "wrong", problem: error instanceof Error ? withoutAdvice(error.message) : String(error) };
  }
}

/** Node's own messages end in advice about positionals that fits no option of ours. */
const withoutAdvice = (message: string): string => message.replace(/\. To specify a positional argument.*$/s, ".");

/** What was typed in the wrong place may be a secret, so that long words are not repeated. */
const shown = (text: string): string => (text.length > 40 ? `${text.slice(0, 8)}…` : text);

function some(option: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.trim() === "") throw wrong(`${option} is empty.`);
  return value.trim();
}

function oneOf<T extends string>(option: string, value: string | undefined, choices: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw wrong(`${option} is one of ${choices.join(", ")}, not "${shown(value)}".`);
  return found;
}

/** The value itself is left out of the words: it may be the secret. */
function secretSource(option: string, value: string | undefined): SecretSource | undefined {
  if (value === undefined) return undefined;
  const file = /^@(.+)$/.exec(value)?.[1];
  if (file !== undefined) return { kind: "file", path: file };
  const name = /^env:(\w+)$/.exec(value)?.[1];
  if (name !== undefined) return { kind: "environment", name };
  throw wrong(
    `${option} takes @file or env:NAME, not the secret itself: every program on this computer can read the arguments of another. If you have just typed a real secret, have it replaced.`,
  );
}

function address(option: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!URL.canParse(value))
    throw wrong(`${option} is an address such as https://login.example.com, not "${shown(value)}".`);
  return value;
}

function scopeList(value: string | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  const scopes = value.split(/[\s,]+/).filter(Boolean);
  if (scopes.length === 0) throw wrong("--scopes is empty. Leave it out to ask for those the gateway names.");
  return scopes;
}

function ports(value: string | undefined): number[] | undefined {
  if (value === undefined) return undefined;
  const found = value.split(",").map((part) => part.trim());
  const good = (port: string) => /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536;
  if (!found.every(good))
    throw wrong(`--redirect-port is one or more of 1 to 65535, such as 3334,3335, not "${shown(value)}".`);
  return found.map(Number);
}

function path(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!/^\/[A-Za-z0-9._~/-]*$/.test(value)) {
    throw wrong(`--redirect-path is a path such as /oauth/callback, not "${shown(value)}".`);
  }
  return value;
}

/** What carries a credential by its very name. */
const secretHeaders = /^(authorization|proxy-authorization|cookie|.*(api-?key|token|secret).*)$/i;
/** What MCP and HTTP need for themselves. */
const takenHeaders = /^(host|content-length|content-type|accept|connection|transfer-encoding|mcp-.*)$/i;

function header(text: string): HeaderOption {
  const at = text.indexOf(":");
  const name = text.slice(0, Math.max(at, 0)).trim();
  const value = text.slice(at + 1).trim();
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || value === "") {
    throw wrong('--header is "Name: value", such as "X-Team: blue".');
  }
  if (takenHeaders.test(name)) throw wrong(`--header cannot set ${name}, which belongs to the protocol.`);
  const found = /^(|.*\s)(?:env:(\w+)|\$\{(\w+)\})$/.exec(value);
  const variable = found?.[2] ?? found?.[3];
  if (found && variable) return { name, value: { kind: "environment", name: variable, before: found[1] ?? "" } };
  if (secretHeaders.test(name)) {
    throw wrong(
      `--header ${name} would show its secret to every program on this computer: put it into the environment and write "${name}: env:NAME".`,
    );
  }
  if (/[^\t\x20-\x7e]/.test(value)) throw wrong(`--header ${name} may hold plain ASCII only.`);
  return { name, value: { kind: "text", text: value } };
}
