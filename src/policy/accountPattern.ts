/** An account's address (`ada@example.com`), or all of a domain (`*@example.com`). Neither tells upper from lower case. */
export const ACCOUNT_PATTERN =
  '^(?:\\*|[^\\s@*"<>]+)@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$';

/** Whether a pattern means this address. A domain does not mean those below it. */
export function matchesAccount(pattern: string, address: string): boolean {
  const [wanted, found] = [pattern.toLowerCase(), address.toLowerCase()];
  // Of an address with quotes or a second @ it is not clear what its domain is.
  if (!/^[^\s@"<>]+@[^\s@"<>]+$/.test(found)) return false;
  return wanted.startsWith("*@") ? found.slice(found.indexOf("@")) === wanted.slice(1) : found === wanted;
}
