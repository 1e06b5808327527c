import {
  type InitializeRequestParams,
  isInitializeRequest,
  ProtocolError,
  type Server,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/server";
import { anyJson, type Json } from "./passThrough.ts";
import { type Caller, INVALID_PARAMS } from "./peer.ts";
import { isPlainInitialize, type PlainInitialize } from "./plainInitialize.ts";
import type { FrontWorld } from "./route.ts";

export interface HandshakeWorld extends Pick<FrontWorld<never>, "serverInfo" | "instructions"> {
  readonly capabilities: Json;
  /** The revisions to speak, the newest first; by default all that have sessions. */
  readonly supportedVersions?: readonly string[] | undefined;
  /** Takes who the caller says it is. */
  readonly onCaller: (caller: Caller) => void;
  readonly onInitialized: () => void;
}

/**
 * Lets a server answer what begins and keeps a session (2025-11-25, basic/lifecycle and basic/utilities/ping).
 *
 * The SDK's own handlers say the same, but read it with the schemas of all that the revision has, which take a program
 * longer to make than all else that a session begins with.
 */
export function handshake(server: Server, world: HandshakeWorld): void {
  const { serverInfo, capabilities, supportedVersions = SUPPORTED_PROTOCOL_VERSIONS } = world;
  const asItIs = { params: anyJson };
  server.setRequestHandler("initialize", asItIs, (params) => {
    const { protocolVersion: asked, clientInfo, capabilities: declared } = initializeParams(params);
    world.onCaller({ clientInfo, capabilities: declared });
    const instructions = world.instructions();
    return {
      protocolVersion: supportedVersions.includes(asked) ? asked : supportedVersions[0],
      capabilities,
      serverInfo,
      ...(instructions !== undefined && instructions !== "" && { instructions }),
    };
  });
  server.setNotificationHandler("notifications/initialized", asItIs, () => world.onInitialized());
  server.setRequestHandler("ping", asItIs, () => ({}));
}

function initializeParams(params: unknown): InitializeRequestParams | PlainInitialize {
  if (isPlainInitialize(params)) return params;
  const request = { method: "initialize", params };
  if (isInitializeRequest(request)) return request.params;
  throw new ProtocolError(INVALID_PARAMS, "Invalid params for initialize");
}
