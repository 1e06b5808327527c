import { createHash } from "node:crypto";
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from "jose";
import type { Asked, WorldGateway } from "../../world/support/gateway.ts";
import type { FakeAuthorizationServer } from "../fakeAuthorizationServer.ts";

/** How a provider and a gateway want proofs (RFC 9449). */
export interface ProofDemands {
  /** Whether each answer brings a nonce, which alone is good for the next proof. */
  readonly nonces?: boolean;
  /** What the provider calls its tokens. */
  tokenType?: "DPoP" | "Bearer";
  /** What the gateway says of itself without being asked: by its challenge, by its metadata, or not at all. */
  readonly says?: "challenge" | "both schemes" | "metadata" | "nothing";
  /** Seconds since the epoch, by the servers' clock. */
  readonly now?: () => number;
  /** How old a proof may be, in seconds. */
  readonly withinSeconds?: number;
}

/** What the servers saw. */
export interface SeenProofs {
  /** The thumbprint of each proof's key, in the order of arrival. */
  readonly keys: string[];
  /** What was wrong with a request, in the words of this oracle. */
  readonly faults: string[];
  /** How often a server asked for another nonce, by where. */
  readonly nonceDemands: { provider: number; gateway: number };
  /** What was sent to the gateway: the method, or JSON-RPC's. */
  readonly proven: string[];
  /** How often a token was presented by each scheme. */
  readonly schemes: { DPoP: number; Bearer: number };
}

const METADATA = "/.well-known/oauth-protected-resource/mcp";

/** Makes a provider and a gateway take tokens that are bound to a key, and check every proof with jose. */
export function demandProofs(
  provider: FakeAuthorizationServer,
  gateway: WorldGateway,
  demands: ProofDemands = {},
): SeenProofs {
  const { nonces = false, says = "challenge", now = () => Date.now() / 1000, withinSeconds = 60 } = demands;
  const seen: SeenProofs = {
    keys: [],
    faults: [],
    nonceDemands: { provider: 0, gateway: 0 },
    proven: [],
    schemes: { DPoP: 0, Bearer: 0 },
  };
  const boundTo = new Map<string, string>();
  const jtis = new Set<string>();
  const nonceOf = { provider: "provider-0", gateway: "gateway-0" };
  const next = (who: "provider" | "gateway") => (nonceOf[who] = `${who}-${Number(nonceOf[who].split("-")[1]) + 1}`);

  /** The key of a proof, or what is wrong with it. */
  const check = async (
    proof: string | null,
    { method, url, token }: { readonly method: string; readonly url: string; readonly token?: string },
  ): Promise<{ readonly key: string; readonly nonce: unknown } | { readonly fault: string }> => {
    if (proof === null) return { fault: "no proof" };
    try {
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        typ: "dpop+jwt",
        algorithms: ["ES256"],
        requiredClaims: ["jti", "htm", "htu", "iat"],
        currentDate: new Date(now() * 1000),
      });
      const jwk = protectedHeader.jwk as JWK;
      if (jwk.d !== undefined) return { fault: "the private key is in the proof" };
      if (payload.htm !== method) return { fault: `htm ${payload.htm}` };
      if (payload.htu !== url.replace(/[?#].*$/, "")) return { fault: `htu ${payload.htu}` };
      if (Math.abs((payload.iat ?? 0) - now()) > withinSeconds)
        return { fault: `iat ${Math.round((payload.iat ?? 0) - now())}` };
      if (jtis.has(String(payload.jti))) return { fault: "the proof was sent before" };
      jtis.add(String(payload.jti));
      const ath = token === undefined ? undefined : createHash("sha256").update(token).digest("base64url");
      if (payload.ath !== ath) return { fault: "ath" };
      return { key: await calculateJwkThumbprint(jwk), nonce: payload.nonce };
    } catch (error) {
      return { fault: `no such proof: ${(error as Error).message}` };
    }
  };

  Object.assign(provider.server, { dpop_signing_alg_values_supported: ["ES256"] });
  provider.answer.token = async (form, headers) => {
    const checked = await check(headers.get("dpop"), { method: "POST", url: `${provider.issuer}/token` });
    if ("fault" in checked) {
      seen.faults.push(`provider: ${checked.fault}`);
      return Response.json({ error: "invalid_dpop_proof" }, { status: 400 });
    }
    seen.keys.push(checked.key);
    if (nonces && checked.nonce !== nonceOf.provider) {
      seen.nonceDemands.provider++;
      return Response.json(
        { error: "use_dpop_nonce" },
        { status: 400, headers: { "dpop-nonce": next("provider"), "cache-control": "no-store" } },
      );
    }
    const bound = boundTo.get(form.refresh_token ?? "");
    if (bound !== undefined && bound !== checked.key) {
      seen.faults.push("provider: the refresh token is bound to another key");
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    }
    const granted = form.grant_type === "client_credentials" ? clientToken() : provider.token(form);
    if (!granted.ok) return granted;
    const { tokenType: type = "DPoP" } = demands;
    const answer = (await granted.json()) as Record<string, unknown>;
    for (const token of [answer.access_token, answer.refresh_token]) {
      if (typeof token === "string" && type === "DPoP") boundTo.set(token, checked.key);
    }
    return Response.json(
      { ...answer, token_type: type },
      nonces ? { headers: { "dpop-nonce": next("provider") } } : {},
    );
  };
  let issued = 0;
  const clientToken = () => {
    const token = `marked-client-${++issued}`;
    provider.access.add(token);
    return Response.json({ access_token: token, token_type: "Bearer", expires_in: 3600 });
  };

  gateway.isProtected = () => false;
  gateway.instead = async (asked) => {
    const { origin } = new URL(gateway.url);
    if (asked.path === METADATA) {
      return Response.json({
        resource: gateway.url,
        authorization_servers: [provider.issuer],
        ...(says === "metadata" && { dpop_signing_alg_values_supported: ["ES256"] }),
      });
    }
    if (asked.path.startsWith("/.well-known/")) return undefined;
    const refuse = (error?: string, headers: Readonly<Record<string, string>> = {}) => {
      const words = [`resource_metadata="${origin}${METADATA}"`, error && `error="${error}"`]
        .filter(Boolean)
        .join(", ");
      const schemes = {
        challenge: `DPoP algs="ES256", ${words}`,
        "both schemes": `Bearer ${words}, DPoP algs="ES256 PS256"`,
        metadata: `Bearer ${words}`,
        nothing: `Bearer ${words}`,
      };
      const proofIsWrong = error === "use_dpop_nonce" || error === "invalid_dpop_proof";
      const challenge = proofIsWrong ? `DPoP ${words}` : schemes[says];
      return new Response("{}", { status: 401, headers: { "www-authenticate": challenge, ...headers } });
    };
    const [scheme, token = ""] = (asked.headers.get("authorization") ?? "").split(" ");
    if (scheme === "Bearer") {
      seen.schemes.Bearer++;
      const isBound = boundTo.has(token) && says !== "nothing";
      return provider.access.has(token) && !isBound && says !== "challenge" ? undefined : refuse("invalid_token");
    }
    if (scheme !== "DPoP") return refuse();
    seen.schemes.DPoP++;
    const checked = await check(asked.headers.get("dpop"), { method: asked.method, url: gateway.url, token });
    if ("fault" in checked) {
      seen.faults.push(`gateway: ${checked.fault} at ${nameOf(asked)}`);
      return refuse("invalid_dpop_proof", { date: new Date(now() * 1000).toUTCString() });
    }
    seen.keys.push(checked.key);
    if (!provider.access.has(token)) return refuse("invalid_token");
    if (boundTo.get(token) !== checked.key) {
      seen.faults.push("gateway: the token is bound to another key");
      return refuse("invalid_token");
    }
    if (nonces && checked.nonce !== nonceOf.gateway) {
      seen.nonceDemands.gateway++;
      return refuse("use_dpop_nonce", { "dpop-nonce": next("gateway") });
    }
    seen.proven.push(nameOf(asked));
    return undefined;
  };
  return seen;
}

const nameOf = ({ method, rpc }: Asked): string => (method === "POST" ? (rpc.method ?? "an answer") : method);
