import type { OutgoingFetch } from "../connections/fetchToGateway.ts";
import { english, type Translate } from "../failures/translate.ts";
import type { HttpFetch } from "../lib/httpPort.ts";
import type { AccessCheck, AccessSection } from "./accessReport.ts";

/** Beyond this, people should know. */
const NOTED_SKEW_SECONDS = 60;
/** Beyond this, tokens are refused: few forgive more. */
const TOO_MUCH_SKEW_SECONDS = 5 * 60;

export interface ObservedClocks {
  /** The same, watched. */
  readonly outgoing: OutgoingFetch;
  /** How far this computer's clock is ahead of a server's, in seconds; undefined where the server did not say. */
  ahead(url: string): number | undefined;
}

/**
 * Outgoing requests that read the `Date` of every answer (RFC 9110, 6.6.1). A cache may have kept the answer for a while, and
 * says so in `Age`; the seconds that an answer travels are nobody's fault.
 */
export function observedClocks({
  fetch,
  gatewayFetch,
  withHeaders,
  now,
}: OutgoingFetch & { readonly now: () => number }): ObservedClocks {
  const seen = new Map<string, number>();
  const watched =
    (send: HttpFetch): HttpFetch =>
    async (url, request) => {
      const sentAt = now();
      const answer = await send(url, request);
      const date = Date.parse(answer.headers.get("date") ?? "");
      const age = Number(answer.headers.get("age") ?? 0) * 1000;
      if (!Number.isNaN(date + age)) seen.set(new URL(url).origin, aheadOf(date + age, sentAt, now()) / 1000);
      return answer;
    };
  return {
    outgoing: {
      fetch: watched(fetch),
      ...(gatewayFetch && { gatewayFetch: watched(gatewayFetch) }),
      ...(withHeaders && { withHeaders }),
    },
    ahead: (url) => (URL.canParse(url) ? seen.get(new URL(url).origin) : undefined),
  };
}

/** The header has whole seconds, so that the server's moment is anywhere in the one that it names. */
function aheadOf(server: number, sentAt: number, receivedAt: number): number {
  if (receivedAt < server) return receivedAt - server;
  if (sentAt > server + 1000) return sentAt - server - 1000;
  return 0;
}

/** Whether this computer and the others agree on the time, without which no token is good for long. */
export function clockSection(
  clocks: ObservedClocks,
  servers: readonly (readonly [name: string, url: string | undefined])[],
  say: Translate = english,
): AccessSection {
  const checks = servers.flatMap(([name, url]) =>
    url === undefined ? [] : [clockCheck(name, clocks.ahead(url), say)],
  );
  return { id: "clock", title: say("Clocks"), checks };
}

function clockCheck(name: string, ahead: number | undefined, say: Translate): AccessCheck {
  const what = say("This computer and {0} have the same time", name);
  if (ahead === undefined) return { what, state: "unknown", found: say("it did not say what time it is") };
  const seconds = Math.round(Math.abs(ahead));
  const expected = say("less than {0} s apart", NOTED_SKEW_SECONDS);
  if (seconds <= NOTED_SKEW_SECONDS) return { what, state: "passed", expected, found: say("{0} s apart", seconds) };
  return {
    what,
    state: seconds > TOO_MUCH_SKEW_SECONDS ? "failed" : "note",
    expected,
    found: ahead > 0 ? say("this computer is {0} s ahead", seconds) : say("this computer is {0} s behind", seconds),
    fix: say(
      "Let the operating system set the clock of this computer by itself. If that one is right, tell whoever runs the other.",
    ),
  };
}
