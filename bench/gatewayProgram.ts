import { fork } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import type { Build } from "./builds.ts";
import { type Asked, asked, builtModule, startChild } from "./childProcess.ts";
import type { MemoryInUse } from "./memoryInUse.ts";

/** A server in a process of its own. */
export interface Started {
  readonly url: string;
  /** Of a program that listens for itself. */
  readonly pid?: number;
  memory(): Promise<MemoryInUse>;
  stop(): Promise<void>;
}

export const started = (child: Asked, url: string): Started => ({
  url,
  memory: () => child.ask<MemoryInUse>({ what: "memory" }),
  stop: () => child.stop(),
});

/**
 * The gateway's program from `dist/`, as its command line starts it, before servers over HTTP: `t0`, `t1` and so on.
 *
 * @param more further members of its file
 */
export async function startGatewayProgram(
  build: Build,
  issuer: string,
  targetUrls: readonly string[],
  more: object = {},
): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), "gwc-bench-"));
  const file = join(folder, "gateway.json");
  const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
  const configuration = {
    authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl, allowedAudience: ["api"] } },
    targets: targetUrls.map((url, at) => ({ name: `t${at}`, http: { url } })),
    ...more,
  };
  await writeFile(file, JSON.stringify(configuration));
  const child = fork(build.dist("gateway.mjs"), ["--config", file, "--port", "0"], {
    execArgv: ["--expose-gc", "--import", pathToFileURL(builtModule("gatewayMemory.mjs")).href],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const program = asked(child);
  const url = await new Promise<string>((resolve, reject) => {
    if (child.stdout) {
      createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line).gateways[0].url));
    }
    child.once("close", (code) => reject(new Error(`the gateway's program ended with ${code}`)));
  });
  return {
    ...started(program, url),
    ...(child.pid !== undefined && { pid: child.pid }),
    async stop() {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** So many servers over HTTP in one other process, and the gateway's program before them. */
export async function startGatewayWithTargets(build: Build, issuer: string, count: number): Promise<Started> {
  const servers = startChild("gatewayServers.mjs");
  const { urls } = await servers.ask<{ urls: readonly string[] }>({ what: "httpTargets", count });
  const gateway = await startGatewayProgram(build, issuer, urls);
  return { ...gateway, stop: async () => void (await Promise.all([gateway.stop(), servers.stop()])) };
}
