import { createHash } from "node:crypto";
import type { AuthorizationServer } from "../../src/oauth/discovery/authorizationServer.ts";
import { deviceCodeGrant } from "../../src/oauth/signIn/deviceCode.ts";
import { json } from "./fakePorts.ts";

interface Grant {
  readonly challenge: string;
  readonly redirectUri: string;
  readonly resource: string | null;
  readonly scope: string | null;
}

type Form = Readonly<Record<string, string>>;

/** A JWT that nobody verifies. */
export function unsignedJwt(claims: Readonly<Record<string, unknown>>, alg = "RS256"): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg })}.${part(claims)}.c2lnbmF0dXJl`;
}

/** What an authorization server answers in place of its own answer; undefined leaves it to that. */
type OwnAnswer = (form: Form, headers: Headers) => Response | undefined | Promise<Response | undefined>;

/** Where an authorization server says what it has (RFC 8414, 3), as the name of an endpoint. */
const metadata = ".well-known/oauth-authorization-server";

/**
 * An authorization server at the fetch port. It checks what a real one checks (code, verifier, redirect URI), rotates
 * refresh tokens, and counts what it was asked. `answer` replaces its behaviour at one endpoint.
 */
export class FakeAuthorizationServer {
  readonly issuer: string;
  readonly server: AuthorizationServer;
  readonly forms: { readonly endpoint: string; readonly form: Form; readonly authorization: string | null }[] = [];
  readonly answer: { [endpoint: string]: OwnAnswer } = {};
  readonly live = new Set<string>();
  /** Access tokens that a gateway takes. */
  readonly access = new Set<string>();
  rotates = true;
  /** Merged into each token answer; undefined removes a field. */
  tokenFields: Readonly<Record<string, unknown>> = {};
  readonly #grants = new Map<string, Grant>();
  #issued = 0;

  constructor(issuer = "https://login.example.com") {
    this.issuer = issuer;
    this.server = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      revocation_endpoint: `${issuer}/revoke`,
      registration_endpoint: `${issuer}/register`,
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
    };
  }

  readonly fetch = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    init.signal?.throwIfAborted();
    const { pathname, searchParams } = new URL(url);
    const endpoint = pathname.slice(1);
    const text = String(init.body ?? "");
    const form: Form =
      endpoint === "register"
        ? (JSON.parse(text) as Form)
        : Object.fromEntries([...searchParams, ...new URLSearchParams(text)]);
    this.forms.push({ endpoint, form, authorization: new Headers(init.headers).get("authorization") });
    const other = await this.answer[endpoint]?.(form, new Headers(init.headers));
    init.signal?.throwIfAborted();
    if (other) return other;
    if (endpoint === "token") return this.token(form);
    if (endpoint === "revoke") {
      this.live.delete(form.token ?? "");
      this.access.delete(form.token ?? "");
      return new Response(null, { status: 200 });
    }
    if (endpoint === "device") {
      const page = `${this.issuer}/code`;
      return json({ device_code: "d", user_code: "ABCD", verification_uri: page, expires_in: 600, interval: 1 });
    }
    if (endpoint === metadata) return json(this.server);
    if (endpoint === "authorize") return Response.redirect(this.consent(String(url)), 302);
    if (endpoint === "register") return json({ client_id: `registered-${this.forms.length}` }, 201);
    return new Response("not found", { status: 404 });
  };

  /** How often an endpoint was asked. */
  count(endpoint: string): number {
    return this.forms.filter((sent) => sent.endpoint === endpoint).length;
  }

  /** What a person's consent sends the browser to; `changes` bends the answer, undefined removes a parameter. */
  consent(authorizationUrl: string, changes: Readonly<Record<string, string | undefined>> = {}): URL {
    const { searchParams } = new URL(authorizationUrl);
    const code = `marked-code-${++this.#issued}`;
    const redirectUri = searchParams.get("redirect_uri") ?? "";
    this.#grants.set(code, {
      challenge: searchParams.get("code_challenge") ?? "",
      redirectUri,
      resource: searchParams.get("resource"),
      scope: searchParams.get("scope"),
    });
    const back = new URL(redirectUri);
    const answer = { code, state: searchParams.get("state") ?? "", iss: this.issuer, ...changes };
    for (const [name, value] of Object.entries(answer)) {
      if (value !== undefined) back.searchParams.set(name, value);
    }
    return back;
  }

  /** The token endpoint as it behaves by itself. */
  token(form: Form): Response {
    if (form.grant_type === "authorization_code") {
      const grant = this.#grants.get(form.code ?? "");
      this.#grants.delete(form.code ?? "");
      const challenge = createHash("sha256")
        .update(form.code_verifier ?? "")
        .digest("base64url");
      const valid =
        grant?.challenge === challenge &&
        grant.redirectUri === form.redirect_uri &&
        grant.resource === (form.resource ?? null);
      return valid ? this.#issue(true) : json({ error: "invalid_grant" }, 400);
    }
    if (form.grant_type === deviceCodeGrant) return this.#issue(true);
    const presented = form.refresh_token ?? "";
    if (!this.live.has(presented)) return json({ error: "invalid_grant" }, 400);
    if (this.rotates) this.live.delete(presented);
    return this.#issue(this.rotates);
  }

  #issue(withRefreshToken: boolean): Response {
    const n = ++this.#issued;
    const refresh = withRefreshToken ? { refresh_token: `marked-refresh-${n}` } : {};
    if (withRefreshToken) this.live.add(`marked-refresh-${n}`);
    const answer = {
      access_token: `marked-access-${n}`,
      token_type: "Bearer",
      expires_in: 3600,
      ...refresh,
      ...this.tokenFields,
    };
    this.access.add(answer.access_token);
    return json(answer);
  }
}
