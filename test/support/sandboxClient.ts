import { createHash, randomBytes } from "node:crypto";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { decodeJwt } from "jose";
import { type SignInAnswers, type SignInTrip, signInByHttp } from "./signInByHttp.ts";

/** Where a sandbox is, in this process or another. */
export interface SandboxPlace {
  readonly gatewayUrl: string;
  readonly issuer: string;
  readonly clientId: string;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly idToken: string;
}

const scope = "openid profile offline_access gateway.read gateway.write";

/** An OAuth client of few lines that does what it is told, right or wrong. */
export class SandboxClient {
  readonly place: SandboxPlace;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly #verifier = randomBytes(32).toString("base64url");

  constructor(place: SandboxPlace, options: { readonly clientId?: string; readonly redirectUri?: string } = {}) {
    this.place = place;
    this.clientId = options.clientId ?? place.clientId;
    this.redirectUri = options.redirectUri ?? "http://localhost:3334/oauth/callback";
  }

  /** The address a browser is sent to; `changes` bends it, undefined removes a parameter. */
  authorizationUrl(changes: Readonly<Record<string, string | undefined>> = {}): string {
    const url = new URL(`${this.place.issuer}/authorize`);
    const parameters = {
      response_type: "code",
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      scope,
      state: "a-state",
      resource: this.place.gatewayUrl,
      code_challenge: createHash("sha256").update(this.#verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...changes,
    };
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  /** Goes through the pages and comes back with what the browser was sent back with. */
  async authorize(changes: Readonly<Record<string, string | undefined>> = {}, answers: SignInAnswers = {}) {
    const trip: SignInTrip = await signInByHttp(this.authorizationUrl(changes), answers);
    return { ...trip, parameters: Object.fromEntries(trip.landed.searchParams) };
  }

  /** Exchanges a code. */
  async exchange(code: string | undefined): Promise<TokenAnswer> {
    return await this.token({
      grant_type: "authorization_code",
      code: code ?? "",
      redirect_uri: this.redirectUri,
      code_verifier: this.#verifier,
      client_id: this.clientId,
    });
  }

  /** The whole way to tokens. */
  async signIn(
    changes: Readonly<Record<string, string | undefined>> = {},
    answers: SignInAnswers = {},
  ): Promise<Tokens> {
    const { parameters } = await this.authorize(changes, answers);
    const answer = await this.exchange(parameters.code);
    if (answer.status !== 200) throw new Error(`no tokens: ${JSON.stringify(answer)}`);
    return tokens(answer);
  }

  async refresh(refreshToken: string, signal?: AbortSignal): Promise<TokenAnswer> {
    const form = { grant_type: "refresh_token", refresh_token: refreshToken, client_id: this.clientId };
    return await this.token(form, {}, signal);
  }

  async token(
    form: Record<string, string>,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<TokenAnswer> {
    return await post(`${this.place.issuer}/token`, new URLSearchParams(form), headers, signal);
  }

  async revoke(token: string, hint: string): Promise<number> {
    const form = new URLSearchParams({ token, token_type_hint: hint, client_id: this.clientId });
    return (await post(`${this.place.issuer}/revoke`, form)).status;
  }

  async register(metadata: object): Promise<TokenAnswer> {
    return await post(`${this.place.issuer}/register`, JSON.stringify(metadata), {
      "content-type": "application/json",
    });
  }

  /** The metadata an issuer publishes. */
  async metadata(name = "oauth-authorization-server"): Promise<TokenAnswer> {
    const response = await fetch(`${this.place.issuer}/.well-known/${name}`);
    return { status: response.status, body: (await response.json()) as TokenAnswer["body"] };
  }

  /** An MCP client at the gateway's door, with this token, in 2025-11-25 or in 2026-07-28. */
  async connect(accessToken: string, era: "legacy" | "modern" = "legacy"): Promise<Client> {
    const mode = era === "legacy" ? "legacy" : "auto";
    const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode } });
    const headers = { authorization: `Bearer ${accessToken}` };
    await client.connect(
      new StreamableHTTPClientTransport(new URL(this.place.gatewayUrl), { requestInit: { headers } }),
    );
    return client;
  }

  /** The status and challenge of a bare request to the gateway. */
  async knock(accessToken?: string): Promise<{ readonly status: number; readonly challenge: string | null }> {
    const response = await fetch(this.place.gatewayUrl, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "initialize",
        params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1.0.0" } },
      }),
    });
    await response.body?.cancel();
    return { status: response.status, challenge: response.headers.get("www-authenticate") };
  }
}

export function tokens({ body }: TokenAnswer): Tokens {
  return {
    accessToken: String(body.access_token),
    refreshToken: String(body.refresh_token),
    idToken: String(body.id_token),
  };
}

/** What a tool answered, as text. */
export async function callTool(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  return (content as { text?: string }[]).map((part) => part.text ?? "").join("");
}

/** The claims that say for whom and for what a token is. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const { iat, exp, jti, ...claims } = decodeJwt(token);
  return { ...claims, seconds: (exp ?? 0) - (iat ?? 0) };
}

async function post(
  url: string,
  body: URLSearchParams | string,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<TokenAnswer> {
  const response = await fetch(url, { method: "POST", body, headers, ...(signal && { signal }) });
  const said = await response.text();
  try {
    return { status: response.status, body: JSON.parse(said) as TokenAnswer["body"] };
  } catch {
    return { status: response.status, body: said === "" ? {} : { text: said } };
  }
}
