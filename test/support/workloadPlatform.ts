import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** What a test wants to be otherwise of a token. */
export interface OtherClaims {
  readonly audience?: string | readonly string[];
  /** Seconds from now. */
  readonly endsIn?: number;
  readonly subject?: string;
}

/** A platform that gives its workloads tokens, as GitHub Actions does. */
export interface WorkloadPlatform {
  readonly issuer: string;
  /** What is set in a job that may have tokens. */
  readonly variables: Readonly<Record<string, string>>;
  /** A token of this platform for its workload. */
  token(claims?: OtherClaims): Promise<string>;
  /** For whom tokens were asked here, in order, and the tokens that were given. */
  readonly asked: readonly string[];
  readonly given: readonly string[];
  /** What it answers in place of a token. */
  answer: { readonly status: number; readonly body: string } | undefined;
  /** What the tokens it gives have otherwise. */
  claims: OtherClaims;
  stop(): Promise<void>;
}

export const workloadSubject = "repo:example/tools:ref:refs/heads/main";
const requestToken = "a-request-token-of-this-job";

export async function startWorkloadPlatform(): Promise<WorkloadPlatform> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: "platform", alg: "RS256", use: "sig" }] };
  const asked: string[] = [];
  const given: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", issuer);
    const json = (body: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    if (url.pathname === "/.well-known/openid-configuration") return json({ issuer, jwks_uri: `${issuer}/keys` });
    if (url.pathname === "/keys") return json(keys);
    if (request.headers.authorization !== `Bearer ${requestToken}` || url.searchParams.get("api-version") !== "2.0") {
      response.statusCode = 401;
      return json({ message: "not this job's" });
    }
    if (platform.answer) {
      response.statusCode = platform.answer.status;
      return response.end(platform.answer.body);
    }
    const audience = url.searchParams.get("audience") ?? "";
    asked.push(audience);
    const value = await platform.token({ audience, ...platform.claims });
    given.push(value);
    return json({ count: 1, value });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const platform: WorkloadPlatform = {
    issuer,
    variables: {
      GITHUB_ACTIONS: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer}/_apis/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    },
    async token({ audience = issuer, endsIn = 300, subject = workloadSubject } = {}) {
      const now = Math.floor(Date.now() / 1000);
      return await new SignJWT({})
        .setProtectedHeader({ alg: "RS256", kid: "platform", typ: "JWT" })
        .setIssuer(issuer)
        .setSubject(subject)
        .setAudience(typeof audience === "string" ? audience : [...audience])
        .setIssuedAt(now - 60)
        .setExpirationTime(now + endsIn)
        .setJti(crypto.randomUUID())
        .sign(privateKey);
    },
    asked,
    given,
    answer: undefined,
    claims: {},
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return platform;
}
