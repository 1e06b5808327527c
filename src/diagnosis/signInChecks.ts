import { asFailure } from "../failures/failure.ts";
import { english, type Translate } from "../failures/translate.ts";
import { metadataUrlAt } from "../oauth/clientMetadata/ownClientMetadata.ts";
import type { AuthorizationServer } from "../oauth/discovery/authorizationServer.ts";
import type { ProofOffer } from "../oauth/discovery/proofOffer.ts";
import type { IdentityProvider } from "../oauth/identityProviders/identityProvider.ts";
import type { Redirect } from "../oauth/signIn/redirect.ts";
import { isMachineFlow } from "../oauth/signIn/signInFlow.ts";
import { nobody } from "../oauth/tokens/clientIdentity.ts";
import type { AccessCheck, AccessSection } from "./accessReport.ts";
import { agentCheck } from "./agentCheck.ts";
import type { AccessWorld, AskedAccess } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";
import { enterpriseChecks } from "./enterpriseChecks.ts";
import { nameCheck } from "./nameCheck.ts";
import { proofCheck } from "./proofCheck.ts";
import { fixFor } from "./remedies/remedies.ts";
import { scopeChecks } from "./scopeChecks.ts";

/** What a sign-in needs besides the two servers: a client, a way back from the browser, scopes, and a name of its own. */
export async function signInChecks(
  asked: AskedAccess,
  {
    provider,
    server,
    wanted,
    offer,
  }: {
    readonly provider: IdentityProvider;
    readonly server: AuthorizationServer | undefined;
    /** The scopes that the gateway asks for. */
    readonly wanted: readonly string[];
    /** Whether it takes tokens that are bound to a key, where it says so. */
    readonly offer?: ProofOffer | undefined;
  },
  world: AccessWorld,
): Promise<AccessSection> {
  const { say = english } = world;
  const { flow } = asked;
  const checks = [
    ...(server ? [clientCheck(asked, provider, server, say)] : []),
    ...(await enterpriseChecks(asked, server, world)),
    ...(flow === "browser" ? await redirectChecks(asked, provider, say) : []),
    ...scopeChecks(asked, { provider, server, wanted, isMachine: isMachineFlow(flow) }, say),
    ...proofCheck(asked, { offer, server }, say),
    ...(await nameCheck(asked, world)),
    ...agentCheck(asked, world),
  ];
  return { id: "signIn", title: say("Signing in from this computer"), checks };
}

function clientCheck(
  { connection, settings, redirect }: AskedAccess,
  provider: IdentityProvider,
  server: AuthorizationServer,
  say: Translate,
): AccessCheck {
  const what = say("The identity provider knows this client");
  if (connection) {
    const { clientId, clientSource } = connection;
    if (clientId === nobody.clientId) {
      return { what, state: "note", found: say("none is needed: the token of the workload's platform says who it is") };
    }
    const found = {
      configured: () => say("{0} (as configured)", clientId),
      metadataDocument: () => say("{0} (its metadata document)", clientId),
      registered: () => say("{0} (registered by us)", clientId),
    }[clientSource]();
    return { what, state: "note", found };
  }
  if (settings.clientId !== undefined)
    return { what, state: "note", found: say("{0} (from the settings)", settings.clientId) };
  const metadataUrl = metadataUrlAt(server, settings, redirect.uris);
  if (metadataUrl !== undefined) {
    return { what, state: "passed", found: say("{0} (its metadata document)", metadataUrl) };
  }
  if (server.registration_endpoint) {
    return { what, state: "passed", found: say("clients may register themselves (RFC 7591)") };
  }
  return {
    what,
    state: "failed",
    expected: say("a client ID, or a way to register one"),
    found: say("neither"),
    fix: fixFor(provider, { topic: "registration" }, {}, say).text,
  };
}

async function redirectChecks(
  { redirect, tokens }: AskedAccess,
  provider: IdentityProvider,
  say: Translate,
): Promise<AccessCheck[]> {
  const { uris } = redirect;
  const { port, registeredAt } = provider.redirect;
  return [
    {
      what: say("Where the browser comes back to has to be registered at the identity provider"),
      state: "note",
      expected:
        port === "any"
          ? say("{0} (the port is not compared)", uris[0])
          : say("{0}, letter by letter", eitherOf(uris, say)),
      found: say("cannot be seen from here; look under {0}", say(registeredAt)),
      // Whoever has signed in has it behind them.
      ...(!tokens && { fix: fixFor(provider, { topic: "registration" }, {}, say).text }),
    },
    ...hostCheck(uris[0], provider, say),
    await availableCheck(redirect, say),
  ];
}

/** Products differ in which hosts they take over http; an address of another scheme has none of this machine's. */
function hostCheck(uri: string, provider: IdentityProvider, say: Translate): AccessCheck[] {
  const { protocol, hostname: found } = new URL(uri);
  if (protocol !== "http:") return [];
  const what = say("The identity provider takes this host for it");
  const { hosts } = provider.redirect;
  const expected = eitherOf(hosts, say);
  if (hosts.includes(found)) return [{ what, state: "passed", expected, found }];
  return [{ what, state: "failed", expected, found, fix: fixFor(provider, { topic: "redirectHost" }, {}, say).text }];
}

async function availableCheck(redirect: Redirect, say: Translate): Promise<AccessCheck> {
  const what = say("The browser can come back to this computer");
  const { uris } = redirect;
  const expected = eitherOf(uris, say);
  let free: readonly string[];
  try {
    free = await redirect.available();
  } catch (error) {
    const { fix = "" } = checkOfFailure(what, asFailure(error), say);
    return { what, state: "failed", expected, found: say("none is free"), fix };
  }
  const taken = uris.filter((uri) => !free.includes(uri));
  if (taken.length === 0) return { what, state: "passed", expected, found: say("all are free") };
  return { what, state: "note", expected, found: say("in use: {0}", taken.join(", ")) };
}

/** "a or b or c". */
const eitherOf = (all: readonly string[], say: Translate): string =>
  all.reduce((one, other) => say("{0} or {1}", one, other));
