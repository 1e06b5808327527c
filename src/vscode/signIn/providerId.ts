/** The authentication provider's id, also in the manifest. */
export const providerId = "gateway-connect";

/** The scope that says which gateway is meant. It never leaves the editor. */
export const gatewayMarker = (id: string): string => `gateway:${id}`;
