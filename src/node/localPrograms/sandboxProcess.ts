import type { AuthorizerConfiguration } from "../../agentcore/authorizer/authorizerConfiguration.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import type { Log } from "../../lib/log.ts";
import { NotReady, startAttachedProcess } from "./attachedProcess.ts";

export interface SandboxProcess {
  readonly gatewayUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  /** The secret that is none, of a provider that asks native applications for one. */
  readonly clientSecret?: string;
  /** The identity provider it behaves like. */
  readonly profile: string;
  /** The gateway's policy, as AWS's commands take it. */
  readonly authorizer: AuthorizerConfiguration;
  stop(): Promise<void>;
}

/** What a program needs of the environment; everything else of the editor's stays with the editor. */
const inherited = [
  "PATH",
  "HOME",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SystemRoot",
  "USERPROFILE",
  "APPDATA",
  "LOCALAPPDATA",
  "LANG",
];

const STOP_TIMEOUT_MS = 3_000;

/**
 * Starts the sandbox gateway as a process of its own. It ends when its standard input closes, so it cannot outlive us.
 *
 * @param execPath the editor's own runtime, which `ELECTRON_RUN_AS_NODE` makes a Node
 * @param onEnded called when it ended without being asked to
 * @throws GatewayFailure `sandbox_not_started` with the last thing it said
 */
export async function startSandboxProcess({
  execPath,
  script,
  args = [],
  onEnded,
  log,
}: {
  readonly execPath: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly onEnded?: () => void;
  readonly log: Log;
}): Promise<SandboxProcess> {
  const env: NodeJS.ProcessEnv = {};
  for (const name of inherited) if (process.env[name] !== undefined) env[name] = process.env[name];
  try {
    const program = { name: "sandbox gateway", execPath, script, args, env, stopTimeoutMs: STOP_TIMEOUT_MS, log };
    const { ready, stop } = await startAttachedProcess({ ...program, ...(onEnded && { onEnded }) });
    const started = {
      gatewayUrl: String(ready.gatewayUrl),
      issuer: String(ready.issuer),
      clientId: String(ready.clientId),
      ...(typeof ready.clientSecret === "string" && { clientSecret: ready.clientSecret }),
      profile: String(ready.profile),
      authorizer: ready.authorizer as AuthorizerConfiguration,
    };
    log.info("sandbox gateway started", { gateway: started.gatewayUrl, issuer: started.issuer });
    return { ...started, stop };
  } catch (error) {
    if (error instanceof NotReady) throw new GatewayFailure("sandbox_not_started", { reason: error.message });
    throw error;
  }
}
