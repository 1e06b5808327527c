import { canReuse, type WantedSession } from "../../oauth/tokens/sharedSession.ts";
import type { BearerToken, TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { Connection } from "../connection.ts";
import type { KnownConnections } from "../knownConnections.ts";
import { type GivenConsent, gatewayHost, mayUse, neededConsent } from "./sharingConsent.ts";

/** A sign-in that would serve another connection too. */
export interface SharedSignIn {
  readonly tokens: TokenSet;
  /** What the person has to agree to first; undefined where it is the connection's own or one of the same host. */
  readonly consent: GivenConsent | undefined;
}

export interface SharingWorld {
  /** Which of its tokens a connection's gateway gets. */
  readonly bearerOf: (connection: Connection) => BearerToken;
  /** Whether tokens are of the kind that it takes. */
  readonly fits: (connection: Connection, tokens: TokenSet) => boolean;
}

/** Who may use which sign-in, among the connections that are known. */
export class SignInSharing {
  readonly #connections: KnownConnections;
  readonly #world: SharingWorld;

  constructor(connections: KnownConnections, world: SharingWorld) {
    this.#connections = connections;
    this.#world = world;
  }

  /** The tokens, if the connection may use them. */
  allowed(connection: Connection, tokens: TokenSet | undefined): TokenSet | undefined {
    if (!tokens || !this.#world.fits(connection, tokens)) return undefined;
    const bearer = () => this.#world.bearerOf(connection);
    return mayUse(connection, tokens, { madeFor: this.#madeFor(tokens), bearer }) ? tokens : undefined;
  }

  /**
   * What it would take for a connection to use a sign-in.
   *
   * @returns undefined where nobody knows any more for which gateway it was made, so that nobody could be asked
   */
  offer(connection: Connection, tokens: TokenSet): SharedSignIn | undefined {
    if (this.allowed(connection, tokens)) return { tokens, consent: undefined };
    const from = this.#madeFor(tokens);
    if (from === undefined) return undefined;
    const bearer = this.#world.bearerOf(connection);
    return { tokens, consent: neededConsent(tokens, connection.url, { from, bearer }) };
  }

  /** What it would take for each sign-in that serves a connection; of one person's the one that it uses already. */
  serving(inUse: readonly TokenSet[], connection: Connection, wanted: WantedSession): readonly SharedSignIn[] {
    const serving = inUse.filter((tokens) => canReuse(tokens, wanted));
    const own = serving.filter(({ sessionId }) => sessionId === connection.sessionId);
    const onePerPerson = new Map([...serving, ...own].map((tokens) => [tokens.account.id, tokens]));
    const offers = [...onePerPerson.values()].map((tokens) => this.offer(connection, tokens));
    return offers.filter((offer) => offer !== undefined);
  }

  /** The host of the gateway that a sign-in was made for. Tokens of earlier versions do not say it themselves. */
  #madeFor({ gatewayHost: host, connectionId = "" }: TokenSet): string | undefined {
    const maker = this.#connections.find(connectionId);
    return host ?? (maker && gatewayHost(maker.url));
  }
}
