import { asFailure } from "../failures/failure.ts";
import type { AuthorizationServer } from "../oauth/discovery/authorizationServer.ts";
import type { IdentityProvider } from "../oauth/identityProviders/identityProvider.ts";
import type { Redirect } from "../oauth/signIn/redirect.ts";
import type { AccessCheck, AccessSection } from "./accessReport.ts";
import { agentCheck } from "./agentCheck.ts";
import type { AccessWorld, AskedAccess } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";
import { nameCheck } from "./nameCheck.ts";
import { fixFor } from "./remedies/remedies.ts";
import { scopeChecks } from "./scopeChecks.ts";

/** What a sign-in needs besides the two servers: a client, a way back from the browser, scopes, and a name of its own. */
export async function signInChecks(
  asked: AskedAccess,
  {
    provider,
    server,
    wanted,
  }: {
    readonly provider: IdentityProvider;
    readonly server: AuthorizationServer | undefined;
    /** The scopes that the gateway asks for. */
    readonly wanted: readonly string[];
  },
  world: AccessWorld,
): Promise<AccessSection> {
  const { flow } = asked;
  const checks = [
    ...(server ? [clientCheck(asked, provider, server)] : []),
    ...(flow === "browser" ? await redirectChecks(asked, provider) : []),
    ...scopeChecks(asked, { provider, server, wanted, isMachine: flow === "clientCredentials" }),
    ...(await nameCheck(asked, world)),
    ...agentCheck(asked, world),
  ];
  return { id: "signIn", title: "Signing in from this computer", checks };
}

function clientCheck(
  { connection, settings }: AskedAccess,
  provider: IdentityProvider,
  server: AuthorizationServer,
): AccessCheck {
  const what = "The identity provider knows this client";
  if (connection) {
    const how = {
      configured: "as configured",
      metadataDocument: "its metadata document",
      registered: "registered by us",
    };
    return { what, state: "note", found: `${connection.clientId} (${how[connection.clientSource]})` };
  }
  if (settings.clientId !== undefined)
    return { what, state: "note", found: `${settings.clientId} (from the settings)` };
  if (settings.clientMetadataUrl !== undefined && server.client_id_metadata_document_supported === true) {
    return { what, state: "passed", found: `${settings.clientMetadataUrl} (its metadata document)` };
  }
  if (server.registration_endpoint) {
    return { what, state: "passed", found: "clients may register themselves (RFC 7591)" };
  }
  return {
    what,
    state: "failed",
    expected: "a client ID, or a way to register one",
    found: "neither",
    fix: fixFor(provider, { topic: "registration" }).text,
  };
}

async function redirectChecks({ redirect, tokens }: AskedAccess, provider: IdentityProvider): Promise<AccessCheck[]> {
  const { uris } = redirect;
  const { port, registeredAt } = provider.redirect;
  return [
    {
      what: "Where the browser comes back to has to be registered at the identity provider",
      state: "note",
      expected: port === "any" ? `${uris[0]} (the port is not compared)` : `${uris.join(" or ")}, letter by letter`,
      found: `cannot be seen from here; look under ${registeredAt}`,
      // Whoever has signed in has it behind them.
      ...(!tokens && { fix: fixFor(provider, { topic: "registration" }).text }),
    },
    ...hostCheck(uris[0], provider),
    await availableCheck(redirect),
  ];
}

/** Products differ in which hosts they take over http; an address of another scheme has none of this machine's. */
function hostCheck(uri: string, provider: IdentityProvider): AccessCheck[] {
  const { protocol, hostname: found } = new URL(uri);
  if (protocol !== "http:") return [];
  const what = "The identity provider takes this host for it";
  const { hosts } = provider.redirect;
  const expected = hosts.join(" or ");
  if (hosts.includes(found)) return [{ what, state: "passed", expected, found }];
  return [{ what, state: "failed", expected, found, fix: fixFor(provider, { topic: "redirectHost" }).text }];
}

async function availableCheck(redirect: Redirect): Promise<AccessCheck> {
  const what = "The browser can come back to this computer";
  const { uris } = redirect;
  const expected = uris.join(" or ");
  let free: readonly string[];
  try {
    free = await redirect.available();
  } catch (error) {
    const { fix = "" } = checkOfFailure(what, asFailure(error));
    return { what, state: "failed", expected, found: "none is free", fix };
  }
  const taken = uris.filter((uri) => !free.includes(uri));
  if (taken.length === 0) return { what, state: "passed", expected, found: "all are free" };
  return { what, state: "note", expected, found: `in use: ${taken.join(", ")}` };
}
