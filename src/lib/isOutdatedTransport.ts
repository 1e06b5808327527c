import { isAboutRequest } from "./aboutRequest.ts";
import { type AskedRequest, type AskedWorld, askServer } from "./askServer.ts";
import { requestPolicies } from "./limits.ts";

/** With what a server refuses the first message of Streamable HTTP that does not know it (2025-11-25, basic/transports). */
const refusing = (status: number): boolean => status >= 400 && isAboutRequest(status);

/**
 * Whether a server that refused to be connected to speaks HTTP+SSE, the transport of 2024-11-05, and nothing newer: it
 * answers a GET with a stream whose first event is named `endpoint` (2025-11-25, basic/transports, backwards
 * compatibility). That transport is not spoken here: the SDK's client for it adds 35 kB to each program, and a stream that
 * stays open for all answers knows nothing of renewed tokens or of being opened again.
 *
 * @param status with which it refused; for others nothing is asked
 */
export async function isOutdatedTransport(
  status: number,
  { url, headers = {} }: Pick<AskedRequest, "url" | "headers">,
  world: AskedWorld,
): Promise<boolean> {
  if (!refusing(status)) return false;
  try {
    const request = { url, headers: { ...headers, accept: "text/event-stream" } };
    const answer = await askServer(request, requestPolicies.firstEvent, world);
    const isStream = /^text\/event-stream\b/i.test(answer.headers.get("content-type") ?? "");
    if (answer.ok && isStream) return (await firstEvent(answer.pieces())) === "endpoint";
    await answer.cancel();
    return false;
  } catch {
    // What is wrong was known before.
    return false;
  }
}

/** The name of the first event that has one. */
async function firstEvent(pieces: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of pieces) {
    text += decoder.decode(piece, { stream: true });
    const [, name] = /(?:^|[\r\n])event: ?([^\r\n]*)[\r\n]/.exec(text) ?? [];
    if (name !== undefined) return name;
  }
  return undefined;
}
