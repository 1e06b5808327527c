import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { type VerifiedTokens, verifiedTokens } from "./verifiedTokens.ts";

/** How many times unknown key ids may make us ask for the keys again, and in which time. */
export const MAX_REFRESHES = 5;
export const REFRESH_WINDOW_MS = 60_000;
/** The same for an issuer of which nothing is known yet. It may be about to start, so the wait is short. */
export const MAX_FIRST_READS = 5;
export const FIRST_READ_WINDOW_MS = 10_000;
/** How long keys are used without asking whether they are still the ones. */
export const MAX_AGE_MS = 10 * 60_000;
/** When an issuer that was away is asked again. */
export const RETRY_MS = 30_000;
const FETCH_TIMEOUT_MS = 10_000;

/** The issuer and its keys could not be had; that says nothing about the token. */
export class KeysUnavailable extends Error {}

/** What an issuer said of itself at one time, and what was found out with it. */
export interface KeySet {
  readonly issuer: string;
  /** Finds the key of a token, for jose, or throws jose's own errors. */
  readonly find: JWTVerifyGetKey;
  /** Void with the first key that comes, goes or changes. */
  readonly verified: VerifiedTokens;
}

/** Who issues tokens and which keys it signs them with, as its discovery document says. */
export interface SigningKeys {
  /**
   * The keys, read again when they are old. It is the same set as long as nothing in it changed.
   *
   * @throws KeysUnavailable
   */
  current(): Promise<KeySet>;
  /**
   * The keys after a token named one that is not in `known`. Undefined when there are no others, or when they were
   * asked for too often.
   *
   * @throws KeysUnavailable
   */
  newerThan(known: KeySet): Promise<KeySet | undefined>;
  /** How many times the keys were asked for. */
  fetches(): number;
}

interface Known {
  readonly set: KeySet;
  readonly text: string;
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
  let failure: KeysUnavailable | undefined;
  let fetches = 0;
  const mayRefresh = allowance(MAX_REFRESHES, REFRESH_WINDOW_MS, world.now);
  const mayReadFirst = allowance(MAX_FIRST_READS, FIRST_READ_WINDOW_MS, world.now);

  /** Everyone who waits shares one read. */
  const read = (): Promise<Known> => {
    reading ??= load().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  async function load(): Promise<Known> {
    fetches++;
    try {
      const { issuer, jwks_uri: jwksUri } = await json(discoveryUrl);
      if (typeof issuer !== "string" || typeof jwksUri !== "string") {
        throw new KeysUnavailable("the discovery document has no issuer or no jwks_uri");
      }
      const keys = await json(jwksUri);
      const text = JSON.stringify([issuer, keys]);
      known = { set: known?.text === text ? known.set : keySet(issuer, keys), text, at: world.now() };
      failure = undefined;
      return known;
    } catch (error) {
      if (error instanceof KeysUnavailable) failure = error;
      throw error;
    }
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

  return {
    async current() {
      if (known === undefined) {
        if (reading === undefined && failure !== undefined && !mayReadFirst()) throw failure;
        return (await read()).set;
      }
      if (world.now() - known.at < MAX_AGE_MS) return known.set;
      const old = known;
      try {
        return (await read()).set;
      } catch {
        // An issuer that is away for a while has not changed its keys, and is not asked for every token meanwhile.
        known = { ...old, at: world.now() - MAX_AGE_MS + RETRY_MS };
        return known.set;
      }
    },
    async newerThan(than) {
      if (reading !== undefined) {
        const { set } = await reading;
        if (set !== than) return set;
      } else if (known !== undefined && known.set !== than) return known.set;
      // A read that begins from here on is new enough for everyone who waits.
      if (reading === undefined && !mayRefresh()) {
        if (failure !== undefined) throw failure;
        return undefined;
      }
      const { set } = await read();
      return set === than ? undefined : set;
    },
    fetches: () => fetches,
  };
}

function keySet(issuer: string, keys: Record<string, unknown>): KeySet {
  try {
    return { issuer, find: createLocalJWKSet(keys as unknown as JSONWebKeySet), verified: verifiedTokens() };
  } catch (cause) {
    throw new KeysUnavailable("the key set is not one", { cause });
  }
}

function allowance(most: number, windowMs: number, now: () => number): () => boolean {
  let taken: readonly number[] = [];
  return () => {
    taken = taken.filter((at) => now() - at < windowMs);
    if (taken.length >= most) return false;
    taken = [...taken, now()];
    return true;
  };
}
