import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { promisify } from "node:util";

/** So many that no test holds two that are the same. */
const fewKeys = 8;

let areDealt = false;

/**
 * Deals the RSA keys of this process from a few of each kind, in turns. To find the primes of one takes a sixth of a
 * second of a core, and every sandbox wants two or three: that was more than all else that the flows compute.
 */
export function dealRsaKeys(): void {
  if (areDealt) return;
  areDealt = true;
  const kinds = new Map<string, { readonly keys: Promise<unknown>[]; dealt: number }>();
  const deal = (kind: unknown, make: () => Promise<unknown>): Promise<unknown> => {
    const name = JSON.stringify(kind);
    const { keys, dealt } = kinds.get(name) ?? { keys: [], dealt: 0 };
    const place = dealt % fewKeys;
    keys[place] ??= make();
    kinds.set(name, { keys, dealt: dealt + 1 });
    return keys[place];
  };

  const { generateKeyPair } = crypto;
  const makePair = promisify(generateKeyPair) as (type: string, options: object) => Promise<unknown>;
  const dealPair = (type: string, options: object) =>
    type === "rsa" ? deal(options, () => makePair(type, options)) : makePair(type, options);
  const callback = (...args: unknown[]) => Reflect.apply(generateKeyPair, crypto, args);
  Object.assign(crypto, { generateKeyPair: Object.assign(callback, { [promisify.custom]: dealPair }) });
  syncBuiltinESMExports();

  const { subtle } = crypto.webcrypto;
  const makeKey = subtle.generateKey.bind(subtle) as (...args: unknown[]) => Promise<unknown>;
  const dealKey = (algorithm: { readonly name: string }, ...more: unknown[]) =>
    algorithm.name.startsWith("RSA")
      ? deal([algorithm, ...more], () => makeKey(algorithm, ...more))
      : makeKey(algorithm, ...more);
  Object.assign(subtle, { generateKey: dealKey });
}
