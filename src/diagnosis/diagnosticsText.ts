import { type GatewaySummary, stateLine } from "../connections/gatewayStatus.ts";
import { failureText } from "../failures/failureText.ts";
import { foreignText } from "../lib/foreignText.ts";
import { redact } from "../lib/redact.ts";
import { sentToken } from "../oauth/tokens/tokenSet.ts";

/** What a platform engineer needs to see of the machine. */
export interface DiagnosticsFacts {
  readonly version: string;
  readonly editor: string;
  readonly platform: string;
  /** Where the extension runs when the editor is remote, such as `ssh-remote`. */
  readonly remote: string | undefined;
  readonly relay: string;
  readonly now: number;
}

/** How much of a line is told, in characters. */
const LONGEST_LINE = 2_000;

/** Everything that helps to understand a problem and holds no secret: made to be pasted into a ticket. */
export function diagnosticsText(facts: DiagnosticsFacts, gateways: readonly GatewaySummary[]): string {
  const moment = (time: number | undefined): string => {
    const date = new Date(time ?? Number.NaN);
    return Number.isNaN(date.getTime()) ? "unknown" : date.toISOString();
  };
  const lines = [
    `Gateway Connect ${facts.version}, ${moment(facts.now)}`,
    `Editor: ${facts.editor}${facts.remote ? ` (${facts.remote})` : ""}, ${facts.platform}`,
    `Relay: ${facts.relay}`,
  ];
  for (const { connection, state, resolved, tools } of gateways) {
    lines.push("", `Gateway ${connection.name}: ${connection.url}`, `  sign-in: ${stateLine(state, failureText)}`);
    lines.push(`  tools when last reached: ${tools ?? "never reached"}`);
    if (resolved) {
      const { server, flow, clientId, clientSource, resource, scopes, bearerToken } = resolved;
      lines.push(`  flow: ${flow}, token sent: ${bearerToken}`);
      lines.push(`  issuer: ${server.issuer}`);
      lines.push(`  client: ${clientId} (${clientSource})`);
      lines.push(`  resource: ${resource ?? "none sent"}`);
      lines.push(`  scopes asked: ${scopes.join(" ") || "none"}`);
      lines.push(`  revocation endpoint: ${server.revocation_endpoint ?? "none"}`);
    }
    if (state.kind === "signedIn") {
      const { tokens } = state;
      lines.push(`  scopes granted: ${tokens.scopes.join(" ") || "none"}`);
      const { issuedAt, expiresAt } = sentToken(tokens, resolved?.bearerToken ?? "access");
      lines.push(`  issued: ${moment(issuedAt)}, ends: ${moment(expiresAt)}`);
      lines.push(`  refresh token: ${tokens.refreshToken ? "yes" : "no"}`);
    }
    if (state.kind === "signedInToAws") lines.push(`  flow: aws, profile: ${state.profile ?? "none named"}`);
    if (state.kind === "attention")
      lines.push(`  failure: ${state.failure.code} ${JSON.stringify(state.failure.facts)}`);
  }
  if (gateways.length === 0) lines.push("", "No gateway is connected.");
  return `${redact(lines.map((line) => line.replace(/\S.*$/s, (text) => foreignText(text, LONGEST_LINE))).join("\n"))}\n`;
}
