import { createHash, randomBytes, randomUUID } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import type { SandboxProfileId } from "../../src/sandbox/profiles/sandboxProfiles.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { SandboxClient, type TokenAnswer, type Tokens, tokens } from "./sandboxClient.ts";
import { type SignInAnswers, signInByHttp } from "./signInByHttp.ts";
import { useDeviceCode } from "./useDeviceCode.ts";

export type Parameters = Readonly<Record<string, string | undefined>>;

const redirectUri = "http://localhost:3334/oauth/callback";
const people = "openid profile";

/** A client that does at each provider what its documentation says: right parameters, right scopes, right endpoints. */
export class ProfileClient {
  readonly sandbox: Sandbox;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly gateway: SandboxClient;
  readonly #verifier = randomBytes(32).toString("base64url");

  constructor(sandbox: Sandbox, metadata: Readonly<Record<string, unknown>>) {
    this.sandbox = sandbox;
    this.metadata = metadata;
    this.gateway = new SandboxClient(sandbox);
  }

  /** The parameters of an ordinary sign-in, with scopes for tools that only read. */
  get ordinary(): Parameters {
    const { read } = this.scopes;
    const offline = { offline: `${people} offline_access ${read}`, plain: `${people} ${read}`.trim() };
    const ways: Readonly<Record<SandboxProfileId, Parameters>> = {
      generic: { scope: offline.offline, resource: this.sandbox.gatewayUrl },
      okta: { scope: offline.offline },
      oktaOrg: { scope: `${people} offline_access` },
      entra: { scope: offline.offline },
      entraV1: { scope: offline.offline },
      cognito: { scope: offline.plain },
      auth0: { scope: offline.offline, audience: this.sandbox.gatewayUrl },
      keycloak: { scope: offline.plain },
      pingFederate: { scope: offline.plain },
      google: { scope: `${people} email`, access_type: "offline" },
    };
    return ways[this.sandbox.profile];
  }

  /** What the API's scopes are called in a request, and what a machine asks for. */
  get scopes(): { readonly read: string; readonly write: string; readonly machine: string } {
    const api = `api://${this.sandbox.authorizer.customJWTAuthorizer.allowedAudience?.[0]}`;
    const entra = { read: `${api}/access_as_user`, write: `${api}/Notes.Write`, machine: `${api}/.default` };
    const dotted = { read: "gateway.read", write: "gateway.write", machine: "gateway.read" };
    const none = { read: "", write: "", machine: "" };
    const names: Readonly<Record<SandboxProfileId, { read: string; write: string; machine: string }>> = {
      generic: dotted,
      okta: dotted,
      oktaOrg: none,
      entra,
      entraV1: entra,
      cognito: { read: "gateway/read", write: "gateway/write", machine: "gateway/read" },
      auth0: { read: "read:tools", write: "write:tools", machine: "read:tools" },
      keycloak: dotted,
      pingFederate: dotted,
      google: none,
    };
    return names[this.sandbox.profile];
  }

  authorizationUrl(changes: Parameters = {}): string {
    const url = new URL(String(this.metadata.authorization_endpoint));
    const parameters: Parameters = {
      response_type: "code",
      client_id: this.sandbox.clientId,
      redirect_uri: redirectUri,
      state: "a-state",
      code_challenge: createHash("sha256").update(this.#verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...this.ordinary,
      ...changes,
    };
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  /** What the browser brought back. */
  async authorize(changes: Parameters = {}, answers: SignInAnswers = {}): Promise<Readonly<Record<string, string>>> {
    const { landed } = await signInByHttp(this.authorizationUrl(changes), answers);
    return Object.fromEntries(landed.searchParams);
  }

  /** The page that the browser stays on, for requests that the client never hears of. */
  async stuckAt(changes: Parameters): Promise<string> {
    return await this.authorize(changes).then(
      (brought) => `came back: ${JSON.stringify(brought)}`,
      (error: Error) => error.message,
    );
  }

  async exchange(code: string | undefined, changes: Parameters = {}): Promise<TokenAnswer> {
    const form = { code: code ?? "", redirect_uri: redirectUri, code_verifier: this.#verifier };
    return await this.ask({ grant_type: "authorization_code", ...form, ...changes });
  }

  async signIn(changes: Parameters = {}, answers: SignInAnswers = {}): Promise<Tokens> {
    const { code } = await this.authorize(changes, answers);
    const answer = await this.exchange(code);
    if (answer.status !== 200) throw new Error(`no tokens: ${JSON.stringify(answer)}`);
    return tokens(answer);
  }

  async refresh(refreshToken: string, changes: Parameters = {}): Promise<TokenAnswer> {
    return await this.ask({ grant_type: "refresh_token", refresh_token: refreshToken, ...changes });
  }

  /** A token request as the editor's client. */
  async ask(form: Parameters): Promise<TokenAnswer> {
    const { clientId, clientSecret } = this.sandbox;
    return await post(String(this.metadata.token_endpoint), {
      client_id: clientId,
      client_secret: clientSecret,
      ...form,
    });
  }

  async revoke(token: string, path = String(this.metadata.revocation_endpoint)): Promise<TokenAnswer> {
    const { clientId, clientSecret } = this.sandbox;
    return await post(path, { token, client_id: clientId, client_secret: clientSecret });
  }

  /** A token for a machine: by secret in the header or in the form, or by an assertion (RFC 7523). */
  async machine(how: "header" | "form" | "key", changes: Parameters = {}): Promise<TokenAnswer> {
    const { machine, gatewayUrl, profile } = this.sandbox;
    const { clientId, clientSecret } = machine;
    const audience = profile === "auth0" ? gatewayUrl : undefined;
    const form: Parameters = { grant_type: "client_credentials", scope: this.scopes.machine || undefined, audience };
    const endpoint = String(this.metadata.token_endpoint);
    switch (how) {
      case "header": {
        const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
        return await post(endpoint, { ...form, ...changes }, { authorization: `Basic ${basic}` });
      }
      case "form":
        return await post(endpoint, { ...form, client_id: clientId, client_secret: clientSecret, ...changes });
      case "key": {
        const assertion = await new SignJWT()
          .setProtectedHeader({ alg: "RS256" })
          .setIssuer(machine.keyClientId)
          .setSubject(machine.keyClientId)
          .setAudience(endpoint)
          .setJti(randomUUID())
          .setIssuedAt()
          .setExpirationTime("1m")
          .sign(await importPKCS8(machine.privateKey, "RS256"));
        const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        return await post(endpoint, { ...form, client_assertion: assertion, client_assertion_type: type, ...changes });
      }
    }
  }

  /** The whole way with a code that is entered elsewhere (RFC 8628). */
  async useDevice(): Promise<{ readonly asked: TokenAnswer; readonly before: unknown; readonly answer: TokenAnswer }> {
    const { clientId } = this.sandbox;
    const endpoint = String(this.metadata.device_authorization_endpoint);
    const { access_type: _, ...parameters } = this.ordinary;
    const asked = await post(endpoint, { client_id: clientId, ...parameters });
    const grant = {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: String(asked.body.device_code),
    };
    const before = (await this.ask(grant)).body.error;
    await useDeviceCode(
      String(asked.body.verification_uri ?? asked.body.verification_url),
      String(asked.body.user_code),
    );
    return { asked, before, answer: await this.ask(grant) };
  }
}

/** A sandbox that behaves like one provider, and a client that knows it, for as long as `act` takes. */
export async function withProfile(
  options: SandboxOptions & { readonly profile: SandboxProfileId },
  act: (client: ProfileClient, sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const sandbox = await startSandbox(options);
  try {
    const response = await fetch(sandbox.authorizer.customJWTAuthorizer.discoveryUrl);
    await act(new ProfileClient(sandbox, (await response.json()) as Record<string, unknown>), sandbox);
  } finally {
    await sandbox.stop();
  }
}

/** An answer's status and its error, with the first word of the description where that is a code. */
export function refusal({ status, body }: TokenAnswer): readonly unknown[] {
  const code = /^[A-Z]+\d+/.exec(String(body.error_description))?.[0];
  return [status, body.error, ...(code === undefined ? [] : [code])];
}

export async function post(url: string, form: Parameters, headers: Record<string, string> = {}): Promise<TokenAnswer> {
  const body = new URLSearchParams(
    Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const response = await fetch(url, { method: "POST", body, headers });
  const said = await response.text();
  return { status: response.status, body: said.startsWith("{") ? JSON.parse(said) : {} };
}
