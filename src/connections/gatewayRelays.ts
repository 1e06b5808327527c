import { asFailure } from "../failures/failure.ts";
import type { Log } from "../lib/log.ts";
import type { HttpReply, ServedRequest } from "../lib/servedHttp.ts";
import { doneWithin } from "../lib/waiting.ts";
import type { Catalogue, Listed } from "../relay/catalogue.ts";
import type { OwnRequests } from "../relay/ownRequests.ts";
import type { MessageStream } from "../relay/pipeToRelay.ts";

/** A relay as the rest of the program uses it; the MCP SDK behind it is loaded with the first one. */
export interface GatewayRelay {
  handle(request: ServedRequest): Promise<HttpReply>;
  pipe(host: MessageStream): Promise<void>;
  listTools(signal?: AbortSignal): Promise<readonly Listed[]>;
  /** What the extension asks for a person itself. */
  readonly own: Pick<
    OwnRequests,
    "list" | "callTool" | "callToolForAgent" | "readResource" | "getPrompt" | "complete" | "setLogLevel"
  >;
  catalogue(): Catalogue | undefined;
  /** Whether an editor or host uses it. */
  isServing(): boolean;
  /** What is set for the gateway, or which tools agents are shown. */
  settingsChanged(): void;
  /** Whoever calls through it begins a new policy session. */
  newPolicySession(): void;
  /** The gateway, which was down, answers again. */
  isBack(): void;
  /** The next call of a target asks for its consent anew. */
  consentAnew(target: string): void;
  signedIn(subject?: string): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** How long the end of a relay may hold others up, in milliseconds. */
const endTimeoutMs = 3_000;

/** The relays of a window, each made when it is first asked for. */
export class GatewayRelays {
  readonly #open = new Map<string, Promise<GatewayRelay>>();
  /** Those that are made. */
  readonly #made = new Map<string, GatewayRelay>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** The relay of this connection; `create` makes it where there is none. One that could not be made is asked for anew. */
  get(id: string, create: () => Promise<GatewayRelay>): Promise<GatewayRelay> {
    const known = this.#open.get(id);
    if (known) return known;
    const relay = create();
    this.#open.set(id, relay);
    relay.then(
      (made) => this.#open.get(id) === relay && this.#made.set(id, made),
      () => this.#open.delete(id),
    );
    return relay;
  }

  /** Whether an editor or host uses the relay of this connection. */
  isServing(id: string): boolean {
    return this.#made.get(id)?.isServing() ?? false;
  }

  /** Tells all relays that something else may be set. */
  settingsChanged(): void {
    for (const relay of this.#made.values()) relay.settingsChanged();
  }

  /** Tells a relay that its gateway, which was down, answers again. */
  isBack(id: string): void {
    this.#made.get(id)?.isBack();
  }

  /** Tells a relay that somebody is signed in now. */
  signedIn(id: string, subject: string): void {
    void this.#open.get(id)?.then((relay) => relay.signedIn(subject));
  }

  /** Ends the sessions of a relay at its gateway. */
  async reset(id: string): Promise<void> {
    await this.#quietly(this.#open.get(id)?.then((relay) => relay.reset()));
  }

  async close(id: string): Promise<void> {
    const relay = this.#open.get(id);
    this.#open.delete(id);
    this.#made.delete(id);
    await this.#quietly(relay?.then((opened) => opened.close()));
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.close(id)));
  }

  /** What ends anyway: its failure is worth a line and nothing more, and it may not hold anything up. */
  async #quietly(act: Promise<unknown> | undefined): Promise<void> {
    if (!act) return;
    await doneWithin(endTimeoutMs, act).catch((error) =>
      this.#log.debug("a relay did not end cleanly", { code: asFailure(error).code }),
    );
  }
}
