import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "./cacheFolder.ts";
import { installOnce, type Progress } from "./installOnce.ts";
import { npm } from "./npm.ts";

/** The Node that code-server's native modules are built for; the tools of MCP need at least 22. */
const nodeVersion = "24.21.0";
const nodeMajor = 24;

/** A Node that is newer than the one the tests may run on. */
export interface NodeRuntime {
  readonly node: string;
  /** The folder with `include/node`, which the native modules are compiled against; without it they are downloaded. */
  readonly headers: string | undefined;
}

/** Node 24: this one, or else one that is installed once per machine, in the cache folder. */
export async function nodeRuntime(progress: Progress): Promise<NodeRuntime> {
  const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const prefix = dirname(dirname(process.execPath));
  if (Number(process.versions.node.split(".")[0]) === nodeMajor && hasHeaders(prefix)) {
    return { node: process.execPath, headers: prefix };
  }
  const name = `node-${platform}`;
  const folder = await installOnce(
    join(cacheFolder(), `node-${nodeVersion}-${platform}`),
    async (into) => {
      progress(`installing Node ${nodeVersion} (npm package ${name})`);
      await npm(["install", `${name}@${nodeVersion}`, "--ignore-scripts"], into, process.env);
    },
    progress,
  );
  const home = join(folder, "node_modules", name);
  const node = join(home, "bin", process.platform === "win32" ? "node.exe" : "node");
  return { node, headers: hasHeaders(home) ? home : undefined };
}

function hasHeaders(prefix: string): boolean {
  return existsSync(join(prefix, "include", "node", "node.h"));
}
