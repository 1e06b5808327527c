import { escapeHtml } from "../../lib/escapeHtml.ts";
import { type HtmlPage, htmlPage } from "./htmlPage.ts";

/** A page that only tells something. */
export function messagePage(title: string, text: string): HtmlPage {
  return htmlPage(title, `<p>${escapeHtml(text)}</p>`);
}

/** Asks before the provider's session ends; `form` is the one oidc-provider made, with its protection against forgery. */
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
