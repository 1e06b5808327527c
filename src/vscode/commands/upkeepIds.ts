import type { CommandId } from "./commandIds.ts";

/** The commands that come with `upkeep.cjs`, see `createUpkeep`. */
export const upkeepIds = [
  "importMcpRemote",
  "clearMcpRemote",
  "addToMcpJson",
  "writeChange",
  "discardChange",
  "cleanUp",
  "pingGateway",
  "reportIssue",
  "writeClientMetadata",
] as const satisfies readonly CommandId[];

export type UpkeepId = (typeof upkeepIds)[number];
