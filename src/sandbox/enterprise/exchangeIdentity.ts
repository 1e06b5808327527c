import { randomUUID } from "node:crypto";
import { importJWK, jwtVerify, SignJWT } from "jose";
import type { KoaContextWithOIDC } from "oidc-provider";
import type { AssertionFault, SandboxFaults } from "../faults/sandboxFaults.ts";
import type { ProviderKey } from "../identity/providerKeys.ts";
import { putBack, readForm } from "../identity/readForm.ts";
import type { TokenLedger } from "../identity/tokenLedger.ts";

/** What the company's identity provider knows of an application that its policy connects. */
export interface ConnectedApplication {
  /** The issuer of the gateway's authorization server, and the client that the editor is there. */
  readonly audience: string;
  readonly clientAtAudience: string;
  readonly scopes: readonly string[];
}

export interface ExchangeWorld {
  readonly issuer: string;
  readonly tokenPath: string;
  /** The editor's client. */
  readonly clientId: string;
  readonly key: ProviderKey;
  readonly applications: readonly ConnectedApplication[];
  readonly ledger: TokenLedger;
  readonly faults: () => SandboxFaults;
}

const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const TOKEN_TYPE = "urn:ietf:params:oauth:token-type:";

/** How long an assertion is good: Okta's are for five minutes. */
const ASSERTION_SECONDS = 300;

/**
 * Lets an identity provider exchange its ID tokens for assertions to the gateway's authorization server (RFC 8693;
 * draft-ietf-oauth-identity-assertion-authz-grant, 4), for whomever its policy lets in there.
 */
export function exchangeIdentity(world: ExchangeWorld) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    if (ctx.path.startsWith("/.well-known/") && ctx.method === "GET") {
      await next();
      const body = ctx.body as { readonly grant_types_supported?: readonly string[] } | undefined;
      if (!body?.grant_types_supported) return;
      ctx.body = { ...body, grant_types_supported: [...body.grant_types_supported, TOKEN_EXCHANGE] };
      return;
    }
    const isExchange = ctx.method === "POST" && ctx.path === world.tokenPath;
    const form = isExchange ? await peekForm(ctx) : undefined;
    if (form?.get("grant_type") !== TOKEN_EXCHANGE) return void (await next());
    const answer = await exchanged(form, world);
    ctx.state.grantType = TOKEN_EXCHANGE;
    ctx.status = "error" in answer ? 400 : 200;
    ctx.set("cache-control", "no-store");
    ctx.body = answer;
  };
}

type Answer = Readonly<Record<string, unknown>>;

const refusal = (error: string, description: string): Answer => ({ error, error_description: description });

async function exchanged(form: URLSearchParams, world: ExchangeWorld): Promise<Answer> {
  const { issuer, clientId, key, ledger } = world;
  const faults = world.faults();
  if (form.get("client_id") !== clientId) return refusal("invalid_client", "This client may exchange nothing.");
  if (form.get("requested_token_type") !== `${TOKEN_TYPE}id-jag`) {
    return refusal("invalid_request", "Only identity assertions (ID-JAG) are issued here.");
  }
  if (form.get("subject_token_type") !== `${TOKEN_TYPE}id_token`) {
    return refusal("invalid_request", "Only ID tokens are exchanged here.");
  }
  const subject = await jwtVerify(form.get("subject_token") ?? "", key.publicKey, { issuer, audience: clientId }).catch(
    () => undefined,
  );
  if (!subject || faults.identityTokenRefused) return refusal("invalid_grant", "The ID token is not valid any more.");
  const application = world.applications.find(({ audience }) => audience === form.get("audience"));
  if (!application || faults.exchangeRefused) {
    return refusal("invalid_target", "The resource application is not connected to this one.");
  }
  const { audience, clientAtAudience, scopes } = application;
  const asked = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  if (asked.some((scope) => !scopes.includes(scope))) {
    return refusal("invalid_scope", "A scope is not allowed for this connection.");
  }
  const { sub, email } = subject.payload;
  const claims = {
    ...{ iss: issuer, sub, aud: audience, client_id: clientAtAudience, jti: randomUUID() },
    ...(typeof email === "string" && { email }),
    ...(form.has("resource") && { resource: form.get("resource") }),
    ...(asked.length > 0 && { scope: asked.join(" ") }),
    ...{ iat: seconds(), exp: seconds() + ASSERTION_SECONDS },
  };
  const assertion = await signed({ ...claims, ...claimFaults[faults.assertionFault ?? "none"] }, key, faults);
  ledger.secretIssued("id_jag", assertion);
  return {
    access_token: assertion,
    issued_token_type: `${TOKEN_TYPE}${faults.assertionFault === "issuedTokenType" ? "access_token" : "id-jag"}`,
    token_type: faults.assertionFault === "tokenType" ? "Bearer" : "N_A",
    expires_in: ASSERTION_SECONDS,
    ...(asked.length > 0 && { scope: asked.join(" ") }),
  };
}

/** What a faulty assertion says instead. */
const claimFaults: Readonly<Record<AssertionFault | "none", Answer>> = {
  none: {},
  type: {},
  issuedTokenType: {},
  tokenType: {},
  issuer: { iss: "https://login.example.com" },
  audience: { aud: "https://auth.example.com" },
  client: { client_id: "somebody-elses-client" },
  subject: { sub: "grace", email: "grace@example.com" },
  resource: { resource: "https://other.example.com/mcp" },
  expired: { exp: 1_700_000_000 },
};

async function signed(claims: Answer, { privateJwk }: ProviderKey, { assertionFault }: SandboxFaults): Promise<string> {
  const typ = assertionFault === "type" ? "JWT" : "oauth-id-jag+jwt";
  const key = await importJWK(privateJwk as never, "RS256");
  return await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: privateJwk.kid, typ }).sign(key);
}

const seconds = (): number => Math.floor(Date.now() / 1000);

/** The form, which is there for others still. */
async function peekForm(ctx: KoaContextWithOIDC): Promise<URLSearchParams> {
  const form = await readForm(ctx.req);
  putBack(ctx, form);
  return form;
}
