/** A JSON-RPC message as a row looks at it. */
interface Rpc {
  readonly id?: string | number;
  readonly method?: string;
}

type Answer = (rpc: Rpc) => Response;

const text =
  (status: number, said: string): Answer =>
  () =>
    new Response(said, { status });
const error =
  (status: number, code: number, message: string, isOurs = false): Answer =>
  ({ id }) =>
    Response.json({ jsonrpc: "2.0", id: isOurs ? id : null, error: { code, message } }, { status });

/** How servers were seen to say that they do not know a session, so that nothing ran of what was asked in it. */
export const lostSessions: Readonly<Record<string, Answer>> = {
  "404, as the revision has it": text(404, ""),
  "400 “Server not initialized”": error(400, -32000, "Bad Request: Server not initialized"),
  "400 “No valid session ID provided”": error(400, -32000, "Bad Request: No valid session ID provided"),
  "400 in words alone": text(400, "Invalid or missing session ID"),
  "401 “Session not found”": text(401, "Unauthorized: Session not found"),
  "422 “expect initialize request”": text(422, "Unexpected message, expect initialize request"),
  "200 with −32002 “Server not initialized”": error(200, -32002, "Server not initialized", true),
  "200 with −32600 of no request": error(200, -32600, "Client not initialized yet"),
  "200 with −32600 “Invalid Request” of no request": error(200, -32600, "Invalid Request"),
  "200 with −32001 “Session not found” of no request": error(200, -32001, "Session not found"),
  "200 with −32600 “Unknown session id”": error(
    200,
    -32600,
    "Unknown session id '0fbc7f3f' for 'tools/call'; client should reinitialize",
    true,
  ),
  "503 with −32001 of no request": error(503, -32001, "Service Unavailable: unknown or expired MCP session"),
  "404 with −32002 “Session expired”": error(404, -32002, "Session expired"),
  "404 with an answer that has neither result nor error": ({ id }) =>
    Response.json({ jsonrpc: "2.0", id }, { status: 404 }),
  "200 with JSON of its own": () => Response.json({ error: "Session not found" }),
  "200 with an event that is no message": () =>
    new Response('event: message\ndata: {"error":"Session not found"}\n\n', {
      headers: { "content-type": "text/event-stream" },
    }),
};

/** How they were seen to say the same where the call may have begun. */
export const endedSessions: Readonly<Record<string, Answer>> = {
  "200 with −32001 “Session not found” as the answer to the call": error(200, -32001, "Session not found", true),
  "200 with −32600 “Session terminated” as the answer to the call": error(200, -32600, "Session terminated", true),
  "200 with −32000 “Session closed” of no request": error(200, -32000, "Session closed"),
  "500 with the 400 of a server behind it": text(
    500,
    '{"error":"Error POSTing to endpoint (HTTP 400): No valid session ID provided"}',
  ),
};

/** What is said with the same statuses and codes, and not of a session. */
export const keptSessions: Readonly<Record<string, Answer>> = {
  "a policy's −32002": error(200, -32002, "Tool Execution Denied: Policy evaluation denied due to session-1", true),
  "a missing resource's −32002": error(200, -32002, "Resource not found: session://expired", true),
  "−32600 “Invalid Request” as the answer to the call": error(200, -32600, "Invalid Request", true),
  "−32600 of no request that says what is wrong": error(200, -32600, "Invalid Request: params must be an object"),
  "JSON of its own with another error": () => Response.json({ error: "Rate limit exceeded" }),
  "400 for an argument": error(400, -32602, "session: expected text", true),
};

/** How servers of the revisions before 2026-07-28 were seen to answer `server/discover`. */
export const discoverRefusals: Readonly<Record<string, Answer>> = {
  "403": text(403, "<html>Forbidden</html>"),
  "500": error(500, -32603, "Internal error", true),
  "501": text(501, "Not Implemented"),
  "502": text(502, "<html>Bad Gateway</html>"),
  "503": text(503, ""),
  "200 with `id: null`": error(200, -32601, "Method not found"),
  "200 with a page": () => new Response("<html>", { headers: { "content-type": "text/html" } }),
  "200 with another's id": () => Response.json({ jsonrpc: "2.0", id: 99, result: {} }),
};
