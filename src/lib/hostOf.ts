/** What `Host` may be made of (RFC 9112, 3.2): a name or an address in brackets, and a port; no user, path or query. */
const WHOLE = /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d*)?$/i;

/**
 * The name and port of a `Host` header, as a URL has them, so that every way to write an address is one.
 *
 * A URL has no trace in its name of what stands before an `@`: what is more than a name and a port is none of either.
 *
 * @returns undefined for what is no name and port
 */
export function hostOf(header: string): Pick<URL, "host" | "hostname" | "port"> | undefined {
  const address = `http://${header}`;
  return WHOLE.test(header) && URL.canParse(address) ? new URL(address) : undefined;
}
