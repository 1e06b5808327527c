import { parseArgs } from "node:util";
import { type ProtocolVersion, protocolVersions } from "../src/gateway/mcp/mcpFront.ts";

export interface Options {
  /** Everything is measured so many times, and each time gives one ratio. */
  readonly rounds: number;
  /** A checkout of another revision, built, that takes turns with this one. */
  readonly before: string | undefined;
  /** Of the order in which turns are taken. */
  readonly seed: number;
  /** One part of the measurement, in place of all. */
  readonly only: string | undefined;
  /** The revisions of MCP that the gateway speaks, in place of all. */
  readonly versions: readonly ProtocolVersion[] | undefined;
}

/**
 * Reads the arguments of a measurement.
 *
 * @throws Error with how it is used, when they cannot be
 */
export function options(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      before: { type: "string" },
      seed: { type: "string" },
      only: { type: "string" },
      versions: { type: "string" },
    },
  });
  const rounds = Number(positionals[0] ?? "10");
  const seed = Number(values.seed ?? "1");
  if (!(rounds >= 1) || !Number.isInteger(seed) || positionals.length > 1) {
    throw new Error(
      "arguments: [<rounds>] [--before <checkout>] [--seed <number>] [--only <part>] [--versions <revision>,…]",
    );
  }
  return { rounds, before: values.before, seed, only: values.only, versions: versionsIn(values.versions) };
}

function versionsIn(text: string | undefined): readonly ProtocolVersion[] | undefined {
  return text?.split(",").map((one) => {
    const known = protocolVersions.find((version) => version === one);
    if (known === undefined) throw new Error(`${one} is none of ${protocolVersions.join(", ")}`);
    return known;
  });
}
