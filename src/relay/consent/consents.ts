/** A page at which a person lets a target of a gateway act for them at somebody else's service (AgentCore, outbound 3LO). */
export interface ConsentPage {
  /** The gateway's name. */
  readonly gateway: string;
  /** The target that asks, where the name of its tool tells it; else the tool. */
  readonly target: string;
  /** https, or http on this machine. */
  readonly url: string;
  /** What the gateway says of it, cleaned. */
  readonly message?: string;
  /** Where this gateway's targets are consented to together, if its people have such a place (AgentCore, consent portal). */
  readonly portal?: string;
  /** Whether the address is where AgentCore's own pages are, in the gateway's region. */
  readonly isUsual: boolean;
}

/** How a request to consent ended, as the person says: nothing else tells that a consent was given. */
export type ConsentEnding = "done" | "cancelled";

/** Shows a person the page, where there is a place to: an editor. */
export interface Consents {
  /** @param signal aborted when nobody waits for it any more */
  ask(page: ConsentPage, signal: AbortSignal): Promise<ConsentEnding>;
}
