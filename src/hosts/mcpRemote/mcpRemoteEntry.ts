import { translatable } from "../../failures/translate.ts";
import { jsonObjectIn } from "../../lib/json/jsonObject.ts";
import { parseUrl } from "../../lib/secureUrl.ts";
import type { ReadEntry } from "../formats/entryShape.ts";
import { type ImportedHeaders, readHeaderOption } from "./headerOption.ts";
import { cannotBeKept, kept, notNeeded, type OptionOutcome } from "./optionOutcome.ts";

export interface Outcome extends OptionOutcome {
  readonly option: string;
}

/** The imported settings of a gateway, as `gatewayConnect.gateways` has them under its address. */
export interface ImportedSettings {
  readonly clientId?: string;
  readonly scopes?: readonly string[];
  readonly resource?: string | false;
  readonly clientMetadataUrl?: string;
  readonly redirectPorts?: readonly number[];
  readonly redirectPath?: string;
  readonly redirectHost?: string;
  readonly token?: "id";
  readonly signIn?: "deviceCode" | "clientCredentials";
  readonly clientAuthentication?: "client_secret_basic";
  readonly headers?: ImportedHeaders;
  readonly tools?: { readonly deny: readonly string[] };
}

/** A server of an mcp.json that starts mcp-remote, and the settings it becomes. */
export interface McpRemoteEntry {
  readonly key: string;
  readonly url: string;
  /** Whether it is switched off in the file. */
  readonly isDisabled: boolean;
  readonly settings: ImportedSettings;
  readonly outcomes: readonly Outcome[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Reader = (value: string, settings: Mutable<ImportedSettings>) => OptionOutcome;

/** The options of mcp-remote 0.15.1, each with the number of arguments that follow it. */
const options: Readonly<Record<string, readonly [0 | 1, Reader]>> = {
  "--static-oauth-client-info": [1, staticClient],
  "--static-oauth-client-metadata": [1, staticMetadata],
  "--client-metadata-url": [
    1,
    (value, settings) => {
      settings.clientMetadataUrl = value;
      return kept(translatable("the client metadata document {0}"), value);
    },
  ],
  "--resource": [
    1,
    (value, settings) => {
      settings.resource = value;
      return kept(translatable("the resource {0}"), value);
    },
  ],
  "--disable-resource-parameter": [
    0,
    (_, settings) => {
      settings.resource = false;
      return kept(translatable("no resource is sent"));
    },
  ],
  "--host": [
    1,
    (value, settings) => {
      if (!loopback.includes(value)) return cannotBeKept(translatable("the browser comes back to this machine only"));
      settings.redirectHost = value;
      return kept(translatable("the browser comes back to {0}"), value);
    },
  ],
  "--callback-path": [
    1,
    (value, settings) => {
      settings.redirectPath = value;
      return kept(translatable("the browser comes back to {0}"), value);
    },
  ],
  "--header": [
    1,
    (value, settings) => {
      const { outcome, headers } = readHeaderOption(value);
      if (headers) settings.headers = { ...settings.headers, ...headers };
      return outcome;
    },
  ],
  "--header-file": [
    1,
    () =>
      cannotBeKept(translatable('no file of headers is read: set them under "headers", each with where it is read')),
  ],
  "--use-id-token": [
    0,
    (_, settings) => {
      settings.token = "id";
      return kept(translatable("the ID token is sent"));
    },
  ],
  "--client-credentials": [
    0,
    (_, settings) => {
      settings.signIn = "clientCredentials";
      return kept(translatable("the client signs in as itself; its secret is asked for"));
    },
  ],
  "--token-endpoint": [1, () => notNeeded(translatable("it is found by discovery"))],
  "--authorize-param": [1, () => cannotBeKept(translatable("the sign-in asks for nothing beyond the standards"))],
  "--ignore-tool": [
    1,
    (value, settings) => {
      if (value === "") return cannotBeKept(translatable("it names no tool"));
      settings.tools = { deny: [...(settings.tools?.deny ?? []), value] };
      return kept(translatable("agents are not shown {0}"), value);
    },
  ],
  "--device-code": [
    0,
    (_, settings) => {
      settings.signIn = "deviceCode";
      return kept(translatable("a code is shown to sign in with"));
    },
  ],
  "--allow-http": [0, () => notNeeded(translatable("http is taken on this machine, and nowhere else"))],
  "--transport": [
    1,
    (value) =>
      // `http-first` and `sse-first` try both.
      value === "sse-only"
        ? cannotBeKept(
            translatable("the old transport (HTTP+SSE, 2024-11-05) is not spoken: ask for the streamable HTTP address"),
          )
        : notNeeded(translatable("streamable HTTP is spoken")),
  ],
  "--protocol": [1, () => notNeeded(translatable("the revision is found out"))],
  "--enable-proxy": [0, () => notNeeded(translatable("the editor's proxy settings hold"))],
  "--ipv4": [0, () => notNeeded(translatable("the editor's network settings hold"))],
  "--disable-cookies": [
    0,
    () => notNeeded(translatable("cookies go to the server that set them, and end with the connection")),
  ],
  "--auth-timeout": [1, () => notNeeded(translatable("a sign-in can take its time"))],
  "--auth-success-url": [1, () => notNeeded(translatable("the page after the sign-in is our own"))],
  "--connect-timeout": [1, () => notNeeded(translatable("the relay waits as long as the editor does"))],
  "--headers-timeout": [1, () => notNeeded(translatable("the relay waits as long as the editor does"))],
  "--body-timeout": [1, () => notNeeded(translatable("the relay waits as long as the editor does"))],
  "--keep-alive": [0, () => notNeeded(translatable("a connection that ends is opened again"))],
  "--ping-interval": [1, () => notNeeded(translatable("a connection that ends is opened again"))],
  "--debug": [0, () => notNeeded(translatable("see Show Log"))],
  "--silent": [0, () => notNeeded(translatable("see Show Log"))],
};

const loopback = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Reads an entry that starts mcp-remote in any way: through npx and the like, by its path, through Node or a shell.
 *
 * @returns undefined for every other entry
 */
export function readMcpRemoteEntry(
  key: string,
  { command, args = [], isOff = false }: ReadEntry,
): McpRemoteEntry | undefined {
  if (command === undefined) return undefined;
  // A shell receives the whole command as one argument.
  const words = [command, ...args].flatMap((word) =>
    /\smcp-remote[\s@]/.test(` ${word} `) ? shellWords(word) : [word],
  );
  const program = words.findLastIndex(isMcpRemote);
  if (program < 0) return undefined;
  const rest = words.slice(program + 1);
  const at = rest.findIndex((word) => /^https?:\/\//.test(word));
  const url = parseUrl(rest[at] ?? "")?.href;
  if (url === undefined) return undefined;
  const settings: Mutable<ImportedSettings> = {};
  const outcomes: Outcome[] = [];
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? "";
    if (index === at) continue;
    if (index === at + 1 && /^\d+$/.test(word)) {
      settings.redirectPorts = [Number(word)];
      outcomes.push({
        option: translatable("the port"),
        ...kept(translatable("the browser comes back to port {0}"), word),
      });
      continue;
    }
    const option = Object.hasOwn(options, word) ? options[word] : undefined;
    if (!option) {
      // A word without dashes may be the secret argument of an unknown option, so it is not repeated.
      if (word.startsWith("--"))
        outcomes.push({ option: word.replace(/=.*/s, ""), ...cannotBeKept(translatable("it is not known here")) });
      continue;
    }
    const [follows, read] = option;
    const argument = follows === 1 ? (rest[index + 1] ?? "") : "";
    index += follows;
    outcomes.push({ option: word, ...read(argument, settings) });
  }
  return { key, url: rest[at] ?? url, isDisabled: isOff, settings, outcomes };
}

function isMcpRemote(word: string): boolean {
  const path = word.replaceAll("\\", "/");
  if (/\/mcp-remote\/dist\/proxy\.js$/.test(path)) return true;
  const name = path.split("/").at(-1) ?? "";
  return !path.startsWith("-") && /^mcp-remote(@[^/]*)?(\.cmd|\.exe|\.ps1)?$/.test(name);
}

const shellWords = (line: string): string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );

function staticClient(value: string, settings: Mutable<ImportedSettings>) {
  const info = jsonObjectIn(value);
  if (!info) return cannotBeKept(translatable("it is no JSON, or in a file: enter the client ID when you are asked"));
  const { client_id: clientId, client_secret: secret, redirect_uris: uris } = info;
  if (typeof clientId === "string") settings.clientId = clientId;
  readScope(info.scope, settings);
  const redirect = Array.isArray(uris) ? parseUrl(String(uris[0])) : undefined;
  if (redirect && loopback.includes(redirect.hostname) && redirect.port !== "") {
    settings.redirectPorts ??= [Number(redirect.port)];
    settings.redirectPath ??= redirect.pathname;
    settings.redirectHost ??= redirect.hostname;
  }
  if (secret !== undefined) {
    settings.clientAuthentication = "client_secret_basic";
    return kept(
      translatable("the client {0}; its secret is asked for, and kept in the editor's secret storage"),
      String(clientId),
    );
  }
  return kept(translatable("the client {0}, with its redirect URI and scopes"), String(clientId));
}

function staticMetadata(value: string, settings: Mutable<ImportedSettings>) {
  const metadata = jsonObjectIn(value);
  readScope(metadata?.scope, settings);
  return settings.scopes
    ? kept(translatable("the scopes {0}"), settings.scopes.join(" "))
    : notNeeded(translatable("clients register with their own"));
}

function readScope(scope: unknown, settings: Mutable<ImportedSettings>): void {
  if (typeof scope === "string" && scope.trim() !== "") settings.scopes = scope.trim().split(/\s+/);
}
