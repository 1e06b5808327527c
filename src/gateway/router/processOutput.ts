import { StringDecoder } from "node:string_decoder";

/** How much of what a process says is kept. More than is shown, so that a secret can be found that is at the edge. */
export const KEPT_CHARACTERS = 16 * 1024;

/** What a process said on its standard error and how it ended: what its failure can be known by. */
export interface ProcessOutput {
  add(chunk: Uint8Array): void;
  ended(code: number | null, signal: string | null): void;
  /** The last of what it said, from the middle of a line perhaps. */
  readonly text: string;
  /** Whether there was more. */
  readonly isCut: boolean;
  /** How it ended, in words; `undefined` while it runs, and when it never did. */
  readonly end: string | undefined;
}

export function processOutput(): ProcessOutput {
  const decoder = new StringDecoder("utf8");
  let text = "";
  let isCut = false;
  let end: string | undefined;
  return {
    add(chunk) {
      text += decoder.write(Buffer.from(chunk));
      if (text.length <= KEPT_CHARACTERS) return;
      text = text.slice(-KEPT_CHARACTERS);
      isCut = true;
    },
    ended(code, signal) {
      end = signal === null ? `the process ended with code ${code}` : `the process was ended by ${signal}`;
    },
    get text() {
      return text;
    },
    get isCut() {
      return isCut;
    },
    get end() {
      return end;
    },
  };
}
