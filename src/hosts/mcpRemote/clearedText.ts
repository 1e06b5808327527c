import { signOutText } from "../../oauth/tokens/signOutText.ts";
import type { CachedSignInEnd } from "./cachedSignIn.ts";

/**
 * What became of mcp-remote's sign-ins, in whole sentences.
 *
 * @param time shows a point in time, in milliseconds since the epoch
 */
export function clearedText(ends: readonly CachedSignInEnd[], files: number, time: (ms: number) => string): string {
  return [
    ...ends.map((end) => endText(end, time)),
    files === 1 ? "1 file was deleted." : `${files} files were deleted.`,
  ].join(" ");
}

function endText(end: CachedSignInEnd, time: (ms: number) => string): string {
  switch (end.kind) {
    case "asked":
      return signOutText("mcp-remote", end.report, time);
    case "issuerUnknown":
      return "A sign-in could not be revoked: its files do not say who issued it.";
    case "issuerNotFound":
      return `A sign-in could not be revoked: ${end.issuer} cannot be asked (${end.code}).`;
  }
}
