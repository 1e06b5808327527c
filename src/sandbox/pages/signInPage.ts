import { escapeHtml } from "../../lib/escapeHtml.ts";
import type { Person } from "../identity/people.ts";
import { formTarget, type HtmlPage, htmlPage } from "./htmlPage.ts";

export interface SignInRequest {
  readonly issuer: string;
  /** The name under which the client is registered. */
  readonly clientName: string;
  readonly redirectUri: string;
  /** The people to choose from. */
  readonly people: readonly Person[];
}

/**
 * Asks who is signing in.
 *
 * Neither this page nor the consent page says "signed in", which only the editor's page at the end can know.
 */
export function signInPage({ issuer, clientName, redirectUri, people }: SignInRequest): HtmlPage {
  const choices = people.map(
    ({ sub, name, email }) => `<button class="person" name="answer" value="person:${escapeHtml(sub)}">
<span class="face" aria-hidden="true">${escapeHtml(initials(name))}</span>
<span><span>Continue as ${escapeHtml(name)}</span><small>${escapeHtml(email)}</small></span>
</button>`,
  );
  return htmlPage(
    "Who are you?",
    `<p><b>${escapeHtml(clientName)}</b> sent you here to sign in.</p>
<form method="post">
${choices.join("\n")}
<button class="quiet" name="answer" value="cancel">Cancel</button>
</form>`,
    [issuer, formTarget(redirectUri)],
  );
}

function initials(name: string): string {
  return name
    .split(" ")
    .map((part) => part.slice(0, 1))
    .join("");
}
