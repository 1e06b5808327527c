import type { Readable, Writable } from "node:stream";
import { suggestedName } from "../connections/connection.ts";
import { isJsonObject, type JsonObject } from "../lib/json/jsonObject.ts";
import { isPlainInitialize } from "../mcp/plainInitialize.ts";
import type { Catalogue } from "../relay/catalogue.ts";
import { editorCapabilities } from "../relay/editorCapabilities.ts";

/** The revisions with sessions that the relay speaks with hosts, the newest first. */
export const sessionVersions: readonly string[] = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
];

/** No `initialize` is as long as this, in bytes. */
const LONGEST = 64 * 1024;

export interface EarlyWorld {
  readonly input: Readable;
  readonly output: Writable;
  readonly catalogue: Catalogue;
  /** Where the gateway is. */
  readonly url: URL;
  readonly version: string;
}

export interface EarlyAnswer {
  /** Resolves when the first line was there, whether or not it was answered. */
  readonly looked: Promise<void>;
  /** Leaves the input to its next reader. @returns the id of what was answered */
  stop(): Id | undefined;
}

/**
 * Answers the host's `initialize`, where that is the first that it says, from what the gateway said last. The relay gives
 * the same answer a moment later, when its code is loaded and the keychain was asked; hosts start with it.
 *
 * What was read is there for the next reader of the input.
 */
export function answerEarly({ input, output, ...known }: EarlyWorld): EarlyAnswer {
  let answered: Id | undefined;
  let bytes = Buffer.alloc(0);
  let resolve = () => {};
  const looked = new Promise<void>((done) => {
    resolve = done;
  });
  const onData = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    const end = bytes.indexOf(LF);
    if (end < 0 && bytes.length < LONGEST) return;
    const answer = answerTo(bytes.subarray(0, Math.max(0, end)), known);
    if (answer !== undefined) output.write(`${JSON.stringify(answer)}\n`);
    answered = answer?.id;
    leave();
  };
  const leave = (): void => {
    input.off("data", onData);
    input.pause();
    if (bytes.length > 0) input.unshift(bytes);
    bytes = Buffer.alloc(0);
    resolve();
  };
  input.on("data", onData);
  return {
    looked,
    stop() {
      leave();
      return answered;
    },
  };
}

type Id = string | number;

/** The answer, if the line is an `initialize` that the relay would answer so. */
export function answerTo(
  line: Uint8Array,
  { catalogue, url, version }: Pick<EarlyWorld, "catalogue" | "url" | "version">,
): { readonly jsonrpc: "2.0"; readonly id: Id; readonly result: object } | undefined {
  const { jsonrpc, id, method, params } = parsed(line);
  if (jsonrpc !== "2.0" || method !== "initialize" || !isId(id)) return undefined;
  // What may be said wrong is the relay's to refuse.
  if (!isPlainInitialize(params)) return undefined;
  const { protocolVersion } = params;
  if (!sessionVersions.includes(protocolVersion)) return undefined;
  const { instructions } = catalogue;
  return {
    jsonrpc: "2.0",
    id,
    result: {
      protocolVersion,
      capabilities: editorCapabilities(catalogue.capabilities),
      serverInfo: { name: suggestedName(url), version },
      ...(instructions && { instructions }),
    },
  };
}

function parsed(line: Uint8Array): JsonObject {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

const isId = (id: unknown): id is Id => typeof id === "string" || Number.isSafeInteger(id);

const LF = 0x0a;
