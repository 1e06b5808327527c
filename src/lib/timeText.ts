/**
 * A time that a claim has, in UTC. A number of the far past or future makes no date, and stands for itself.
 *
 * @param seconds since the epoch (RFC 7519, 2)
 */
export function timeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}
