import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { type VerifiedTokens, verifiedTokens } from "./verifiedTokens.ts";

/** How many times in a row unknown keys may make us ask for the keys again, and how soon after that once more. */
export const MAX_REFRESHES = 5;
export const REFRESH_GAP_MS = 10_000;
/** The same for an issuer of which nothing is known yet. It may be about to start, so the wait is short. */
export const MAX_FIRST_READS = 5;
export const FIRST_READ_GAP_MS = 2_000;
/** How many keys are remembered as looked for; beyond it the oldest are forgotten. */
export const MOST_SOUGHT = 1000;
/** Nobody's key id is as long; a longer one is not remembered, so that memory cannot be filled with it. */
const LONGEST_SOUGHT = 1024;
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
   * The keys after a token needed one that is not in `known`. Undefined when there are no others.
   *
   * @param sought what tells the key that is needed from others. One that was looked for a moment ago is not looked
   * for again, so that repeating a made-up one takes no read from anybody
   * @throws KeysUnavailable also when the keys were asked for too often: whether there is such a key is not known then
   */
  newerThan(known: KeySet, sought: string): Promise<KeySet | undefined>;
  /** How many times the keys were asked for. */
  fetches(): number;
}

interface Known {
  readonly set: KeySet;
  readonly text: string;
  readonly at: number;
}

/**
 * Keys that are asked for when first needed, when they are old, and when a token needs one that is not among them:
 * that is how a new key becomes known (OpenID Connect Core 1.0, 10.1.1). Anyone can make up key ids, so the last kind
 * is limited, to a rate that never ends: whoever made us read, one read brings the new key for all. Until then its
 * tokens are undecided. A 401 would send people to sign in for another token by the same key.
 */
export function signingKeys(
  discoveryUrl: string,
  world: { readonly fetch: typeof fetch; readonly now: () => number },
): SigningKeys {
  let known: Known | undefined;
  let reading: Promise<Known> | undefined;
  let failure: KeysUnavailable | undefined;
  let fetches = 0;
  /** The keys that the next read looks for. */
  let wanted = new Set<string>();
  /** When the keys were read that do not have it. */
  const lookedFor = new Map<string, number>();
  const mayRefresh = allowance(MAX_REFRESHES, REFRESH_GAP_MS, world.now);
  const mayReadFirst = allowance(MAX_FIRST_READS, FIRST_READ_GAP_MS, world.now);

  /** Everyone who waits shares one read. */
  const read = (): Promise<Known> => {
    reading ??= load().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  async function load(): Promise<Known> {
    fetches++;
    // Whoever comes from here on needs the next read: what this one gives may be older than their key.
    const looking = wanted;
    wanted = new Set();
    try {
      const { issuer, jwks_uri: jwksUri } = await json(discoveryUrl);
      if (typeof issuer !== "string" || typeof jwksUri !== "string") {
        throw new KeysUnavailable("the discovery document has no issuer or no jwks_uri");
      }
      const keys = await json(jwksUri);
      const text = JSON.stringify([issuer, keys]);
      known = { set: known?.text === text ? known.set : keySet(issuer, keys), text, at: world.now() };
      failure = undefined;
      for (const sought of looking) remember(sought, known.at);
      return known;
    } catch (error) {
      if (error instanceof KeysUnavailable) failure = error;
      throw error;
    }
  }

  function want(sought: string): void {
    if (sought.length <= LONGEST_SOUGHT && wanted.size < MOST_SOUGHT) wanted.add(sought);
  }

  function remember(sought: string, at: number): void {
    lookedFor.delete(sought);
    lookedFor.set(sought, at);
    if (lookedFor.size <= MOST_SOUGHT) return;
    const [oldest] = lookedFor.keys();
    if (oldest !== undefined) lookedFor.delete(oldest);
  }

  /** Whether the keys were read for it, and that is not long ago. */
  function wasLookedFor(sought: string): boolean {
    const since = world.now() - (lookedFor.get(sought) ?? Number.NEGATIVE_INFINITY);
    return since >= 0 && since < REFRESH_GAP_MS;
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
    async newerThan(than, sought) {
      if (reading !== undefined) {
        const { set } = await reading;
        if (set !== than) return set;
      } else if (known !== undefined && known.set !== than) return known.set;
      if (wasLookedFor(sought)) return undefined;
      want(sought);
      // A read that begins from here on is new enough for everyone who waits.
      if (reading === undefined && !mayRefresh()) {
        if (failure !== undefined) throw failure;
        throw new KeysUnavailable("the key is not known, and the issuer was asked for its keys too often");
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

/** So many times at once, and one time more after each gap. */
function allowance(most: number, gapMs: number, now: () => number): () => boolean {
  let left = most;
  let since = now();
  return () => {
    const gaps = Math.floor((now() - since) / gapMs);
    // A clock that was set back starts the gap anew.
    if (gaps < 0 || left + gaps >= most) since = now();
    else since += gaps * gapMs;
    left = Math.min(most, left + Math.max(0, gaps));
    if (left === 0) return false;
    left--;
    return true;
  };
}
