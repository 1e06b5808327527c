import { GatewayFailure } from "../../failures/failure.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { isValidValue, type ValueSchema } from "../../lib/json/validValue.ts";
import type { EnterpriseIdentityProvider } from "../../oauth/enterprise/enterpriseIdentityProvider.ts";
import { address, type CredentialPlace, credential, credentialSource, oneOf, text, texts } from "./setting.ts";

/** The members of the setting. */
const members = {
  issuer: address(),
  clientId: text(),
  scopes: texts(),
  clientAuthentication: oneOf(["none", "client_secret_basic", "client_secret_post", "private_key_jwt"] as const),
  clientSecret: credential(),
  privateKey: credential(),
  keyId: text(),
  idToken: credential(),
} as const;

const properties: Readonly<Record<string, ValueSchema>> = Object.fromEntries(
  Object.entries(members).map(([name, { schema }]) => [name, schema]),
);

/** The form of `gatewayConnect.enterpriseIdentityProvider`. */
export const enterpriseSchema: ValueSchema = { type: "object", additionalProperties: false, properties };

const SETTING = "gatewayConnect.enterpriseIdentityProvider";

/**
 * Reads the setting. What is found at fault is not repeated: a secret may stand where none belongs.
 *
 * @returns undefined where nothing is set
 * @throws GatewayFailure `setting_invalid`, naming the member that cannot be used
 */
export function readEnterprise(value: unknown): EnterpriseIdentityProvider | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw invalid("", "something else than an object with issuer and clientId");
  const given = Object.entries(value).filter(([, member]) => member !== "");
  if (given.length === 0) return undefined;
  for (const [name, member] of given) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!schema) throw invalid(name, `a member of another name than ${Object.keys(members).join(", ")}`);
    if (!isValidValue(member, schema)) throw invalid(name, "something else than what belongs there");
  }
  const set = Object.fromEntries(given) as Partial<Values>;
  const { issuer, clientId, clientSecret, privateKey, idToken, ...others } = set;
  if (issuer === undefined) throw invalid("issuer", "nothing");
  if (!URL.canParse(issuer)) throw invalid("issuer", "no address");
  if (clientId === undefined) throw invalid("clientId", "nothing");
  const places = { clientSecret, privateKey, idToken };
  const sources = Object.entries(places).flatMap(([name, place]) => {
    if (place === undefined) return [];
    const source = credentialSource(place);
    if (!source) throw invalid(name, "a command without a program");
    return [[name, source]];
  });
  return { ...others, issuer, clientId, ...Object.fromEntries(sources) };
}

/** The setting as it stands there. */
interface Values extends Omit<EnterpriseIdentityProvider, "clientSecret" | "privateKey" | "idToken"> {
  readonly clientSecret?: CredentialPlace;
  readonly privateKey?: CredentialPlace;
  readonly idToken?: CredentialPlace;
}

const invalid = (name: string, found: string) =>
  new GatewayFailure("setting_invalid", { setting: name === "" ? SETTING : `${SETTING} › ${name}`, found });
