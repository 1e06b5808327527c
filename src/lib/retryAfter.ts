/** Longer than anybody waits: what a server may ask for at the most, in seconds. */
const MOST_SECONDS = 24 * 3600;

/**
 * How long a server asks to be left alone (RFC 9110, 10.2.3): a number of seconds, or a date, which is taken by the
 * server's own clock.
 *
 * @returns seconds, rounded up; undefined where it asks for nothing that can be understood
 */
export function retryAfterSeconds(headers: { get(name: string): string | null }): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  const seconds = /^\d+$/.test(value) ? Number(value) : secondsBetween(headers.get("date"), value);
  return seconds === undefined ? undefined : Math.min(MOST_SECONDS, seconds);
}

function secondsBetween(from: string | null, until: string): number | undefined {
  const seconds = Math.ceil((Date.parse(until) - Date.parse(from ?? "")) / 1000);
  return Number.isNaN(seconds) || seconds < 0 ? undefined : seconds;
}
