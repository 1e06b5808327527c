import { ProtocolError } from "@modelcontextprotocol/client";
import { GatewayFailure } from "../failures/failure.ts";
import { quotedText } from "../lib/quotedText.ts";
import type { ListMethod } from "../mcp/lists.ts";
import type { Json } from "../mcp/passThrough.ts";
import type { OnProgress } from "../mcp/progressToken.ts";
import type { UpstreamLink } from "../mcp/upstreamLink.ts";
import type { Listed } from "./catalogue.ts";
import { type AnswerWorld, act, completion } from "./handleRequest.ts";

/** Options of a request that the extension makes for a person. */
export interface OwnRequestOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: OnProgress;
}

/** What the extension asks a gateway for itself: for a person, with no host in between. */
export class OwnRequests {
  readonly #link: () => UpstreamLink;
  readonly #world: AnswerWorld;

  /** @param link to the gateway, in the name of the extension; its failures are those of `gatewayLink` */
  constructor(link: () => UpstreamLink, world: AnswerWorld) {
    this.#link = link;
    this.#world = world;
  }

  /**
   * The items of a list, asked of the gateway now. Nobody is asked to sign in for it.
   *
   * @throws GatewayFailure when it cannot be asked; the catalogue has what it had
   */
  async list(method: ListMethod, signal?: AbortSignal): Promise<readonly Listed[]> {
    return await inWords(method, () => this.#link().list(method, signal));
  }

  /** Calls a tool, with a sign-in if it takes one. @throws GatewayFailure `answered_with_error` and others */
  async callTool(name: string, args: Json, options: OwnRequestOptions = {}): Promise<Json> {
    return await this.#act("tools/call", { name, arguments: args }, options);
  }

  /** Calls a tool for another program, which has what agents have. @throws GatewayFailure as for an agent */
  async callToolForAgent(name: string, args: Json, options: OwnRequestOptions = {}): Promise<Json> {
    const request = { method: "tools/call", params: { name, arguments: args }, options };
    return await inWords(name, () => act(this.#link(), request, { ...this.#world, opensUrls: false, isAgent: true }));
  }

  /** Reads a resource, with a sign-in if it takes one. @throws GatewayFailure `answered_with_error` and others */
  async readResource(uri: string, options: OwnRequestOptions = {}): Promise<Json> {
    return await this.#act("resources/read", { uri }, options);
  }

  /** Gets a prompt, with a sign-in if it takes one. @throws GatewayFailure `answered_with_error` and others */
  async getPrompt(name: string, args: Json, options: OwnRequestOptions = {}): Promise<Json> {
    return await this.#act("prompts/get", { name, arguments: args }, options);
  }

  /**
   * Completes an argument while it is typed: it asks nobody to sign in, and a failure is no completion.
   *
   * @param params of `completion/complete` (2025-11-25, server/utilities/completion)
   */
  async complete(params: Json, signal?: AbortSignal): Promise<readonly string[]> {
    const options = signal === undefined ? {} : { signal };
    try {
      const answer = await completion(this.#link(), { method: "completion/complete", params, options }, this.#world);
      const { values } = (answer.completion ?? {}) as { readonly values?: unknown };
      return Array.isArray(values) ? values.filter((value) => typeof value === "string") : [];
    } catch {
      return [];
    }
  }

  /**
   * Asks for log messages of a level and above, in answers to what the extension asks and beside them.
   *
   * @throws GatewayFailure `answered_with_error` and others
   */
  async setLogLevel(level: string, signal?: AbortSignal): Promise<void> {
    const link = this.#link();
    const options = signal === undefined ? {} : { signal };
    await inWords(level, async () => {
      await link.connect();
      await link.setLogLevel(level, options);
    });
  }

  async #act(method: string, params: Json, options: OwnRequestOptions): Promise<Json> {
    const what = String(params.name ?? params.uri);
    return await inWords(what, () =>
      act(this.#link(), { method, params, options }, { ...this.#world, opensUrls: false, isAgent: false }),
    );
  }
}

/** A host is handed the JSON-RPC error of a server as it is; a person reads it in words. */
async function inWords<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!ProtocolError.isInstance(error)) throw error;
    const words = quotedText(error.message);
    const facts = { what, error: error.code, ...(words !== undefined && { words }) };
    throw new GatewayFailure("answered_with_error", facts, { cause: error });
  }
}
