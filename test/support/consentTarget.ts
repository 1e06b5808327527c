import { CLIENT_CAPABILITIES_META_KEY } from "@modelcontextprotocol/client";
import type { Json } from "../../src/mcp/passThrough.ts";

/** A target as AgentCore has them that act for a person at somebody else's service, with what is kept of the consent. */
export interface ConsentTarget {
  /** What it does to a call: the pages that were opened count for nothing until `given`. */
  given: boolean;
  /** How many pages were named. */
  pages: number;
  /** The address of the pages; `{n}` is their number. */
  page: string;
  /** The tools that need it. */
  tools: readonly string[];
  /** How often a call asked for the consent to be forgotten. */
  forgotten: number;
  /** Answers a call of one of these tools; undefined for everything else. */
  answer(request: Request): Promise<Response | undefined>;
}

const CREDENTIAL_META = "aws.bedrock-agentcore.gateway/credentialProviderConfiguration";

/** @param era 2025-11-25 has an error for it, 2026-07-28 a result where the caller opens pages, and another error where not */
export function consentTarget(era: "legacy" | "modern"): ConsentTarget {
  const target: ConsentTarget = {
    given: false,
    pages: 0,
    page: "https://login.example.com/consent?page={n}",
    tools: ["calendar___list"],
    forgotten: 0,
    async answer(request) {
      const text = request.method === "POST" ? await request.clone().text() : "";
      const rpc = text.startsWith("{") ? (JSON.parse(text) as Json & { readonly params?: Json }) : {};
      if (!target.tools.includes(String(rpc.params?.name))) return undefined;
      const meta = (rpc.params?._meta ?? {}) as Json;
      const provider = (meta[CREDENTIAL_META] as { oauthCredentialProvider?: { forceAuthentication?: boolean } }) ?? {};
      const isAnew = provider.oauthCredentialProvider?.forceAuthentication === true;
      const answered = (body: Json, status = 200) => Response.json({ jsonrpc: "2.0", id: rpc.id, ...body }, { status });
      const typed = era === "modern" ? { resultType: "complete" } : {};
      if (target.given && !isAnew)
        return answered({ result: { ...typed, content: [{ type: "text", text: "three meetings" }] } });
      const opener = (meta[CLIENT_CAPABILITIES_META_KEY] as { elicitation?: { url?: unknown } } | undefined)
        ?.elicitation;
      if (era === "modern" && opener?.url === undefined) {
        const data = { requiredCapabilities: { elicitation: { url: {} } } };
        return answered({ error: { code: -32021, message: "Missing required client capability", data } }, 400);
      }
      if (isAnew) {
        target.given = false;
        target.forgotten++;
      }
      target.pages++;
      const url = target.page.replace("{n}", String(target.pages));
      const page = { mode: "url", message: "Let calendar read your meetings.", url };
      if (era === "legacy") {
        const elicitations = [{ ...page, elicitationId: `e${target.pages}` }];
        return answered({ error: { code: -32042, message: "Authorization is needed", data: { elicitations } } });
      }
      const inputRequests = { consent: { method: "elicitation/create", params: page } };
      return answered({ result: { resultType: "input_required", inputRequests, requestState: "of-calendar" } });
    },
  };
  return target;
}
