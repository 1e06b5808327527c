import type { AnyFailure } from "../../failures/failure.ts";
import { failureText } from "../../failures/failureText.ts";
import type { Log } from "../../lib/log.ts";

/** `logFailure` for a part of the extension that does not carry the words of all failures. */
export type LogFailure = (failure: AnyFailure, log: Log) => void;

/** Notes a failure in English, whatever the editor speaks: a log is read by whoever is asked for help. */
export function logFailure(failure: AnyFailure, log: Log, more: object = {}): void {
  const { title, detail } = failureText(failure);
  log.error(title, { code: failure.code, detail, ...more });
}
