import type { Schema } from "../../lib/json/schema.ts";

const byte = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
const ipv4 = `${byte}(\\.${byte}){3}`;
const ipv6 = "\\[(?=[^\\]]*:[^\\]]*:)[0-9A-Fa-f:.]+\\]";
const label = "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?";
// A name whose last label is a number would be read as an IPv4 address (URL Standard, host parsing).
const name = `(${label}\\.)*(?![0-9]+\\.?(?![A-Za-z0-9_.-]))${label}\\.?`;
const port = "(:(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[0-5]?[0-9]{1,4}))?";
const rest = "([/?#][^\\s]*)?";
const thisMachine = "(localhost|127(\\.[0-9]{1,3}){3}|\\[::1\\])";

/** A host as a URL has it, without port. */
export const hostPattern = `(${ipv4}|${ipv6}|${name})`;

/** An address over HTTP, without a user's name and password, which `fetch` does not take. */
export const webAddress = (description: string): Schema => ({
  type: "string",
  description,
  pattern: `^https?://${hostPattern}${port}${rest}$`,
  patternErrorMessage: "an http or https address",
});

/** An address to which a secret or somebody's call may be sent: https, or http on this machine (RFC 8252, 7.3). */
export const secureAddress = (description: string): Schema => ({
  type: "string",
  description,
  pattern: `^(https://${hostPattern}|http://${thisMachine})${port}${rest}$`,
  patternErrorMessage: "an https address, or an http address of this machine",
});

/** An address of a discovery document, whose end AWS asks for. */
export const discoveryAddress = (description: string): Schema => ({
  type: "string",
  description,
  pattern: `^https?://${hostPattern}${port}(/[^\\s?#]+)?/\\.well-known/openid-configuration$`,
  patternErrorMessage: "an address that ends in /.well-known/openid-configuration",
});

/** The names by which callers reach a machine: hosts and nothing else, since the ports of a request are not looked at. */
export const hostName = (description: string): Schema => ({
  type: "string",
  description,
  pattern: `^${hostPattern}$`,
  patternErrorMessage: "the name of a host, or its address (IPv6 in brackets), without https:// and without port",
});

/** Where a program listens: a name, or an address as the system writes it. */
export const listeningHost = (description: string): Schema => ({
  type: "string",
  description,
  pattern: `^(${ipv4}|${name}|(?=.*:.*:)[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?)$`,
  patternErrorMessage: "the name of a host, or its address, without https:// and without port",
});
