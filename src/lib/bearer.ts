/** The `Authorization` header that sends a token (RFC 6750, 2.1). */
export const bearerHeader = (token: string): string => `Bearer ${token}`;

/** The token of an `Authorization` header; undefined when the header is missing or has another scheme. */
export function bearerToken(authorization: string | null): string | undefined {
  return authorization?.match(/^Bearer +(\S+) *$/i)?.[1];
}
