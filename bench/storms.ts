import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { TokenSet } from "../src/oauth/tokens/tokenSet.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/startSandbox.ts";
import { coreSignIn } from "../test/support/coreSignIn.ts";
import { installedMcpRemote, prepareMcpRemote } from "./mcpRemote.ts";
import { computer, type Program, throughBridge, throughMcpRemote, throughStandalone } from "./programs.ts";
import { startRelayHost } from "./relayHost.ts";

/** What many hosts that start at once cost a person and their identity provider. */
export interface Storm {
  readonly what: "expired" | "signedOut";
  readonly name: Program["name"];
  /** How many of them called a tool in the end. */
  readonly served: number;
  readonly tabs: number;
  readonly refreshes: number;
  readonly signIns: number;
}

const timeoutMs = 60_000;

/**
 * Starts several hosts at once: with one access token that has run out beside a rotating refresh token, and with nobody
 * signed in.
 */
export async function storms(
  folder: string,
  instances: number,
  say: (line: string) => void,
): Promise<readonly Storm[]> {
  const all: Storm[] = [];
  for (const what of ["expired", "signedOut"] as const) {
    for (const prepare of [bridge, standalone, mcpRemote]) {
      const place = join(folder, `${what}-${prepare.name}`);
      const sandbox = await startSandbox({});
      try {
        const { program, tabs, stop } = await prepare(sandbox, place, what);
        try {
          const before = grantsOf(sandbox);
          const tabsBefore = await tabs();
          const starts = Array.from({ length: instances }, () => callOnce(program));
          const served = (await Promise.all(starts)).filter(Boolean).length;
          const after = grantsOf(sandbox);
          all.push({
            what,
            name: program.name,
            served,
            tabs: (await tabs()) - tabsBefore,
            refreshes: after.refreshes - before.refreshes,
            signIns: after.signIns - before.signIns,
          });
        } finally {
          await stop?.();
        }
        say(`storm: ${what}, ${program.name}`);
      } finally {
        await sandbox.stop();
      }
    }
  }
  return all;
}

interface Prepared {
  readonly program: Program;
  /** How many pages were opened for the person so far. */
  readonly tabs: () => Promise<number>;
  /** Ends what runs beside the program: a window's socket that is left open keeps this process alive for ever. */
  readonly stop?: () => Promise<void>;
}

async function callOnce(program: Program): Promise<boolean> {
  const started = await program.start().catch(() => undefined);
  try {
    const call = { name: "sample___whoami", arguments: {} };
    return (await started?.client.callTool(call, undefined, { timeout: timeoutMs })) !== undefined;
  } catch {
    return false;
  } finally {
    await started?.stop();
  }
}

/** Ten hosts with the entry of one connection, and one window of the editor. */
async function bridge(sandbox: Sandbox, folder: string, what: Storm["what"]): Promise<Prepared> {
  let tabs = 0;
  const tokens = await coreSignIn(sandbox.gatewayUrl);
  const host = await startRelayHost(resolve("dist/relay.cjs"), sandbox.gatewayUrl, expired(tokens), {
    signedOut: what === "signedOut",
    async signIn() {
      tabs += 1;
      return coreSignIn(sandbox.gatewayUrl);
    },
  });
  const program = await throughBridge(host, folder, { one: "storm" });
  return { program, tabs: async () => tabs, stop: () => host.stop() };
}

async function standalone(sandbox: Sandbox, folder: string, what: Storm["what"]): Promise<Prepared> {
  const { env, browser, opened, keychain } = await computer(folder);
  const program = throughStandalone(sandbox.gatewayUrl, env, ["--browser", browser]);
  if (what === "expired") {
    await callOnce(program);
    for (const name of await readdir(keychain)) {
      const path = join(keychain, name);
      const [count, mark, text = ""] = (await readFile(path, "utf8")).split(".");
      const kept = JSON.parse(Buffer.from(text, "base64").toString("utf8")) as Partial<TokenSet>;
      if (kept.expiresAt === undefined) continue;
      const changed = Buffer.from(JSON.stringify(expired(kept as TokenSet))).toString("base64");
      await writeFile(path, [count, mark, changed].join("."));
    }
  }
  return { program, tabs: () => lines(opened) };
}

async function mcpRemote(sandbox: Sandbox, folder: string, what: Storm["what"]): Promise<Prepared> {
  const { browser, opened } = await computer(folder);
  const config = join(folder, "mcp-remote");
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  const program = throughMcpRemote({
    args: [await installedMcpRemote(), sandbox.gatewayUrl],
    env: { ...(env as Record<string, string>), BROWSER: browser, MCP_REMOTE_CONFIG_DIR: config },
  });
  if (what === "expired") {
    await prepareMcpRemote(sandbox.gatewayUrl, config);
    for (const name of await readdir(config, { recursive: true })) {
      if (!name.endsWith("_tokens.json")) continue;
      const kept = JSON.parse(await readFile(join(config, name), "utf8")) as object;
      await writeFile(join(config, name), JSON.stringify({ ...kept, expires_at: Date.now() - 1_000 }));
    }
  }
  return { program, tabs: () => lines(opened) };
}

/** For who looks at its time alone; the provider would still take it. */
const expired = (tokens: TokenSet): TokenSet => ({
  ...tokens,
  issuedAt: Date.now() - 3_600_000,
  expiresAt: Date.now() - 1_000,
});

async function lines(path: string): Promise<number> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "").length;
}

function grantsOf(sandbox: Sandbox): { readonly refreshes: number; readonly signIns: number } {
  const { refresh_token = 0, authorization_code = 0 } = sandbox.observe().grants;
  return { refreshes: refresh_token, signIns: authorization_code };
}
