import { GatewayFailure } from "../failures/failure.ts";
import { isSecureUrl, parseUrl } from "../lib/secureUrl.ts";
import type { ProfileFields } from "./sharedFiles.ts";

/** Where AWS's own tools look for the address of a service. */
export interface EndpointPlaces {
  /** A variable of the environment. */
  readonly variable: (name: string) => string | undefined;
  /** The profile, with the name that it goes by. */
  readonly profile: { readonly name: string; readonly fields: ProfileFields } | undefined;
  /** What the `[services]` section that the profile names says of the service. */
  readonly service: ProfileFields;
}

/**
 * Where a service of AWS is that somebody has elsewhere: the variables `AWS_ENDPOINT_URL_<SERVICE>` and `AWS_ENDPOINT_URL`, then
 * `endpoint_url` in the services section of the profile and in the profile itself, in the order of AWS's own tools (AWS SDKs and
 * Tools Reference Guide, service-specific endpoints). `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` has all of them ignored.
 *
 * @param id what the services section calls it, such as `bedrock_agentcore_control`
 * @returns undefined for AWS's own address
 * @throws GatewayFailure `aws_endpoint_invalid`
 */
export function configuredEndpoint(id: string, { variable, profile, service }: EndpointPlaces): string | undefined {
  const fields = profile?.fields ?? {};
  const isOff = (text: string | undefined) => text?.trim().toLowerCase() === "true";
  if (isOff(variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) || isOff(fields.ignore_configured_endpoint_urls)) {
    return undefined;
  }
  const own = `AWS_ENDPOINT_URL_${id.toUpperCase()}`;
  const places = [
    [own, variable(own)],
    ["AWS_ENDPOINT_URL", variable("AWS_ENDPOINT_URL")],
    [`endpoint_url of ${id} in the section [services ${fields.services ?? ""}]`, service.endpoint_url],
    [`endpoint_url of the profile ${profile?.name ?? ""}`, fields.endpoint_url],
  ] as const;
  for (const [source, value] of places) {
    const text = value?.trim();
    if (!text) continue;
    const url = parseUrl(text);
    if (url && isSecureUrl(url) && url.username === "" && url.password === "" && url.search === "" && url.hash === "") {
      return text;
    }
    throw new GatewayFailure("aws_endpoint_invalid", { source, found: shown(text) });
  }
  return undefined;
}

/** What may stand before a host is a password. */
const shown = (text: string): string => text.replace(/\/\/[^/@]*@/, "//\u2026@").replace(/[?#].*/, "");
