import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { program } from "./programs.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";
import { startTokenIssuer, type TokenIssuer } from "./tokenIssuer.ts";
import { patienceMs } from "./until.ts";
import { type StartedProcess, startProcess } from "./vscode/startProcess.ts";

export const gatewayProgram = program("gateway");

export interface ProgramWorld {
  readonly issuer: TokenIssuer;
  readonly folder: string;
  /** Writes the program of a target with a tool `wait`: what it does when that is called, at its start, and with each line before all else. */
  scripted(
    atCall: string,
    first?: string,
    atLine?: string,
  ): { readonly command: string; readonly args: readonly string[] };
  /** Writes a gateway's file for the issuer. */
  write(name: string, more?: object, authorizer?: object | null): string;
}

/** A folder for the files of gateways, and whoever issues the tokens that they let in. */
export async function withFiles(act: (world: ProgramWorld) => Promise<void>): Promise<void> {
  const issuer = await startTokenIssuer();
  const folder = makeTemporaryFolder("gateway");
  const write = (name: string, more: object = {}, authorizer: object | null = {}) => {
    const path = join(folder, name);
    const rules = { discoveryUrl: issuer.discoveryUrl, allowedAudience: ["api"], ...authorizer };
    const guarded = { authorizerType: "CUSTOM_JWT", authorizerConfiguration: { customJWTAuthorizer: rules } };
    const file = { ...(authorizer && guarded), ...more };
    writeFileSync(path, JSON.stringify(file, undefined, 2));
    return path;
  };
  const scripted = (atCall: string, first = "", atLine = "") => {
    const script = join(folder, "target.mjs");
    writeFileSync(
      script,
      `import { watchFile, writeFileSync } from "node:fs";
      import { createInterface } from "node:readline";
      const say = (id, answer) => console.log(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
      const capabilities = { tools: {} };
      const serverInfo = { name: "s", version: "1" };
      ${first}
      createInterface({ input: process.stdin }).on("line", (line) => {
        const { id, method, params } = JSON.parse(line);
        ${atLine}
        if (method === "initialize")
          say(id, { result: { protocolVersion: params.protocolVersion, capabilities, serverInfo } });
        else if (method === "tools/list") say(id, { result: { tools: [{ name: "wait", inputSchema: { type: "object" } }] } });
        else if (method === "tools/call") { ${atCall} }
        else if (id !== undefined) say(id, { error: { code: -32601, message: "Method not found" } });
      });`,
    );
    return { command: process.execPath, args: [script] };
  };
  try {
    await act({ issuer, folder, scripted, write });
  } finally {
    await issuer.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first line of the program. */
export interface Ready {
  readonly gateways: readonly {
    readonly file: string;
    readonly name?: string;
    readonly url: string;
    readonly port: number;
    readonly notRun: readonly string[];
  }[];
}

/** Finds a line of JSON that has a key. */
export const jsonLine =
  <T>(key: string) =>
  (line: string) =>
    line.startsWith("{") && key in JSON.parse(line) ? (JSON.parse(line) as T) : undefined;

/** Runs the gateway as a program for as long as `act` takes. */
export async function withProgram(
  args: readonly string[],
  act: (ready: Ready, process: StartedProcess) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const how = { stdin: true, env: { ...process.env, ...env } };
  const started = startProcess(process.execPath, [...gatewayProgram, ...args], how);
  try {
    await act(await started.line(jsonLine<Ready>("ready"), "the gateway did not start"), started);
  } finally {
    await started.stop();
  }
}

/** Runs the program to its end. */
export async function ended(args: readonly string[], input = "", env: NodeJS.ProcessEnv = process.env) {
  const child = spawn(process.execPath, [...gatewayProgram, ...args], { env, timeout: patienceMs });
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  return { code, out, err };
}
