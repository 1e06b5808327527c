import { type AddressInfo, createServer } from "node:net";
import type { GatewayFaults } from "../gateway/faults.ts";
import type { Target } from "../gateway/router/target.ts";
import { type Gateway, type GatewayCounters, startGateway } from "../gateway/startGateway.ts";
import { type IdentityProvider, startIdentityProvider } from "./identity/identityProvider.ts";
import { gatewayScopes, type MachineClient } from "./identity/providerConfiguration.ts";
import type { IdentityObservation, IssuedSecret } from "./identity/tokenLedger.ts";
import { sampleTarget, sampleToolScopes } from "./sample/sampleTarget.ts";
import type { SandboxFaults } from "./sandboxFaults.ts";

export interface SandboxOptions {
  /** Ports of 127.0.0.1; free ones by default. */
  readonly issuerPort?: number;
  readonly gatewayPort?: number;
  /** How long access tokens last; ten minutes by default. */
  readonly accessTokenSeconds?: number;
  /** Whether clients may register themselves (RFC 7591); true by default. */
  readonly registration?: boolean;
  /** Whether the gateway refuses revoked tokens before they expire, which AgentCore does not; false by default. */
  readonly checkRevocation?: boolean;
  /** Whether issued secrets are kept for a search for leaks; false by default. */
  readonly recordSecrets?: boolean;
  /** MCP servers beside the built-in `sample`. */
  readonly targets?: readonly Target[];
  readonly faults?: SandboxFaults;
  readonly log?: (line: string) => void;
}

/** What the identity provider and the gateway saw so far. */
export interface SandboxObservation extends IdentityObservation {
  /** The gateway's answers by status. */
  readonly gatewayStatuses: GatewayCounters["statuses"];
  /** Tool calls that the gateway let through, by `target___tool`. */
  readonly toolCalls: GatewayCounters["toolCalls"];
}

/** A gateway with an identity provider of its own: everything a sign-in needs, on this computer. */
export interface Sandbox {
  readonly gatewayUrl: string;
  readonly issuer: string;
  /** The public client that is registered beforehand. */
  readonly clientId: string;
  /** The client for access without a person (client credentials). */
  readonly machine: MachineClient;
  observe(): SandboxObservation;
  /** Replaces the identity provider's faults. */
  setFaults(faults: SandboxFaults): void;
  /** Replaces the gateway's faults. */
  setGatewayFaults(faults: GatewayFaults): void;
  /** Takes all access from one person, or from everybody: sessions, refresh tokens, and what `isActive` says. */
  revokeAll(sub?: string): void;
  /** Whether the identity provider holds this access or refresh token to be good now. */
  isActive(token: string): Promise<boolean>;
  /** @throws Error unless started with `recordSecrets` */
  issuedSecrets(): readonly IssuedSecret[];
  stop(): Promise<void>;
}

/** Starts the sandbox in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { registration = true, accessTokenSeconds = 600, recordSecrets = false, log = () => {} } = options;
  let faults = withRegistration(options.faults ?? {}, registration);
  const reserved = await reservePort(options.gatewayPort ?? 0);
  const gatewayUrl = `http://127.0.0.1:${reserved.port}/mcp`;
  const identity = await startIdentityProvider({
    ...(options.issuerPort !== undefined && { port: options.issuerPort }),
    resource: () => gatewayUrl,
    accessTokenSeconds,
    recordSecrets,
    faults: () => faults,
    log,
  }).finally(() => reserved.release());
  const gateway = await startGatewayFor(identity, gatewayUrl, reserved.port, options).catch(async (error) => {
    await identity.stop();
    throw error;
  });
  return {
    gatewayUrl,
    issuer: identity.issuer,
    clientId: identity.clientId,
    machine: identity.machine,
    observe() {
      const { statuses, toolCalls } = gateway.counters();
      return { ...identity.observe(), gatewayStatuses: statuses, toolCalls };
    },
    setFaults(next) {
      faults = withRegistration(next, registration);
    },
    setGatewayFaults: (next) => gateway.setFaults(next),
    revokeAll: (sub) => identity.revokeAll(sub),
    isActive: (token) => identity.isActive(token),
    issuedSecrets: () => identity.issuedSecrets(),
    async stop() {
      await Promise.all([gateway.stop(), identity.stop()]);
    },
  };
}

/** A gateway that asks of a token what AgentCore asks: issuer, audience and one of its scopes. */
function startGatewayFor(
  identity: IdentityProvider,
  url: string,
  port: number,
  { checkRevocation = false, targets = [], log = () => {} }: SandboxOptions,
): Promise<Gateway> {
  return startGateway({
    port,
    authorizer: {
      customJWTAuthorizer: {
        discoveryUrl: `${identity.issuer}/.well-known/openid-configuration`,
        allowedAudience: [url],
        allowedScopes: [gatewayScopes[0]],
      },
    },
    targets: [sampleTarget(), ...targets],
    toolScopes: sampleToolScopes,
    log: (message, facts) => log(`gateway: ${message} ${JSON.stringify(facts)}`),
    ...(checkRevocation && { isRevoked: ({ jti }) => typeof jti === "string" && identity.isRevoked(jti) }),
  });
}

const withRegistration = (faults: SandboxFaults, registration: boolean): SandboxFaults =>
  registration ? faults : { ...faults, noRegistration: true };

/**
 * A port that is held until the gateway takes it: its address is the audience of the tokens, so that it has to be known
 * before the gateway listens.
 */
async function reservePort(wanted: number): Promise<{ readonly port: number; release(): Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", resolve);
  });
  const release = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: (server.address() as AddressInfo).port, release };
}
