import type { HttpAnswer, HttpFetch, HttpRequest } from "../../lib/httpPort.ts";
import type { Connection } from "../connection.ts";
import type { KnownConnections } from "../knownConnections.ts";
import type { GatewaySettings } from "../settings/readGatewaySettings.ts";
import type { LoadAws } from "./awsPart.ts";
import { isSigned } from "./isSigned.ts";
import type { BegunAwsSignIn, KeptAwsSignIn } from "./keepAwsSignIn.ts";

export interface AwsSignInsWorld {
  /** The settings of a gateway as they are now. @throws GatewayFailure `setting_invalid` */
  readonly settingsOf: (url: string) => GatewaySettings;
  readonly load: LoadAws;
  /** The way to a gateway, by its address. */
  readonly wayTo: (url: string) => HttpFetch;
}

/**
 * Gateways whose requests AWS credentials sign. Of a sign-in nothing is kept but that there is one, and whose: keys are in the
 * memory of whoever signs, and come from where AWS's own tools have them.
 */
export class AwsSignIns {
  readonly #connections: KnownConnections;
  readonly #world: AwsSignInsWorld;

  constructor(connections: KnownConnections, world: AwsSignInsWorld) {
    this.#connections = connections;
    this.#world = world;
  }

  /** Whether requests to this gateway are signed. */
  isSigned(connection: Connection): boolean {
    return isSigned(connection, this.#settings(connection.url));
  }

  /** The profile that signs; undefined for the credentials of the environment, or of the default profile. */
  profileOf(connection: Connection): string | undefined {
    const { awsProfile } = this.#settings(connection.url);
    return awsProfile ?? (connection.authorization.kind === "aws" ? connection.authorization.profile : undefined);
  }

  /**
   * Reads the credentials, and keeps that the person signs with them. See `keepAwsSignIn`.
   *
   * @throws GatewayFailure of `keepAwsSignIn`, `setting_invalid`, `part_not_loaded`
   */
  async signIn(begun: BegunAwsSignIn): Promise<KeptAwsSignIn> {
    const settings = this.#world.settingsOf(begun.connection.url);
    return await (await this.#world.load()).signIn(begun, settings, this.#connections);
  }

  /**
   * Sends a signed request to the gateway of a connection. See `sendSigned`.
   *
   * @throws GatewayFailure of `sendSigned`, `setting_invalid`, `part_not_loaded`
   */
  async fetch(connection: Connection, url: string | URL, request: HttpRequest): Promise<HttpAnswer> {
    const settings = this.#world.settingsOf(connection.url);
    const { send } = await this.#world.load();
    return await send({ ...request, url }, { connection, settings }, this.#world.wayTo(connection.url));
  }

  /** Whether requests can be signed without a person. */
  async isReady(connection: Connection): Promise<boolean> {
    if (connection.sessionId === undefined) return false;
    const { accounts } = await this.#world.load();
    return await accounts.check(this.profileOf(connection)).then(
      () => true,
      () => false,
    );
  }

  /** Forgets the keys that sign for a connection, unless another one is signed with them. */
  async forget(connection: Connection): Promise<void> {
    const profile = this.profileOf(connection);
    const isShared = this.#connections.all.some(
      (other) =>
        other.id !== connection.id &&
        other.sessionId !== undefined &&
        this.isSigned(other) &&
        this.profileOf(other) === profile,
    );
    if (!isShared) (await this.#world.load()).accounts.forget(profile);
  }

  /** A setting that cannot be read is told where something is sent, and must not keep anybody from signing out. */
  #settings(url: string): Partial<GatewaySettings> {
    try {
      return this.#world.settingsOf(url);
    } catch {
      return {};
    }
  }
}
