import { parseUrl } from "../lib/secureUrl.ts";

/** An address of https, which is all that is opened for somebody who is not trusted; undefined for any other text. */
export function webAddress(text: string): string | undefined {
  const url = parseUrl(text);
  return url?.protocol === "https:" ? url.href : undefined;
}
