import type { Json } from "./passThrough.ts";
import type { CallerRequest } from "./peer.ts";

/**
 * Handles the requests of one caller: the relay's route leads to one gateway, the local gateway's router to many
 * targets.
 *
 * The fronts (`CallerSession`, `StatelessFront`) talk to callers and know nothing of servers. A route knows servers, and
 * its caller only through the peer that it was given. Whatever must see a parsed message belongs here: sign-in, lists,
 * filters, audit, the words of failures.
 */
export interface Route {
  /**
   * Answers one request.
   *
   * @throws ProtocolError whose message the caller may see
   */
  handle(request: CallerRequest): Promise<Json>;
  /** Passes on a notification of the caller. */
  notify(method: string, params: Json | undefined): Promise<void>;
  /** Closes extra connections that no request needs any more. */
  sweep(): void;
  close(): Promise<void>;
}

/** What both fronts need from the program that uses them. */
export interface FrontWorld<C> {
  /** The name under which callers see this server. */
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly capabilities: () => Json;
  /** What a model is told about how to use the server. */
  readonly instructions: () => string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * Observes how each request ends, for an audit say. A result may be carried (`wire/carriedResult.ts`): of those there is
   * whether it is a tool's failure, and no more. `context` is what `handle` was called with.
   */
  readonly observe?: (answered: Promise<Json>, context: C) => Promise<Json>;
}
