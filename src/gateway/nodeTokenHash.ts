import crypto from "node:crypto";
import type { TokenHash } from "../agentcore/authorizer/verifiedTokens.ts";

/** SHA-256, by the function that Node 20.12 brought for it, where it is there: it takes half as long. */
export const nodeTokenHash: TokenHash =
  typeof crypto.hash === "function"
    ? (token) => crypto.hash("sha256", token, "base64url")
    : (token) => crypto.createHash("sha256").update(token).digest("base64url");
