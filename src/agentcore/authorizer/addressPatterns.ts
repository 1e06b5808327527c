import type { Schema } from "../../lib/json/schema.ts";

const byte = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
const ipv4 = `${byte}(\\.${byte}){3}`;
const ipv6 = "\\[(?=[^\\]]*:[^\\]]*:)[0-9A-Fa-f:.]+\\]";
const label = "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?";
// URL parsers read a name whose last label is a number as an IPv4 address (URL Standard, host parsing).
const name = `(${label}\\.)*(?![0-9]+\\.?(?![A-Za-z0-9_.-]))${label}\\.?`;
const port = "(:(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[0-5]?[0-9]{1,4}))?";
const rest = "([/?#][^\\s]*)?";
const thisMachine = "(localhost|127(\\.[0-9]{1,3}){3}|\\[::1\\])";

/** A host as a URL has it, without port. */
const hostPattern = `(${ipv4}|${ipv6}|${name})`;

/** An HTTP address without user name and password, which `fetch` refuses. */
export const webAddress = (description: string): Schema => ({
  type: "string",
  description,
  pattern: `^https?://${hostPattern}${port}${rest}$`,
  patternErrorMessage: "an http or https address",
});

/** An address that may be sent a secret or a caller's request: https, or http on this machine (RFC 8252, 7.3). */
export const secureAddress = (description: string): Schema => ({
  type: "string",
  description,
  pattern: `^(https://${hostPattern}|http://${thisMachine})${port}${rest}$`,
  patternErrorMessage: "an https address, or an http address of this machine",
});

/** The address of a discovery document, with the path that AWS requires at its end. */
export const discoveryAddress = (description: string): Schema => ({
  type: "string",
  description,
  pattern: `^https?://${hostPattern}${port}(/[^\\s?#]+)?/\\.well-known/openid-configuration$`,
  patternErrorMessage: "an address that ends in /.well-known/openid-configuration",
});

/** A name by which callers reach a machine: a host alone, since the gateway ignores the port in a request's `Host`. */
export const hostName = (description: string): Schema => ({
  type: "string",
  description,
  pattern: `^${hostPattern}$`,
  patternErrorMessage: "the name of a host, or its address (IPv6 in brackets), without https:// and without port",
});

/** The interface a program listens on: a name, or an address as the operating system writes it. */
export const listeningHost = (description: string): Schema => ({
  type: "string",
  description,
  pattern: `^(${ipv4}|${name}|(?=.*:.*:)[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?)$`,
  patternErrorMessage: "the name of a host, or its address, without https:// and without port",
});
