import { parseArgs } from "node:util";
import { messageOf } from "../../lib/causes.ts";
import { isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";
import type { AskedCall } from "./explainPolicies.ts";
import { type ExportFormat, exportFormats } from "./exportConfiguration.ts";

/**
 * Where a token is read from. It is never an argument itself, since every program on the machine can read arguments.
 */
export type TokenSource =
  | { readonly kind: "stdin" }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "environment"; readonly name: string };

/** What the command line asks for. */
export type GatewayCommand =
  | {
      readonly kind: "run";
      readonly files: readonly string[];
      readonly host?: string;
      readonly port?: number;
      /** Whether the gateways end when standard input closes, for a program that starts them. */
      readonly attached: boolean;
    }
  | { readonly kind: "check"; readonly files: readonly string[] }
  | {
      readonly kind: "explain";
      readonly file: string;
      readonly token: TokenSource;
      /** The call that the policies are asked about. */
      readonly call: AskedCall | undefined;
      /** The ARN of whoever signs a request, for a gateway that takes no tokens. */
      readonly caller: string | undefined;
      readonly json: boolean;
    }
  | { readonly kind: "schema"; readonly file: string }
  | { readonly kind: "export"; readonly file: string; readonly format: ExportFormat }
  | {
      readonly kind: "compare";
      readonly file: string;
      readonly url: URL;
      readonly token: TokenSource | undefined;
      /** The file with the live gateway's rate limits. */
      readonly rateLimits: string | undefined;
      readonly json: boolean;
    }
  | VerifyCommand
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly problem: string };

/** Asks whether an audit is as it was written. */
export interface VerifyCommand {
  readonly kind: "audit";
  readonly files: readonly string[];
  /** The gateway's file, which names audit, key and head. */
  readonly config: string | undefined;
  readonly key: TokenSource | undefined;
  readonly head: string | undefined;
  /** The number of the line that the files begin with. */
  readonly from: number | undefined;
  readonly json: boolean;
}

export const gatewayHelp = `A gateway for MCP servers that decides as Amazon Bedrock AgentCore Gateway does, on this computer.

Usage:
  gateway --config <file> [--config <file> …]   start the gateway, or several
  gateway --check --config <file>               only say what is wrong with the file
  gateway explain --config <file>               say rule by rule what the gateway thinks of a token, and with --tool
                                                what its policies decide about a call
  gateway schema --config <file>                print the Cedar schema of the tools, for editors of policies
  gateway export --config <file> --format <f>   print the same configuration for AWS
  gateway audit --verify <file>…                say whether an audit is as it was written; --config in place of the files
                                                takes them, their key and their head from a gateway's file
  gateway compare --config <file> <url>         ask a live gateway the same as this one, and show what differs

Options:
  --config <file>   what \`aws bedrock-agentcore-control get-gateway\` prints, with targets; see docs/gateway.md
  --host <host>     where to listen, in place of the file's address (one file only)
  --port <port>     0 takes a free one (one file only)
  --attached        end when stdin closes
  --token <source>  for explain and compare: - for stdin, @file, or env:NAME; explain reads stdin when absent
  --rate-limits <file>  for compare: what \`list-gateway-rate-limits\` prints of the live gateway
  --caller <ARN>    for explain, with AWS_IAM and AUTHENTICATE_ONLY: who signs, as sts get-caller-identity prints it
  --tool <name>     for explain: the tool that is called, as target___tool
  --arguments <json>  its arguments; without them explain says which conditions on them are left
  --format <format>   for export: cloudformation, cdk or terraform
  --key <source>    for audit: the key of its chain, from -, @file, or env:NAME; without it only accidents are found
  --head <file>     for audit: where the chain ends; without it lines that were cut off the end are not missed
  --from <number>   for audit: the line that the files begin with, where older ones were removed on purpose
  --json            print the findings of explain, compare and audit as JSON
  --help            print this

Requests to issuers, targets and live gateways go through the proxies of HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY;
this machine is asked directly. NODE_EXTRA_CA_CERTS names a file of certificates to trust besides Node's own.

A running gateway reads its file again when it changes, or on SIGHUP. A bad file changes nothing. SIGINT and SIGTERM
finish the calls that are open; within 10 seconds everything has ended.

Exit codes: 0 done, 1 could not run, 2 wrong arguments, 3 a file with faults, 4 the token was refused, answers differ, or an
audit is not as it was written.`;

export const exitCodes = { done: 0, failed: 1, arguments: 2, configuration: 3, refused: 4 } as const;

/** Reads the arguments, without program and script. */
export function gatewayArguments(args: readonly string[]): GatewayCommand {
  try {
    return read(args);
  } catch (error) {
    return { kind: "wrong", problem: messageOf(error) };
  }
}

const verbs = ["explain", "schema", "export", "compare", "audit"];

/** @throws Error with a message about the argument that cannot be used */
function read(args: readonly string[]): GatewayCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: true,
    options: {
      config: { type: "string", multiple: true },
      host: { type: "string" },
      port: { type: "string" },
      token: { type: "string" },
      "rate-limits": { type: "string" },
      attached: { type: "boolean" },
      check: { type: "boolean" },
      json: { type: "boolean" },
      format: { type: "string" },
      tool: { type: "string" },
      caller: { type: "string" },
      arguments: { type: "string" },
      verify: { type: "boolean" },
      key: { type: "string" },
      head: { type: "string" },
      from: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return { kind: "help" };
  const [verb = "run", address, ...rest] = positionals;
  const files = values.config ?? [];
  if (!["run", ...verbs].includes(verb)) throw new Error(`"${verb}" is none of ${verbs.join(", ")}.`);
  const only = (options: readonly (keyof typeof values)[]) => {
    const given = (Object.keys(values) as (keyof typeof values)[]).find((one) => !options.includes(one));
    if (given) throw new Error(`--${given} has no meaning here.`);
  };
  if (verb === "audit") {
    only(Object.keys(verifyOptions) as (keyof typeof verifyOptions)[]);
    if (!values.verify) throw new Error("audit needs --verify: it has nothing else to do.");
    return verifyCommand(positionals.slice(1), values);
  }
  if (files.length === 0) throw new Error("--config <file> says which gateway is meant.");
  if (new Set(files).size < files.length) throw new Error("--config names the same file twice.");
  if (rest.length > 0 || (address !== undefined && verb !== "compare")) {
    throw new Error(`"${rest[0] ?? address}" is one argument too many.`);
  }
  if (verb === "run" && values.check) {
    only(["config", "check"]);
    return { kind: "check", files };
  }
  if (verb === "run") {
    only(["config", "host", "port", "attached"]);
    const port = values.port === undefined ? undefined : portOf(values.port);
    if (files.length > 1 && (values.host ?? port) !== undefined) {
      throw new Error("--host and --port are for one file; several have their addresses in their files.");
    }
    return {
      kind: "run",
      files,
      ...(values.host !== undefined && { host: values.host }),
      ...(port !== undefined && { port }),
      attached: values.attached ?? false,
    };
  }
  const [file = "", another] = files;
  if (another !== undefined) throw new Error(`${verb} takes one --config.`);
  if (verb === "export") {
    only(["config", "format"]);
    return { kind: "export", file, format: formatOf(values.format) };
  }
  if (verb === "schema") {
    only(["config"]);
    return { kind: "schema", file };
  }
  const own = verb === "explain" ? (["tool", "arguments", "caller"] as const) : (["rate-limits"] as const);
  only(["config", "token", "json", ...own]);
  const json = values.json ?? false;
  if (verb === "explain") {
    const { tool } = values;
    if (tool === undefined && values.arguments !== undefined) throw new Error("--arguments needs --tool.");
    const call = tool === undefined ? undefined : { tool, arguments: values.arguments };
    if (values.caller !== undefined && values.token !== undefined)
      throw new Error("--caller signs, and has no --token.");
    return { kind: "explain", file, token: tokenSource(values.token ?? "-"), call, caller: values.caller, json };
  }
  if (address === undefined) throw new Error("compare needs the address of the live gateway.");
  const token = values.token === undefined ? undefined : tokenSource(values.token);
  return { kind: "compare", file, url: addressOf(address), token, rateLimits: values["rate-limits"], json };
}

const verifyOptions = { verify: true, config: true, key: true, head: true, from: true, json: true } as const;

interface VerifyValues {
  readonly config?: string[] | undefined;
  readonly key?: string | undefined;
  readonly head?: string | undefined;
  readonly from?: string | undefined;
  readonly json?: boolean | undefined;
}

function verifyCommand(files: readonly string[], { config = [], key, head, from, json }: VerifyValues): VerifyCommand {
  const [file, another] = config;
  if (another !== undefined) throw new Error("audit takes one --config.");
  if (file === undefined && files.length === 0)
    throw new Error("audit --verify needs the files of an audit, or --config.");
  if (from !== undefined && !/^[1-9]\d{0,14}$/.test(from))
    throw new Error(`--from is a whole number from 1, not "${from}".`);
  return {
    ...{ kind: "audit", files, config: file, head, json: json ?? false },
    key: key === undefined ? undefined : tokenSource(key, "--key"),
    from: from === undefined ? undefined : Number(from),
  };
}

function formatOf(text: string | undefined): ExportFormat {
  const formats = Object.keys(exportFormats) as ExportFormat[];
  const format = formats.find((one) => one === text);
  if (format === undefined) throw new Error(`--format is one of ${formats.join(", ")}.`);
  return format;
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`--port is a whole number from 0 to 65535, not "${text}".`);
}

function tokenSource(text: string, option = "--token"): TokenSource {
  if (text === "-") return { kind: "stdin" };
  const [, path] = /^@(.+)$/.exec(text) ?? [];
  if (path !== undefined) return { kind: "file", path };
  const [, name] = /^env:(\w+)$/.exec(text) ?? [];
  if (name !== undefined) return { kind: "environment", name };
  // The argument may be the secret itself, so the message does not repeat it.
  const what = option.slice(2);
  throw new Error(`${option} is -, @file or env:NAME; the ${what} itself would be visible to every program here.`);
}

function addressOf(text: string): URL {
  const url = parseUrl(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw new Error(`"${text}" is no http or https address.`);
  if (isSecureUrl(url)) return url;
  throw new Error(`"${text}" would be sent your token unencrypted: it has to be https, or http on this computer.`);
}
