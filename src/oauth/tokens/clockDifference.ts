import type { ClockFacts } from "../../failures/refusalFacts.ts";
import { readClaims } from "./account.ts";

/** Less says nothing: a proof lives longer, and answers take their time. In minutes. */
const LEAST_MINUTES = 2;

/**
 * By how many minutes this computer's clock differs from that of a server that answered; nothing where it is less than two,
 * or the server does not say what time it is.
 *
 * @param sentAt milliseconds since the epoch, by this computer's clock
 */
export function clockFacts({ headers }: { readonly headers: Answered["headers"] }, sentAt: number): ClockFacts {
  const minutes = Math.round((sentAt - Date.parse(headers.get("date") ?? "")) / 60_000);
  if (Number.isNaN(minutes) || Math.abs(minutes) < LEAST_MINUTES) return {};
  return minutes > 0 ? { minutesAhead: minutes } : { minutesBehind: -minutes };
}

interface Answered {
  readonly headers: { get(name: string): string | null };
}

/**
 * When the requests that were answered so had been signed, by this computer's clock, in milliseconds since the epoch; by the
 * errors that a wrong time leads to.
 */
const signed = new WeakMap<Answered, Readonly<Record<string, number | undefined>>>();

/** Keeps in mind when a request says that it was signed: in its proof (RFC 9449, 4.2), and its client's assertion (RFC 7523, 3). */
export function rememberSigned(answer: Answered, { headers, body }: RequestInit): void {
  const form = body instanceof URLSearchParams || typeof body === "string" ? new URLSearchParams(body) : undefined;
  signed.set(answer, {
    invalid_dpop_proof: issuedAt(new Headers(headers).get("dpop")),
    invalid_client: issuedAt(form?.get("client_assertion")),
  });
}

const issuedAt = (token: string | null | undefined): number | undefined => {
  const iat = readClaims(token ?? undefined)?.iat;
  return typeof iat === "number" ? iat * 1000 : undefined;
};

/** The same for a request that was refused with an error that a wrong clock leads to; nothing for any other. */
export function signedClockFacts(answer: Answered, error: string): ClockFacts {
  const at = signed.get(answer)?.[error];
  return at === undefined ? {} : clockFacts(answer, at);
}
