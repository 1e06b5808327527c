import { readEnterprise } from "../connections/settings/enterpriseSetting.ts";
import { type AnyFailure, asFailure, type FailureCode, GatewayFailure } from "../failures/failure.ts";
import { english, type Translate } from "../failures/translate.ts";
import { type AuthorizationServer, findAuthorizationServer } from "../oauth/discovery/authorizationServer.ts";
import {
  type EnterpriseIdentityProvider,
  takesIdentityAssertions,
} from "../oauth/enterprise/enterpriseIdentityProvider.ts";
import type { AccessCheck } from "./accessReport.ts";
import type { AccessWorld, AskedAccess } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";

/** What goes wrong before the gateway's authorization server is asked. */
const ofFirstStep: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "enterprise_provider_missing",
  "enterprise_policy_refused",
  "identity_assertion_invalid",
  "given_id_token_unusable",
]);

/**
 * The two steps by which a company lets its person into a gateway, each with what came of it when it was last made. Neither is
 * made for this: an assertion is a permission, and is asked for when somebody needs it.
 */
export async function enterpriseChecks(
  asked: AskedAccess,
  server: AuthorizationServer | undefined,
  world: AccessWorld,
): Promise<AccessCheck[]> {
  if (asked.flow !== "enterprise") return [];
  const { say = english } = world;
  const company = companyOf(asked);
  const issuer = "issuer" in company ? company.issuer : asked.tokens?.enterprise?.issuer;
  return [
    ...(server ? [takesCheck(asked, server, say)] : []),
    "issuer" in company
      ? await answersCheck(company, world)
      : checkOfFailure(say("Your company's identity provider is known"), company, say),
    ...steps(asked, { issuer: issuer ?? say("your company's identity provider"), server }, say),
  ];
}

/** The company's identity provider, or why what is set of it cannot be used. */
function companyOf({ gateway, enterprise }: AskedAccess): EnterpriseIdentityProvider | AnyFailure {
  try {
    const missing = new GatewayFailure("enterprise_provider_missing", { gateway: gateway.name });
    return readEnterprise(enterprise?.setting) ?? asFailure(missing);
  } catch (error) {
    return asFailure(error);
  }
}

function takesCheck({ settings }: AskedAccess, server: AuthorizationServer, say: Translate): AccessCheck {
  const what = say("The gateway's authorization server takes assertions of companies (ID-JAG)");
  if (takesIdentityAssertions(server)) return { what, state: "passed", found: say("it says so in its metadata") };
  const isSet = settings.signIn === "enterprise";
  return {
    what,
    state: "note",
    found: isSet
      ? say("it does not say so; the settings do")
      : say("it does not say so any more, and did when you signed in"),
  };
}

async function answersCheck({ issuer }: EnterpriseIdentityProvider, world: AccessWorld): Promise<AccessCheck> {
  const { say = english } = world;
  const what = say("Your company's identity provider describes itself");
  try {
    const { grant_types_supported: grants } = await findAuthorizationServer(issuer, world);
    const exchanges = grants?.includes("urn:ietf:params:oauth:grant-type:token-exchange");
    const found = exchanges ? say("{0}, which says that it exchanges tokens", issuer) : issuer;
    return { what, state: "passed", found };
  } catch (error) {
    world.signal.throwIfAborted();
    return checkOfFailure(what, asFailure(error), say);
  }
}

function steps(
  { tokens, enterprise }: AskedAccess,
  { issuer, server }: { readonly issuer: string; readonly server: AuthorizationServer | undefined },
  say: Translate,
): AccessCheck[] {
  const gateway = server?.issuer ?? say("the gateway's authorization server");
  const first = say("Step 1 of 2: {0} vouches for you to {1}", issuer, gateway);
  const second = say("Step 2 of 2: {0} takes its word and gives a token", gateway);
  const { failure } = enterprise ?? {};
  const notYet = say("not tried yet: it is at the next sign-in");
  if (failure && ofFirstStep.has(failure.code)) {
    return [
      checkOfFailure(first, failure, say),
      { what: second, state: "unknown", found: say("it was not asked, since nobody vouched") },
    ];
  }
  if (failure?.code === "identity_assertion_refused") {
    return [
      { what: first, state: "passed", found: say("it issued an assertion") },
      checkOfFailure(second, failure, say),
    ];
  }
  const grant = tokens?.enterprise;
  if (!grant) {
    return [first, second].map((what) => ({ what, state: "unknown" as const, found: notYet }));
  }
  const at = (moment: number) => new Date(moment).toISOString();
  const scopes = (list: readonly string[]) => list.join(" ") || say("none");
  return [
    {
      what: first,
      state: "passed",
      found: say(
        "an assertion at {0}, for the client {1} and the scopes {2}; it is kept nowhere",
        ...[at(grant.exchangedAt), tokens.client.clientId, scopes(grant.scopes)],
      ),
    },
    {
      what: second,
      state: "passed",
      found: say("a token at {0}, with the scopes {1}", at(tokens.issuedAt), scopes(tokens.scopes)),
    },
  ];
}
