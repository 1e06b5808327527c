import { foreignText } from "../../lib/foreignText.ts";
import { isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";

/** What somebody else may say of a gateway, in a link or a file. There is nothing secret in it, and nothing that is run. */
export interface OfferedGateway {
  readonly url: string;
  readonly name?: string;
  readonly clientId?: string;
  readonly scopes?: readonly string[];
}

/** What of an offer is set for its gateway, where nothing is. */
export const offeredSettings = ({
  clientId,
  scopes,
}: OfferedGateway): { readonly clientId?: string; readonly scopes?: readonly string[] } => ({
  ...(clientId !== undefined && { clientId }),
  ...(scopes && { scopes }),
});

/** How long each part may be, in characters. */
export const LONGEST_PART = { url: 2_048, name: 80, clientId: 512, scopes: 1_024 } as const;

/** What is not seen, or changes how what stands beside it is seen. */
export const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u;

/** RFC 6749, appendix A.1. */
export const isClientId = (text: string): boolean => /^[\x20-\x7e]+$/.test(text);

/** RFC 6749, appendix A.4. */
export const isScope = (text: string): boolean => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text);

/** An address that somebody else wrote, or what is wrong with it. */
export type OfferedAddress =
  | { readonly kind: "address"; readonly href: string }
  | { readonly kind: "wrong" | "credentials" | "insecure"; readonly found: string };

/** Reads an address. Its host is in the letters that it is asked for in: those that look like others are seen as `xn--`. */
export function offeredAddress(text: string): OfferedAddress {
  const url = /^https?:\/\//i.test(text) ? parseUrl(text) : undefined;
  if (!url || /[\s\\]/.test(text)) {
    return { kind: "wrong", found: foreignText(text.replace(/\/\/.*@/, "//…@"), 120) };
  }
  if (url.username !== "" || url.password !== "") return { kind: "credentials", found: url.host };
  if (!isSecureUrl(url)) return { kind: "insecure", found: url.href };
  if (url.hash !== "") return { kind: "wrong", found: foreignText(url.href, 120) };
  return { kind: "address", href: url.href };
}
