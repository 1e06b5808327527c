import type { AuthorizerConfiguration } from "../agentcore/authorizer/authorizerConfiguration.ts";
import type { Gateway, GatewayCounters } from "../gateway/gateway.ts";
import type { GatewayFaults } from "../gateway/gatewayFaults.ts";
import type { Door } from "../gateway/http/httpServer.ts";
import type { ProtocolVersion } from "../gateway/mcp/mcpFront.ts";
import type { Target } from "../gateway/router/target.ts";
import { startGateway } from "../gateway/startGateway.ts";
import { authorizationServerPaths, startAuthorizationServer } from "./enterprise/authorizationServer.ts";
import type { ConnectedApplication } from "./enterprise/exchangeIdentity.ts";
import { stepsAtGateway, stepsAtServer } from "./faults/faultSteps.ts";
import { faultNames } from "./faults/namedFaults.ts";
import type { SandboxFaults } from "./faults/sandboxFaults.ts";
import { StepFaults, stepFault } from "./faults/stepFaults.ts";
import type { MachineClients } from "./identity/machineClients.ts";
import type { ResourceRefusal } from "./identity/resourceRefusals.ts";
import {
  type IdentityProvider,
  type ProviderRestart,
  startIdentityProvider,
} from "./identity/startIdentityProvider.ts";
import type { IdentityObservation, IssuedSecret } from "./identity/tokenLedger.ts";
import { reservePort } from "./loopbackServer.ts";
import type { Callers, SandboxProfile } from "./profiles/sandboxProfile.ts";
import type { SandboxProfileId } from "./profiles/sandboxProfiles.ts";
import { sandboxProfiles } from "./profiles/sandboxProfiles.ts";
import { sampleTarget, sampleToolScopes } from "./sample/sampleTarget.ts";

export interface SandboxOptions {
  /** Which identity provider the sandbox imitates; `generic` by default. */
  readonly profile?: SandboxProfileId;
  /**
   * The identity provider is a company's, which lets its people into the gateway by assertions (ID-JAG) to the gateway's own
   * authorization server; false by default. It may be that of another sandbox, for a company with several gateways.
   */
  readonly enterprise?: boolean | { readonly of: Sandbox };
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
  /** The platform whose workloads may sign in with the tokens that it gives them; none by default. */
  readonly workloadIssuer?: string;
  /** Whether the gateway refuses revoked tokens before they expire, which AgentCore does not; false by default. */
  readonly checkRevocation?: boolean;
  /** Whether the gateway takes tokens that are bound to a key beside others, or no others; none by default, as AgentCore. */
  readonly dpop?: "accept" | "require";
  /** Whether proofs need nonces, of the identity provider and of the gateway; false by default. */
  readonly dpopNonces?: boolean;
  /** Whether issued secrets are kept, so that a test can search for leaks; false by default. */
  readonly recordSecrets?: boolean;
  /** The revisions of MCP that the gateway speaks; all that AgentCore knows by default. */
  readonly supportedVersions?: readonly ProtocolVersion[];
  /** MCP servers beside the built-in `sample`. */
  readonly targets?: readonly Target[];
  readonly faults?: SandboxFaults;
  /** The gateway's own. */
  readonly gatewayFaults?: GatewayFaults;
  readonly log?: (line: string) => void;
}

/** What the identity provider and the gateway have counted so far. */
export interface SandboxObservation extends IdentityObservation {
  /** The gateway's answers by status. */
  readonly gatewayStatuses: GatewayCounters["statuses"];
  /** Tool calls that the gateway let through, by `target___tool`. */
  readonly toolCalls: GatewayCounters["toolCalls"];
  /** The requests that came, by the step of a sign-in or a call that they are. */
  readonly steps: ReturnType<StepFaults["counts"]>;
}

/** What is restarted; where both are, the gateway is back last. */
export interface SandboxRestart {
  readonly gateway?: boolean;
  readonly provider?: ProviderRestart | undefined;
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
  /** The company's identity provider, and the client there; `issuer` and `clientId` are the gateway's own then. */
  readonly enterprise?: {
    readonly issuer: string;
    readonly clientId: string;
    readonly jwksUri: string;
    /** Connects an application of another sandbox. */
    connect(application: ConnectedApplication): void;
  };
  /** The clients for access without a person (client credentials). */
  readonly machine: MachineClients;
  /** The gateway's authorizer, as AWS's commands take it. */
  readonly authorizer: AuthorizerConfiguration;
  observe(): SandboxObservation;
  /** Replaces the identity provider's faults, and those at steps. Servers that were down listen again when it is done. */
  setFaults(faults: SandboxFaults): Promise<void>;
  /** Replaces the gateway's faults. */
  setGatewayFaults(faults: GatewayFaults): void;
  /** Revokes all access of one person, or of everybody: sessions, refresh tokens, and access tokens for `isActive`. */
  revokeAll(sub?: string): void;
  /** Whether this access or refresh token is valid at the identity provider now. */
  isActive(token: string): Promise<boolean>;
  /** @throws Error unless started with `recordSecrets` */
  issuedSecrets(): readonly IssuedSecret[];
  /**
   * Ends the gateway, the identity provider or both in the middle of what they do, and starts them again at their addresses. The
   * gateway knows no session any more; what the provider still knows is said.
   */
  restart(which: SandboxRestart): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the sandbox in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { registration = true, recordSecrets = false, log = () => {} } = options;
  const id = options.profile ?? "generic";
  const profile = sandboxProfiles[id];
  let faults = withRegistration(options.faults ?? {}, registration);
  let gatewayFaults = options.gatewayFaults ?? {};
  const atSteps = new StepFaults();
  const setSteps = ({ steps = [] }: SandboxFaults) => atSteps.replace(steps.map(stepFault));
  const reserved = await reservePort(options.gatewayPort ?? 0);
  const gatewayUrl = `http://127.0.0.1:${reserved.port}/mcp`;
  const applications: ConnectedApplication[] = [];
  const identity = await startIdentityProvider({
    profile,
    ...(options.enterprise && { applications }),
    ...(options.issuerPort !== undefined && { port: options.issuerPort }),
    gatewayUrl,
    accessTokenSeconds: options.accessTokenSeconds ?? 600,
    wantsNonces: options.dpopNonces ?? false,
    rotationGraceSeconds: options.rotationGraceSeconds ?? 30,
    resourceRefusal: options.resourceRefusal ?? "AADSTS901002",
    recordSecrets,
    asksConsent: options.asksConsent ?? true,
    workloadIssuer: options.workloadIssuer,
    faults: () => faults,
    door: atSteps.door(stepsAtServer(profile.routes)),
    faultNames: () => faultNames(faults, gatewayFaults),
    log,
  }).finally(() => reserved.release());
  const own: NonNullable<Sandbox["enterprise"]> = {
    issuer: identity.addresses.issuer,
    clientId: profile.clients.app,
    jwksUri: `${identity.addresses.origin}${profile.routes.jwks}`,
    connect: (application) => void applications.push(application),
  };
  const company = (typeof options.enterprise === "object" ? options.enterprise.of.enterprise : undefined) ?? own;
  const scopes = profile.scopes.api;
  const atGateway = options.enterprise
    ? await startAuthorizationServer({
        ...{ identityProvider: company, gatewayUrl, scopes, ledger: identity.ledger, faults: () => faults },
        accessTokenSeconds: options.accessTokenSeconds ?? 600,
        door: atSteps.door(stepsAtServer(authorizationServerPaths)),
      })
    : undefined;
  if (atGateway) company.connect({ audience: atGateway.issuer, clientAtAudience: atGateway.clientId, scopes });
  const { issuer } = atGateway ?? identity.addresses;
  const authorizer: AuthorizerConfiguration = {
    customJWTAuthorizer: {
      discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
      ...profile.policy(identity.addresses, options.callers ?? "people"),
    },
  };
  const door = atSteps.door(stepsAtGateway);
  const gatewayOptions = { ...options, door, port: reserved.port };
  const newGateway = () => startGatewayFor(identity, profile, authorizer, { ...gatewayOptions, gatewayFaults });
  let gateway = await newGateway().catch(async (error) => {
    await Promise.all([identity.stop(), atGateway?.stop()]);
    throw error;
  });
  /** What the gateways before this one counted. */
  const before: GatewayCounters[] = [];
  await setSteps(faults);
  return {
    gatewayUrl,
    issuer,
    profile: id,
    clientId: atGateway?.clientId ?? profile.clients.app,
    clientSecret: atGateway?.clientSecret ?? identity.appSecret,
    ...(atGateway && { enterprise: company }),
    get machine() {
      return identity.machine();
    },
    authorizer,
    observe() {
      const counted = [...before, gateway.counters()];
      return {
        ...identity.observe(),
        gatewayStatuses: summed(counted.map(({ statuses }) => statuses)),
        toolCalls: summed(counted.map(({ toolCalls }) => toolCalls)),
        steps: atSteps.counts(),
      };
    },
    async setFaults(next) {
      faults = withRegistration(next, registration);
      await setSteps(next);
    },
    setGatewayFaults(next) {
      gatewayFaults = next;
      gateway.setFaults(next);
    },
    revokeAll: (sub) => identity.revokeAll(sub),
    isActive: async (token) => (await identity.isActive(token)) || ((await atGateway?.isActive(token)) ?? false),
    issuedSecrets: () => identity.issuedSecrets(),
    async restart({ gateway: isAgain = false, provider }) {
      if (isAgain) {
        await gateway.stop();
        before.push(gateway.counters());
      }
      if (provider !== undefined) await identity.restart(provider);
      if (isAgain) gateway = await newGateway();
    },
    async stop() {
      await Promise.all([gateway.stop(), identity.stop(), atGateway?.stop()]);
    },
  };
}

/** Starts a gateway that checks tokens as AgentCore does, with the authorizer of AWS's guide for the provider. */
function startGatewayFor(
  identity: IdentityProvider,
  { writeScope }: SandboxProfile,
  authorizer: AuthorizerConfiguration,
  options: SandboxOptions & { readonly port: number; readonly door: Door },
): Promise<Gateway> {
  const { checkRevocation = false, dpop, dpopNonces = false, targets = [], log = () => {}, port, door } = options;
  return startGateway({
    port,
    door,
    ...(options.gatewayFaults && { faults: options.gatewayFaults }),
    authorizer,
    ...(options.supportedVersions && { supportedVersions: options.supportedVersions }),
    targets: [sampleTarget(identity.personOf), ...targets],
    toolScopes: sampleToolScopes(writeScope),
    log: (message, facts) => log(`gateway: ${message} ${JSON.stringify(facts)}`),
    ...(dpop && { beyondAgentCore: { dpop: { required: dpop === "require", nonces: dpopNonces } } }),
    ...(checkRevocation && { isRevoked: ({ jti }) => typeof jti === "string" && identity.isRevoked(jti) }),
  });
}

const withRegistration = (faults: SandboxFaults, registration: boolean): SandboxFaults =>
  registration ? faults : { ...faults, noRegistration: true };

/** Numbers of several counts, by name. */
function summed<T extends Readonly<Record<string, number>>>(counts: readonly T[]): T {
  const sums: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((one) => Object.entries(one))) sums[name] = (sums[name] ?? 0) + count;
  return sums as T;
}
