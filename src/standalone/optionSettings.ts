import type { SettingsValues } from "../connections/resolvedConnection.ts";
import type { SecretSource, StandaloneOptions } from "./arguments.ts";

/** The options as settings, as the editor has them, for each address that may be the gateway's. */
export function optionSettings(options: StandaloneOptions, candidates: readonly URL[]): SettingsValues {
  const { clientId, issuer, scopes, resource, clientMetadataUrl, flow, identityProvider, audience, keyId } = options;
  const gateway = {
    clientId,
    issuer,
    scopes,
    resource,
    clientMetadataUrl,
    signIn: flow,
    identityProvider,
    audience,
    keyId,
    privateKey: options.clientKey && sourceSetting(options.clientKey),
    ...(options.useIdToken && { token: "id" }),
  };
  return {
    gateways: Object.fromEntries(candidates.map(({ href }) => [href, gateway])),
    shared: {
      ...(options.redirectPorts && { ports: options.redirectPorts }),
      ...(options.redirectPath && { path: options.redirectPath }),
      ...(options.redirectHost && { host: options.redirectHost }),
    },
  };
}

const sourceSetting = (source: SecretSource) =>
  source.kind === "file" ? { file: source.path } : { environment: source.name };
