import type { AnyFailure } from "../failures/failure.ts";
import type { FailureText } from "../failures/wording.ts";
import { redact } from "../lib/redact.ts";

/** A failure in these words, as a person reads it on standard error. */
export const failureLines = ({ code }: AnyFailure, { title, detail, nextStep }: FailureText): string =>
  redact(`${title}\n  ${detail}\n  ${nextStep}\n  (${code})`);
