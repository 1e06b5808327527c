import { startGateway, type TestGateway } from "../relayGateways.ts";
import { signatureAnswer } from "./signatureAnswer.ts";
import { type KnownKey, type Verdict, verifySigV4 } from "./sigV4Verifier.ts";

export const arn = "arn:aws:bedrock-agentcore:eu-central-1:123456789012:gateway/tools-a1b2c3d4e5";

export interface GatewayKey extends KnownKey {
  /** Its temporary credentials have ended. */
  isExpired?: boolean;
  /** IAM does not grant it bedrock-agentcore:InvokeGateway. */
  mayNotInvoke?: boolean;
}

export interface SignedGateway extends TestGateway {
  /** What may sign; the test changes it as it goes. */
  readonly keys: Record<string, GatewayKey>;
  /** What was made of each request, in order. */
  readonly verdicts: { readonly method: string; readonly verdict: Verdict }[];
  /** How far the server's clock is ahead of ours, in milliseconds. */
  setClock(aheadMs: number): void;
}

/**
 * A gateway that takes requests only with a valid signature, which a verifier that knows nothing of the signer looks at:
 * `AWS_IAM`, or `AUTHENTICATE_ONLY`, which asks for no permission. It refuses in the words of AWS's services.
 */
export async function startSignedGateway({
  region = "eu-central-1",
  service = "bedrock-agentcore",
  authenticateOnly = false,
}: {
  readonly region?: string;
  readonly service?: string;
  readonly authenticateOnly?: boolean;
} = {}): Promise<SignedGateway> {
  const keys: Record<string, GatewayKey> = {};
  const verdicts: { method: string; verdict: Verdict }[] = [];
  const clock = { ahead: 0 };
  const refuse = (status: number, type: string, message: string) =>
    new Response(JSON.stringify({ message }), {
      status,
      headers: {
        "content-type": "application/json",
        "x-amzn-errortype": type,
        date: new Date(Date.now() + clock.ahead).toUTCString(),
      },
    });
  const gateway = await startGateway("legacy", 0, async (request) => {
    const { pathname, search } = new URL(request.url);
    const verdict = verifySigV4(
      {
        method: request.method,
        target: pathname + search,
        headers: Object.fromEntries(request.headers),
        body: new Uint8Array(await request.clone().arrayBuffer()),
      },
      { service, region, keys, now: Date.now() + clock.ahead },
    );
    verdicts.push({ method: request.method, verdict });
    const wrong = signatureAnswer(verdict);
    if (wrong) return refuse(403, wrong.type, wrong.message);
    const { accessKeyId } = verdict as Extract<Verdict, { kind: "valid" }>;
    const key = keys[accessKeyId];
    if (key?.isExpired)
      return refuse(403, "ExpiredTokenException", "The security token included in the request is expired");
    if (key?.mayNotInvoke && !authenticateOnly)
      return refuse(
        403,
        "AccessDeniedException",
        `User: arn:aws:sts::123456789012:assumed-role/Developer/ada is not authorized to perform: bedrock-agentcore:InvokeGateway on resource: ${arn}`,
      );
    return undefined;
  });
  const setClock = (aheadMs: number) => {
    clock.ahead = aheadMs;
  };
  return { ...gateway, keys, verdicts, setClock };
}
