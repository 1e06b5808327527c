import { acceptedResource } from "../connections/discovery/acceptedResource.ts";
import { isPlaceOf } from "../connections/discovery/knownPlace.ts";
import { type AnyFailure, asFailure, GatewayFailure, isFailure } from "../failures/failure.ts";
import { english, type Translate } from "../failures/translate.ts";
import { askServer } from "../lib/askServer.ts";
import { requestPolicies } from "../lib/limits.ts";
import { networkReason } from "../lib/networkReason.ts";
import { isSameAddress } from "../lib/sameAddress.ts";
import {
  type AuthorizationServer,
  findAuthorizationServer,
  type NamedIssuer,
} from "../oauth/discovery/authorizationServer.ts";
import type { Challenge } from "../oauth/discovery/challenge.ts";
import { isTlsError } from "../oauth/discovery/networkFailure.ts";
import { findProtectedResource, type ProtectedResource } from "../oauth/discovery/protectedResource.ts";
import { issuerToAsk } from "../oauth/identityProviders/entraId.ts";
import type { IdentityProvider } from "../oauth/identityProviders/identityProvider.ts";
import { identityProvider, identityProviderOf } from "../oauth/identityProviders/identityProviders.ts";
import type { AccessCheck, AccessSection } from "./accessReport.ts";
import { type AccessWorld, type AskedAccess, toGateway } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";
import { metadataChecks } from "./metadataChecks.ts";
import { fixFor } from "./remedies/remedies.ts";

export interface FoundProvider {
  readonly section: AccessSection;
  readonly provider: IdentityProvider;
  /** As it is now; as it was when the gateway was connected where it cannot be read. */
  readonly server: AuthorizationServer | undefined;
  readonly resource: ProtectedResource | undefined;
}

/** Whether the gateway says where to sign in, and whether a sign-in can be trusted and made there. */
export async function providerChecks(
  asked: AskedAccess,
  challenge: Challenge | undefined,
  world: AccessWorld,
): Promise<FoundProvider> {
  const { say = english } = world;
  const { connection, settings } = asked;
  const known = connection?.server;
  const { resource, checks: resourceChecks } = await findResource(asked, challenge, world);
  const checks = [...resourceChecks];
  const issuer = issuerOf(asked, resource, checks, say);
  const isNamed = settings.issuer === undefined && resource?.authorizationServers[0] !== undefined;
  const named: NamedIssuer = {
    ...(isNamed && { namedBy: new URL(asked.gateway.url) }),
    // What nobody has agreed to is not asked, and said.
    ...(settings.issuer === undefined && {
      mayAskPrivate: async (one) =>
        (known !== undefined && isPlaceOf(known, one)) || asked.rules?.vouchesFor(one.issuer) === true,
    }),
  };
  const found = issuer === undefined ? undefined : await serverOf(issuer, named, { checks, world });
  const server = found ?? known;
  const provider = server
    ? identityProviderOf(server, settings.identityProvider)
    : identityProvider(settings.identityProvider ?? "generic");
  if (known && issuer !== undefined && !isSameAddress(known.issuer, issuer)) {
    checks.push({
      what: say("It is the issuer that the gateway was connected with"),
      state: "failed",
      expected: known.issuer,
      found: issuer,
      fix: say(
        'The gateway names another identity provider now. If your platform team says that this is right, run "Gateway Connect: Sign In": you are asked whether to sign in there. For a machine, set "issuer" and "clientId" in gatewayConnect.gateways.',
      ),
    });
  }
  if (server) checks.push(...productChecks(provider, server, asked, say));
  return { section: { id: "provider", title: say("Where to sign in"), checks }, provider, server, resource };
}

async function findResource(
  { gateway, settings }: AskedAccess,
  challenge: Challenge | undefined,
  world: AccessWorld,
): Promise<{ readonly resource?: ProtectedResource; readonly checks: readonly AccessCheck[] }> {
  const { say = english } = world;
  const what = say("The gateway says where to sign in (protected-resource metadata, RFC 9728)");
  const url = new URL(gateway.url);
  const accepted = acceptedResource(url, settings);
  try {
    const resource = await findProtectedResource(
      { gateway: url, advertised: challenge?.resourceMetadata, acceptedResource: accepted },
      toGateway(world, url),
    );
    const about = say("That metadata is about this gateway");
    const checks: AccessCheck[] = [
      { what, state: "passed", found: resource.metadataUrl },
      {
        what: about,
        state: "passed",
        expected: typeof settings.resource === "string" ? settings.resource : gateway.url,
        found: resource.resource,
      },
    ];
    return { resource, checks };
  } catch (error) {
    world.signal.throwIfAborted();
    const check = checkOfFailure(what, asFailure(error), say);
    const { fix: _, ...withoutFix } = check;
    const covered = settings.issuer !== undefined && isFailure(error, "resource_metadata_missing");
    return { checks: [covered ? { ...withoutFix, state: "note" } : check] };
  }
}

function issuerOf(
  { settings, connection }: AskedAccess,
  resource: ProtectedResource | undefined,
  checks: AccessCheck[],
  say: Translate,
): string | undefined {
  const [first, ...others] = resource?.authorizationServers ?? [];
  const what = say("It names an identity provider");
  if (settings.issuer !== undefined) {
    checks.push({ what, state: "note", found: say("{0}, from gatewayConnect.gateways", settings.issuer) });
    return issuerToAsk(settings.issuer);
  }
  if (resource && first === undefined) {
    const failure = new GatewayFailure("authorization_server_missing", { metadataUrl: resource.metadataUrl });
    checks.push(checkOfFailure(what, asFailure(failure), say));
  } else if (first !== undefined) {
    const named = others.length > 0 ? say("{0} (the first of {1})", first, others.length + 1) : first;
    const asked = issuerToAsk(first);
    const found = asked === first ? named : say("{0}; version 2 of it is asked, {1}", named, asked);
    checks.push({ what, state: "passed", found });
    return asked;
  }
  return connection?.server.issuer;
}

async function serverOf(
  issuer: string,
  named: NamedIssuer,
  { checks, world }: { readonly checks: AccessCheck[]; readonly world: AccessWorld },
): Promise<AuthorizationServer | undefined> {
  const { say = english } = world;
  const what = say("The identity provider describes itself, under the same issuer (RFC 8414, 3.3)");
  try {
    const server = await findAuthorizationServer(issuer, world, named);
    const { authorization_endpoint: authorize, token_endpoint: token } = server;
    checks.push(
      { what, state: "passed", expected: issuer, found: server.issuer },
      {
        what: say("It has what a sign-in needs"),
        state: "passed",
        found:
          authorize === undefined
            ? say("token endpoint {0}, and no page", String(token))
            : say("authorization endpoint {0}; token endpoint {1}", String(authorize), String(token)),
      },
      ...(await metadataChecks(server.issuer, world)),
      ...(await tokenEndpointCheck(server, world)),
    );
    return server;
  } catch (error) {
    world.signal.throwIfAborted();
    checks.push(checkOfFailure(what, asFailure(error), say));
    return undefined;
  }
}

/** A token endpoint on another host than the issuer has a certificate of its own, and a way of its own through proxies. */
async function tokenEndpointCheck(
  { issuer, token_endpoint: url = issuer }: AuthorizationServer,
  world: AccessWorld,
): Promise<AccessCheck[]> {
  const { host, origin } = new URL(url);
  if (origin === new URL(issuer).origin) return [];
  const { say = english } = world;
  const what = say("Its token endpoint answers, over a connection that is trusted");
  try {
    // Any answer will do: without a request for tokens it is a refusal.
    const answer = await askServer({ url, method: "HEAD" }, requestPolicies.probe, world);
    await answer.cancel();
    return [{ what, state: "passed", found: host }];
  } catch (error) {
    world.signal.throwIfAborted();
    const reason = networkReason(error).text;
    const failure = isTlsError(error)
      ? new GatewayFailure("tls_failed", { url, reason })
      : new GatewayFailure("token_endpoint_unreachable", { issuer, reason });
    return [checkOfFailure(what, failure as AnyFailure, say)];
  }
}

function productChecks(
  provider: IdentityProvider,
  server: AuthorizationServer,
  asked: AskedAccess,
  say: Translate,
): AccessCheck[] {
  const { settings, connection } = asked;
  const advertised = Array.isArray(server.code_challenge_methods_supported);
  const resource = connection ? connection.resource : settings.resource;
  return [
    {
      what: say("It takes PKCE with S256 (RFC 7636)"),
      state: advertised || !provider.advertisesPkce ? "passed" : "note",
      found: advertised
        ? (server.code_challenge_methods_supported ?? []).join(", ")
        : say("not said in its metadata; S256 is used all the same"),
    },
    { what: say("Which product it is"), state: "note", found: provider.name },
    ...versionCheck(provider, server, say),
    ...(typeof resource === "string" && provider.resource === "refuses"
      ? [
          {
            what: say("A resource indicator goes with the sign-in (RFC 8707)"),
            state: "note" as const,
            expected: say("none, unless it is registered at the identity provider"),
            found: resource,
            fix: fixFor(provider, { topic: "resource" }, {}, say).text,
          },
        ]
      : []),
  ];
}

/** Issuers whose tokens a gateway cannot check, or not with the rules that people write. */
function versionCheck(provider: IdentityProvider, { issuer }: AuthorizationServer, say: Translate): AccessCheck[] {
  const fix = fixFor(provider, { topic: "answer" }, {}, say).text;
  if (provider.id === "oktaOrg") {
    const what = say("Others than the provider can check its tokens");
    return [{ what, state: "failed", expected: say("a custom authorization server"), found: issuer, fix }];
  }
  if (provider.id === "entraV1") {
    return [
      {
        what: say("It issues tokens of version 2"),
        // A gateway may be set up for those of version 1.
        state: "note",
        expected: say("an issuer that ends in /v2.0"),
        found: issuer,
        fix,
      },
    ];
  }
  return [];
}
