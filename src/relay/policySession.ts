import { GatewayFailure } from "../failures/failure.ts";
import { type HttpAnswer, type HttpFetch, withText, wordsOf } from "../lib/httpPort.ts";
import { POLICY_SESSION_HEADER } from "../lib/settableHeaders.ts";

/** The policy sessions of one gateway's callers. */
export class PolicySessions {
  #begun = 0;

  /** Begins the session of one caller. */
  open(): PolicySession {
    return new PolicySession(() => this.#begun);
  }

  /** Every caller has a new session from its next request on. */
  renew(): void {
    this.#begun++;
  }
}

/**
 * What a gateway's policies know a conversation by, to judge a call by those before it (AgentCore's session-based temporal
 * policies): the identifier that a caller sends with each of its requests, the first among them.
 */
class PolicySession {
  readonly #begun: () => number;
  #since: number;
  #id = crypto.randomUUID();

  /** @param begun how often all sessions were begun anew */
  constructor(begun: () => number) {
    this.#begun = begun;
    this.#since = begun();
  }

  get id(): string {
    if (this.#since !== this.#begun()) this.#next();
    return this.#id;
  }

  /** Takes another identifier in the place of this one, unless somebody did already. */
  replace(id: string): void {
    if (this.id === id) this.#next();
  }

  #next(): void {
    this.#since = this.#begun();
    this.#id = crypto.randomUUID();
  }
}

export interface PolicySessionWorld {
  readonly name: string;
  /** Whether the gateway is sent one, as it is set now. */
  readonly isWanted: () => boolean;
  /** Told when the gateway ended a session, since its policies changed. */
  readonly onEnded: () => void;
}

/**
 * `fetch` that names the policy session of its caller. Where policies changed, the gateway takes no more requests of a
 * session (409, ConflictException): the request, which reached no tool, is sent once more in a new one.
 *
 * @returns a `fetch` that throws GatewayFailure `policy_session_refused` where the new one is refused too, and what the one
 *   below throws
 */
export const inPolicySession =
  (fetch: HttpFetch, session: PolicySession, { name, isWanted, onEnded }: PolicySessionWorld): HttpFetch =>
  async (url, request = {}) => {
    if (!isWanted()) return await fetch(url, request);
    const send = async (id: string) => {
      const headers = { ...request.headers, [POLICY_SESSION_HEADER]: id };
      return await asConflict(await fetch(url, { ...request, headers }));
    };
    const { id } = session;
    const first = await send(id);
    if (!first.isConflict) return first.answer;
    session.replace(id);
    onEnded();
    const second = await send(session.id);
    if (second.isConflict) throw new GatewayFailure("policy_session_refused", { gateway: name });
    return second.answer;
  };

/** Whether a gateway ended the session; other conflicts are its own affair. */
async function asConflict(answer: HttpAnswer): Promise<{ readonly isConflict: boolean; readonly answer: HttpAnswer }> {
  if (answer.status !== 409) return { isConflict: false, answer };
  const text = (await wordsOf(answer.body)) ?? "";
  const type = answer.headers.get("x-amzn-errortype") ?? "";
  return { isConflict: /ConflictException/.test(`${type} ${text}`), answer: withText(answer, text) };
}
