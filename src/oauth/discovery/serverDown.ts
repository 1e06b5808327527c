import { isPostponed } from "../../lib/aboutRequest.ts";
import { retryAfterSeconds } from "../../lib/retryAfter.ts";

/*
 * Metadata is looked for at several places, and most answer that they have none. These tell such an answer from that of a server
 * that is down: then nothing is known, and a sign-in that would go on without the document would go to the wrong place.
 */

/** Why a place gave neither the document nor the answer that there is none. */
export type Unserved =
  /** No answer came, or it broke off. */
  | { readonly kind: "unanswered"; readonly error: unknown }
  /** The server, or what is in front of it, cannot serve now. */
  | { readonly kind: "down"; readonly answer: DownAnswer };

/** What a server that is down has answered, for a failure about it. */
export interface DownAnswer {
  readonly url: string;
  readonly status: number;
  /** How long it asks to be left alone. */
  readonly retryAfterSeconds?: number;
}

/** Whether an answer says nothing about what was asked for, but that the server has failed or left it for another time. */
export const isDown = (status: number): boolean => isPostponed(status) || status >= 500;

export function downAnswer(
  url: string,
  { status, headers }: { readonly status: number; readonly headers: { get(name: string): string | null } },
): DownAnswer {
  const wait = retryAfterSeconds(headers);
  return { url, status, ...(wait !== undefined && { retryAfterSeconds: wait }) };
}

/** What says that it will be over: what is left for another time, and what a proxy says of a server that it does not reach (RFC 9110, 15.6). */
export const isPassing = (status: number): boolean => isPostponed(status) || (status >= 502 && status <= 504);

/**
 * The answer by which a server that was asked at several places counts as down. A mere 500 is what some have for every place
 * that they do not know, so that it counts only where no place said that it has no document.
 *
 * @param tried how many places were asked
 */
export function downAmong(unserved: readonly Unserved[], tried: number): DownAnswer | undefined {
  const down = unserved.flatMap((one) => (one.kind === "down" ? [one.answer] : []));
  return down.find(({ status }) => isPassing(status)) ?? (unserved.length === tried ? down[0] : undefined);
}
