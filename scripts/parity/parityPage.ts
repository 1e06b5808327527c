import {
  type Eras,
  eraPairs,
  type NamedDifference,
  namedDifferences,
} from "../../test/support/parity/namedDifferences.ts";
import { wayNames } from "../../test/support/parity/parityWays.ts";
import { probes } from "../../test/support/parity/probes.ts";
import { FIRST } from "../../test/support/parity/runProbes.ts";

const head = `# What comes through

A host reaches a server through the window's relay over HTTP, through the bridge that an entry of an \`mcp.json\` starts and
the relay behind it, through \`dist/standalone.mjs\`, or through \`dist/gateway.mjs\`. On each way host and server see what they
see when nothing stands between them, but for what this page names.

\`test/flows/parity.test.ts\` plays every row of the first table on each way, with a host and a server of 2025-11-25 and of
2026-07-28 in each pair that has it, and compares all that both see with a host and a server of the host's revision that speak to each
other directly. A difference that is not named here fails, and so does one that is named and not seen. \`npm run parity\`
writes this page from what the test knows, and a test holds it to that.
`;

/** The page on what comes through each way. */
export const parityPage = (): string =>
  `${head}
## What is compared

**=** is the same; a number is a difference that the second table names, seen in that row.

| | ${wayNames.join(" | ")} |
|---|${wayNames.map(() => "---|").join("")}
${[FIRST, ...probes.map(({ name }) => name)].map(comparedRow).join("\n")}

## What differs, and why

| | what | where | host and server | why |
|---|---|---|---|---|
${namedDifferences.map(differenceRow).join("\n")}
`;

function comparedRow(probe: string): string {
  const cells = wayNames.map((way) => {
    const seen = namedDifferences.filter((one) => one.ways.includes(way) && one.probe.test(probe));
    return seen.map(numberOf).join(", ") || "=";
  });
  return `| ${[probe, ...cells].join(" | ")} |`;
}

const differenceRow = (one: NamedDifference): string =>
  `| ${[numberOf(one), one.what, one.ways.join(", "), pairsOf(one.eras), one.because].join(" | ")} |`;

const numberOf = (one: NamedDifference): number => namedDifferences.indexOf(one) + 1;

const revisions = { legacy: "2025-11-25", modern: "2026-07-28" } as const;

function pairsOf(eras: readonly Eras[]): string {
  if (eras.length === eraPairs.length) return "all";
  return eras.map(({ host, server }) => `${revisions[host]} → ${revisions[server]}`).join("; ");
}
