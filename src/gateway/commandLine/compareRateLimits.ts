import { isDeepStrictEqual } from "node:util";
import { findNodeAtLocation, getNodeValue } from "jsonc-parser";
import { checkSchema } from "../../lib/json/checkSchema.ts";
import { readJson } from "../../lib/json/jsonDocument.ts";
import { rateLimitsSchema } from "../configuration/aws/rateLimitSchema.ts";
import { idFor, type RateLimitInFile, rateLimitsOf } from "../configuration/rateLimitsOf.ts";
import type { RateConfig, RateLimit } from "../limits/rateLimit.ts";
import { namedText } from "./namedText.ts";

/** What a limit lets through, and the name by which callers are told of it. */
export interface ComparedRate {
  readonly limit?: string;
  readonly rate: number;
  readonly per: RateConfig["period"];
}

/** One limit for one kind of caller or tool, at the live gateway and here; undefined where there is none. */
export interface ComparedLimit {
  readonly question: string;
  readonly live: ComparedRate | undefined;
  readonly here: ComparedRate | undefined;
  readonly same: boolean;
}

/**
 * Reads what `list-gateway-rate-limits` printed of a live gateway.
 *
 * @throws Error with the path of what is at fault
 */
export function readRateLimits(path: string): readonly RateLimit[] {
  const document = readJson(namedText("--rate-limits", path), "what list-gateway-rate-limits prints");
  const faults = document.kind === "faulty" ? document.faults : faultsOf(document.root);
  if (document.kind === "faulty" || faults.length > 0) {
    throw new Error(faults.map(({ path: at, problem }) => `${path}: ${at && `${at}: `}${problem}`).join("\n"));
  }
  const { rateLimits } = getNodeValue(document.root) as { readonly rateLimits: readonly RateLimitInFile[] };
  return rateLimitsOf(rateLimits);
}

function faultsOf(
  root: Parameters<typeof checkSchema>[0],
): readonly { readonly path: string; readonly problem: string }[] {
  const limits = root.type === "object" ? findNodeAtLocation(root, ["rateLimits"]) : undefined;
  if (!limits) return [{ path: "rateLimits", problem: "expected a list, found nothing" }];
  // Limits that are left out would be told as differences.
  const next = findNodeAtLocation(root, ["nextToken"]);
  if (typeof next?.value === "string") return [{ path: "nextToken", problem: "expected all limits, found one page" }];
  return checkSchema(limits, rateLimitsSchema, "rateLimits");
}

/**
 * Compares two gateways' limits for all callers and tools that either names. Nothing is asked: a limit that lets requests through
 * is found at a gateway by using it up only. AWS has one limit for each list of keys, so that these tell limits apart.
 */
export function compareRateLimits(live: readonly RateLimit[], here: readonly RateLimit[]): readonly ComparedLimit[] {
  const [there, ours] = [ratesOf(live), ratesOf(here)];
  return [...new Set([...there.keys(), ...ours.keys()])].sort().map((question) => {
    const mine = ours.get(question);
    const found = there.get(question);
    // AWS makes a name up where the file has none.
    const theirs = found && mine?.limit === undefined && mine ? { rate: found.rate, per: found.per } : found;
    return { question, live: theirs, here: mine, same: isDeepStrictEqual(theirs, mine) };
  });
}

function ratesOf(limits: readonly RateLimit[]): ReadonlyMap<string, ComparedRate> {
  const rates = limits.flatMap(({ id, keys, entries }) =>
    entries.flatMap(({ dimensions, requests, connections, tokens }) =>
      Object.entries({ requests, connections, tokens }).flatMap(([metric, config]) => {
        if (!config) return [];
        const whom = keys.map((key) => `${key} ${dimensions[key]}`).join(", ");
        const named = id === idFor(keys) ? {} : { limit: id };
        return [[`${metric} of ${whom}`, { ...named, rate: config.rate, per: config.period }] as const];
      }),
    ),
  );
  return new Map(rates);
}
