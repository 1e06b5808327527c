import { escapeHtml } from "../../lib/escapeHtml.ts";
import { type HtmlPage, htmlPage } from "./htmlPage.ts";

/** Asks for the code that a device shows. `form` is oidc-provider's, with its protection against forgery. */
export function userCodePage(issuer: string, form: string, wrong: boolean): HtmlPage {
  const words = wrong ? "This code is not known here, or no longer good." : "Enter the code your device shows.";
  return htmlPage(
    "Which device?",
    `<p>${words}</p>
${form}
<div class="buttons">
<button class="first" form="op.deviceInputForm" type="submit">Continue</button>
</div>`,
    [issuer],
  );
}

/** Asks whether the device shows the same code, since an attacker may have sent this address to steal a sign-in. */
export function confirmCodePage(
  issuer: string,
  form: string,
  { clientName, userCode }: { readonly clientName: string; readonly userCode: string },
): HtmlPage {
  return htmlPage(
    `Does your device show ${userCode}?`,
    `<p><b>${escapeHtml(clientName)}</b> wants to be signed in on another device. Go on only if you started this yourself.</p>
${form}
<div class="buttons">
<button class="first" form="op.deviceConfirmForm" type="submit">Yes, it does</button>
<button form="op.deviceConfirmForm" type="submit" name="abort" value="yes">No</button>
</div>`,
    [issuer],
  );
}
