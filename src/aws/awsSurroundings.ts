/** A profile of AWS's shared files, as somebody chooses one. */
export interface AwsProfile {
  readonly name: string;
  /** The region that is set for it. */
  readonly region?: string;
  /** Where its credentials come from. */
  readonly kind: "sso" | "role" | "process" | "webIdentity" | "keys" | "other";
}

/** What AWS's own tools would take on a computer, without any key. */
export interface AwsSurroundings {
  /** In the order in which they stand in the files. */
  readonly profiles: readonly AwsProfile[];
  /** The region of the environment. */
  readonly region?: string;
  /** Whether the environment has keys. */
  readonly hasKeys: boolean;
  /** The profile that is taken where none is named; undefined where the keys of the environment are. */
  readonly byDefault?: string;
  /**
   * Where a service is that is not at AWS's own address, see `configuredEndpoint`.
   *
   * @param profile undefined for what is taken by default
   * @throws GatewayFailure `aws_endpoint_invalid`
   */
  endpointOf(id: string, profile: string | undefined): string | undefined;
}
