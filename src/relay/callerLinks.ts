import type { HttpFetch } from "../lib/httpPort.ts";
import type { Caller, Peer } from "../mcp/peer.ts";
import type { UpstreamLink } from "../mcp/upstreamLink.ts";
import { gatewayLink, type LinkWorld, revisionOf } from "./gatewayLink.ts";
import { inPolicySession, PolicySessions } from "./policySession.ts";

export interface PolicySessionSettings {
  /** Whether the gateway is sent policy sessions, as it is set now; by default not. */
  readonly policySession?: () => boolean;
  /** Called when the gateway ended one, since its policies changed: what was called before counts no longer. */
  readonly onPolicySessionEnded?: () => void;
}

/** What is set about the links to a gateway. */
export interface LinkSettings
  extends PolicySessionSettings,
    Pick<LinkWorld, "extensions" | "maxResultMiB" | "protocolVersion"> {}

/** The links of a relay to its gateway, and what all links of one caller share. */
export class CallerLinks {
  readonly #world: LinkWorld & PolicySessionSettings;
  readonly #sessions = new PolicySessions();
  #revision: ReturnType<typeof revisionOf>;

  constructor(world: LinkWorld & PolicySessionSettings) {
    this.#world = world;
    this.#revision = revisionOf(world);
  }

  /** What makes the links of one caller, who has one policy session however often they connect. */
  links(caller: Caller, peer: Peer): () => UpstreamLink {
    const session = this.#sessions.open();
    const { gateway, log, policySession: isWanted = () => false, onPolicySessionEnded: ended } = this.#world;
    const { name } = gateway;
    const onEnded = () => {
      log.warn("relay: the gateway ended a policy session", { gateway: name });
      ended?.();
    };
    const inSession = (fetch: HttpFetch) => inPolicySession(fetch, session, { name, isWanted, onEnded });
    return () => gatewayLink(caller, peer, { ...this.#world, inSession });
  }

  /** Whether the gateway is to be spoken to in another revision since this was asked last. */
  hasOtherRevision(): boolean {
    const before = this.#revision;
    this.#revision = revisionOf(this.#world);
    return this.#revision !== before;
  }

  /** Every caller begins a new policy session with its next request. */
  newPolicySession(): void {
    this.#sessions.renew();
  }
}
