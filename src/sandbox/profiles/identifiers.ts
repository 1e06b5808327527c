import { createHash } from "node:crypto";
import { type CustomClaim, claimMatches } from "../../agentcore/authorizer/customClaims.ts";
import type { Refusal } from "./sandboxProfile.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A GUID that is the same in every sandbox. */
export function guid(text: string): string {
  const hex = hash(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** An identifier of letters and digits that is the same in every sandbox. */
export function letters(text: string, length: number): string {
  return BigInt(`0x${hash(text)}`)
    .toString(36)
    .slice(0, length);
}

/** A number that is the same in every sandbox. */
export function digits(text: string, length: number): string {
  return BigInt(`0x${hash(text)}`)
    .toString(10)
    .slice(0, length);
}

/** A rule that a claim equals a text. */
export const equals = (claim: string, value: string): CustomClaim => claimMatches(claim, "EQUALS", [value]);

/** A rule that a list contains a text. */
export const contains = (claim: string, value: string): CustomClaim => claimMatches(claim, "CONTAINS", [value]);

/** Refuses scopes outside the known ones. */
export function onlyScopes(known: readonly string[], refusal: (unknown: readonly string[]) => Refusal) {
  return (asked: readonly string[]): Refusal | undefined => {
    const unknown = asked.filter((scope) => !known.includes(scope));
    return unknown.length > 0 ? refusal(unknown) : undefined;
  };
}
