import { type AddressInfo, createServer } from "node:net";
import type { AuthorizerConfiguration } from "../agentcore/authorizer/authorizerConfiguration.ts";
import type { GatewayFaults } from "../gateway/gatewayFaults.ts";
import type { Target } from "../gateway/router/target.ts";
import { type Gateway, type GatewayCounters, startGateway } from "../gateway/startGateway.ts";
import type { MachineClients } from "./identity/machineClients.ts";
import type { ResourceRefusal } from "./identity/resourceRefusals.ts";
import { type IdentityProvider, startIdentityProvider } from "./identity/startIdentityProvider.ts";
import type { IdentityObservation, IssuedSecret } from "./identity/tokenLedger.ts";
import type { Callers, SandboxProfile } from "./profiles/sandboxProfile.ts";
import type { SandboxProfileId } from "./profiles/sandboxProfiles.ts";
import { sandboxProfiles } from "./profiles/sandboxProfiles.ts";
import { sampleTarget, sampleToolScopes } from "./sample/sampleTarget.ts";
import type { SandboxFaults } from "./sandboxFaults.ts";

export interface SandboxOptions {
  /** Which identity provider the sandbox imitates; `generic` by default. */
  readonly profile?: SandboxProfileId;
  /** Whose tokens the gateway's authorizer accepts; people's by default. */
  readonly callers?: Callers;
  /** Ports of 127.0.0.1; free ones by default. */
  readonly issuerPort?: number;
  readonly gatewayPort?: number;
  /** How long access tokens last; ten minutes by default. */
  readonly accessTokenSeconds?: number;
  /** How long a spent refresh token still works, where the provider has such a period (Okta); 30 by default. */
  readonly rotationGraceSeconds?: number;
  /** How `resource` is refused, where the provider refuses it (Entra ID); `AADSTS901002` by default. */
  readonly resourceRefusal?: ResourceRefusal;
  /** Whether clients may register themselves (RFC 7591); true by default. */
  readonly registration?: boolean;
  /** Whether people are asked if the app may act for them, as a provider does for other people's apps; true by default. */
  readonly asksConsent?: boolean;
  /** Whether the gateway refuses revoked tokens before they expire, which AgentCore does not; false by default. */
  readonly checkRevocation?: boolean;
  /** Whether issued secrets are kept, so that a test can search for leaks; false by default. */
  readonly recordSecrets?: boolean;
  /** MCP servers beside the built-in `sample`. */
  readonly targets?: readonly Target[];
  readonly faults?: SandboxFaults;
  readonly log?: (line: string) => void;
}

/** What the identity provider and the gateway have counted so far. */
export interface SandboxObservation extends IdentityObservation {
  /** The gateway's answers by status. */
  readonly gatewayStatuses: GatewayCounters["statuses"];
  /** Tool calls that the gateway let through, by `target___tool`. */
  readonly toolCalls: GatewayCounters["toolCalls"];
}

/** A gateway with its own identity provider: everything that a sign-in needs, on this computer. */
export interface Sandbox {
  readonly gatewayUrl: string;
  readonly issuer: string;
  readonly profile: SandboxProfileId;
  /** The public client that is registered in advance. */
  readonly clientId: string;
  /** Its secret at Google, which requires one although a program on a person's computer cannot keep it. */
  readonly clientSecret: string | undefined;
  /** The clients for access without a person (client credentials). */
  readonly machine: MachineClients;
  /** The gateway's authorizer, as AWS's commands take it. */
  readonly authorizer: AuthorizerConfiguration;
  observe(): SandboxObservation;
  /** Replaces the identity provider's faults. */
  setFaults(faults: SandboxFaults): void;
  /** Replaces the gateway's faults. */
  setGatewayFaults(faults: GatewayFaults): void;
  /** Revokes all access of one person, or of everybody: sessions, refresh tokens, and access tokens for `isActive`. */
  revokeAll(sub?: string): void;
  /** Whether this access or refresh token is valid at the identity provider now. */
  isActive(token: string): Promise<boolean>;
  /** @throws Error unless started with `recordSecrets` */
  issuedSecrets(): readonly IssuedSecret[];
  stop(): Promise<void>;
}

/** Starts the sandbox in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { registration = true, recordSecrets = false, log = () => {} } = options;
  const id = options.profile ?? "generic";
  const profile = sandboxProfiles[id];
  let faults = withRegistration(options.faults ?? {}, registration);
  const reserved = await reservePort(options.gatewayPort ?? 0);
  const gatewayUrl = `http://127.0.0.1:${reserved.port}/mcp`;
  const identity = await startIdentityProvider({
    profile,
    ...(options.issuerPort !== undefined && { port: options.issuerPort }),
    gatewayUrl,
    accessTokenSeconds: options.accessTokenSeconds ?? 600,
    rotationGraceSeconds: options.rotationGraceSeconds ?? 30,
    resourceRefusal: options.resourceRefusal ?? "AADSTS901002",
    recordSecrets,
    asksConsent: options.asksConsent ?? true,
    faults: () => faults,
    log,
  }).finally(() => reserved.release());
  const { issuer } = identity.addresses;
  const authorizer: AuthorizerConfiguration = {
    customJWTAuthorizer: {
      discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
      ...profile.policy(identity.addresses, options.callers ?? "people"),
    },
  };
  const gateway = await startGatewayFor(identity, profile, authorizer, reserved.port, options).catch(async (error) => {
    await identity.stop();
    throw error;
  });
  return {
    gatewayUrl,
    issuer,
    profile: id,
    clientId: profile.clients.app,
    clientSecret: identity.appSecret,
    get machine() {
      return identity.machine();
    },
    authorizer,
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

/** Starts a gateway that checks tokens as AgentCore does, with the authorizer of AWS's guide for the provider. */
function startGatewayFor(
  identity: IdentityProvider,
  { writeScope }: SandboxProfile,
  authorizer: AuthorizerConfiguration,
  port: number,
  { checkRevocation = false, targets = [], log = () => {} }: SandboxOptions,
): Promise<Gateway> {
  return startGateway({
    port,
    authorizer,
    targets: [sampleTarget(identity.personOf), ...targets],
    toolScopes: sampleToolScopes(writeScope),
    log: (message, facts) => log(`gateway: ${message} ${JSON.stringify(facts)}`),
    ...(checkRevocation && { isRevoked: ({ jti }) => typeof jti === "string" && identity.isRevoked(jti) }),
  });
}

const withRegistration = (faults: SandboxFaults, registration: boolean): SandboxFaults =>
  registration ? faults : { ...faults, noRegistration: true };

/**
 * Reserves a port until the gateway takes it. The gateway's address is the audience of the tokens, so it has to be
 * known before the gateway listens.
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
