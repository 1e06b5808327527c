import { createLocalJWKSet, type JWTVerifyGetKey } from "jose";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { KeysUnavailable, readIssuer } from "./issuerDocuments.ts";
import type { Outage } from "./outage.ts";
import { type VerifiedTokens, verifiedTokens } from "./verifiedTokens.ts";

/** How often in a row unknown key ids may trigger a new read of the keys, and the wait before one more. */
export const MAX_REFRESHES = 5;
export const REFRESH_GAP_MS = 10_000;
/** How often bad signatures may trigger a new read of the keys, beside unknown key ids. */
export const MAX_REREADS = 1;
/** The same for an issuer that was never read. It may be about to start, so the wait is short. */
export const MAX_FIRST_READS = 5;
export const FIRST_READ_GAP_MS = 2_000;
/** How many missing keys are remembered; beyond this the oldest are forgotten. */
export const MOST_SOUGHT = 1000;
/** No real key id is this long. A longer one is not remembered, so that nobody can fill the memory with them. */
const LONGEST_SOUGHT = 1024;
/** How long keys are used before they are read again. */
export const MAX_AGE_MS = 10 * 60_000;
/** How long to wait before asking an unreachable issuer again. */
export const RETRY_MS = 30_000;

/** An issuer's keys as they were read at one time, and the tokens verified with them. */
export interface KeySet {
  readonly issuer: string;
  /** Where the keys are. */
  readonly jwksUri: string;
  /** Finds the key of a token, for jose, or throws jose's own errors. */
  readonly find: JWTVerifyGetKey;
  /** Discarded as soon as any key is added, removed or changed. */
  readonly verified: VerifiedTokens;
}

/** The issuer of tokens and the keys it signs them with, as its discovery document says. */
export interface SigningKeys {
  /**
   * The keys, read again when they are old. The set stays the same object as long as nothing in it changes.
   *
   * @throws KeysUnavailable
   */
  current(): Promise<KeySet>;
  /**
   * The keys to use when a token needs one that `known` lacks. Undefined when the issuer has no others.
   *
   * @param sought identifies the missing key. A key that was sought a moment ago is not sought again, so that repeating
   * an invented one does not use up the reads that others need
   * @throws KeysUnavailable also when the keys were read too often, since it is unknown then whether the key exists
   */
  newerThan(known: KeySet, sought: string): Promise<KeySet | undefined>;
  /**
   * The keys to use when a signature is not by the key of `known` that the token names: a provider that was started anew
   * may sign with another key under the same id. Undefined when nothing changed, when the issuer does not say, or when
   * bad signatures had the keys read a moment ago.
   */
  changedSince(known: KeySet): Promise<KeySet | undefined>;
  /** How many times the keys were read. */
  fetches(): number;
}

export interface SigningKeysWorld {
  readonly fetch: HttpFetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Hears what becomes of each read. */
  readonly outage?: Outage;
}

interface Known {
  readonly set: KeySet;
  readonly text: string;
  readonly at: number;
}

/**
 * Reads an issuer's keys when they are first needed, when they are old, and when a token needs one that is missing,
 * which is how a new key becomes known (OpenID Connect Core 1.0, 10.1.1). Anyone can invent key ids and signatures, so
 * reads of the last kind have a rate limit; one read brings the new key for everyone. Tokens whose key is not yet known stay
 * undecided: a 401 would send people to sign in for another token that is signed with the same key.
 */
export function signingKeys(discoveryUrl: string, world: SigningKeysWorld): SigningKeys {
  let known: Known | undefined;
  let reading: Promise<Known> | undefined;
  let failure: KeysUnavailable | undefined;
  let fetches = 0;
  /** The missing keys that the next read looks for. */
  let wanted = new Set<string>();
  /** When the keys were last read without finding a sought one. */
  const lookedFor = new Map<string, number>();
  const mayRefresh = allowance(MAX_REFRESHES, REFRESH_GAP_MS, world.now);
  const mayReread = allowance(MAX_REREADS, REFRESH_GAP_MS, world.now);
  const mayReadFirst = allowance(MAX_FIRST_READS, FIRST_READ_GAP_MS, world.now);

  /** All waiting callers share one read. */
  const read = (): Promise<Known> => {
    reading ??= load().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  async function load(): Promise<Known> {
    fetches++;
    // Callers who arrive from here on need the next read, since this one may be older than their key.
    const looking = wanted;
    wanted = new Set();
    try {
      const { issuer, jwksUri, keys } = await readIssuer(discoveryUrl, world);
      const text = JSON.stringify([issuer, jwksUri, keys]);
      const set =
        known?.text === text
          ? known.set
          : { issuer, jwksUri, find: createLocalJWKSet({ keys: [...keys] }), verified: verifiedTokens() };
      known = { set, text, at: world.now() };
      failure = undefined;
      world.outage?.worked();
      for (const sought of looking) remember(sought, known.at);
      return known;
    } catch (error) {
      if (error instanceof KeysUnavailable) {
        failure = error;
        world.outage?.failed(error);
      }
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

  /** Whether the keys were read a short while ago without finding this one. */
  function wasLookedFor(sought: string): boolean {
    const since = world.now() - (lookedFor.get(sought) ?? Number.NEGATIVE_INFINITY);
    return since >= 0 && since < REFRESH_GAP_MS;
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
        // An issuer that is unreachable for a while keeps its keys, and is not asked again for every token.
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
      // A read that starts from here on is recent enough for every waiting caller.
      if (reading === undefined && !mayRefresh()) {
        if (failure !== undefined) throw failure;
        throw new KeysUnavailable("the key is not known, and the issuer was asked for its keys too often");
      }
      const { set } = await read();
      return set === than ? undefined : set;
    },
    async changedSince(than) {
      if (reading === undefined && known !== undefined && known.set !== than) return known.set;
      if (reading === undefined && !mayReread()) return undefined;
      const { set } = await read().catch(() => ({ set: than }));
      return set === than ? undefined : set;
    },
    fetches: () => fetches,
  };
}

/** A rate limit: `most` times at once, and one more time after each gap. */
function allowance(most: number, gapMs: number, now: () => number): () => boolean {
  let left = most;
  let since = now();
  return () => {
    const gaps = Math.floor((now() - since) / gapMs);
    // A clock that was set back restarts the gap.
    if (gaps < 0 || left + gaps >= most) since = now();
    else since += gaps * gapMs;
    left = Math.min(most, left + Math.max(0, gaps));
    if (left === 0) return false;
    left--;
    return true;
  };
}
