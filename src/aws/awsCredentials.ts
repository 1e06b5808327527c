/**
 * What AWS requests are signed with. They are kept in memory alone: nothing writes them, and no log, failure or process
 * that is started gets them.
 */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** With temporary keys, which are refused without it. */
  readonly sessionToken?: string;
  /** When temporary keys end, in milliseconds since the epoch. */
  readonly expiresAt?: number;
}
