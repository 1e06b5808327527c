import { SUBSCRIPTION_ID_META_KEY, type SubscriptionFilter } from "@modelcontextprotocol/client";
import type { ServerEvent } from "@modelcontextprotocol/server";
import { changedLists } from "./lists.ts";
import type { Json } from "./passThrough.ts";

const RESOURCE_UPDATED = "notifications/resources/updated";

/** Whether a notification announces a change to all listeners, rather than being part of one call. */
export const isChangeNotification = (method: string): boolean =>
  changedLists(method).length > 0 || method === RESOURCE_UPDATED;

const events: Readonly<Record<string, "tools_list_changed" | "prompts_list_changed" | "resources_list_changed">> = {
  "notifications/tools/list_changed": "tools_list_changed",
  "notifications/prompts/list_changed": "prompts_list_changed",
  "notifications/resources/list_changed": "resources_list_changed",
};

/** Converts a change notification to an event of the SDK's bus; `undefined` for any other notification. */
export function serverEvent(method: string, params: Json | undefined): ServerEvent | undefined {
  const kind = events[method];
  if (kind !== undefined) return { kind };
  if (method !== RESOURCE_UPDATED) return undefined;
  return { kind: "resource_updated", uri: String(params?.uri), params } as ServerEvent;
}

/**
 * Builds the filter for a 2026-07-28 server: the list changes that it announces, and these resources.
 *
 * @returns `undefined` when there is nothing to listen for
 */
export function subscriptionFilter(capabilities: Json, resources: readonly string[]): SubscriptionFilter | undefined {
  const announces = (name: string) => (capabilities[name] as Json | undefined)?.listChanged === true;
  const filter: SubscriptionFilter = {
    ...(announces("tools") && { toolsListChanged: true }),
    ...(announces("prompts") && { promptsListChanged: true }),
    ...(announces("resources") && { resourcesListChanged: true }),
    ...(resources.length > 0 && { resourceSubscriptions: [...resources] }),
  };
  return Object.keys(filter).length > 0 ? filter : undefined;
}

/** Removes the id of the subscription: it names our stream to the server, and the caller has its own. */
export function withoutSubscriptionId(params: Json | undefined): Json | undefined {
  const { [SUBSCRIPTION_ID_META_KEY]: id, ...meta } = { ...(params?._meta as Record<string, unknown> | undefined) };
  if (id === undefined) return params;
  const { _meta, ...others } = params as Record<string, unknown>;
  if (Object.keys(meta).length > 0) return { ...others, _meta: meta };
  return Object.keys(others).length > 0 ? others : undefined;
}
