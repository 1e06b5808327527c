import { type Introspect, introspection } from "../agentcore/authorizer/introspection.ts";
import { type Outage, outage } from "../agentcore/authorizer/outage.ts";
import { type SigningKeys, signingKeys } from "../agentcore/authorizer/signingKeys.ts";
import type { HttpFetch } from "../lib/httpPort.ts";
import { isSecureUrl, parseUrl } from "../lib/secureUrl.ts";
import type { Json } from "../mcp/passThrough.ts";

export interface IssuerWorld {
  readonly fetch: HttpFetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (message: string, facts: Json) => void;
}

/** The issuer of a gateway's tokens, as far as the gateway asks it anything. The log hears when it fails, and when no more. */
export interface Issuer {
  readonly keys: SigningKeys;
  readonly introspect: Introspect;
  /** Reads its documents, so that the log says at the start what a first request would meet. It throws nothing. */
  check(): Promise<void>;
}

export function issuerAt(discoveryUrl: string, world: IssuerWorld): Issuer {
  const told = (what: string, facts: Json): Outage =>
    outage((news) => {
      if (news.kind === "began") world.log(`${what} not available`, { ...facts, reason: news.reason });
      else world.log(`${what} available again`, { ...facts, afterMs: news.lastedMs });
    }, world.now);
  const { fetch, now } = world;
  const keys = signingKeys(discoveryUrl, { fetch, now, outage: told("issuer's keys", { discoveryUrl }) });
  return {
    keys,
    introspect: introspection({ fetch, outage: told("introspection", { discoveryUrl }) }),
    async check() {
      const set = await keys.current().catch(() => undefined);
      const insecure = [discoveryUrl, ...(set ? [set.jwksUri] : [])].filter((url) => {
        const address = parseUrl(url);
        return address !== undefined && !isSecureUrl(address);
      });
      if (insecure.length > 0)
        world.log("issuer's keys over http: whoever is on the way can forge tokens", { insecure });
    },
  };
}
