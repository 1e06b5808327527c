import type { DetailedError } from "@cedar-policy/cedar-wasm/nodejs";

type Failure = { readonly type: "failure"; readonly errors: readonly DetailedError[] };

/** What Cedar says where it could not answer. */
export const failureText = ({ errors }: Failure): string => errors.map(({ message }) => message).join("; ");

/** @throws Error with Cedar's words when it could not answer */
export function answered<T extends { readonly type: string }>(answer: T | Failure): Exclude<T, Failure> {
  if (answer.type === "failure") throw new Error(failureText(answer as Failure));
  return answer as Exclude<T, Failure>;
}
