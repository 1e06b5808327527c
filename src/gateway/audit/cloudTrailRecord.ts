import type { Finding } from "../../agentcore/authorizer/finding.ts";
import { splitName } from "../router/qualifiedName.ts";
import type { AuditEntry } from "./auditEntry.ts";
import type { Outcome } from "./outcome.ts";
import { REDACTED } from "./redacted.ts";

/** Says whose the records are: they have CloudTrail's shape, and are not AWS's. */
export const EVENT_SOURCE = "gateway-connect";

/**
 * A line of the audit log, in the shape of CloudTrail's `InvokeGateway` data event (AWS, AgentCore developer guide,
 * "Understanding Amazon Bedrock AgentCore Gateway CloudTrail events"), so that what reads those reads these.
 *
 * As there, `userIdentity` is anonymous, since no AWS identity calls, and who it was is in `additionalEventData.jwt`.
 * Beyond AWS: `errorCode`, `additionalEventData.durationMs`, and the rules that kept a token out, by their claims.
 */
export function cloudTrailRecord(entry: AuditEntry, gatewayUrl: string): Readonly<Record<string, unknown>> {
  const { status, outcome } = entry;
  const code = errorCode(status, outcome);
  const target = splitName(entry.tool)?.target;
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
    requestParameters: entry.message === undefined ? { httpMethod: entry.method } : { body: entry.message },
    responseElements: {
      ...(outcome && { body: bodyOf(entry, outcome) }),
      ...(entry.contentType !== undefined && { contentType: entry.contentType }),
      statusCode: status,
    },
    additionalEventData: {
      ...(target !== undefined && { targetId: target }),
      ...(entry.token && { jwt: { ...entry.token, type: "JWS" } }),
      ...(entry.failed.length > 0 && { failedRules: entry.failed.map(failedRule) }),
      decision: entry.decision,
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

/** The names of AgentCore's own exceptions for what HTTP says, and the number for what JSON-RPC says. */
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
