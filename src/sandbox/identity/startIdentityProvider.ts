import "./urlParsePolyfill.ts";
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { compactVerify, decodeJwt, decodeProtectedHeader } from "jose";
import { Provider } from "oidc-provider";
import type { ProfileAddresses, SandboxProfile } from "../profiles/sandboxProfile.ts";
import type { SandboxFaults } from "../sandboxFaults.ts";
import { accountsOf } from "./accounts.ts";
import { askForConsent } from "./askForConsent.ts";
import { atEndpoints } from "./atEndpoints.ts";
import { faultyAnswers } from "./faultyAnswers.ts";
import { type MachineClients, makeMachineClients } from "./machineClients.ts";
import { MemoryStore } from "./memoryStore.ts";
import type { Person } from "./people.ts";
import { profileAnswers } from "./profileAnswers.ts";
import { profileRequests } from "./profileRequests.ts";
import { providerConfiguration } from "./providerConfiguration.ts";
import { makeProviderKeys } from "./providerKeys.ts";
import { recordingMiddleware } from "./recordingMiddleware.ts";
import type { ResourceRefusal } from "./resourceRefusals.ts";
import { signInRoutes } from "./signInRoutes.ts";
import { type IdentityObservation, type IssuedSecret, TokenLedger } from "./tokenLedger.ts";

export interface IdentityProviderOptions {
  readonly profile: SandboxProfile;
  /** The port of 127.0.0.1 to listen on; a free one by default. */
  readonly port?: number;
  /** The address of the gateway, which is the audience of access tokens. */
  readonly gatewayUrl: string;
  readonly accessTokenSeconds: number;
  readonly rotationGraceSeconds: number;
  readonly resourceRefusal: ResourceRefusal;
  readonly recordSecrets: boolean;
  readonly asksConsent: boolean;
  readonly faults: () => SandboxFaults;
  readonly log: (line: string) => void;
}

export interface IdentityProvider {
  readonly addresses: ProfileAddresses;
  /** The secret of the editor's client, where the provider requires one. */
  readonly appSecret: string | undefined;
  /** Returns the machine clients, and records their secrets from then on. */
  machine(): MachineClients;
  /** The person whose tokens have this `sub`. */
  personOf(subject: unknown): Person | undefined;
  observe(): IdentityObservation;
  issuedSecrets(): readonly IssuedSecret[];
  /** Revokes all access of one person, or of everybody. */
  revokeAll(sub?: string): void;
  /** Whether this access or refresh token is valid now. */
  isActive(token: string): Promise<boolean>;
  /** Whether the access token with this identifier was revoked. */
  isRevoked(jti: string): boolean;
  stop(): Promise<void>;
}

/** Starts an OAuth authorization server on the loopback interface. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { profile, gatewayUrl, accessTokenSeconds, resourceRefusal, faults } = options;
  const server = createServer();
  const addresses = addressesOf(profile, await listen(server, options.port ?? 0), gatewayUrl);
  const [keys, { machine, publicKey: machineKey }] = await Promise.all([
    makeProviderKeys(profile.unpublishedKey ?? false),
    makeMachineClients(profile),
  ]);
  const accounts = accountsOf(profile);
  const store = new MemoryStore(Date.now, graceMs(profile, options.rotationGraceSeconds));
  const ledger = new TokenLedger({ recordSecrets: options.recordSecrets });
  const appSecret = profile.clients.appNeedsSecret && randomBytes(18).toString("base64url");
  const secrets = { machine, machineKey, appSecret };
  const provider = new Provider(
    addresses.issuer,
    providerConfiguration({ profile, addresses, accounts, keys, store, ledger, secrets, accessTokenSeconds, faults }),
  );

  /** The `jti` of an access token that was signed here and has not expired. */
  const tokenId = async (token: string): Promise<string | undefined> => {
    try {
      const { kid } = decodeProtectedHeader(token);
      const key = Object.values(keys).find(({ privateJwk }) => privateJwk.kid === kid);
      if (!key) return undefined;
      await compactVerify(token, key.publicKey);
      const { jti, exp = 0 } = decodeJwt(token);
      return exp * 1000 > Date.now() ? jti : undefined;
    } catch {
      return undefined;
    }
  };
  provider.use(atEndpoints(profile, addresses));
  provider.use(recordingMiddleware(ledger, profile, tokenId));
  provider.use(askForConsent(profile.routes.authorization));
  provider.use(faultyAnswers(profile.routes, faults));
  provider.use(profileRequests(profile, { resourceRefusal, appSecret }));
  provider.use(profileAnswers(profile, addresses, profile.unpublishedKey && keys.access.privateJwk.kid));
  provider.use(signInRoutes(provider, { profile, addresses, accounts, asksConsent: options.asksConsent }));
  provider.on("grant.revoked", (_ctx, grantId) => {
    if (profile.revocation.cascades) ledger.revokeGrant(grantId);
  });
  provider.on("server_error", (_ctx, error) => options.log(`identity provider: ${error.stack ?? error.message}`));
  server.on("request", provider.callback());

  return {
    addresses,
    appSecret,
    machine() {
      recordMachine(ledger, machine);
      return machine;
    },
    personOf: accounts.personOf,
    observe: () => ledger.observe(),
    issuedSecrets: () => ledger.secrets(),
    revokeAll(sub) {
      const account = sub === undefined ? undefined : accounts.idBySub(sub);
      store.forgetPerson(account);
      ledger.revokePerson(account);
    },
    async isActive(token) {
      if (store.isGood(token)) return true;
      const jti = await tokenId(token);
      return jti !== undefined && !ledger.isRevoked(jti);
    },
    isRevoked: (jti) => ledger.isRevoked(jti),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function addressesOf({ issuerPath, endpointHost }: SandboxProfile, port: number, gatewayUrl: string): ProfileAddresses {
  const origin = `http://${endpointHost ?? "127.0.0.1"}:${port}`;
  return { origin, issuer: `http://127.0.0.1:${port}${issuerPath}`, gatewayUrl };
}

function graceMs({ refreshTokens: { renewal } }: SandboxProfile, rotationGraceSeconds: number): number {
  if (renewal === "renewed") return Number.POSITIVE_INFINITY;
  return renewal === "graced" ? rotationGraceSeconds * 1000 : 0;
}

/** A leaked key may appear whole or, where line breaks were changed, line by line; so one line is recorded too. */
function recordMachine(ledger: TokenLedger, { clientSecret, privateKey }: MachineClients): void {
  ledger.secretIssued("client_secret", clientSecret);
  ledger.secretIssued("private_key", privateKey);
  ledger.secretIssued("private_key", privateKey.split("\n")[2]);
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}
