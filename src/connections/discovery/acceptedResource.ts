import { resourceOfTargets } from "../../agentcore/addresses.ts";
import type { GatewaySettings } from "../settings/readGatewaySettings.ts";

/** The resource that the metadata of a gateway may be about, besides its own address: what is set, else what its product says. */
export const acceptedResource = (url: URL, { resource }: Pick<GatewaySettings, "resource">): string | undefined =>
  typeof resource === "string" ? resource : resourceOfTargets(url);
