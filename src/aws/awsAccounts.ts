import type { HttpAnswer, HttpFetch, HttpRequest } from "../lib/httpPort.ts";
import type { Log } from "../lib/log.ts";
import { type AwsIdentity, awsIdentity } from "./awsIdentity.ts";
import { type CredentialsSource, KeptCredentials } from "./keptCredentials.ts";
import { signedFetch } from "./signedFetch.ts";
import type { SigningScope } from "./sigV4.ts";

/** What requests to one place are signed with, and for. */
export interface AwsSigning extends SigningScope {
  /** Undefined for the credentials of the environment, or else of the default profile. */
  readonly profile: string | undefined;
}

export interface AwsAccountsWorld {
  /** Where the credentials of a profile come from. */
  readonly sourceOf: (profile: string | undefined) => CredentialsSource;
  /** The way to AWS's own services. */
  readonly fetch: HttpFetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}

interface Account {
  readonly source: string;
  readonly credentials: KeptCredentials;
}

/** The AWS credentials of this program, by profile: each is read once for all gateways that are signed with it. */
export class AwsAccounts {
  readonly #world: AwsAccountsWorld;
  readonly #accounts = new Map<string | undefined, Account>();

  constructor(world: AwsAccountsWorld) {
    this.#world = world;
  }

  /**
   * Sends a signed request.
   *
   * @param fetch the way out
   * @throws GatewayFailure of `signedFetch`
   */
  fetch(signing: AwsSigning, url: string | URL, request: HttpRequest, fetch: HttpFetch): Promise<HttpAnswer> {
    const { source, credentials } = this.#of(signing.profile);
    const { service, region } = signing;
    const world = { fetch, now: this.#world.now };
    return signedFetch({ ...request, url }, { service, region, source, credentials }, world);
  }

  /**
   * Reads the credentials anew, and finds out whose they are.
   *
   * @returns undefined where AWS does not say so
   * @throws GatewayFailure of the source
   */
  async signIn({ profile, region }: AwsSigning): Promise<AwsIdentity | undefined> {
    this.forget(profile);
    const credentials = await this.#of(profile).credentials.current();
    return await awsIdentity(credentials, region, this.#world);
  }

  /** Makes sure that there are credentials. @throws GatewayFailure of the source */
  async check(profile: string | undefined): Promise<void> {
    await this.#of(profile).credentials.current();
  }

  /** Forgets the keys of a profile. The sign-in of AWS's own tools goes on. */
  forget(profile: string | undefined): void {
    this.#accounts.get(profile)?.credentials.forget();
    this.#accounts.delete(profile);
  }

  #of(profile: string | undefined): Account {
    const known = this.#accounts.get(profile);
    if (known) return known;
    const source = this.#world.sourceOf(profile);
    const account = { source: source.name, credentials: new KeptCredentials(source, this.#world) };
    this.#accounts.set(profile, account);
    return account;
  }
}
