import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEntry } from "../src/gateway/audit/auditEntry.ts";
import { auditFile } from "../src/gateway/audit/auditFile.ts";

/** What a line of the gateway's audit costs: `node --import tsx bench/auditLines.ts`. */
const LINES = 20_000;
const ROUNDS = 3;

const entry: AuditEntry = {
  ...{ requestId: crypto.randomUUID(), at: Date.now(), durationMs: 12, address: "127.0.0.1", userAgent: "node" },
  ...{ subject: "ada", token: { headers: { kid: "k", alg: "RS256" }, claims: { sub: "ada", scope: "read" } } },
  ...{ method: "tools/call", tool: "shop___order", decision: "allowed", status: 200, failed: [] },
  message: { id: 1, method: "tools/call", params: { name: "shop___order", arguments: "REDACTED" }, jsonrpc: "2.0" },
  outcome: { kind: "result", isError: false },
};

const key = Buffer.from("a key of thirty-two characters..");
const chains = { "without a chain": undefined, "with hashes": {}, "with a key": { key } };

for (let round = 1; round <= ROUNDS; round++) {
  for (const [what, chain] of Object.entries(chains)) {
    const folder = mkdtempSync(join(tmpdir(), "audit-"));
    const log = auditFile(join(folder, "audit"), { chain: chain && { ...chain, head: join(folder, "head") } });
    const start = process.cpuUsage();
    for (let line = 0; line < LINES; line++) {
      await log.write(entry, "http://127.0.0.1:1/mcp");
      // As many calls end in one turn.
      if (line % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await log.close();
    const { user, system } = process.cpuUsage(start);
    console.log(`${what}: ${((user + system) / LINES).toFixed(1)} µs of processor time a line, ${log.lost()} lost`);
    rmSync(folder, { recursive: true });
  }
}
