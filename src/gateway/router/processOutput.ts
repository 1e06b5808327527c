import { StringDecoder } from "node:string_decoder";

/** How much output is kept. It is more than is shown, so that a secret at the edge can still be found and removed. */
export const KEPT_CHARACTERS = 16 * 1024;

/** Records what a process wrote to its standard error and how it ended, to explain its failure. */
export interface ProcessOutput {
  add(chunk: Uint8Array): void;
  ended(code: number | null, signal: string | null): void;
  /** The end of the output, which may begin in the middle of a line. */
  readonly text: string;
  /** Whether earlier output was dropped. */
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
