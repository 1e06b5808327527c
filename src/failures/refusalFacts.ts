/** By how many whole minutes the clock of this computer differs from that of the server that answered. */
export interface ClockFacts {
  readonly minutesAhead?: number;
  readonly minutesBehind?: number;
}

/** An identity provider's refusal in its own words, as far as they are codes (RFC 6749, 4.1.2.1 and 5.2). */
export interface RefusalFacts {
  readonly error: string;
  /** The provider's own code, such as AADSTS9010010. */
  readonly providerCode?: string;
  /** What the provider wrote about it, where it answered us directly. */
  readonly words?: string;
}
