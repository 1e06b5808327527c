import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { isValidValue } from "../../lib/json/validValue.ts";
import type { Authorization, Company } from "../../oauth/signIn/recordedAuthorization.ts";
import { gatewaySettings } from "./gatewaySettings.ts";

/** How a person chose to sign in when they connected a gateway, by the names of the settings, which go before it. */
export interface ChosenSignIn {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whose identity provider lets people in, where it is another company than the one that is set. */
  readonly company?: Company;
}

/** What of that stands in the record of a connection alone. */
export function chosenSignIn(authorization: Authorization): ChosenSignIn {
  switch (authorization.kind) {
    case "none":
      return { settings: {} };
    case "aws": {
      const { profile, region } = authorization;
      const places = { ...(profile !== undefined && { awsProfile: profile }), ...(region && { awsRegion: region }) };
      return { settings: { signIn: "aws", ...places } };
    }
    case "oauth": {
      const { signIn, company } = authorization;
      return { settings: { ...(signIn !== undefined && { signIn }) }, ...(company && { company }) };
    }
  }
}

/** Whether something was written by `chosenSignIn`, so that it means here what it means in a window. */
export function isChosenSignIn(value: unknown): value is ChosenSignIn {
  if (!isJsonObject(value) || !isJsonObject(value.settings)) return false;
  const { settings, company } = value;
  const { signIn, awsProfile, awsRegion } = gatewaySettings;
  const known = { signIn, awsProfile, awsRegion };
  const isCompany =
    company === undefined ||
    (isJsonObject(company) && typeof company.issuer === "string" && typeof company.clientId === "string");
  return (
    isCompany &&
    Object.entries(known).every(([name, { schema }]) => {
      const set = settings[name];
      return set === undefined || isValidValue(set, schema);
    })
  );
}
