import { worldRows } from "./support/rows.ts";

/** How identity providers and gateways were seen to say where to sign in, and as which client. */
worldRows([
  {
    row: "P8",
    kind: 3,
    otherSide: '`"revocation_endpoint": ""`; an `end_session_endpoint` with http',
    right: "an endpoint that this act does not need is dropped, and told by Explain Access",
    source: "own variation",
    at03c8530: "✗",
  },
  {
    row: "P9",
    kind: 1,
    otherSide: "no metadata of RFC 9728; that of RFC 8414 at the MCP server's own origin",
    right: "it is used (MCP 2025-03-26, authorization base URL); the default endpoints too",
    source: "amazon-q-developer-cli#3638 (mcp.atlassian.com), official suite",
    at03c8530: "✗",
  },
  {
    row: "P10",
    kind: 1,
    otherSide: "`resource_metadata` with http:// behind a TLS proxy, or relative",
    right: "it is not followed; the well-known place at the gateway's own origin is tried; words name the gateway",
    source: "agentgateway#449, tuist#9663, microsoft/mcp#1214",
    at03c8530: "~",
  },
  {
    row: "P11",
    kind: 3,
    otherSide: "registration refused for something optional (a grant type that it advertises itself)",
    right: "once more with the minimum",
    source: "glewlwyd 2.7",
    at03c8530: "✗",
  },
  {
    row: "P15",
    kind: 3,
    otherSide: "Entra `/organizations/v2.0`: the metadata's issuer has `{tenantid}`",
    right: "accepted for Microsoft's hosts when the token's `tid` fills it; else words that say what to configure",
    source: "codex#38973",
    at03c8530: "~",
  },
  {
    row: "P17",
    kind: 3,
    otherSide: "metadata with numbers or text where lists belong",
    right: "absent, or told as the provider's fault",
    source: "adversarial",
    at03c8530: "✗ “unexpected”",
  },
]);
