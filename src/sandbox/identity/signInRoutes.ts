import { errors, type KoaContextWithOIDC, type Provider } from "oidc-provider";
import { consentPage } from "../pages/consentPage.ts";
import type { HtmlPage } from "../pages/htmlPage.ts";
import { messagePage } from "../pages/messagePage.ts";
import { signInPage } from "../pages/signInPage.ts";
import type { ProfileAddresses, SandboxProfile } from "../profiles/sandboxProfile.ts";
import type { Accounts } from "./accounts.ts";
import { people, personBySub } from "./people.ts";
import { readForm } from "./readForm.ts";

type Interaction = Awaited<ReturnType<Provider["interactionDetails"]>>;
type Next = () => Promise<unknown>;

interface SignInWorld {
  readonly profile: SandboxProfile;
  readonly addresses: ProfileAddresses;
  readonly accounts: Accounts;
  /** Whether a person is asked if the app may act for them; else who signs in has agreed. */
  readonly asksConsent: boolean;
}

/** Serves the pages between a sign-in request and its answer: who are you, and may this app act for you. */
export function signInRoutes(provider: Provider, world: SignInWorld) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    if (!ctx.path.startsWith("/interaction/") || !["GET", "POST"].includes(ctx.method)) {
      await next();
      return;
    }
    let interaction: Interaction;
    try {
      interaction = await provider.interactionDetails(ctx.req, ctx.res);
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      show(ctx, messagePage("This page has expired", "Go back to your editor and start the sign-in again."), 400);
      return;
    }
    const isAgreed = !world.asksConsent && interaction.prompt.name === "consent";
    if (ctx.method === "GET" && !isAgreed) {
      show(ctx, await questionPage(provider, interaction, world), 200);
      return;
    }
    const answer = isAgreed ? "allow" : ((await readForm(ctx.req)).get("answer") ?? "");
    const result = await resultOf(answer, interaction, { provider, ...world });
    if (!result) {
      show(ctx, messagePage("Nothing was chosen", "Go back and choose one of the buttons."), 400);
      return;
    }
    // oidc-provider writes the redirect itself, outside Koa.
    ctx.respond = false;
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
  };
}

async function questionPage(provider: Provider, interaction: Interaction, world: SignInWorld): Promise<HtmlPage> {
  const { origin, gatewayUrl } = world.addresses;
  const { unassigned } = world.profile;
  const { params, session, prompt } = interaction;
  const client = await provider.Client.find(String(params.client_id));
  const request = {
    issuer: origin,
    clientName: client?.clientName || String(params.client_id),
    // A device code request has no redirect URI, since it ends here.
    redirectUri: typeof params.redirect_uri === "string" ? params.redirect_uri : origin,
  };
  if (prompt.name === "login") {
    return signInPage({ ...request, people: unassigned ? [...people, unassigned] : people });
  }
  return consentPage({
    ...request,
    personName: world.accounts.personOf(session?.accountId)?.name ?? "",
    resource: gatewayUrl,
    scopes: scopes(interaction),
  });
}

async function resultOf(
  answer: string,
  interaction: Interaction,
  { provider, ...world }: SignInWorld & { readonly provider: Provider },
) {
  const { unassigned, refreshTokens } = world.profile;
  if (answer === "cancel" || answer === "deny") {
    return { error: "access_denied", error_description: "the person did not allow it" };
  }
  if (interaction.prompt.name === "login") {
    const sub = answer.startsWith("person:") ? answer.slice("person:".length) : undefined;
    if (unassigned && sub === unassigned.sub) {
      return { error: unassigned.refusal.error, error_description: unassigned.refusal.description };
    }
    const person = personBySub(sub);
    if (!person) return undefined;
    const accountId = world.accounts.idOf(person);
    await endOtherSession(provider, interaction, accountId);
    return { login: { accountId } };
  }
  const accountId = interaction.session?.accountId;
  if (answer !== "allow" || !accountId) return undefined;
  // Every sign-in has its own consent, so that revoking one does not affect the others.
  const grant = new provider.Grant({ accountId, clientId: String(interaction.params.client_id) });
  const granted = scopes(interaction).join(" ");
  grant.addOIDCScope(granted);
  if (refreshTokens.given === "accessTypeOffline" && interaction.params.access_type === "offline")
    grant.addOIDCScope("offline_access");
  for (const resource of resources(interaction)) grant.addResourceScope(resource, granted);
  return { consent: { grantId: await grant.save() } };
}

/**
 * Ends the browser's session when another person signs in. Otherwise oidc-provider would show a page that posts itself
 * to the logout address by script.
 */
async function endOtherSession(provider: Provider, interaction: Interaction, accountId: string): Promise<void> {
  const before = interaction.session;
  if (!before || before.accountId === accountId) return;
  const session = await provider.Session.findByUid(before.uid);
  await session?.destroy();
  delete interaction.session;
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000));
}

function scopes({ params }: Interaction): readonly string[] {
  return typeof params.scope === "string" ? params.scope.split(" ").filter(Boolean) : [];
}

function resources({ params }: Interaction): readonly string[] {
  return [params.resource].flat().filter((resource) => typeof resource === "string");
}

function show(ctx: KoaContextWithOIDC, { html, headers }: HtmlPage, status: number): void {
  ctx.status = status;
  ctx.set({ ...headers });
  ctx.body = html;
}
