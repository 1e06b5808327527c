import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { Server } from "@modelcontextprotocol/server";
import type { ProtocolVersion } from "../src/gateway/mcp/mcpFront.ts";
import type { Target } from "../src/gateway/router/target.ts";
import { startSandbox } from "../src/sandbox/startSandbox.ts";
import { answerParent } from "./childProcess.ts";

/** An HTTP request that reached the gateway or the identity provider. */
export interface ArrivedRequest {
  /** Milliseconds since the epoch, comparable between the processes of one machine. */
  readonly at: number;
  readonly what: string;
}

export interface GatewayPlace {
  readonly gatewayUrl: string;
}

const text = "0123456789".repeat(1_000_000);

/** A tool whose result is large, beside the sandbox's own. */
const large: Target = {
  kind: "inProcess",
  name: "bench",
  create() {
    const server = new Server({ name: "bench", version: "1.0.0" }, { capabilities: { tools: {} } });
    server.setRequestHandler("tools/list", () => ({
      tools: [{ name: "large", description: "Gives much text.", inputSchema: { type: "object" as const } }],
    }));
    server.setRequestHandler("tools/call", ({ params }) => ({
      content: [{ type: "text" as const, text: text.slice(0, Number(params.arguments?.bytes)) }],
    }));
    return server;
  },
};

// Node itself tells of every request to a server of this process, so that nothing stands in between and costs time.
const arrived: ArrivedRequest[] = [];
subscribe("http.server.request.start", (message) => {
  const { request } = message as { request: IncomingMessage };
  const at = performance.timeOrigin + performance.now();
  const rpc = request.headers["mcp-method"];
  arrived.push({ at, what: [request.method, request.url?.split("?")[0], rpc].filter(Boolean).join(" ") });
});

type Question =
  | { readonly what: "start"; readonly supportedVersions?: readonly ProtocolVersion[] | undefined }
  | { readonly what: "arrived" };

answerParent<Question>(async (question) => {
  if (question.what === "arrived") return arrived.splice(0);
  const { supportedVersions } = question;
  // The tokens outlive the measurement: a renewal in the middle of it would be measured too.
  const day = { accessTokenSeconds: 24 * 60 * 60, targets: [large] };
  const { gatewayUrl } = await startSandbox({ ...day, ...(supportedVersions && { supportedVersions }) });
  return { gatewayUrl };
});
