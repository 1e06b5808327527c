import { SignJWT } from "jose";
import { startWebServer } from "./webServer.ts";

/** What came to the token endpoint. */
export interface TokenRequest {
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

/** A company's identity provider without a page, which notes what it is asked and refuses it. */
export interface RecordingIdentityProvider {
  readonly issuer: string;
  readonly requests: readonly TokenRequest[];
  /** An ID token of its own, with claims that a test wants otherwise. */
  idToken(claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

const secret = new TextEncoder().encode("nobody checks the signature of what is refused");

export async function withRecordingIdentityProvider(act: (provider: RecordingIdentityProvider) => Promise<void>) {
  const requests: TokenRequest[] = [];
  const { origin: issuer, stop } = await startWebServer(async (request) => {
    if (request.method === "GET") {
      return new URL(request.url).pathname === "/.well-known/openid-configuration"
        ? Response.json({ issuer, token_endpoint: `${issuer}/token`, grant_types_supported: [] })
        : Response.json({}, { status: 404 });
    }
    const authorization = request.headers.get("authorization") ?? undefined;
    requests.push({ form: new URLSearchParams(await request.text()), authorization });
    const refusal = { error: "invalid_target", error_description: "No such resource application." };
    return Response.json(refusal, { status: 400 });
  });
  const idToken = (claims = {}) =>
    new SignJWT({ iss: issuer, aud: "editor", sub: "ada", email: "ada@example.com", ...claims })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuedAt()
      .setExpirationTime(typeof (claims as { exp?: unknown }).exp === "number" ? (claims as { exp: number }).exp : "1h")
      .sign(secret);
  try {
    await act({ issuer, requests, idToken });
  } finally {
    await stop();
  }
}
