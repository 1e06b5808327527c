import type { AuthorizationServer } from "../discovery/authorizationServer.ts";

/** What a person needs on the device they sign in with. */
export interface DeviceCode {
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same address with the code in it, where the provider gives one (RFC 8628, 3.3.1). */
  readonly completeUri?: string;
  readonly minutes: number;
}

/** The grant by its name (RFC 8628, 3.4), to register for. */
export const deviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code";

/** Whether the provider lets people sign in on another device. */
export const offersDeviceCode = (server: AuthorizationServer): boolean =>
  server.device_authorization_endpoint !== undefined;
