import { decodeJwt } from "jose";
import type { TokenSet } from "./tokenSet.ts";

/** Texts that are too short to tell whose they are, in characters. */
const TOO_SHORT = 3;

/** Claims that say what a token is, and nothing of whom it is for. */
const aboutTheToken: readonly string[] = ["typ", "token_use", "token_type", "ver"];

/** Every text in the claims of a person's tokens, and what else says who they are. */
export function claimTexts(tokens: TokenSet | undefined): readonly string[] {
  if (!tokens) return [];
  const { account, accessToken, idToken } = tokens;
  const claims = [accessToken, idToken].flatMap((token) => (token === undefined ? [] : textsIn(decoded(token))));
  return [...new Set([account.id, account.label, ...claims])].filter((text) => text.length >= TOO_SHORT);
}

function decoded(token: string): unknown {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => (aboutTheToken.includes(name) ? [] : textsIn(one)));
}
