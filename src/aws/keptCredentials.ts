import { GatewayFailure } from "../failures/failure.ts";
import type { Log } from "../lib/log.ts";
import type { AwsCredentials } from "./awsCredentials.ts";

/** Where the credentials of requests come from, as whoever signs sees it. */
export interface CredentialsInUse {
  /** Those to sign with now. */
  current(): Promise<AwsCredentials>;
  /**
   * Those in the place of ones that AWS refused.
   *
   * @returns undefined where the source gives the same again
   */
  replace(refused: AwsCredentials): Promise<AwsCredentials | undefined>;
}

/** One source of credentials: the environment, a profile. */
export interface CredentialsSource {
  /** What it is called, for people: "the profile dev". */
  readonly name: string;
  /** @throws GatewayFailure `aws_login_needed`, `aws_profile_missing`, `aws_credentials_missing`, `aws_credentials_unreadable` */
  read(): Promise<AwsCredentials>;
}

/** Temporary keys are renewed this long before they end, so that none ends on its way to a server. */
const RENEWED_BEFORE_END_MS = 5 * 60_000;
/** How long a renewal that failed is not tried again, as long as the keys at hand still hold. */
const RETRIED_AFTER_MS = 30_000;

/**
 * The credentials of one source, in memory alone: renewed in time, and read once however many requests wait for them.
 */
export class KeptCredentials implements CredentialsInUse {
  readonly #source: CredentialsSource;
  readonly #world: { readonly now: () => number; readonly log: Log };
  #kept: AwsCredentials | undefined;
  #reading: Promise<AwsCredentials> | undefined;
  #retriedAt = Number.NEGATIVE_INFINITY;

  constructor(source: CredentialsSource, world: { readonly now: () => number; readonly log: Log }) {
    this.#source = source;
    this.#world = world;
  }

  /** @throws GatewayFailure those of the source, `aws_credentials_expired` */
  async current(): Promise<AwsCredentials> {
    const kept = this.#kept;
    const left = this.#leftOf(kept);
    if (kept && left > RENEWED_BEFORE_END_MS) return kept;
    if (kept && left > 0 && this.#world.now() < this.#retriedAt) return kept;
    try {
      return await this.#read();
    } catch (error) {
      if (!kept || this.#leftOf(kept) <= 0) throw error;
      this.#retriedAt = this.#world.now() + RETRIED_AFTER_MS;
      this.#world.log.info("AWS credentials could not be renewed, and hold still", { source: this.#source.name });
      return kept;
    }
  }

  async replace(refused: AwsCredentials): Promise<AwsCredentials | undefined> {
    const kept = this.#kept;
    // Somebody else has replaced them meanwhile.
    if (kept && !isSame(kept, refused)) return kept;
    // Where no others can be had, these are not signed with again.
    this.#kept = undefined;
    const next = await this.#read();
    return isSame(next, refused) ? undefined : next;
  }

  /** Forgets them. What is being read is handed to who waits for it, and not kept. */
  forget(): void {
    this.#kept = undefined;
    this.#reading = undefined;
  }

  #leftOf(credentials: AwsCredentials | undefined): number {
    return (credentials?.expiresAt ?? Number.POSITIVE_INFINITY) - this.#world.now();
  }

  #read(): Promise<AwsCredentials> {
    if (this.#reading) return this.#reading;
    const { name } = this.#source;
    const reading: Promise<AwsCredentials> = this.#source
      .read()
      .then((read) => {
        if (this.#leftOf(read) <= 0) throw new GatewayFailure("aws_credentials_expired", { source: name });
        if (this.#reading === reading) this.#kept = read;
        this.#world.log.info("AWS credentials read", { source: name, expiresAt: timeOf(read) });
        return read;
      })
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    this.#reading = reading;
    return reading;
  }
}

const isSame = (one: AwsCredentials, other: AwsCredentials): boolean =>
  one.accessKeyId === other.accessKeyId &&
  one.secretAccessKey === other.secretAccessKey &&
  one.sessionToken === other.sessionToken;

const timeOf = ({ expiresAt }: AwsCredentials): string =>
  expiresAt === undefined ? "never" : new Date(expiresAt).toISOString();
