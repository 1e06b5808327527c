import "./urlParsePolyfill.ts";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { compactVerify, decodeJwt, decodeProtectedHeader } from "jose";
import { MOST_SILENT_CONNECTIONS_OF_SANDBOX } from "../../lib/limits.ts";
import { keepConnections } from "../../system/keepConnections.ts";
import { boundSilentCallers } from "../../system/silentConnections.ts";
import { listen, stopped } from "../loopbackServer.ts";
import type { ProfileAddresses, SandboxProfile } from "../profiles/sandboxProfile.ts";
import { accountsOf } from "./accounts.ts";
import type { IdentityProviderOptions } from "./identityProviderOptions.ts";
import { type MachineClients, makeMachineClients } from "./machineClients.ts";
import { MemoryStore } from "./memoryStore.ts";
import type { Person } from "./people.ts";
import { providerHandler } from "./providerHandler.ts";
import { makeProviderKeys } from "./providerKeys.ts";
import { type IdentityObservation, type IssuedSecret, TokenLedger } from "./tokenLedger.ts";

/**
 * How an identity provider may come back from a restart: with its keys and all that it knew, with other signing keys, without the
 * clients, sessions and tokens that it knew, or with neither.
 */
export const providerRestarts = ["asItWas", "newKeys", "forgetful", "fromNothing"] as const;

export type ProviderRestart = (typeof providerRestarts)[number];

export interface IdentityProvider {
  /** Where everything that is issued is put down. */
  readonly ledger: TokenLedger;
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
  /** Ends it in the middle of what it does, and starts it again at the same address. */
  restart(how: ProviderRestart): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an OAuth authorization server on the loopback interface. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { profile, gatewayUrl } = options;
  const newKeys = () => makeProviderKeys(profile.unpublishedKey ?? false);
  const newStore = () => new MemoryStore(Date.now, graceMs(profile, options.rotationGraceSeconds));
  const [firstKeys, { machine, publicKey: machineKey }] = await Promise.all([newKeys(), makeMachineClients(profile)]);
  let keys = firstKeys;
  let store = newStore();
  const server = createServer();
  boundSilentCallers(server, MOST_SILENT_CONNECTIONS_OF_SANDBOX);
  keepConnections(server);
  // From here on nothing is waited for: a request that came before there is who answers it would never be answered.
  const port = await listen(server, options.port ?? 0);
  const addresses = addressesOf(profile, port, gatewayUrl);
  const accounts = accountsOf(profile);
  const ledger = new TokenLedger({ recordSecrets: options.recordSecrets });
  const appSecret = profile.clients.appNeedsSecret && randomBytes(18).toString("base64url");
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
  const made = { profile, addresses, accounts, ledger, appSecret, machine, machineKey, tokenId };
  const handlerNow = () => providerHandler(options, { ...made, keys, store });
  let handle = handlerNow();
  server.on("request", (request, response) => options.door(request, response, () => void handle(request, response)));

  return {
    ledger,
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
    async restart(how) {
      await stopped(server);
      if (how === "newKeys" || how === "fromNothing") keys = await newKeys();
      if (how === "forgetful" || how === "fromNothing") store = newStore();
      handle = handlerNow();
      await listen(server, port);
    },
    stop: () => stopped(server),
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
