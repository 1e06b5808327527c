import { GatewayFailure } from "../../failures/failure.ts";
import { untilAborted } from "../../lib/waiting.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { CallerRequest } from "../../mcp/peer.ts";
import { type Declines, declinesAt } from "../declines.ts";
import type { GatewayAddress } from "../gatewayAccess.ts";
import { type AskedPages, pagesOfError, pagesOfResult, targetOf, wouldAskForPage } from "./askedPages.ts";
import type { ConsentEnding, ConsentPage, Consents } from "./consents.ts";

/** How long a page of AgentCore can be used (identity, outbound OAuth), in milliseconds. */
const PAGE_LIVES_MS = 10 * 60_000;

/** More targets than a gateway has (AgentCore, limits: 100). */
const MOST_TARGETS = 128;

/** Where AgentCore looks for what a call says about the consent that its target needs (gateway, 3LO). */
const PROVIDER_META = "aws.bedrock-agentcore.gateway/credentialProviderConfiguration";

export interface ConsentWorld {
  /** Asks a person; undefined where there is no place to. */
  readonly consents?: Consents | undefined;
  /** The address of the consent portal, as it is set now. */
  readonly consentPortal?: (() => string | undefined) | undefined;
  /** Called when a target asks for a consent, whoever is asked then. */
  readonly onConsentAsked?: (() => void) | undefined;
  readonly now: () => number;
}

/** How one caller is served. */
export interface ConsentRoute {
  /** Whether the caller opens pages itself. */
  readonly opensUrls: boolean;
  /** Whether it calls for an agent, and not for a person who acts by themselves. */
  readonly isAgent: boolean;
  readonly send: (request: CallerRequest) => Promise<Json>;
  /** Sends in the name of a caller that opens pages. */
  readonly sendAsOpener: (request: CallerRequest) => Promise<Json>;
}

/** A page has to be opened first. */
interface Asked extends AskedPages {
  readonly kind: "asked";
  /** The way on which it was asked. */
  readonly send: ConsentRoute["send"];
  /** Hands the question to the caller, as it came. */
  readonly handOn: () => Json;
}

type Attempt = Asked | { readonly kind: "done"; readonly result: Json };

/**
 * Calls whose target needs a person's consent at somebody else's service.
 *
 * The gateway answers such a call with a page, and nothing signals that the person is done there. A caller that opens pages
 * is handed the question; else the person is asked here, where somebody can be asked, and the call goes out once more; else
 * the caller is told the page in words. So is an agent whose person has just declined.
 */
export class ConsentCalls {
  readonly #gateway: GatewayAddress;
  readonly #consents: Consents | undefined;
  readonly #now: () => number;
  readonly #onAsked: () => void;
  readonly #portal: () => string | undefined;
  /** The questions on the screen, by target: whoever calls meanwhile waits for the same one. */
  readonly #asking = new Map<string, Promise<ConsentEnding | "notAsked">>();
  /** How often somebody agreed, by target. */
  readonly #agreements = new Map<string, number>();
  /** When a page of a target was last handed on, in milliseconds since the epoch. */
  readonly #handedOn = new Map<string, number>();
  /** The targets whose next call asks for a consent, whatever was given before. */
  readonly #anew = new Set<string>();
  readonly #declines: Declines;
  /** The question that was put last: one is asked after another, since a list in the editor takes away the one before. */
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(
    gateway: GatewayAddress,
    { consents, now, consentPortal = () => undefined, onConsentAsked = () => {} }: ConsentWorld,
  ) {
    this.#gateway = gateway;
    this.#portal = consentPortal;
    this.#consents = consents;
    this.#now = now;
    this.#onAsked = onConsentAsked;
    this.#declines = declinesAt(now);
  }

  /** How many calls wait for a person. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The next call of a target asks for a consent anew, of another account for instance. */
  askAnew(target: string): void {
    this.#anew.add(target);
    this.#declines.forget();
  }

  /**
   * Sends a call.
   *
   * @throws GatewayFailure `consent_needed`, `consent_declined`, `consent_not_kept`, and whatever sending throws
   */
  async call(request: CallerRequest, route: ConsentRoute): Promise<Json> {
    const target = targetOf(request);
    const agreed = this.#agreed(target);
    const first = await this.#attempt(this.#forced(request, target), route);
    if (first.kind === "done") return this.#kept(target, first.result);
    this.#onAsked();
    if (route.opensUrls) return this.#handOn(target, first);
    // Somebody agreed while this call was under way, before its own question could be put.
    if (this.#agreed(target) === agreed) await this.#ask(first.pages, request, route.isAgent);
    const again = { ...request, params: { ...request.params, ...first.answer } };
    const second = await this.#attempt(again, { ...route, send: first.send });
    if (second.kind === "done") return second.result;
    throw this.#notKept(second.pages);
  }

  async #attempt(request: CallerRequest, { send, sendAsOpener, opensUrls }: ConsentRoute): Promise<Attempt> {
    const by = async (way: ConsentRoute["send"]): Promise<Attempt> => {
      try {
        const result = await way(request);
        const asked = pagesOfResult(result, request, this.#gateway);
        return asked ? { kind: "asked", ...asked, send: way, handOn: () => result } : { kind: "done", result };
      } catch (error) {
        const asked = pagesOfError(error, request, this.#gateway);
        if (asked === undefined) throw error;
        const handOn = () => {
          throw error;
        };
        return { kind: "asked", ...asked, send: way, handOn };
      }
    };
    try {
      return await by(send);
    } catch (error) {
      if (opensUrls || !wouldAskForPage(error)) throw error;
      return await by(sendAsOpener);
    }
  }

  /** @throws GatewayFailure unless the person says that it is done */
  async #ask(pages: readonly ConsentPage[], { options: { signal } }: CallerRequest, isAgent: boolean): Promise<void> {
    const portal = this.#portal();
    for (const page of pages) {
      const { gateway, target, url, message: words } = page;
      const also = portal !== undefined && { portal };
      this.#waiting++;
      try {
        // The question outlives a call that its host gave up: the next one finds the consent.
        const ending = await untilAborted(this.#asked({ ...page, ...also }, isAgent), signal);
        if (ending === "cancelled") throw new GatewayFailure("consent_declined", { gateway, target });
        if (ending === "notAsked")
          throw new GatewayFailure("consent_needed", { gateway, target, url, ...(words && { words }), ...also });
      } finally {
        this.#waiting--;
      }
    }
  }

  #agreed(target: string): number {
    return this.#agreements.get(target) ?? 0;
  }

  #asked(page: ConsentPage, isAgent: boolean): Promise<ConsentEnding | "notAsked"> {
    const { target } = page;
    const known = this.#asking.get(target);
    if (known !== undefined) return known;
    const asking = this.#turn.then(() => this.#askNow(page, isAgent)).finally(() => this.#asking.delete(target));
    this.#asking.set(target, asking);
    this.#turn = asking.catch(() => {});
    return asking;
  }

  /** Asks about one target, where there is a place to, and where the person has not declined it lately. */
  async #askNow(page: ConsentPage, isAgent: boolean): Promise<ConsentEnding | "notAsked"> {
    const { target } = page;
    if (this.#consents === undefined || (isAgent && this.#declines.has(target))) return "notAsked";
    const ending = await this.#consents.ask(page, AbortSignal.timeout(PAGE_LIVES_MS));
    if (ending === "done") this.#agreements.set(target, this.#agreed(target) + 1);
    else this.#declines.add(target);
    return ending;
  }

  /** A caller that opens pages calls again by itself or by its person. A page right after a page means that nothing was kept. */
  #handOn(target: string, { pages, handOn }: Asked): Json {
    const before = this.#handedOn.get(target) ?? Number.NEGATIVE_INFINITY;
    this.#handedOn.delete(target);
    if (this.#now() - before < PAGE_LIVES_MS) throw this.#notKept(pages);
    this.#handedOn.set(target, this.#now());
    const [oldest] = this.#handedOn.keys();
    if (oldest !== undefined && this.#handedOn.size > MOST_TARGETS) this.#handedOn.delete(oldest);
    return handOn();
  }

  #kept(target: string, result: Json): Json {
    this.#handedOn.delete(target);
    return result;
  }

  #notKept([page]: readonly ConsentPage[]): GatewayFailure<"consent_not_kept"> {
    const { name: gateway } = this.#gateway;
    return new GatewayFailure("consent_not_kept", { gateway, target: page?.target ?? "", url: page?.url ?? "" });
  }

  /** The request with what makes the gateway forget the consent, once: repeated, it would ask for ever. */
  #forced(request: CallerRequest, target: string): CallerRequest {
    if (request.method !== "tools/call" || !this.#anew.delete(target)) return request;
    const _meta = {
      ...(request.params?._meta as Json | undefined),
      [PROVIDER_META]: { oauthCredentialProvider: { forceAuthentication: true } },
    };
    return { ...request, params: { ...request.params, _meta } };
  }
}
