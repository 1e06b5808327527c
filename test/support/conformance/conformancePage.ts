import { readFileSync } from "node:fs";
import { type ClientRun, clientRuns, labelOf } from "../../conformance/clientExpectations.ts";

/** Where the results of the official client suites stand, beside those of a peer. */
export const conformanceFile = "docs/conformance.md";

/** How many scenarios mcp-remote passes, as `npm run conformance:peer` wrote it. */
export const peerFile = "test/support/conformance/peer.json";

interface Peer {
  readonly version: string;
  readonly on: string;
  /** By the label of the run. */
  readonly results: Readonly<Record<string, string>>;
}

const peer = JSON.parse(readFileSync(peerFile, "utf8")) as Peer;

function row(run: ClientRun): string {
  const outcomes = Object.values(run.expected).map(({ outcome }) => outcome);
  const idle = outcomes.filter((outcome) => outcome === "checks nothing").length;
  const passing = run.scenarios - outcomes.filter((outcome) => outcome !== "passes").length;
  return `| ${labelOf(run)} | ${passing} of ${run.scenarios - idle} | ${run.sampled ?? "all"} | ${peer.results[labelOf(run)] ?? "not played"} |`;
}

const reasons = (run: ClientRun): readonly string[] =>
  Object.entries(run.expected).map(
    ([name, { outcome, because }]) => `| ${labelOf(run)} | \`${name}\` | ${outcome} | ${because} |`,
  );

/** The page as the expectations have it, to which every run holds the program. */
export const conformancePage = (): string =>
  `# The official client suites

\`@modelcontextprotocol/conformance\` plays servers for clients. Here \`dist/standalone.mjs\` is the client, with an editor of
today (the MCP SDK's version 1 over stdio) and a browser that follows redirects; then with an editor on the SDK's version
2; then \`dist/bridge.cjs\`, with the extension's window behind it, in which a person connects the server. \`npm test\`
plays every scenario with the first of them, and with the two others as many as the table says, which the seed chooses;
\`npm run test:bulk\` plays all. Both fail where a scenario ends otherwise than this page says, in either direction. The page
is written from \`clientExpectations.ts\` by
\`GATEWAY_CONNECT_WRITE_CONFORMANCE=1 node --import tsx --test test/unit/docs/conformance.test.ts\`.

| suite | scenarios that pass | in \`npm test\` | mcp-remote ${peer.version} |
|---|---|---|---|
${clientRuns.map(row).join("\n")}

mcp-remote was played on ${peer.on} by \`npm run conformance:peer\`, with the options that suit each scenario best.

## What does not pass

| suite | scenario | | why |
|---|---|---|---|
${clientRuns.flatMap(reasons).join("\n")}
`;
