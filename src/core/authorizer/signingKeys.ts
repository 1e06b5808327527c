import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";

/** How many times unknown key ids may make us ask for the keys again, and in which time. */
const MAX_REFRESHES = 5;
const REFRESH_WINDOW_MS = 60_000;
/** How long keys are used without asking whether they are still the ones. */
const MAX_AGE_MS = 10 * 60_000;
/** When an issuer that was away is asked again. */
const RETRY_MS = 30_000;
const FETCH_TIMEOUT_MS = 10_000;

/** The issuer and its keys could not be had; that says nothing about the token. */
export class KeysUnavailable extends Error {}

/** Who issues tokens and which keys it signs them with, as its discovery document says. */
export interface SigningKeys {
  /** @throws KeysUnavailable */
  issuer(): Promise<string>;
  /** Finds the key of a token, for jose. It throws `KeysUnavailable` or jose's own errors. */
  readonly find: JWTVerifyGetKey;
  /** How many times the keys were asked for. */
  fetches(): number;
}

interface Known {
  readonly issuer: string;
  readonly find: JWTVerifyGetKey;
  readonly at: number;
}

/**
 * Keys that are asked for when first needed, when they are old, and when a token names one that is not among them:
 * that is how a new key becomes known. Anyone can make up key ids, so the last kind is limited.
 */
export function signingKeys(
  discoveryUrl: string,
  world: { readonly fetch: typeof fetch; readonly now: () => number },
): SigningKeys {
  let known: Known | undefined;
  let reading: Promise<Known> | undefined;
  let refreshes: readonly number[] = [];
  let fetches = 0;

  const read = (): Promise<Known> => {
    reading ??= load().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  async function load(): Promise<Known> {
    fetches++;
    const discovery = await json(discoveryUrl);
    const { issuer, jwks_uri: jwksUri } = discovery;
    if (typeof issuer !== "string" || typeof jwksUri !== "string") {
      throw new KeysUnavailable("the discovery document has no issuer or no jwks_uri");
    }
    const keys = await json(jwksUri);
    try {
      known = { issuer, find: createLocalJWKSet(keys as unknown as JSONWebKeySet), at: world.now() };
    } catch (cause) {
      throw new KeysUnavailable("the key set is not one", { cause });
    }
    return known;
  }

  async function json(url: string): Promise<Record<string, unknown>> {
    try {
      const response = await world.fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
      const body: unknown = await response.json();
      if (response.ok && typeof body === "object" && body !== null) return body as Record<string, unknown>;
    } catch (cause) {
      throw new KeysUnavailable(`${url} could not be read`, { cause });
    }
    throw new KeysUnavailable(`${url} has no JSON document`);
  }

  async function current(): Promise<Known> {
    if (known === undefined) return await read();
    if (world.now() - known.at < MAX_AGE_MS) return known;
    const old = known;
    try {
      return await read();
    } catch {
      // An issuer that is away for a while has not changed its keys, and is not asked for every token meanwhile.
      known = { ...old, at: world.now() - MAX_AGE_MS + RETRY_MS };
      return known;
    }
  }

  function mayRefresh(): boolean {
    const now = world.now();
    refreshes = refreshes.filter((at) => now - at < REFRESH_WINDOW_MS);
    if (refreshes.length >= MAX_REFRESHES) return false;
    refreshes = [...refreshes, now];
    return true;
  }

  return {
    issuer: async () => (await current()).issuer,
    find: async (header, token) => {
      const { find } = await current();
      try {
        return await find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || !mayRefresh()) throw error;
        return await (await read()).find(header, token);
      }
    },
    fetches: () => fetches,
  };
}
