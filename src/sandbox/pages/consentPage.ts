import { escapeHtml } from "../../lib/escapeHtml.ts";
import { formTarget, type HtmlPage, htmlPage } from "./htmlPage.ts";

export interface ConsentRequest {
  readonly issuer: string;
  readonly clientName: string;
  readonly redirectUri: string;
  readonly personName: string;
  /** The address of the gateway to which access is given. */
  readonly resource: string;
  readonly scopes: readonly string[];
}

/** Scopes in plain words, in the order in which they are shown. */
const words: readonly (readonly [scope: string, text: string])[] = [
  ["openid", "Know which account is yours"],
  ["profile", "See your name"],
  ["gateway.read", "Use tools that only read"],
  ["gateway.write", "Use tools that change something"],
  ["offline_access", "Keep this access until you sign out"],
];

/** Asks whether the app may act for the person, and says where and with which permissions. */
export function consentPage(request: ConsentRequest): HtmlPage {
  const { issuer, clientName, redirectUri, personName, resource, scopes } = request;
  const known = words.filter(([scope]) => scopes.includes(scope)).map(([, text]) => escapeHtml(text));
  const unknown = scopes.filter((scope) => !words.some(([name]) => name === scope)).map((scope) => escapeHtml(scope));
  const items = [...known, ...unknown].map((item) => `<li>${item}</li>`).join("\n");
  return htmlPage(
    `Let ${clientName} in?`,
    `<p>It wants to use <b>${escapeHtml(resource)}</b> as <b>${escapeHtml(personName)}</b>:</p>
<ul>
${items}
</ul>
<form method="post">
<button class="first" name="answer" value="allow">Allow</button>
<button name="answer" value="deny">Deny</button>
</form>
<p>Either way you go back to <b>${escapeHtml(destination(redirectUri))}</b>.</p>`,
    [issuer, formTarget(redirectUri)],
  );
}

/** The destination of the answer: the part of the address by which people recognise it. */
function destination(redirectUri: string): string {
  const { host, protocol } = new URL(redirectUri);
  return host || protocol;
}
