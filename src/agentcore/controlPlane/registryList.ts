import { GatewayFailure } from "../../failures/failure.ts";
import type { JsonObject } from "../../lib/json/jsonObject.ts";
import { quotedText } from "../../lib/quotedText.ts";
import { type All, allPages } from "./allPages.ts";
import { type AnswerPart, malformed, objectsIn, textIn } from "./answerParts.ts";
import { type ApiWorld, askApi } from "./askApi.ts";
import { recordsApi, registriesApi } from "./awsApi.ts";
import {
  type ListedRecord,
  type ListedRegistry,
  listedRecord,
  listedRegistry,
  type RecordedServer,
  recordedServer,
} from "./registryRecords.ts";

/** The most records that one search answers. */
const MOST_HITS = 20;

/** Every registry of a region. @throws GatewayFailure of `askApi` */
export const listRegistries = (world: ApiWorld): Promise<All<ListedRegistry>> =>
  allPages({ name: "registries", item: listedRegistry }, (token) =>
    askApi({ api: registriesApi, operation: "ListRegistries", path: "/registries-list", body: paged(token) }, world),
  );

/**
 * The records of a registry that whoever looks for something may use. A registry whose readers sign in with tokens takes no
 * signatures there, and is asked as whoever manages it asks.
 *
 * @throws GatewayFailure of `askApi`
 */
export async function listRecords(registry: ListedRegistry, world: ApiWorld): Promise<All<ListedRecord>> {
  const at = `/registries/${registry.id}`;
  const ask = (token: string | undefined): Promise<AnswerPart> =>
    takesTokens(registry)
      ? askApi(
          {
            api: registriesApi,
            operation: "ListRegistryRecords",
            path: `${at}/records-list`,
            body: { ...paged(token), filters: [{ name: "status", values: ["APPROVED"] }] },
          },
          world,
        )
      : askApi(
          {
            api: recordsApi,
            operation: "ListDiscoverableRegistryRecords",
            path: `${at}/discoverable-records-list`,
            body: paged(token),
          },
          world,
        );
  return await allPages({ name: "registryRecords", item: listedRecord }, ask);
}

/** Whether a registry can be searched with a signature. */
export const isSearchable = (registry: ListedRegistry): boolean => !takesTokens(registry);

/** What a registry finds by meaning. @throws GatewayFailure of `askApi` */
export async function searchRecords(
  { id }: ListedRegistry,
  searchQuery: string,
  world: ApiWorld,
): Promise<All<ListedRecord>> {
  const body = { searchQuery, registryIds: [id], maxResults: MOST_HITS };
  const call = {
    api: recordsApi,
    operation: "SearchDiscoverableRegistryRecords",
    path: "/discoverable-records-search",
    body,
  };
  const all = objectsIn(await askApi(call, world), "registryRecords")
    .slice(0, MOST_HITS)
    .map(listedRecord);
  return { all, isCut: false };
}

/** All of a record. @throws GatewayFailure of `askApi` */
export async function getServer(
  registry: ListedRegistry,
  record: ListedRecord,
  world: ApiWorld,
): Promise<RecordedServer> {
  if (record.server) return record.server;
  if (takesTokens(registry)) {
    const path = `/registries/${registry.id}/records/${record.id}`;
    return recordedServer(await askApi({ api: registriesApi, operation: "GetRegistryRecord", path }, world));
  }
  const body = { entries: [{ registryId: registry.id, recordIds: [record.id] }] };
  const operation = "BatchGetDiscoverableRegistryRecord";
  const answer = await askApi({ api: recordsApi, operation, path: "/discoverable-records-batch", body }, world);
  const [found] = objectsIn(answer, "registryRecords");
  if (found) return recordedServer(found);
  // It answers 200 with what went wrong for each record.
  const [error] = objectsIn(answer, "errors");
  const code = error && textIn(error, "errorCode");
  const words = error && quotedText(textIn(error, "message") ?? code ?? "");
  const permission = `${recordsApi.service}:${operation}`;
  if (code === "ACCESS_DENIED") throw new GatewayFailure("aws_listing_denied", { permission, region: world.region });
  if (!error) throw malformed(answer, "registryRecords is empty");
  throw new GatewayFailure("aws_api_refused", {
    url: answer.url,
    permission,
    status: 200,
    ...(words !== undefined && { words }),
  });
}

const takesTokens = ({ authorizerType }: ListedRegistry): boolean => authorizerType === "CUSTOM_JWT";

const paged = (nextToken: string | undefined): JsonObject => ({
  maxResults: 100,
  ...(nextToken !== undefined && { nextToken }),
});
