import { GatewayFailure, isFailure } from "../failures/failure.ts";
import { regionWithout } from "./addresses.ts";

/** A gateway that cannot be reached, as `region_not_offered` where its region has none as far as is known; else what was given. */
export function whereOffered(failure: unknown): unknown {
  if (!isFailure(failure, "gateway_unreachable")) return failure;
  const { url, reason } = failure.facts;
  const region = URL.canParse(url) ? regionWithout(new URL(url)) : undefined;
  if (region === undefined) return failure;
  return new GatewayFailure("region_not_offered", { url, region, reason }, { cause: failure.cause });
}
