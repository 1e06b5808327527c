import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { foreignText } from "../lib/foreignText.ts";
import type { MayAskPrivate } from "../oauth/discovery/namedPlace.ts";

/** Where somebody can be asked. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
  /** Ends the question, which is a no. */
  readonly signal: AbortSignal;
}

/**
 * Asks in a terminal whether a gateway outside of a private network may send its person to an identity provider inside of one,
 * as the editor does in a dialog. Whoever only presses Enter, or ends the input, says no. A yes is kept with the sign-in that it
 * leads to.
 */
export const askPrivateIssuer =
  ({ input, output, signal }: Terminal): MayAskPrivate =>
  ({ namedBy, issuer, url }) =>
    new Promise((resolve) => {
      const hostOf = (address: string) => foreignText(new URL(address).host);
      // In the terminal's own mode of lines Ctrl+C is a signal, and ends the program as anywhere else.
      const lines = createInterface({ input, terminal: false });
      const end = () => lines.close();
      let isAgreed = false;
      lines.once("line", (line) => {
        isAgreed = /^\s*y(?:es)?\s*$/i.test(line);
        end();
      });
      lines.once("close", () => {
        signal.removeEventListener("abort", end);
        resolve(isAgreed);
      });
      signal.addEventListener("abort", end, { once: true });
      output.write(
        `${hostOf(namedBy)} has its people sign in at ${foreignText(issuer)}. ${hostOf(url)} is in a private network, and what names it is not.\n` +
          "That is ordinary for a company's gateway. Somebody else's could reach into your network that way: agree only if you know this identity provider.\n" +
          "Sign in there? [y/N] ",
      );
      if (signal.aborted) end();
    });
