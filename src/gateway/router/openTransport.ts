import type { Transport } from "@modelcontextprotocol/client";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { WatchedTransport } from "../../core/mcp/watchedTransport.ts";
import { patientFetch } from "./patientFetch.ts";
import type { Target } from "./target.ts";

/** How long a call may take is the router's to say. */
const toTargets = patientFetch();

/**
 * Opens the way to a target.
 *
 * @param life ends every request when the caller is gone, also those with which the SDK finds out what is there
 */
export async function openTransport(target: Target, life: AbortSignal): Promise<Transport> {
  switch (target.kind) {
    case "inProcess": {
      const [ours, theirs] = InMemoryTransport.createLinkedPair();
      await target.create(undefined).connect(theirs);
      return ours as unknown as Transport;
    }
    case "stdio":
      return new StdioClientTransport({
        command: target.command,
        args: [...(target.args ?? [])],
        env: { ...getDefaultEnvironment(), ...target.env },
        stderr: "ignore",
        ...(target.cwd !== undefined && { cwd: target.cwd }),
      });
    case "http":
      return new WatchedTransport(new URL(target.url), {
        requestInit: { headers: { ...target.headers } },
        fetch: (url, init) =>
          toTargets(url, {
            ...init,
            signal: init?.signal ? AbortSignal.any([init.signal, life]) : life,
          } as RequestInit),
      }) as unknown as Transport;
  }
}

/**
 * Gives each message of a connected transport its own turn. The SDK handles a notification a moment after it came, but
 * an answer at once: when a process writes both in one piece, progress would be told to nobody any more.
 */
export function inTurns(transport: Transport): void {
  const deliver = transport.onmessage;
  let turn = Promise.resolve();
  transport.onmessage = (...message) => {
    turn = turn.then(() => deliver?.(...message)).catch(() => {});
  };
}
