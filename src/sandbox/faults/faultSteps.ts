import type { IncomingMessage } from "node:http";
import { decodeJwt } from "jose";

/** The requests of a sign-in and of a call, as faults name them: what is done with each. */
export const faultSteps = {
  "resource-metadata": "the gateway's metadata is read (RFC 9728)",
  "server-metadata": "the metadata of an authorization server is read (RFC 8414)",
  registration: "a client registers itself (RFC 7591)",
  authorization: "a browser opens the page to sign in",
  token: "a code is exchanged for tokens",
  refresh: "a refresh token is used",
  "device-code": "a code for another device is asked for (RFC 8628)",
  "device-token": "it is asked whether that code was entered",
  client: "a client signs in as itself",
  workload: "a workload signs in with the token of its platform",
  exchange: "an ID token is exchanged for an assertion, a company's first step",
  redemption: "an assertion is redeemed for a token, a company's second step",
  nonce: "a proof of possession comes again with the nonce that was wanted (RFC 9449)",
  revocation: "a token is revoked (RFC 7009)",
  keys: "the gateway reads the issuer's keys",
  initialize: "an MCP session is opened, or a server is asked what it is",
  "tools-list": "the tools are listed",
  "tools-call": "a tool is called",
  stream: "a stream of notifications is opened",
  "session-end": "an MCP session is ended",
} as const;

export type FaultStep = keyof typeof faultSteps;

/** How much of a body is looked at. What is larger is no request of a sign-in. */
const MAX_LOOKED_AT_BYTES = 1024 * 1024;

/** Where an authorization server has what it is asked for. */
export interface StepPaths {
  readonly authorization?: string;
  readonly token: string;
  readonly registration?: string;
  readonly revocation?: string;
  readonly device_authorization?: string;
  readonly jwks: string;
}

/** Which steps a request to an authorization server is. */
export function stepsAtServer(paths: StepPaths) {
  return (request: IncomingMessage, body: string): readonly FaultStep[] => {
    const path = pathOf(request);
    if (path === paths.jwks) return ["keys"];
    if (path.includes("/.well-known/")) return ["server-metadata"];
    if (path === paths.authorization) return ["authorization"];
    if (request.method !== "POST") return [];
    if (path === paths.registration) return ["registration"];
    if (path === paths.revocation) return ["revocation"];
    if (path === paths.device_authorization) return ["device-code"];
    if (path === paths.token) return [...stepsOfGrant(new URLSearchParams(body)), ...stepsOfProof(request)];
    return [];
  };
}

/** Which steps a request to the gateway is. */
export function stepsAtGateway(request: IncomingMessage, body: string): readonly FaultStep[] {
  if (pathOf(request).includes("/.well-known/")) return ["resource-metadata"];
  if (request.method === "GET") return ["stream"];
  if (request.method === "DELETE") return ["session-end"];
  return [...stepsOfMessage(body), ...stepsOfProof(request)];
}

const pathOf = ({ url = "/" }: IncomingMessage): string => url.split("?", 1)[0] ?? "/";

function stepsOfGrant(form: URLSearchParams): readonly FaultStep[] {
  switch (form.get("grant_type")) {
    case "authorization_code":
      return ["token"];
    case "refresh_token":
      return ["refresh"];
    case "client_credentials":
      return form.has("client_assertion") ? ["client", "workload"] : ["client"];
    case "urn:ietf:params:oauth:grant-type:device_code":
      return ["device-token"];
    case "urn:ietf:params:oauth:grant-type:token-exchange":
      return form.get("requested_token_type")?.endsWith(":id-jag") ? ["exchange"] : ["workload"];
    case "urn:ietf:params:oauth:grant-type:jwt-bearer":
      // Both have this grant, each at another server.
      return ["redemption", "workload"];
    default:
      return [];
  }
}

const methods: Readonly<Record<string, FaultStep>> = {
  initialize: "initialize",
  "server/discover": "initialize",
  "tools/list": "tools-list",
  "tools/call": "tools-call",
  "subscriptions/listen": "stream",
};

function stepsOfMessage(body: string): readonly FaultStep[] {
  try {
    const messages = [JSON.parse(body)].flat() as readonly { readonly method?: unknown }[];
    return messages.flatMap(
      ({ method }) => (Object.hasOwn(methods, String(method)) ? methods[String(method)] : []) ?? [],
    );
  } catch {
    return [];
  }
}

function stepsOfProof({ headers: { dpop } }: IncomingMessage): readonly FaultStep[] {
  try {
    return decodeJwt(String(dpop)).nonce === undefined ? [] : ["nonce"];
  } catch {
    return [];
  }
}

/**
 * Looks at the body of a request, which whoever answers finds as it came.
 *
 * @returns what was sent, or as much of it as is looked at
 */
export async function lookAtBody(request: IncomingMessage): Promise<string> {
  if (request.method !== "POST") return "";
  const pieces: Buffer[] = [];
  await new Promise<void>((seen) => {
    let size = 0;
    const look = () => {
      for (let piece = request.read() as Buffer | null; piece !== null; piece = request.read() as Buffer | null) {
        pieces.push(piece);
        size += piece.length;
      }
      if (!request.complete && size <= MAX_LOOKED_AT_BYTES && !request.destroyed) return;
      request.off("readable", look).off("close", look);
      // Before its end is told, a stream takes back what was read of it.
      if (size > 0 && !request.destroyed) request.unshift(Buffer.concat(pieces));
      // A stream whose last reader left flows again from the next tick on, not before.
      setImmediate(seen);
    };
    request.on("readable", look).on("close", look);
  });
  return Buffer.concat(pieces).toString("utf8");
}
