import { asFailure, GatewayFailure, isFailure } from "../../failures/failure.ts";
import { messageOf } from "../../lib/causes.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import { isMoved, movedTo, returning, returningEntry } from "./movedMark.ts";
import type { SecretStore } from "./secretStore.ts";
import { renewalLock, sessionKey, signInsLock } from "./secretTokenStore.ts";
import { isAlive, parseTokenSet, serializeTokenSet, type TokenSet } from "./tokenSet.ts";

/** A store of secrets, and the lock of all programs that use it. What it says is read anew each time. */
export interface SignInPlace {
  readonly secrets: SecretStore;
  readonly lock: CrossProcessLock;
}

/** Where a sign-in moves between: an editor's secret storage, and the keychain that all programs of a person share. */
export interface MovePlaces {
  readonly editor: SignInPlace;
  readonly keychain: SignInPlace;
}

export interface Moved {
  /** Those of the editor, where the keychain had a sign-in of the same person already: they are to be revoked. */
  readonly left?: TokenSet;
}

/**
 * Moves a sign-in from an editor to the keychain. It is the editor's until its entry is replaced by the mark, in one write, and
 * the keychain's from then on. What was written before counts for nobody, what is missing after is made up by `settle`.
 *
 * @returns undefined where there is none to move
 * @throws GatewayFailure `keychain_unavailable`, `stored_secret_unreadable`, `stored_by_newer_version`; nothing has moved then
 */
export function moveToKeychain(sessionId: string, places: MovePlaces): Promise<Moved | undefined> {
  const key = sessionKey(sessionId);
  const { editor, keychain } = places;
  return underBoth(sessionId, places, async () => {
    const entry = await editor.secrets.get(key);
    if (isMoved(entry)) return {};
    const tokens = entry === undefined ? undefined : await parseTokenSet(key, sessionId, entry);
    if (!isAlive(tokens)) return undefined;
    if (await hasAnother(sessionId, tokens, keychain.secrets)) {
      await editor.secrets.store(key, movedTo("keychain"));
      return { left: tokens };
    }
    const copy = serializeTokenSet({ ...tokens, isMoving: true });
    try {
      await keychain.secrets.store(key, copy);
      if ((await keychain.secrets.get(key)) !== copy) throw new Error("it does not give back what it was given");
    } catch (error) {
      await drop(key, keychain.secrets);
      throw unavailable(error);
    }
    try {
      await editor.secrets.store(key, movedTo("keychain"));
    } catch (error) {
      // It may have been written all the same, and then the keychain has it.
      if (!isMoved(await editor.secrets.get(key))) {
        await drop(key, keychain.secrets);
        throw error;
      }
    }
    await settleLocked(sessionId, places).catch(() => {});
    return {};
  });
}

/**
 * Moves a sign-in back from the keychain to this editor. It is the keychain's until its entry there is replaced by the mark.
 *
 * @returns whether there was one
 * @throws GatewayFailure as `moveToKeychain` does
 */
export function moveBack(sessionId: string, places: MovePlaces): Promise<boolean> {
  const key = sessionKey(sessionId);
  const { editor, keychain } = places;
  return underBoth(sessionId, places, async () => {
    await settleLocked(sessionId, places);
    if (!isMoved(await editor.secrets.get(key))) return true;
    const there = await reading(keychain.secrets, key);
    if (there === undefined || isMoved(there)) return false;
    const { isMoving: _, ...tokens } = await parseTokenSet(key, sessionId, there);
    await editor.secrets.store(key, returning(serializeTokenSet(tokens)));
    try {
      await keychain.secrets.store(key, movedTo("editor"));
    } catch (error) {
      if (!isMoved(await reading(keychain.secrets, key))) throw unavailable(error);
    }
    await settleLocked(sessionId, places).catch(() => {});
    return true;
  });
}

/**
 * Does what is left of a move whose program ended in the middle of it.
 *
 * @throws whatever a store throws; who keeps the sign-in is as clear as before
 */
export const settle = (sessionId: string, places: MovePlaces): Promise<void> =>
  underBoth(sessionId, places, () => settleLocked(sessionId, places));

async function settleLocked(sessionId: string, { editor, keychain }: MovePlaces): Promise<void> {
  const key = sessionKey(sessionId);
  const entry = await editor.secrets.get(key);
  if (!isMoved(entry)) return;
  const there = await reading(keychain.secrets, key);
  const back = returningEntry(entry);
  if (isMoved(there) && back !== undefined) {
    await editor.secrets.store(key, back);
    await keychain.secrets.delete(key);
    return;
  }
  if (back !== undefined) await editor.secrets.store(key, movedTo("keychain"));
  if (there === undefined || isMoved(there)) return;
  const { isMoving, ...tokens } = await parseTokenSet(key, sessionId, there);
  if (isMoving) await keychain.secrets.store(key, serializeTokenSet(tokens));
}

/** Nobody renews, signs in or signs out meanwhile, in this editor or any other program. The order is that of `SecretTokenStore`. */
function underBoth<T>(sessionId: string, { editor, keychain }: MovePlaces, act: () => Promise<T>): Promise<T> {
  const both = <R>(name: string, inner: () => Promise<R>) =>
    editor.lock.run(name, () => keychain.lock.run(name, inner));
  return both(renewalLock(sessionId), () => both(signInsLock, act));
}

/** Whether the keychain has a sign-in of the same person that is not a copy of this one. Two refresh tokens would be one too many. */
async function hasAnother(sessionId: string, tokens: TokenSet, keychain: SecretStore): Promise<boolean> {
  const key = sessionKey(sessionId);
  const text = await reading(keychain, key);
  if (text === undefined || isMoved(text)) return false;
  const there = await parseTokenSet(key, sessionId, text).catch((error: unknown) => {
    if (isFailure(error, "stored_by_newer_version")) throw error;
    return undefined;
  });
  return isAlive(there) && !there.isMoving && there.accessToken !== tokens.accessToken;
}

/** Where it is not deleted it is still nobody's. */
const drop = async (key: string, secrets: SecretStore) => await Promise.resolve(secrets.delete(key)).catch(() => {});

async function reading(secrets: SecretStore, key: string): Promise<string | undefined> {
  try {
    return await secrets.get(key);
  } catch (error) {
    throw unavailable(error);
  }
}

/** What a keychain said, as a failure. */
function unavailable(error: unknown): GatewayFailure {
  const failure = asFailure(error);
  if (failure.code !== "unexpected") return failure;
  return new GatewayFailure("keychain_unavailable", { reason: messageOf(error) });
}
