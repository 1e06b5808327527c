import type { GatewayFaults } from "./gatewayFaults.ts";
import type { GatewayOptions } from "./gatewayOptions.ts";

/** What a gateway has counted since its start. */
export interface GatewayCounters {
  /** Answers of the MCP endpoint, by HTTP status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Requests for metadata documents. */
  readonly metadataReads: number;
  /** Calls that were let through, by `target___tool`. */
  readonly toolCalls: Readonly<Record<string, number>>;
  /** How many times the issuer's keys were read. */
  readonly keyFetches: number;
}

/** A running gateway. */
export interface Gateway {
  /** The MCP endpoint, which is exactly the `resource` of the metadata. */
  readonly url: string;
  readonly metadataUrl: string;
  readonly port: number;
  counters(): GatewayCounters;
  /** Replaces all faults. */
  setFaults(faults: GatewayFaults): void;
  /**
   * Applies other options from the next request on, without ending a session or a call. The address stays.
   *
   * @throws Error as `startGateway` does, or when the address would change; the gateway then keeps its options
   */
  configure(options: GatewayOptions): void;
  /** Reads the issuer's documents, and logs what is wrong with them or with the way they come. It throws nothing. */
  checkIssuer(): Promise<void>;
  /** Asks the targets for their tools, and logs which policies do not fit them. Without policies it asks nobody. */
  checkPolicies(): Promise<void>;
  /** Forgets all sessions, as a restart does. */
  forgetSessions(): Promise<void>;
  /**
   * Stops the gateway: it refuses new requests, except the answers that open calls wait for, finishes the open calls,
   * and then closes all connections.
   *
   * @param withinMs how long the open calls may take; without it they are cut off
   */
  stop(options?: { readonly withinMs?: number }): Promise<void>;
}
