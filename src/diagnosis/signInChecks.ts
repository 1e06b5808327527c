import { asFailure, GatewayFailure } from "../failures/failure.ts";
import type { AuthorizationServer } from "../oauth/discovery/authorizationServer.ts";
import type { IdentityProvider } from "../oauth/identityProviders/identityProvider.ts";
import { redirectUri } from "../oauth/signIn/redirectSettings.ts";
import type { AccessCheck, AccessSection } from "./accessReport.ts";
import type { AccessWorld, AskedAccess } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";
import { nameCheck } from "./nameCheck.ts";
import { fixFor } from "./remedies.ts";
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
  const { authorization, settings } = asked;
  const way = settings.signIn ?? (authorization?.kind === "oauth" ? authorization.signIn : undefined) ?? "browser";
  const checks = [
    ...(server ? [clientCheck(asked, provider, server)] : []),
    ...(way === "browser" ? await redirectChecks(asked, provider, world) : []),
    ...scopeChecks(asked, { provider, server, wanted, isMachine: way === "clientCredentials" }),
    ...(await nameCheck(asked, world)),
  ];
  return { id: "signIn", title: "Signing in from this computer", checks };
}

function clientCheck(
  { authorization, settings }: AskedAccess,
  provider: IdentityProvider,
  server: AuthorizationServer,
): AccessCheck {
  const what = "The identity provider knows this client";
  if (authorization?.kind === "oauth") {
    const how = {
      configured: "as configured",
      metadataDocument: "its metadata document",
      registered: "registered by us",
    };
    return { what, state: "note", found: `${authorization.clientId} (${how[authorization.clientSource]})` };
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

async function redirectChecks(
  { settings: { redirect }, tokens }: AskedAccess,
  provider: IdentityProvider,
  { portIsFree }: AccessWorld,
): Promise<AccessCheck[]> {
  const { ports, host } = redirect;
  const { port: compared, hosts, registeredAt } = provider.redirect;
  const uris = ports.map((port) => redirectUri(redirect, port));
  const anyPort = compared === "any";
  const hostIsTaken = hosts.includes(host);
  const free = await Promise.all(ports.map((port) => portIsFree(port, host)));
  const freePorts = ports.filter((_, at) => free[at]);
  return [
    {
      what: "Where the browser comes back to has to be registered at the identity provider",
      state: "note",
      expected: anyPort ? `${uris[0]} (the port is not compared)` : `${uris.join(" or ")}, letter by letter`,
      found: `cannot be seen from here; look under ${registeredAt}`,
      // Whoever has signed in has it behind them.
      ...(!tokens && { fix: fixFor(provider, { topic: "registration" }).text }),
    },
    {
      what: "The identity provider takes this host for it",
      state: hostIsTaken ? "passed" : "failed",
      expected: hosts.join(" or "),
      found: host,
      ...(!hostIsTaken && { fix: fixFor(provider, { topic: "redirectHost" }).text }),
    },
    portCheck(ports, freePorts),
  ];
}

function portCheck(ports: readonly number[], free: readonly number[]): AccessCheck {
  const what = "A port is free for it on this computer";
  if (free.length === 0) {
    const failure = new GatewayFailure("redirect_ports_taken", { ports });
    const { fix = "" } = checkOfFailure(what, asFailure(failure));
    return { what, state: "failed", expected: ports.join(", "), found: "all are in use", fix };
  }
  const taken = ports.filter((port) => !free.includes(port));
  const found = `${free.join(", ")} free${taken.length > 0 ? `, ${taken.join(", ")} in use` : ""}`;
  return { what, state: taken.length > 0 ? "note" : "passed", expected: ports.join(", "), found };
}
