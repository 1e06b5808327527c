import type { Door } from "../../gateway/http/httpServer.ts";
import type { ConnectedApplication } from "../enterprise/exchangeIdentity.ts";
import type { SandboxFaults } from "../faults/sandboxFaults.ts";
import type { SandboxProfile } from "../profiles/sandboxProfile.ts";
import type { ResourceRefusal } from "./resourceRefusals.ts";

/** What an identity provider is started with. */
export interface IdentityProviderOptions {
  readonly profile: SandboxProfile;
  /** The port of 127.0.0.1 to listen on; a free one by default. */
  readonly port?: number;
  /** The address of the gateway, which is the audience of access tokens. */
  readonly gatewayUrl: string;
  readonly accessTokenSeconds: number;
  /** Whether a proof of possession needs a nonce of the provider (RFC 9449, 8). */
  readonly wantsNonces: boolean;
  readonly rotationGraceSeconds: number;
  readonly resourceRefusal: ResourceRefusal;
  readonly recordSecrets: boolean;
  readonly asksConsent: boolean;
  /** The platform whose workloads may sign in with the tokens that it gives them. */
  readonly workloadIssuer?: string | undefined;
  readonly faults: () => SandboxFaults;
  readonly door: Door;
  /** The faults that are set, by their names. */
  readonly faultNames: () => readonly string[];
  readonly log: (line: string) => void;
  /** The applications that this provider lets its people into by assertions; absent where it issues none. */
  readonly applications?: readonly ConnectedApplication[];
}
