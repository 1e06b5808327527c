import { isLoopback, parseUrl } from "../lib/secureUrl.ts";

/**
 * Which addresses a pattern means: `https://host`, `https://host/path` or `https://*.example.com:8443/path`.
 *
 * - The scheme is https, or http for this machine.
 * - `*.` at the beginning stands for exactly one label, as in certificates (RFC 9525, 6.3). It never stands for a part of an
 *   IP address, and two labels have to follow it.
 * - A port that is not written is the scheme's own. `:*` stands for any, for this machine alone.
 * - A path means itself and what is below it, in whole segments and to the letter; without one every path is meant. Where a
 *   path is written, a query has to be written too.
 */
export interface AddressPattern {
  readonly text: string;
  readonly protocol: "https:" | "http:";
  /** Without the `*.`. */
  readonly hostname: string;
  readonly isWildcard: boolean;
  /** Undefined for any port. */
  readonly port: string | undefined;
  /** Undefined for every path. */
  readonly path: readonly string[] | undefined;
  readonly search: string;
}

/** Reads a pattern. @returns in words what is wrong with it, where it is none */
export function readAddressPattern(text: string): AddressPattern | { readonly problem: string } {
  const form = /^(https?):\/\/(\*\.)?([^/?#@\\*\s]+?)(:\*)?((?:[/?][^#\s\\*]*)?)$/.exec(text);
  if (!form) return { problem: "expected https://host, https://*.host, or either with a port and a path" };
  const [, scheme = "", wildcard, host = "", anyPort, rest = ""] = form;
  // What is seen has to be what is compared: a letter that looks like another would let another host in.
  if (/[^\x21-\x7e]/.test(host)) return { problem: `expected a host in ASCII, found ${asked(host)}` };
  const url = parseUrl(`${scheme}://${host}${rest}`);
  if (!url || /[%_]/.test(host)) return { problem: "expected the name of a host" };
  const here = isLoopback(url.hostname);
  if (scheme === "http" && !here) return { problem: "expected https (http only for this machine)" };
  if (anyPort !== undefined && !here) return { problem: "expected a port, since any port is for this machine only" };
  if (wildcard !== undefined && (isIp(url.hostname) || here || url.hostname.split(".").filter(Boolean).length < 2)) {
    return { problem: "expected two labels or more behind *., such as *.example.com" };
  }
  if (url.hostname.endsWith(".") || url.hostname.includes("..")) return { problem: "expected the name of a host" };
  const path = segments(url.pathname);
  return {
    text,
    protocol: url.protocol as AddressPattern["protocol"],
    hostname: url.hostname,
    isWildcard: wildcard !== undefined,
    port: anyPort === undefined ? url.port : undefined,
    path: path.length === 0 && url.search === "" ? undefined : path,
    search: url.search,
  };
}

/** Whether a pattern means this address. What is odd about an address is meant by none. */
export function matchesAddress(pattern: AddressPattern, address: string): boolean {
  const url = parseUrl(address);
  if (url?.username !== "" || url.password !== "" || url.hash !== "") return false;
  if (url.protocol !== pattern.protocol || (pattern.port !== undefined && url.port !== pattern.port)) return false;
  return matchesHost(pattern, url.hostname) && matchesPath(pattern, url);
}

/** Whether one of several patterns, as they are written, means this address. What is no pattern means nothing. */
export const isMeant = (texts: readonly string[], address: string): boolean =>
  texts.some((text) => {
    const pattern = readAddressPattern(text);
    return !("problem" in pattern) && matchesAddress(pattern, address);
  });

/** Whether whatever one pattern means, the other means too. */
export function covers(wide: AddressPattern, narrow: AddressPattern): boolean {
  if (wide.protocol !== narrow.protocol || (wide.port !== undefined && wide.port !== narrow.port)) return false;
  const host = narrow.isWildcard
    ? wide.isWildcard && wide.hostname === narrow.hostname
    : matchesHost(wide, narrow.hostname);
  if (!host || wide.path === undefined) return host;
  return narrow.path !== undefined && isBelow(wide.path, narrow.path) && wide.search === narrow.search;
}

/** Whether a pattern means a single host and path, though it may mean what is below that. */
export const isExact = ({ isWildcard, port, path }: AddressPattern): boolean =>
  !isWildcard && port !== undefined && path !== undefined;

function matchesHost({ hostname, isWildcard }: AddressPattern, found: string): boolean {
  if (!isWildcard) return found === hostname;
  if (isIp(found) || !found.endsWith(`.${hostname}`)) return false;
  return /^[^.]+$/.test(found.slice(0, -hostname.length - 1));
}

function matchesPath({ path, search }: AddressPattern, url: URL): boolean {
  if (path === undefined) return true;
  // Servers differ in what they make of an encoded slash, dot or percent sign, so that the path may be another one to them.
  if (/%(?:2e|2f|5c|25|00)/i.test(url.pathname) || url.pathname.includes("//")) return false;
  return isBelow(path, segments(url.pathname)) && url.search === search;
}

const isBelow = (path: readonly string[], found: readonly string[]): boolean =>
  path.every((segment, at) => found[at] === segment);

const segments = (path: string): readonly string[] => path.replace(/\/$/, "").split("/").slice(1);

/** IPv4 as the URL parser leaves it, or IPv6 in its brackets. */
const isIp = (hostname: string): boolean => hostname.startsWith("[") || /^[\d.]+$/.test(hostname);

/** A host as it is asked for (xn--). */
const asked = (host: string): string => parseUrl(`https://${host}`)?.hostname ?? "other letters";
