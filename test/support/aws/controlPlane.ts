import { type Respond, startWebServer } from "../webServer.ts";
import { signatureAnswer } from "./signatureAnswer.ts";
import { type KnownKey, type Verdict, verifySigV4 } from "./sigV4Verifier.ts";

/** A gateway as AWS has it, with its targets. */
export interface PlanGateway {
  readonly gatewayId: string;
  readonly name: string;
  readonly [member: string]: unknown;
  readonly targets?: readonly object[];
}

/** A registry with its records, whole. */
export interface PlanRegistry {
  readonly registryId: string;
  readonly name: string;
  readonly [member: string]: unknown;
  readonly records?: readonly { readonly recordId: string; readonly [member: string]: unknown }[];
}

/** A request that arrived. */
export interface ArrivedCall {
  readonly operation: string;
  readonly verdict: Verdict["kind"];
  readonly body: unknown;
}

/** How AWS names an error. */
export const awsError = (status: number, type: string, message: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ message }), {
    status,
    headers: {
      "content-type": "application/json",
      "x-amzn-errortype": `${type}:http://internal.amazon.com/coral/`,
      ...headers,
    },
  });

export const denial = (
  permission: string,
  resource = "arn:aws:bedrock-agentcore:eu-central-1:123456789012:gateway/*",
) =>
  awsError(
    403,
    "AccessDeniedException",
    `User: arn:aws:sts::123456789012:assumed-role/Developer/ada is not authorized to perform: ${permission} on resource: ${resource} because no identity-based policy allows the ${permission} action`,
  );

export const throttling = () => awsError(429, "ThrottlingException", "Rate exceeded");

const routes: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ["GET", /^\/gateways\/$/, "ListGateways"],
  ["GET", /^\/gateways\/([^/]+)\/$/, "GetGateway"],
  ["GET", /^\/gateways\/([^/]+)\/targets\/$/, "ListGatewayTargets"],
  ["POST", /^\/registries-list$/, "ListRegistries"],
  ["POST", /^\/registries\/([^/]+)\/records-list$/, "ListRegistryRecords"],
  ["GET", /^\/registries\/([^/]+)\/records\/([^/]+)$/, "GetRegistryRecord"],
  ["POST", /^\/registries\/([^/]+)\/discoverable-records-list$/, "ListDiscoverableRegistryRecords"],
  ["POST", /^\/discoverable-records-search$/, "SearchDiscoverableRegistryRecords"],
  ["POST", /^\/discoverable-records-batch$/, "BatchGetDiscoverableRegistryRecord"],
];

/**
 * AWS's APIs that know which gateways and registries there are, over real HTTP: they take requests with a valid signature
 * only, which a verifier that knows nothing of the signer looks at, and answer in pages. The paths and members are those of
 * AWS's API models.
 */
export async function startControlPlane({
  region = "eu-central-1",
  pageSize = 2,
}: {
  readonly region?: string;
  readonly pageSize?: number;
} = {}) {
  const keys: Record<string, KnownKey> = {};
  const calls: ArrivedCall[] = [];
  const gateways: PlanGateway[] = [];
  const registries: PlanRegistry[] = [];
  /** What answers an operation instead, as long as it gives something. */
  const instead: { answer: (operation: string, request: Request) => Response | Promise<Response> | undefined } = {
    answer: () => undefined,
  };
  const respond: Respond = async (request) => {
    const { pathname, search, searchParams } = new URL(request.url);
    const bytes = new Uint8Array(await request.clone().arrayBuffer());
    const route = routes.find(([method, path]) => method === request.method && path.test(pathname));
    const [, pattern = /$/, operation = "unknown"] = route ?? [];
    const [, id = "", second = ""] = pattern.exec(pathname) ?? [];
    const service = operation.includes("Regist") ? "agent-registry" : "bedrock-agentcore";
    const headers = Object.fromEntries(request.headers);
    const arrived = { method: request.method, target: pathname + search, headers, body: bytes };
    const verdict = verifySigV4(arrived, { service, region, keys, now: Date.now() });
    const body = bytes.length === 0 ? {} : (JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>);
    calls.push({ operation, verdict: verdict.kind, body });
    const wrong = signatureAnswer(verdict);
    if (wrong) return awsError(403, wrong.type, wrong.message);
    const given = await instead.answer(operation, request);
    if (given) return given;
    const page = (name: string, all: readonly object[]) => {
      const token = searchParams.get("nextToken") ?? body.nextToken;
      const from = typeof token === "string" ? Number(token.slice("page ".length)) : 0;
      const more = from + pageSize < all.length;
      return Response.json({
        [name]: all.slice(from, from + pageSize),
        ...(more && { nextToken: `page ${from + pageSize}` }),
      });
    };
    const missing = () => awsError(404, "ResourceNotFoundException", `${id} was not found`);
    const registry = registries.find(({ registryId }) => registryId === id);
    switch (operation) {
      case "ListGateways":
        return page("items", gateways.map(summaryOf));
      case "GetGateway": {
        const found = gateways.find(({ gatewayId }) => gatewayId === id);
        if (!found) return missing();
        const { targets: _, ...gateway } = found;
        return Response.json(gateway);
      }
      case "ListGatewayTargets":
        return page("items", gateways.find(({ gatewayId }) => gatewayId === id)?.targets ?? []);
      case "ListRegistries":
        return page(
          "registries",
          registries.map(({ records, ...one }) => one),
        );
      case "ListDiscoverableRegistryRecords":
        // As AWS's API has it: whoever signs in with tokens there is told nothing for a signature.
        return isForTokens(registry)
          ? awsError(401, "UnauthorizedException", "This registry takes tokens")
          : page("registryRecords", approved(registry).map(withoutDescriptors));
      case "ListRegistryRecords":
        return page("registryRecords", approved(registry).map(withoutDescriptors));
      case "GetRegistryRecord": {
        const record = registry?.records?.find(({ recordId }) => recordId === second);
        return record ? Response.json(record) : missing();
      }
      case "SearchDiscoverableRegistryRecords": {
        const { searchQuery = "", registryIds = [] } = body as { searchQuery?: string; registryIds?: string[] };
        const all = registries.filter(({ registryId }) => registryIds.includes(registryId)).flatMap(approved);
        const hits = all.filter((record) => JSON.stringify(record).includes(searchQuery));
        return Response.json({ registryRecords: hits.slice(0, 20) });
      }
      case "BatchGetDiscoverableRegistryRecord": {
        const { entries = [] } = body as { entries?: { registryId: string; recordIds: string[] }[] };
        const wanted = entries.flatMap(({ registryId, recordIds }) =>
          recordIds.map((recordId) => ({ registryId, recordId })),
        );
        const records = wanted.flatMap(({ registryId, recordId }) => {
          const of = registries.find((one) => one.registryId === registryId);
          return approved(of).filter((record) => record.recordId === recordId);
        });
        const errors = wanted
          .filter(({ recordId }) => !records.some((record) => record.recordId === recordId))
          .map((one) => ({ ...one, errorCode: "RESOURCE_NOT_FOUND", message: "No such record" }));
        return Response.json({ registryRecords: records, errors });
      }
      default:
        return awsError(404, "UnknownOperationException", "no such operation");
    }
  };
  const { origin, stop } = await startWebServer(respond);
  return { origin, keys, calls, gateways, registries, instead, stop };
}

export type ControlPlane = Awaited<ReturnType<typeof startControlPlane>>;

/** What a list says of a gateway, which is less than all. */
const summaryOf = ({ gatewayId, name, status, description, authorizerType, protocolType }: PlanGateway) => ({
  ...{ gatewayId, name, status, description, authorizerType, protocolType },
  ...{ createdAt: "2026-11-01T12:00:00Z", updatedAt: "2026-11-02T12:00:00Z" },
});

const approved = (registry: PlanRegistry | undefined) =>
  (registry?.records ?? []).filter(({ status = "APPROVED" }) => status === "APPROVED");

const withoutDescriptors = ({
  descriptors,
  provenance,
  ...record
}: {
  readonly recordId: string;
  readonly [member: string]: unknown;
}) => record;

const isForTokens = (registry: PlanRegistry | undefined): boolean =>
  JSON.stringify(registry?.discoveryConfiguration ?? {}).includes("CUSTOM_JWT");
