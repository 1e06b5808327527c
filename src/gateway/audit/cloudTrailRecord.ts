import type { Finding } from "../../agentcore/authorizer/finding.ts";
import { splitName } from "../../lib/qualifiedName.ts";
import type { AuditEntry } from "./auditEntry.ts";
import type { Outcome } from "./outcome.ts";
import { REDACTED } from "./redacted.ts";

/** Marks the records as ours: they have CloudTrail's form but do not come from AWS. */
export const EVENT_SOURCE = "gateway-connect";

/**
 * A line of the audit, in the form of CloudTrail's `InvokeGateway` data event (AWS, AgentCore developer guide,
 * "Understanding Amazon Bedrock AgentCore Gateway CloudTrail events"), so that tools for those events can read it.
 *
 * As in those events, `userIdentity` is anonymous, since the caller has no AWS identity; `additionalEventData.jwt` says
 * who called. We add `errorCode`, `additionalEventData.durationMs`, and the rules that a token failed, with their
 * claims.
 */
export function cloudTrailRecord(entry: AuditEntry, gatewayUrl: string): Readonly<Record<string, unknown>> {
  const { status, outcome } = entry;
  const code = errorCode(status, outcome);
  const target = entry.target ?? splitName(entry.tool)?.target;
  return {
    eventVersion: "1.11",
    userIdentity: { type: "AWSAccount", principalId: "", accountId: "anonymous" },
    eventTime: new Date(entry.at).toISOString().replace(/\.\d+Z$/, "Z"),
    eventSource: EVENT_SOURCE,
    eventName: "InvokeGateway",
    awsRegion: "local",
    sourceIPAddress: entry.address ?? "",
    userAgent: entry.userAgent ?? "",
    ...(code !== undefined && { errorCode: code }),
    requestParameters: parametersOf(entry),
    responseElements: {
      ...(outcome && { body: bodyOf(entry, outcome) }),
      ...(entry.contentType !== undefined && { contentType: entry.contentType }),
      statusCode: status,
    },
    additionalEventData: {
      ...(target !== undefined && { targetId: target }),
      ...(entry.token && { jwt: { ...entry.token, type: "JWS" } }),
      ...(entry.failed.length > 0 && { failedRules: entry.failed.map(failedRule) }),
      ...(entry.policySession !== undefined && { policySessionId: entry.policySession }),
      decision: entry.decision,
      ...(entry.rateLimit && { rateLimit: entry.rateLimit }),
      ...(entry.reason !== undefined && { reason: entry.reason }),
      ...(entry.policy && { policy: entry.policy }),
      ...(entry.incomplete && { incomplete: entry.incomplete }),
      durationMs: entry.durationMs,
    },
    requestID: entry.requestId,
    eventID: entry.requestId,
    readOnly: false,
    resources: [{ type: "AWS::BedrockAgentCore::Gateway", ARN: gatewayUrl }],
    eventType: "AwsApiCall",
    managementEvent: false,
    eventCategory: "Data",
  };
}

const parametersOf = ({ message, method, path }: AuditEntry) =>
  message === undefined ? { httpMethod: method, ...(path !== undefined && { path }) } : { body: message };

const failedRule = ({ rule, claim, beyondAgentCore }: Finding) => ({
  ...{ rule, claim },
  ...(beyondAgentCore && { beyondAgentCore }),
});

function bodyOf(entry: AuditEntry, outcome: Outcome): unknown {
  const id = (entry.message as { id?: unknown } | undefined)?.id ?? null;
  switch (outcome.kind) {
    case "error":
      return { jsonrpc: "2.0", id, error: { code: outcome.code, message: REDACTED } };
    case "inputRequired":
      return { jsonrpc: "2.0", id, result: { resultType: "input_required", inputRequests: REDACTED } };
    case "result": {
      const isError = outcome.isError !== undefined && { isError: outcome.isError };
      return { jsonrpc: "2.0", id, result: { ...isError, content: REDACTED } };
    }
  }
}

/** AgentCore's exceptions by HTTP status. A JSON-RPC error keeps its number instead. */
const exceptions: Readonly<Record<number, string>> = {
  400: "ValidationException",
  401: "UnauthorizedException",
  403: "AccessDeniedException",
  404: "ResourceNotFoundException",
  413: "ValidationException",
  429: "ThrottlingException",
};

function errorCode(status: number, outcome: Outcome | undefined): string | undefined {
  if (status >= 400) return exceptions[status] ?? (status >= 500 ? "InternalServerException" : "ValidationException");
  return outcome?.kind === "error" ? String(outcome.code) : undefined;
}
