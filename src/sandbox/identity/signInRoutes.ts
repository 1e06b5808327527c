import { errors, type KoaContextWithOIDC, type Provider } from "oidc-provider";
import { consentPage } from "../pages/consentPage.ts";
import { messagePage } from "../pages/messagePage.ts";
import type { Page } from "../pages/page.ts";
import { signInPage } from "../pages/signInPage.ts";
import { readForm } from "./form.ts";
import { personBySub } from "./people.ts";

type Interaction = Awaited<ReturnType<Provider["interactionDetails"]>>;
type Next = () => Promise<unknown>;

/** The pages a person meets between the request and its answer: who are you, and may this app. */
export function signInRoutes(provider: Provider, issuer: string) {
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
    if (ctx.method === "GET") {
      show(ctx, await questionPage(provider, issuer, interaction), 200);
      return;
    }
    const answer = (await readForm(ctx.req)).get("answer") ?? "";
    const result = await resultOf(answer, provider, interaction);
    if (!result) {
      show(ctx, messagePage("Nothing was chosen", "Go back and choose one of the buttons."), 400);
      return;
    }
    // oidc-provider writes the redirect by itself, outside Koa.
    ctx.respond = false;
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
  };
}

async function questionPage(provider: Provider, issuer: string, interaction: Interaction): Promise<Page> {
  const { params, session, prompt } = interaction;
  const client = await provider.Client.find(String(params.client_id));
  const request = {
    issuer,
    clientName: client?.clientName || String(params.client_id),
    // A device code comes without one: its way ends here.
    redirectUri: typeof params.redirect_uri === "string" ? params.redirect_uri : issuer,
  };
  if (prompt.name === "login") return signInPage(request);
  return consentPage({
    ...request,
    personName: personBySub(session?.accountId)?.name ?? "",
    resource: resources(interaction).join(", "),
    scopes: scopes(interaction),
  });
}

async function resultOf(answer: string, provider: Provider, interaction: Interaction) {
  if (answer === "cancel" || answer === "deny") {
    return { error: "access_denied", error_description: "the person did not allow it" };
  }
  if (interaction.prompt.name === "login") {
    const person = personBySub(answer.startsWith("person:") ? answer.slice("person:".length) : undefined);
    if (!person) return undefined;
    await endOtherSession(provider, interaction, person.sub);
    return { login: { accountId: person.sub } };
  }
  const accountId = interaction.session?.accountId;
  if (answer !== "allow" || !accountId) return undefined;
  // A consent of its own for each sign-in: revoking one of them leaves the others alone.
  const grant = new provider.Grant({ accountId, clientId: String(interaction.params.client_id) });
  const granted = scopes(interaction).join(" ");
  grant.addOIDCScope(granted);
  for (const resource of resources(interaction)) grant.addResourceScope(resource, granted);
  return { consent: { grantId: await grant.save() } };
}

/**
 * Ends the browser's session when somebody else signs in. Left to itself oidc-provider would first show a page that
 * posts itself to the logout address by script.
 */
async function endOtherSession(provider: Provider, interaction: Interaction, sub: string): Promise<void> {
  const before = interaction.session;
  if (!before || before.accountId === sub) return;
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

function show(ctx: KoaContextWithOIDC, { html, headers }: Page, status: number): void {
  ctx.status = status;
  ctx.set({ ...headers });
  ctx.body = html;
}
