import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { program } from "../support/programs.ts";
import { startProcess } from "../support/vscode/startProcess.ts";
import { worldRows } from "./support/rows.ts";

/** Breaks the program from inside, where a request has the header `x-break`. */
const breakage = `
  const { hasOwn } = Object;
  Object.hasOwn = (object, name) => {
    const at = object?.["x-break"];
    if (at === "background" && name === "host") Promise.reject(new RangeError("broken in the background"));
    if (at === "front" && name === "mcp-session-id") throw new RangeError("broken in the front");
    return hasOwn(object, name);
  };`;

/** What a caller of the gateway's program and its log learn of an exception that nobody could foresee. */
async function askBrokenGateway(where: "front" | "background") {
  const folder = mkdtempSync(join(tmpdir(), "gateway-"));
  const [file, preload] = [join(folder, "a.json"), join(folder, "preload.mjs")];
  writeFileSync(file, JSON.stringify({ authorizerType: "NONE" }));
  writeFileSync(preload, breakage);
  const command = ["--import", pathToFileURL(preload).href, ...program("gateway"), "--config", file];
  const started = startProcess(process.execPath, command, { stdin: true });
  try {
    const url = await started.line((line) => /"url":"(?<url>[^"]+)"/.exec(line)?.groups?.url, "it did not start");
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "a", version: "1" } };
    const answered = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "x-break": where,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }),
    });
    const { error } = (await answered.json()) as { readonly error?: object };
    const line = await started.line(
      (one) => /unforeseen failure (?<facts>\{.*\})$/.exec(one)?.groups?.facts,
      "no line",
    );
    const { code, reason } = JSON.parse(line) as { readonly code: string; readonly reason: string };
    return { answer: { status: answered.status, error }, logged: { code, reason } };
  } finally {
    await started.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How targets and issuers were seen to behave, as the local gateway meets them. */
worldRows([
  {
    row: "T1",
    kind: 1,
    otherSide: "target restarted: 400 “No valid session ID provided” (server-everything)",
    right: "as G4",
    source: "agentgateway#3622",
    at03c8530: "✗ for ever",
  },
  {
    row: "T2",
    kind: 1,
    otherSide: "`nextCursor: null`; one that never changes",
    right: "null ends; a cursor seen before ends, told once",
    source: "codebase-memory-mcp#1247, cccc#50",
    at03c8530: "✗ 1000 requests, 1000 copies",
  },
  {
    row: "T3",
    kind: 3,
    otherSide: "a tool without `inputSchema`, or `null` in a list",
    right: "as G11; other targets keep theirs",
    source: "Kuadrant/mcp-gateway#662",
    at03c8530: "✗",
  },
  {
    row: "T4",
    kind: 1,
    otherSide: "`server/discover` → 5xx, closed socket",
    right: "as G3",
    source: "snow-app#56",
    at03c8530: "✗",
  },
  {
    row: "T6",
    kind: 5,
    otherSide: "issuer down, wrong discoveryUrl, untrusted TLS",
    right: "one line when it begins and one when it ends, in log, DEBUG answer and audit; a warning at start",
    source: "Termix#1142",
    at03c8530: "✗ 500 and silence",
  },
  {
    row: "T8",
    kind: 3,
    otherSide: "`null` among JWKS `keys`",
    right: "ignored (RFC 7517, 5)",
    source: "adversarial",
    at03c8530: "✗ 500 for all",
  },
  {
    row: "T9",
    kind: 2,
    otherSide: "same kid, new key",
    right: "one bounded read on a bad signature",
    source: "dev providers",
    at03c8530: "✗ 401 for minutes",
  },
  {
    row: "T11",
    kind: 6,
    otherSide: "process needs 35 s to start (`npx -y`, cold)",
    right: "its own `startTimeoutSeconds`; told in the list's log and in docs",
    source: "firecrawl-mcp",
    at03c8530: "✗ never starts",
  },
  {
    row: "T12",
    kind: 5,
    otherSide: "an exception nobody foresaw",
    right: "the log has it with a code; the caller −32603",
    source: "–",
    at03c8530: "✗ lost",
    tests: {
      "an exception in the middle of a request is −32603 for the caller, and a line with its code in the log":
        async () => {
          const { answer, logged } = await askBrokenGateway("front");
          assert.deepEqual(
            { answer, logged },
            {
              answer: {
                status: 500,
                error: { code: -32603, message: "An internal error occurred. Please retry later." },
              },
              logged: { code: "unexpected", reason: "RangeError: broken in the front" },
            },
          );
        },
      "one that fails in the background is a line with its code in the log, and nobody's call ends with it":
        async () => {
          const { answer, logged } = await askBrokenGateway("background");
          assert.deepEqual(
            { status: answer.status, logged },
            { status: 200, logged: { code: "unexpected", reason: "RangeError: broken in the background" } },
          );
        },
    },
  },
  {
    row: "T13",
    kind: 7,
    otherSide: "`cwd` that is not there",
    right: "told as that",
    source: "–",
    at03c8530: "~ “spawn node ENOENT”",
  },
  {
    row: "T14",
    kind: 7,
    otherSide: "http `discoveryUrl` to another host",
    right: "warned at start",
    source: "–",
    at03c8530: "~",
  },
]);
