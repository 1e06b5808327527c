import { randomUUID } from "node:crypto";
import { GatewayFailure } from "../../src/failures/failure.ts";
import type { LogFacts } from "../../src/lib/log.ts";
import { type RelaySocket, startRelaySocket } from "../../src/node/bridge/relaySocket.ts";
import type { Catalogue, Listed } from "../../src/relay/catalogue.ts";
import type { Consents } from "../../src/relay/consent/consents.ts";
import type { GatewayAccess, SignInEnding } from "../../src/relay/gatewayAccess.ts";
import type { Relay } from "../../src/relay/relay.ts";
import { part } from "./programs.ts";
import { socketAddress } from "./socketAddress.ts";

/** A person's sign-in as switches: what the relay would learn from the extension. */
export class SwitchedAccess implements GatewayAccess {
  signedIn = true;
  /** Tools named here need a scope the token lacks until the next sign-in. */
  lackingScope = new Set<string>();
  prompts: string[] = [];
  /** What the person does when asked. */
  onPrompt: (signal: AbortSignal) => Promise<SignInEnding> = async () => {
    this.signedIn = true;
    this.lackingScope.clear();
    return { kind: "signedIn" };
  };
  /** HTTP requests that left for the gateway. */
  readonly sent: string[] = [];
  /** Changes the next requests: a lost connection, another answer. */
  intercept: ((method: string, rpc: string) => Response | undefined) | undefined;

  readonly fetch = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const method = init.method ?? "GET";
    const body =
      typeof init.body === "string" ? (JSON.parse(init.body) as { method?: string; params?: { name?: string } }) : {};
    if (!this.signedIn) throw new GatewayFailure("sign_in_needed", { gateway: "Test" });
    if (body.params?.name !== undefined && this.lackingScope.has(body.params.name)) {
      throw new GatewayFailure("insufficient_scope", { gateway: "Test", needed: ["write"], granted: ["read"] });
    }
    this.sent.push(body.method ?? (method === "POST" ? "response" : method));
    const other = this.intercept?.(method, body.method ?? "");
    if (other !== undefined) return other;
    try {
      return await fetch(url, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new GatewayFailure("gateway_unreachable", { url: String(url), reason: "no answer" }, { cause: error });
    }
  };

  async ready(): Promise<boolean> {
    return this.signedIn;
  }

  async signIn(because: string, signal: AbortSignal): Promise<SignInEnding> {
    this.prompts.push(because);
    return await this.onPrompt(signal);
  }
}

export interface RelayWorldForTests {
  readonly relay: Relay;
  readonly access: SwitchedAccess;
  readonly socket: RelaySocket;
  readonly logged: string[];
  readonly toolsChanged: string[][];
  catalogue: Catalogue | undefined;
  stop(): Promise<void>;
}

/** A relay towards `url` on a real socket, with everything observable. */
export async function startRelay(
  url: string,
  {
    catalogue,
    consents,
    now = () => Date.now(),
  }: { catalogue?: Catalogue | undefined; consents?: Consents | undefined; now?: () => number } = {},
): Promise<RelayWorldForTests> {
  const access = new SwitchedAccess();
  const logged: string[] = [];
  const toolsChanged: string[][] = [];
  const line = (message: string, facts?: LogFacts) => void logged.push(`${message} ${JSON.stringify(facts ?? {})}`);
  const log = { debug: line, info: line, warn: line, error: line };
  let kept = catalogue;
  const { Relay, failureText } = await part("relay");
  const relay = new Relay(
    { id: "test", name: "Test", url, version: "0.1.0" },
    {
      access,
      catalogue: {
        read: () => kept,
        write: async (next) => {
          kept = next;
        },
      },
      log,
      now,
      ...(consents && { consents }),
      failureWords: failureText,
      onToolsChanged: (tools: readonly Listed[]) => void toolsChanged.push(tools.map((tool) => String(tool.name))),
    },
  );
  const socket = await startRelaySocket({
    address: socketAddress(),
    secret: randomUUID(),
    find: (id) => (id === "test" ? relay : undefined),
    log,
  });
  return {
    relay,
    access,
    socket,
    logged,
    toolsChanged,
    get catalogue() {
      return kept;
    },
    async stop() {
      await relay.close();
      await socket.stop();
    },
  };
}
