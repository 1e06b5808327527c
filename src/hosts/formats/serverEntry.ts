import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { ownerOf } from "../hostEntry.ts";
import type { EntryShape } from "./entryShape.ts";
import type { ServerEntry } from "./format.ts";

/** A server as it stands in a host's file, read by its host's shape. */
export function serverEntry(key: string, value: unknown, shape: EntryShape): ServerEntry {
  const entry = shape.read(value);
  const owner = ownerOf(entry.env);
  return {
    key,
    value,
    entry,
    isAsWritten: isJsonObject(value) && Object.keys(value).every((name) => shape.own.includes(name)),
    ...(owner && { connectionId: owner.connectionId }),
  };
}
