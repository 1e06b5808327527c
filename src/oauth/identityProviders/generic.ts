import { defaults, type IdentityProvider } from "./identityProvider.ts";

/** A provider of which nothing particular is known: it is held to the standards and to what its metadata says. */
export const generic: IdentityProvider = {
  ...defaults,
  id: "generic",
  name: "the identity provider",
  recognises: () => true,
};
