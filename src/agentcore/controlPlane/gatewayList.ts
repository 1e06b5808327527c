import { type All, allPages } from "./allPages.ts";
import type { AnswerPart } from "./answerParts.ts";
import { type ApiWorld, askApi } from "./askApi.ts";
import { gatewaysApi } from "./awsApi.ts";
import {
  type GatewayDetail,
  gatewayDetail,
  type ListedGateway,
  type ListedTarget,
  listedGateway,
  listedTarget,
} from "./gatewayRecords.ts";

/** Every gateway of a region. @throws GatewayFailure of `askApi` */
export async function listGateways(world: ApiWorld): Promise<All<ListedGateway>> {
  const ask = (token: string | undefined) => page("ListGateways", `/gateways/${paged(token)}`, world);
  const { all, isCut } = await allPages({ name: "items", item: listedGateway }, ask);
  const byId = new Map(all.map((one) => [one.id, one] as const));
  return { all: [...byId.values()].sort(byName), isCut };
}

/** One gateway, with its rules. @throws GatewayFailure of `askApi` */
export async function getGateway(id: string, world: ApiWorld): Promise<GatewayDetail> {
  return gatewayDetail(await page("GetGateway", `/gateways/${encodeURIComponent(id)}/`, world));
}

/** The targets of a gateway. @throws GatewayFailure of `askApi` */
export async function listTargets(id: string, world: ApiWorld): Promise<All<ListedTarget>> {
  const at = `/gateways/${encodeURIComponent(id)}/targets/`;
  const ask = (token: string | undefined) => page("ListGatewayTargets", `${at}${paged(token)}`, world);
  const { all, isCut } = await allPages({ name: "items", item: listedTarget }, ask);
  return { all: [...all].sort(byName), isCut };
}

const paged = (token: string | undefined): string =>
  `?maxResults=100${token === undefined ? "" : `&nextToken=${encodeURIComponent(token)}`}`;

const page = (operation: string, path: string, world: ApiWorld): Promise<AnswerPart> =>
  askApi({ api: gatewaysApi, operation, path }, world);

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => a.name.localeCompare(b.name);
