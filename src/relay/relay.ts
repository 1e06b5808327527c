import { ProtocolError } from "@modelcontextprotocol/client";
import { GatewayFailure } from "../failures/failure.ts";
import type { FailureWords } from "../failures/wording.ts";
import type { Log } from "../lib/log.ts";
import { type HttpReply, jsonReply, type ServedRequest } from "../lib/servedHttp.ts";
import { unref } from "../lib/waiting.ts";
import { type ListMethod, listMethods } from "../mcp/lists.ts";
import type { Json } from "../mcp/passThrough.ts";
import { nobody } from "../mcp/peer.ts";
import { isJsonRequest, jsonBody } from "../mcp/servedBody.ts";
import type { UpstreamLink } from "../mcp/upstreamLink.ts";
import { type AgentTools, allTools } from "./agentTools.ts";
import { CallerLinks, type LinkSettings } from "./callerLinks.ts";
import type { Catalogue, CatalogueStore, Listed } from "./catalogue.ts";
import { CatalogueKeeper } from "./catalogueKeeper.ts";
import { ConsentCalls } from "./consent/consentCalls.ts";
import type { Consents } from "./consent/consents.ts";
import { editorCapabilities } from "./editorCapabilities.ts";
import { Editors } from "./editors.ts";
import { type CountedSignIns, countedSignIns, type GatewayAccess } from "./gatewayAccess.ts";
import type { AnswerWorld } from "./handleRequest.ts";
import { HostQuirks } from "./hostQuirks.ts";
import { hostTimeLimit } from "./hostTimeLimit.ts";
import { OwnLinks } from "./ownLinks.ts";
import { OwnRequests } from "./ownRequests.ts";
import { type MessageStream, pipeToRelay } from "./pipeToRelay.ts";
import { ReturnWatch } from "./returnWatch.ts";

/** Which gateway a relay stands for, and how the editor knows it. */
export interface RelayTarget {
  readonly id: string;
  /** The connection's name, which editors put in front of the tools. */
  readonly name: string;
  readonly url: string;
  /** The version of this product, told to both sides. */
  readonly version: string;
}

export interface RelayWorld extends LinkSettings, Pick<AnswerWorld, "onToolCall"> {
  readonly access: GatewayAccess;
  readonly catalogue: CatalogueStore;
  readonly log: Log;
  readonly now: () => number;
  /** Says what failed where the editor or host shows it: an editor has commands, a terminal has options. */
  readonly failureWords: FailureWords;
  /** The tools that agents have, as it is now; by default all. */
  readonly agentTools?: AgentTools;
  /** Asks a person for what a target needs their consent to; undefined where there is no place to. */
  readonly consents?: Consents;
  /** The address of the consent portal, as it is set now. */
  readonly consentPortal?: () => string | undefined;
  /** Called when a target asks for a consent. */
  readonly onConsentAsked?: () => void;
  /** Called when the tools are others than those known before. */
  readonly onToolsChanged?: (tools: readonly Listed[]) => void;
  /** Called when something else is kept of the gateway than before. */
  readonly onCatalogueChanged?: () => void;
}

const [IDLE_LINK_MS, SWEEP_MS] = [5 * 60_000, 60_000];

/**
 * Stands between the editor's MCP client and one gateway: an MCP server towards the editor, an MCP client towards
 * the gateway, each in its own protocol era.
 *
 * The editor starts without waiting for a sign-in, and never sees a 401 or 403: it would open dialogs of its own.
 */
export class Relay {
  readonly id: string;
  /** What the extension asks for a person itself. */
  readonly own: OwnRequests;
  readonly #target: RelayTarget;
  readonly #world: RelayWorld;
  readonly #keeper: CatalogueKeeper;
  readonly #agentTools: AgentTools;
  readonly #consents: ConsentCalls;
  readonly #answerWorld: AnswerWorld;
  readonly #callers: CallerLinks;
  readonly #editors: Editors;
  readonly #ownLinks: OwnLinks;
  #subject: string | undefined;
  #sweeper: ReturnType<typeof setInterval> | undefined;
  #closed = false;
  readonly #signIns: CountedSignIns;
  readonly #watch = new ReturnWatch(async (link) => {
    if (link.isEnded || !(await this.#isReady())) return true;
    return await this.#connectQuietly(link);
  });

  constructor(target: RelayTarget, world: RelayWorld) {
    const { access, log, now } = world;
    const { id: _, version, ...gateway } = target;
    this.id = target.id;
    this.#target = target;
    this.#world = world;
    const { onToolsChanged, onCatalogueChanged: onChanged } = world;
    const keeper = new CatalogueKeeper(world.catalogue, { now, log, onToolsChanged, onChanged });
    this.#keeper = keeper;
    this.#signIns = countedSignIns(access);
    this.#agentTools = world.agentTools ?? allTools;
    this.#consents = new ConsentCalls(gateway, world);
    this.#answerWorld = {
      ...{ gateway, keeper, log, now, failureWords: world.failureWords },
      ...{ access: this.#signIns.access, agentTools: this.#agentTools, onToolCall: world.onToolCall },
      ...{ consents: this.#consents, openerLink: () => this.#ownLinks.opener() },
    };
    this.#ownLinks = new OwnLinks({ open: (capabilities) => this.#ownLink(capabilities), now, idleMs: IDLE_LINK_MS });
    this.own = new OwnRequests(() => this.#ownLinks.plain(), this.#answerWorld);
    this.#callers = new CallerLinks({
      ...{ ...world, gateway, access, keeper, log, now },
      onConnected: (link) => void this.#refresh(link),
      onLost: (link) => !this.#ownLinks.has(link) && this.#watch.lookLater(link),
      onListChanged: (link, methods) => void this.#refresh(link, methods),
    });
    this.#editors = new Editors({
      serverInfo: { name: gateway.name, version },
      capabilities: () => editorCapabilities(keeper.current?.capabilities),
      instructions: () => keeper.current?.instructions,
      now,
      answer: this.#answerWorld,
      links: (caller, peer) => this.#callers.links(caller, peer),
      onReady: (link) => void this.#connectIfReady(link),
      onMissed: (link) => this.#watch.lookLater(link),
      idleMs: IDLE_LINK_MS,
    });
  }

  /** Serves one HTTP request of the editor. */
  async handle(request: ServedRequest): Promise<HttpReply> {
    if (this.#closed) return problem(404, "This connection is closed.");
    const isPost = request.method === "POST";
    if (isPost && !isJsonRequest(request)) return problem(415, "Content-Type must be application/json.");
    const body = isPost ? jsonBody(request.body) : undefined;
    if (isPost && body === undefined) return problem(400, "Parse error", -32700);
    this.#sweepLater();
    const reply = await this.#editors.handle(request, body);
    // Editors start their own sign-in on these, wherever they come from.
    return reply.status === 401 || reply.status === 403 ? problem(502, "The gateway refused the request.") : reply;
  }

  /** Begins the session of an editor whose messages come on a line of its own. @throws Error when the relay is closed */
  async openSession(line: MessageStream): Promise<{ close(): Promise<void> }> {
    if (this.#closed) throw new Error("the relay is closed");
    this.#sweepLater();
    return await this.#editors.openSession(line);
  }

  /** Serves a host with an mcp.json, whose messages come as a stream, until it ends. */
  async pipe(host: MessageStream): Promise<void> {
    await pipeToRelay(host, this, {
      rules: new HostQuirks(() => this.#keeper.items("tools/list")),
      timeout: hostTimeLimit({ ...this.#answerWorld, signIns: this.#signIns }),
    });
  }

  /**
   * The tools, asked of the gateway now.
   *
   * @throws GatewayFailure when it cannot be asked; `catalogue()` has what it had
   */
  async listTools(signal?: AbortSignal): Promise<readonly Listed[]> {
    return await this.own.list("tools/list", signal);
  }

  /** What the gateway said about itself when it was last reached. */
  catalogue(): Catalogue | undefined {
    return this.#keeper.current;
  }

  /**
   * Somebody signed in: read the lists again, and tell editors whose lists differ.
   *
   * @param subject who it is. Connections of anybody else are replaced; without it, all of them are
   */
  async signedIn(subject?: string): Promise<void> {
    const same = subject !== undefined && subject === this.#subject;
    this.#subject = subject;
    for (const link of same ? [] : this.#links()) link.retire();
    const links = this.#editors.sessionLinks();
    await Promise.all((links.length > 0 ? links : [this.#ownLinks.plain()]).map((link) => this.#connectQuietly(link)));
  }

  /** Whether an editor or host uses it. */
  isServing(): boolean {
    return this.#editors.links().length > 0;
  }

  /** The gateway, which was down, answers again: editors that miss something of it are told. */
  isBack(): void {
    this.#watch.lookNow();
  }

  /** The settings changed: the gateway may be spoken to in another revision, and agents be shown other tools. */
  settingsChanged(): void {
    if (this.#callers.hasOtherRevision()) for (const link of this.#links()) link.retire();
    this.#tellChanges();
  }

  #tellChanges(): void {
    const keeper = this.#keeper;
    this.#editors.tellChanges({
      items: (method) => this.#agentTools.shown(method, keeper.items(method)),
      reads: (method) => keeper.reads(method),
    });
  }

  /** Every caller begins a new policy session with its next request. */
  newPolicySession(): void {
    this.#callers.newPolicySession();
  }

  /** Somebody signed out: end everything at the gateway. Editors keep their sessions, and their next call asks. */
  async reset(): Promise<void> {
    this.#subject = undefined;
    await Promise.all(this.#links().map((link) => link.close()));
  }

  /** The next call of a target asks the person for a consent anew: of another account, say. */
  consentAnew(target: string): void {
    this.#consents.askAnew(target);
  }

  /** Ends every session on both sides. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    this.#watch.close();
    await Promise.all([this.#editors.close(), this.#ownLinks.end()]);
    await this.#keeper.written();
  }

  #ownLink(capabilities: Json): UpstreamLink {
    if (this.#closed)
      throw new GatewayFailure("gateway_connection_lost", { gateway: this.#target.name, reason: "closed" });
    this.#sweepLater();
    const clientInfo = { name: "gateway-connect", version: this.#target.version };
    return this.#callers.links({ clientInfo, capabilities }, nobody)();
  }

  #links(): readonly UpstreamLink[] {
    return [...this.#editors.links(), ...this.#ownLinks.all()];
  }

  async #isReady(): Promise<boolean> {
    return await this.#world.access.ready().catch(() => false);
  }

  async #connectIfReady(link: UpstreamLink): Promise<void> {
    if ((await this.#isReady()) && !(await this.#connectQuietly(link))) this.#watch.lookLater(link);
  }

  /**
   * Connects if nobody has to sign in for it. Failures are logged only: the next call of a tool reports them.
   *
   * @returns whether all lists were read
   */
  async #connectQuietly(link: UpstreamLink): Promise<boolean> {
    try {
      await link.connect();
      return await this.#refresh(link);
    } catch {
      this.#world.log.debug("relay: not connected in the background", { gateway: this.#target.name });
      return false;
    }
  }

  /**
   * Reads lists, tools first because editors wait for them, and tells editors whose lists changed.
   *
   * @returns whether the gateway answered for each, if only that it does not have it
   */
  async #refresh(link: UpstreamLink, methods: readonly ListMethod[] = listMethods): Promise<boolean> {
    const { current } = link;
    let isAnswered = true;
    for (const method of methods) {
      // Do not open a connection again for this that ended meanwhile.
      if (current === undefined || link.current !== current) return false;
      await link.list(method).catch((error: unknown) => {
        isAnswered &&= ProtocolError.isInstance(error);
        this.#world.log.debug("relay: list not refreshed", { gateway: this.#target.name, method });
      });
    }
    this.#tellChanges();
    return isAnswered;
  }

  #sweepLater(): void {
    if (this.#sweeper !== undefined) return;
    this.#sweeper = unref(setInterval(() => this.#sweep(), SWEEP_MS));
  }

  #sweep(): void {
    this.#editors.sweep();
    this.#ownLinks.sweep();
  }
}

const problem = (status: number, message: string, code = -32000): HttpReply =>
  jsonReply(status, { jsonrpc: "2.0", error: { code, message }, id: null });
