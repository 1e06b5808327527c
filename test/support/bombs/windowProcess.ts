import { readFileSync, writeFileSync } from "node:fs";
import { askServer } from "../../../src/lib/askServer.ts";
import { requestPolicies } from "../../../src/lib/limits.ts";
import { startRelay } from "../relayWorld.ts";

/*
 * A window of the editor, as far as bombs reach it: the relay's bundle and the editor's `fetch`, in a process of its own,
 * which tells how much memory it took at the most. Linux counts that, and forgets it when it is told to.
 */

const [url = "", policy] = process.argv.slice(2);

const residentBytes = (what: "VmHWM" | "VmRSS"): number =>
  Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) * 1024;

const relay = policy === undefined ? await startRelay(url) : undefined;

process.on("message", async (question: "begin" | "end" | "ask") => {
  if (question === "ask") {
    const kind = requestPolicies[policy as keyof typeof requestPolicies];
    const said = await askServer({ url }, kind, { fetch })
      .then((answer) => answer.json())
      .then(
        () => "read",
        (error: Error) => error.message,
      );
    return void process.send?.({ said });
  }
  if (question === "begin") {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setTimeout(resolve, 200));
    writeFileSync("/proc/self/clear_refs", "5");
    return void process.send?.({ residentBytes: residentBytes("VmRSS") });
  }
  const { heapUsed } = process.memoryUsage();
  process.send?.({ residentBytes: residentBytes("VmHWM"), heapBytes: heapUsed });
});
process.once("disconnect", () => process.exit());
process.send?.({ socket: relay && { address: relay.socket.address, headers: relay.socket.headers } });
