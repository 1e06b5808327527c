import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../src/sandbox/startSandbox.ts";
import { relayHere } from "./bridgedRelay.ts";
import { type Build, nameOf } from "./builds.ts";
import { installedMcpRemote, prepareMcpRemote } from "./mcpRemote.ts";
import { computer, type Program, throughBridge, throughMcpRemote, throughStandalone } from "./programs.ts";
import type { TokenSet } from "./relayHost.ts";

/** What many hosts that start at once cost a person and their identity provider. */
export interface Storm {
  readonly what: "expired" | "signedOut";
  readonly name: string;
  /** How many of them called a tool in the end. */
  readonly served: number;
  readonly tabs: number;
  readonly refreshes: number;
  readonly signIns: number;
}

const CALL_TIMEOUT_MS = 60_000;

/**
 * Starts several hosts at once: with one access token that has run out beside a rotating refresh token, and with nobody
 * signed in.
 */
export async function storms(
  folder: string,
  world: { readonly builds: readonly Build[]; readonly instances: number; readonly say: (line: string) => void },
): Promise<readonly Storm[]> {
  const all: Storm[] = [];
  for (const what of ["expired", "signedOut"] as const) {
    const ours = world.builds.flatMap((build) => [
      [nameOf("bridge", build), bridge(build)] as const,
      [nameOf("standalone", build), standalone(build)] as const,
    ]);
    for (const [name, prepare] of [...ours, ["mcpRemote", mcpRemote] as const]) {
      const place = join(folder, `${what}-${name.replaceAll(/\W+/g, "-")}`);
      const sandbox = await startSandbox({});
      try {
        all.push({ what, name, ...(await storm(await prepare(sandbox, place, what), sandbox, world.instances)) });
        world.say(`storm: ${what}, ${name}`);
      } finally {
        await sandbox.stop();
      }
    }
  }
  return all;
}

async function storm({ program, tabs, stop }: Prepared, sandbox: Sandbox, instances: number) {
  try {
    const before = grantsOf(sandbox);
    const tabsBefore = await tabs();
    const starts = Array.from({ length: instances }, () => callOnce(program));
    const served = (await Promise.all(starts)).filter(Boolean).length;
    const after = grantsOf(sandbox);
    return {
      served,
      tabs: (await tabs()) - tabsBefore,
      refreshes: after.refreshes - before.refreshes,
      signIns: after.signIns - before.signIns,
    };
  } finally {
    await stop?.();
  }
}

type Prepare = (sandbox: Sandbox, folder: string, what: Storm["what"]) => Promise<Prepared>;

interface Prepared {
  readonly program: Program;
  /** How many pages were opened for the person so far. */
  readonly tabs: () => Promise<number>;
  /** Ends what runs beside the program: a window's socket that is left open keeps this process alive for ever. */
  readonly stop?: () => Promise<void>;
}

async function callOnce(program: Program): Promise<boolean> {
  const started = await program.connect().catch(() => undefined);
  try {
    const call = { name: "sample___whoami", arguments: {} };
    return (await started?.client.callTool(call, undefined, { timeout: CALL_TIMEOUT_MS })) !== undefined;
  } catch {
    return false;
  } finally {
    await started?.stop();
  }
}

/** Ten hosts with the entry of one connection, and one window of the editor. */
const bridge =
  (build: Build): Prepare =>
  async ({ gatewayUrl }, folder, what) => {
    let tabs = 0;
    const { startRelayHost, coreSignIn } = build.ours;
    const host = await startRelayHost(build.dist("relay.cjs"), gatewayUrl, expired(await coreSignIn(gatewayUrl)), {
      signedOut: what === "signedOut",
      async signIn() {
        tabs += 1;
        return await coreSignIn(gatewayUrl);
      },
    });
    const program = await throughBridge(build, relayHere(host), folder, { one: "storm" });
    return { program, tabs: async () => tabs, stop: () => host.stop() };
  };

const standalone =
  (build: Build): Prepare =>
  async ({ gatewayUrl }, folder, what) => {
    const person = await computer(folder);
    const program = throughStandalone(build, gatewayUrl, person);
    if (what === "expired") {
      await callOnce(program);
      for (const name of await readdir(person.keychain)) {
        const path = join(person.keychain, name);
        await writeFile(path, withExpired(await readFile(path, "utf8")));
      }
    }
    return { program, tabs: () => lines(person.opened) };
  };

const mcpRemote: Prepare = async (sandbox, folder, what) => {
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
};

/** For who looks at its time alone; the provider would still take it. */
const expired = (tokens: TokenSet): TokenSet => ({
  ...tokens,
  issuedAt: Date.now() - 3_600_000,
  expiresAt: Date.now() - 1_000,
});

/** What the keychain keeps: a count, and JSON in base64 behind a point, of which only sign-ins expire. */
function withExpired(kept: string): string {
  const [count, mark, text = ""] = kept.split(".");
  const value = JSON.parse(Buffer.from(text, "base64").toString("utf8")) as Partial<TokenSet>;
  if (value.expiresAt === undefined) return kept;
  return [count, mark, Buffer.from(JSON.stringify(expired(value as TokenSet))).toString("base64")].join(".");
}

async function lines(path: string): Promise<number> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "").length;
}

function grantsOf(sandbox: Sandbox): { readonly refreshes: number; readonly signIns: number } {
  const { refresh_token = 0, authorization_code = 0 } = sandbox.observe().grants;
  return { refreshes: refresh_token, signIns: authorization_code };
}
