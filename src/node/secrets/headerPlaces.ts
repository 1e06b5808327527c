import type { HeaderSending } from "../../connections/headers/sendWithHeaders.ts";
import { type Environment, variableOf, withoutVariables } from "../../system/environment.ts";
import { type CredentialPlacesOptions, credentialPlaces } from "./credentialPlaces.ts";

/**
 * Where the headers of gateways are read on this computer. A program that prints one is given our environment, without
 * the variables that hold others.
 *
 * @param given what programs are given, where it is less than ours
 */
export const headerPlaces =
  (
    env: Environment,
    given = env,
    { platform = process.platform, workspaces }: CredentialPlacesOptions = {},
  ): HeaderSending["places"] =>
  (withheld) => ({
    ...credentialPlaces(withoutVariables(given, withheld, platform), { platform, workspaces }),
    environment: (name) => variableOf(env, name, platform),
  });
