import { escapeHtml } from "../../lib/escapeHtml.ts";
import { type HtmlPage, htmlPage } from "./htmlPage.ts";

/** A page with a message and no form. */
export function messagePage(title: string, text: string): HtmlPage {
  return htmlPage(title, `<p>${escapeHtml(text)}</p>`);
}

/** Asks before it ends the provider's session. `form` is oidc-provider's, with its protection against forgery. */
export function logoutPage(issuer: string, form: string): HtmlPage {
  return htmlPage(
    "Sign out here too?",
    `<p>The next sign-in will ask who you are.</p>
${form}
<div class="buttons">
<button class="first" form="op.logoutForm" type="submit" name="logout" value="yes">Sign out</button>
<button form="op.logoutForm" type="submit">Stay</button>
</div>`,
    [issuer],
  );
}
