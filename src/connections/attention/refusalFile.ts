import { type AnyFailure, GatewayFailure } from "../../failures/failure.ts";
import { isTexts } from "../../lib/json/jsonObject.ts";
import { readRecordList, recordText } from "../../lib/json/recordList.ts";
import { redact } from "../../lib/redact.ts";
import type { TextFile } from "../../lib/textFile.ts";
import type { KeptRefusal, KeptWorld } from "./keptRefusal.ts";

/** How long a record may be, in characters; without its report where it is longer. */
const LONGEST_RECORD = 64_000;

/** How many are kept. */
const MOST_RECORDS = 50;

/** The refusals in a text, of those that this version knows. */
export const refusalsIn = (text: string): readonly KeptRefusal[] =>
  (readRecordList(text, "refusals")?.records ?? []).map(({ value }) => value).filter(isRefusal);

/** Writes a refusal in the place of the one of its connection, or takes that out. What cannot be kept is logged. */
export async function writeRefusal(id: string, next: KeptRefusal | undefined, { file, lock, log }: KeptWorld) {
  try {
    await lock.run("attention", () => write(id, next, file));
  } catch (error) {
    log.warn("what a gateway refused is not kept", { reason: String(error) });
  }
}

async function write(id: string, next: KeptRefusal | undefined, file: TextFile): Promise<void> {
  const list = readRecordList(await file.read(), "refusals");
  if (!list) throw new GatewayFailure("file_damaged", { path: file.path, reason: "it is no list of refusals" });
  // What a newer version wrote stays byte for byte.
  const others = list.records.filter(({ value }) => !isRefusal(value));
  const ours = list.records.filter(({ value }) => isRefusal(value) && value.id !== id).map(({ text }) => text);
  const texts = [...ours, ...(next ? [textOf(next)] : [])].slice(-MOST_RECORDS);
  const version = list.member("version") ?? 1;
  await file.write(list.withRecords([...others.map(({ text }) => text), ...texts], { version }));
}

function textOf(refusal: KeptRefusal): string {
  // Each text by itself: names such as `state` are ours here.
  const cleaned = JSON.parse(JSON.stringify(refusal), (_, value: unknown) =>
    typeof value === "string" ? redact(value) : value,
  ) as KeptRefusal;
  const text = recordText(cleaned);
  const { report: _, ...rest } = cleaned;
  return text.length <= LONGEST_RECORD ? text : recordText(rest);
}

/** A refusal with what the gateway and the settings say; undefined for a failure that is not kept. */
export function withoutClaims(failure: AnyFailure): AnyFailure | undefined {
  switch (failure.code) {
    case "gateway_refused_token": {
      const { words: _, ...facts } = failure.facts;
      return { code: failure.code, facts } as unknown as AnyFailure;
    }
    case "insufficient_scope": {
      const { gateway, needed } = failure.facts;
      return { code: failure.code, facts: { gateway, needed, granted: [] } } as unknown as AnyFailure;
    }
    case "issuer_changed":
      return { code: failure.code, facts: failure.facts } as unknown as AnyFailure;
    default:
      return undefined;
  }
}

function isRefusal(value: unknown): value is KeptRefusal {
  const { id, failure, finding = "" } = (value ?? {}) as Partial<Record<keyof KeptRefusal, unknown>>;
  const { code, facts } = (failure ?? {}) as { readonly code?: unknown; readonly facts?: unknown };
  if (typeof id !== "string" || typeof finding !== "string") return false;
  const { gateway, status, error, needed, granted, expected, found } = (facts ?? {}) as Record<string, unknown>;
  if (typeof gateway !== "string") return false;
  if (code === "gateway_refused_token") return typeof status === "number" && typeof error === "string";
  if (code === "insufficient_scope") return isTexts(needed) && isTexts(granted);
  return code === "issuer_changed" && typeof expected === "string" && typeof found === "string";
}
