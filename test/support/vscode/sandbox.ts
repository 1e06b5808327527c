import { resolve } from "node:path";
import type { Callers } from "../../../src/sandbox/profiles/sandboxProfile.ts";
import type { SandboxProfileId } from "../../../src/sandbox/profiles/sandboxProfiles.ts";
import type { ENTERPRISE_PROFILE } from "../../../src/sandbox/sandboxArguments.ts";
import { programClock } from "../programClock.ts";
import { startProcess } from "./startProcess.ts";

export interface SandboxReady {
  readonly ready: true;
  readonly gatewayUrl: string;
  readonly issuer: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** The company's identity provider, and the client there. */
  readonly enterprise?: { readonly issuer: string; readonly clientId: string };
  /** The identity provider it behaves like. */
  readonly profile: string;
  /** Its gateway's policy, in AWS's own JSON. */
  readonly authorizer: object;
}

/** The sandbox as the extension ships it, in a process of its own, steered by JSON lines. */
export interface Sandbox extends SandboxReady {
  readonly pid: number;
  readonly logs: readonly string[];
  /** Asks the sandbox to do something; rejects with its own words when it cannot. */
  ask<T>(what: string, args?: object): Promise<T>;
  /** Moves its clock on, and nobody else's. */
  moveOn(seconds: number): void;
  stop(): Promise<void>;
}

interface Answer {
  readonly id: number;
  readonly error?: string | { readonly message?: string };
}

export interface SandboxSetUp {
  readonly accessTokenSeconds?: number;
  /** Whether clients may register themselves. */
  readonly registration?: boolean;
  /** The identity provider to behave like; the generic one by default. */
  readonly profile?: SandboxProfileId | typeof ENTERPRISE_PROFILE;
  /** The gateway takes tokens that are bound to a key alone, and both sides want nonces in proofs. */
  readonly bound?: boolean;
  /** For whom the gateway's policy is; people by default. */
  readonly callers?: Callers;
}

export async function startSandbox(setUp: SandboxSetUp = {}): Promise<Sandbox> {
  const { accessTokenSeconds, registration = true, profile = "generic", callers = "people", bound } = setUp;
  const lifetime = accessTokenSeconds ? ["--access-token-seconds", String(accessTokenSeconds)] : [];
  const clients = registration ? [] : ["--no-registration"];
  const script = resolve("dist/sandbox.mjs");
  const proofs = bound ? ["--dpop", "require", "--dpop-nonces"] : [];
  const options = ["--record-secrets", "--profile", profile, "--callers", callers, ...lifetime, ...clients, ...proofs];
  const clock = programClock();
  const env = { ...process.env, ...clock.env };
  const child = startProcess(process.execPath, [script, ...options], { stdin: true, env });
  const ready = await child.line((line) => {
    const found = json(line) as SandboxReady | undefined;
    return found?.ready ? found : undefined;
  }, "the sandbox did not start");
  let asked = 0;
  return {
    ...ready,
    pid: child.pid,
    logs: child.logs,
    async ask<T>(what: string, args: object = {}) {
      asked += 1;
      const id = asked;
      child.child.stdin?.write(`${JSON.stringify({ id, do: what, ...args })}\n`);
      const answer = await child.line((line) => {
        const found = json(line) as Answer | undefined;
        return found?.id === id ? found : undefined;
      }, `the sandbox did not answer "${what}"`);
      if (answer.error) {
        throw new Error(`sandbox: ${typeof answer.error === "string" ? answer.error : answer.error.message}`);
      }
      return answer as T;
    },
    moveOn: clock.moveOn,
    async stop() {
      await child.stop();
      clock.remove();
    },
  };
}

function json(line: string): unknown {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
