import { isJsonObject } from "../lib/json/jsonObject.ts";
import type { HttpReply, ServedRequest } from "../lib/servedHttp.ts";
import { CallerSession } from "../mcp/callerSession.ts";
import { CallerSessions } from "../mcp/callerSessions.ts";
import { isLegacy } from "../mcp/era.ts";
import { type Caller, type CallerLine, nobody, type Peer } from "../mcp/peer.ts";
import type { FrontWorld } from "../mcp/route.ts";
import { StatelessFront } from "../mcp/statelessFront.ts";
import type { UpstreamLink } from "../mcp/upstreamLink.ts";
import { type CurrentLists, GivenLists } from "./givenLists.ts";
import type { AnswerWorld } from "./handleRequest.ts";
import { RelayRoute } from "./relayRoute.ts";

export interface EditorsWorld extends FrontWorld<undefined> {
  readonly answer: AnswerWorld;
  /** Makes what makes links to the gateway on behalf of an editor. */
  readonly links: (caller: Caller, peer: Peer) => () => UpstreamLink;
  /** Called when an editor is ready: connects if nobody has to sign in for it. */
  readonly onReady: (link: UpstreamLink) => void;
  /** Called when a list could not be had for an editor. */
  readonly onMissed: (link: UpstreamLink) => void;
  /** How long idle connections to the gateway stay open, in milliseconds. */
  readonly idleMs: number;
}

/** How long an idle session stays open, in milliseconds. */
const IDLE_SESSION_MS = 30 * 60_000;

/** Serves the editors of one relay, in either era, and holds their routes to the gateway. */
export class Editors {
  readonly #world: EditorsWorld;
  readonly #sessions: CallerSessions<undefined, RelayRoute>;
  readonly #stateless: StatelessFront<undefined, RelayRoute>;
  /** The lists that editors without a session were given; they are told of changes together. */
  readonly #given = new GivenLists();

  constructor(world: EditorsWorld) {
    this.#world = world;
    const { now, serverInfo, onReady, idleMs } = world;
    const { log, gateway } = world.answer;
    this.#sessions = new CallerSessions({
      create: (id, _context, onClosed) =>
        new CallerSession(id, {
          ...world,
          route: (caller, peer) => this.#route(caller, peer, new GivenLists()),
          onInitialized: (route) => onReady(route.link),
          onClosed() {
            log.info("relay: session closed", { gateway: gateway.name });
            onClosed();
          },
        }),
      isExpired: ({ idleSince }) => idleSince !== undefined && now() - idleSince > IDLE_SESSION_MS,
    });
    this.#stateless = new StatelessFront({
      ...world,
      statePrefix: "gateway-connect:suspended:",
      idleMs,
      // What a gateway may ask depends on the capabilities that the editor declared.
      keyOf: (caller) => JSON.stringify(caller),
      route: (caller) => this.#route(caller, nobody, this.#given),
      changes: (peer) => this.#route({ clientInfo: serverInfo, capabilities: {} }, peer, this.#given),
      onListen: (route) => onReady(route.link),
    });
  }

  /** @param body the JSON of a POST */
  async handle(request: ServedRequest, body: unknown): Promise<HttpReply> {
    return await (isLegacy(request, body) ? this.#sessions : this.#stateless).handle(request, body, undefined);
  }

  /** Begins the session of an editor whose messages come on a line of its own. */
  async openSession(line: CallerLine): Promise<{ close(): Promise<void> }> {
    return await this.#sessions.openOn(line, undefined);
  }

  /** The links of editors that have a session. */
  sessionLinks(): readonly UpstreamLink[] {
    return this.#sessions.all().map(({ route }) => route.link);
  }

  links(): readonly UpstreamLink[] {
    const sessions = this.#sessions.all().flatMap(({ openRoute }) => openRoute?.links() ?? []);
    return [...sessions, ...this.#stateless.routes().flatMap((route) => route.links())];
  }

  /** Tells each editor which lists differ from what it was given. */
  tellChanges(now: CurrentLists): void {
    for (const { openRoute } of this.#sessions.all()) openRoute?.tellChanges(now);
    for (const changed of this.#given.changes(now)) this.#stateless.publish(changed, undefined);
  }

  sweep(): void {
    this.#sessions.sweep();
    this.#stateless.sweep();
  }

  async close(): Promise<void> {
    await Promise.all([this.#sessions.closeAll(), this.#stateless.close()]);
  }

  #route(caller: Caller, peer: Peer, given: GivenLists): RelayRoute {
    const { answer, now, idleMs, links, onMissed } = this.#world;
    return new RelayRoute({
      ...{ ...answer, given, peer, now, onMissed, spareMs: idleMs, opensUrls: opensUrls(caller) },
      link: links(caller, peer),
    });
  }
}

const opensUrls = ({ capabilities }: Caller): boolean =>
  isJsonObject(capabilities.elicitation) && capabilities.elicitation.url !== undefined;
