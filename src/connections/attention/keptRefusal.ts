import type { AnyFailure } from "../../failures/failure.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import type { Log } from "../../lib/log.ts";
import type { TextFile } from "../../lib/textFile.ts";

/** Why a gateway needs its person, kept until it takes what it is sent. No token is in it, and nothing that one says. */
export interface KeptRefusal {
  /** The connection's. */
  readonly id: string;
  readonly failure: AnyFailure;
  /** What Explain Access found to mend first, a sentence. */
  readonly finding?: string;
  /** What it found, without what the token says: its page reads it. */
  readonly report?: unknown;
}

/** Where refusals are kept. */
export interface KeptWorld {
  readonly file: TextFile;
  readonly lock: CrossProcessLock;
  readonly log: Log;
}
