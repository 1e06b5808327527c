import { createHash } from "node:crypto";
import { EVENT_SOURCE } from "./cloudTrailRecord.ts";

/** The event of a line that tells of the one before it, which a crash or a full disk cut off. */
export const TORN = "AuditLineTorn";

export const tornHash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("base64url");

/** @param bytes what there is of the line that was cut off */
export const tornRecord = (at: number, bytes: Buffer): object => ({
  eventVersion: "1.11",
  eventTime: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
  eventSource: EVENT_SOURCE,
  eventName: TORN,
  additionalEventData: { bytes: bytes.length, sha256: tornHash(bytes) },
});
