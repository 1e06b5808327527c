import { existsSync } from "node:fs";
import { join } from "node:path";

export type Ours = typeof import("./ours.ts");

/** A revision of ours, ready to be measured. */
export interface Build {
  readonly name: "now" | "before";
  /** The path of a bundle. */
  dist(file: string): string;
  /** Its `bench/ours.ts`, for another process of the measurement. */
  readonly oursUrl: string;
  readonly ours: Ours;
}

/** This revision, and the one in the folder `before`. */
export async function builds(before: string | undefined): Promise<readonly Build[]> {
  return [await build("now", process.cwd()), ...(before === undefined ? [] : [await build("before", before)])];
}

async function build(name: Build["name"], folder: string): Promise<Build> {
  const dist = (file: string) => join(folder, "dist", file);
  if (!existsSync(dist("relay.cjs"))) throw new Error(`${folder} has no built dist/`);
  const oursUrl = new URL(`ours/${name}.mjs`, import.meta.url).href;
  return { name, dist, oursUrl, ours: (await import(oursUrl)) as Ours };
}

/** What is measured of a build, by a name of its own. */
export const nameOf = (what: string, { name }: Pick<Build, "name">): string =>
  name === "now" ? what : `${what}, before`;
