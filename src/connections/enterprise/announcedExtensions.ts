import { ENTERPRISE_EXTENSION } from "../../oauth/enterprise/enterpriseIdentityProvider.ts";
import type { ResolvedConnection } from "../resolvedConnection.ts";

/** The extensions of MCP that a gateway is told of among the capabilities of whoever calls it. */
export const announcedExtensions = (resolved: ResolvedConnection | undefined): readonly string[] =>
  resolved?.flow === "enterprise" ? [ENTERPRISE_EXTENSION] : [];
