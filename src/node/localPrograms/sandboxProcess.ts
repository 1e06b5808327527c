import type { AuthorizerConfiguration } from "../../agentcore/authorizer/authorizerConfiguration.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { Log } from "../../lib/log.ts";
import type { Company } from "../../oauth/signIn/recordedAuthorization.ts";
import { NotReady, startAttachedProcess } from "./attachedProcess.ts";

export interface SandboxProcess {
  readonly gatewayUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  /** The so-called secret of a provider that requires one of native applications (Google). */
  readonly clientSecret?: string;
  /** The company's identity provider, where the gateway is a company's; `issuer` and `clientId` are the gateway's own then. */
  readonly enterprise?: Company;
  /** The identity provider that the sandbox imitates. */
  readonly profile: string;
  /** The gateway's authorizer, as AWS's commands take it. */
  readonly authorizer: AuthorizerConfiguration;
  stop(): Promise<void>;
}

/** The variables that a program needs. The sandbox gets no others of the editor's environment. */
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
 * Starts the sandbox gateway as a separate process. It ends when its standard input closes, so it cannot outlive us.
 *
 * @param execPath the editor's executable, which runs as Node with `ELECTRON_RUN_AS_NODE`
 * @param onEnded called when it ends without being asked to
 * @throws GatewayFailure `sandbox_not_started` with the last line it wrote
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
      ...(isJsonObject(ready.enterprise) && {
        enterprise: { issuer: String(ready.enterprise.issuer), clientId: String(ready.enterprise.clientId) },
      }),
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
