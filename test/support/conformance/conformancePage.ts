import { type ClientRun, clientRuns, labelOf } from "../../conformance/clientExpectations.ts";

/** Where the results of the official client suites stand, beside those of a peer. */
export const conformanceFile = "docs/conformance.md";

/** How many scenarios mcp-remote 0.15.1 passed when it was played the same way, by version and revision. */
const peer: Readonly<Record<string, string>> = {
  "0.1.16": "22 of 26",
  "0.2.0-alpha.12, 2025-11-25": "17 of 19",
  "0.2.0-alpha.12, 2026-07-28": "28 of 33",
  "0.2.0-alpha.12, extensions": "1 of 6",
};

function row(run: ClientRun): string {
  const outcomes = Object.values(run.expected).map(({ outcome }) => outcome);
  const idle = outcomes.filter((outcome) => outcome === "checks nothing").length;
  const passing = run.scenarios - outcomes.filter((outcome) => outcome !== "passes").length;
  return `| ${labelOf(run)} | ${passing} of ${run.scenarios - idle} | ${peer[labelOf(run)] ?? "not played"} |`;
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
plays every scenario, and fails where one ends otherwise than this page says, in either direction. The page is written from
\`clientExpectations.ts\` by
\`GATEWAY_CONNECT_WRITE_CONFORMANCE=1 node --import tsx --test test/unit/docs/conformance.test.ts\`.

| suite | scenarios that pass | mcp-remote 0.15.1 |
|---|---|---|
${clientRuns.map(row).join("\n")}

mcp-remote was played by hand on 2026-11-26, with the options that suit it best.

## What does not pass

| suite | scenario | | why |
|---|---|---|---|
${clientRuns.flatMap(reasons).join("\n")}
`;
