import type { CredentialPlace } from "../../connections/settings/setting.ts";

/** A company's identity provider, as it was typed. Where its secrets are read stands in it, and no secret. */
export interface EnterpriseOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: CredentialPlace;
  readonly privateKey?: CredentialPlace;
  readonly idToken?: CredentialPlace;
}

/** @throws Error in words where something is missing that all of them need */
export function enterpriseOptions(typed: unknown): EnterpriseOptions | undefined {
  if (typed === undefined) return undefined;
  const { issuer, clientId, ...others } = typed as Partial<EnterpriseOptions>;
  if (issuer === undefined)
    throw new Error("--enterprise-issuer is missing: the issuer of your company's identity provider.");
  if (clientId === undefined)
    throw new Error("--enterprise-client-id is missing: the client that this program is there.");
  const { clientSecret, privateKey } = others;
  if (clientSecret && privateKey) {
    throw new Error("--enterprise-client-secret and --enterprise-client-key each prove who one client is: choose one.");
  }
  return { issuer, clientId, ...others };
}
