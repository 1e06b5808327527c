import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import type { Connection } from "../src/connections/connection.ts";
import { connectionAccess } from "../src/connections/connectionAccess.ts";
import { failureText } from "../src/failures/failureText.ts";
import { editorFetch } from "../src/lib/editorFetch.ts";
import { silentLog } from "../src/lib/log.ts";
import { type RelaySocket, startRelaySocket } from "../src/node/bridge/relaySocket.ts";
import { SecretTokenStore } from "../src/oauth/tokens/secretTokenStore.ts";
import { TokenManager } from "../src/oauth/tokens/tokenManager.ts";
import type { TokenSet } from "../src/oauth/tokens/tokenSet.ts";
import type { Catalogue } from "../src/relay/catalogue.ts";
import type { GatewayAccess } from "../src/relay/gatewayAccess.ts";
import type { Relay } from "../src/relay.ts";
import { MemorySecrets, QueueLock } from "../test/support/fakePorts.ts";
import { socketAddress } from "../test/support/socketAddress.ts";

export type { Catalogue, TokenSet };

export interface RelayHost {
  readonly socket: RelaySocket;
  /** How long the bundle took to load. */
  readonly loadMs: number;
  /** Makes a relay as for a new connection; with `catalogue`, as for one that was used before. */
  add(id: string, catalogue?: Catalogue): Relay;
  /** The way to the gateway with the person's token, as a relay is given it. */
  access(id: string): GatewayAccess;
  catalogueOf(id: string): Catalogue | undefined;
  remove(id: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * What the extension does for its connections in one window: the bundle loaded, the socket, relays with a signed-in
 * person's token. Only the secret storage is in memory.
 */
export async function startRelayHost(
  bundle: string,
  gatewayUrl: string,
  tokens: TokenSet,
  { signedOut = false, signIn }: { readonly signedOut?: boolean; readonly signIn?: () => Promise<TokenSet> } = {},
): Promise<RelayHost> {
  const start = performance.now();
  const { Relay: BundledRelay } = createRequire(bundle)(bundle) as typeof import("../src/relay.ts");
  const loadMs = performance.now() - start;
  const now = Date.now;
  const lock = new QueueLock();
  const store = new SecretTokenStore(new MemorySecrets(), lock);
  let sessionId = signedOut ? undefined : tokens.sessionId;
  if (!signedOut) await store.write(tokens);
  const manager = new TokenManager(store, { fetch, now, log: silentLog });
  const signIns = {
    current: ({ sessionId = "" }: Connection) => manager.current(sessionId),
    replace: ({ sessionId = "" }: Connection, refused: string) => manager.replace(sessionId, refused),
  };
  const relays = new Map<string, Relay>();
  const catalogues = new Map<string, Catalogue>();
  const socket = await startRelaySocket({
    address: socketAddress(),
    secret: randomUUID(),
    find: (id) => relays.get(id),
    log: silentLog,
  });
  const accessFor = (id: string) =>
    connectionAccess(
      () => ({
        id,
        name: id,
        url: gatewayUrl,
        authorization: {
          kind: "oauth",
          server: tokens.server,
          clientId: tokens.client.clientId,
          clientSource: "registered",
          scopes: tokens.scopes,
        },
        ...(sessionId !== undefined && { sessionId }),
      }),
      {
        fetch: editorFetch(),
        signIns,
        log: silentLog,
        now,
        aws: { isSigned: () => false, isReady: async () => false, fetch: () => Promise.reject(new Error("unsigned")) },
        sent: () => "access",
        onChallenge() {},
        changed: async () => undefined,
        async prompt() {
          const obtained = await signIn?.();
          if (!obtained) return { kind: "cancelled" };
          await store.write(obtained);
          sessionId = obtained.sessionId;
          return { kind: "signedIn" };
        },
      },
    );
  return {
    socket,
    loadMs,
    access: accessFor,
    add(id, catalogue) {
      if (catalogue) catalogues.set(id, catalogue);
      const relay = new BundledRelay(
        { id, name: id, url: gatewayUrl, version: "0.0.0" },
        {
          access: accessFor(id),
          catalogue: { read: () => catalogues.get(id), write: async (next) => void catalogues.set(id, next) },
          log: silentLog,
          now,
          failureWords: failureText,
        },
      );
      relays.set(id, relay);
      return relay;
    },
    catalogueOf: (id) => catalogues.get(id),
    async remove(id) {
      await relays.get(id)?.close();
      relays.delete(id);
      catalogues.delete(id);
    },
    async stop() {
      for (const relay of relays.values()) await relay.close();
      await socket.stop();
    },
  };
}
