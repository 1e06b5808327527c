import { agentBarText } from "../../connections/agents/agentBarText.ts";
import type { Connection } from "../../connections/connection.ts";
import { type GatewaySummary, neededAct } from "../../connections/gatewayStatus.ts";
import type { AccessReport } from "../../diagnosis/accessReport.ts";
import { failureText } from "../../failures/failureText.ts";
import type { AgentAnswers } from "./languageModelTools.ts";

export interface AgentAnswersWorld {
  readonly summaries: () => Promise<readonly GatewaySummary[]>;
  /** Looks at the access to a gateway; undefined when that was cancelled. */
  readonly report: (connection: Connection) => Promise<AccessReport | undefined>;
  /** Every text of a token's claims, so that none of it is told. */
  readonly claimTexts: (connection: Connection) => Promise<readonly string[]>;
}

/** What agents are told of gateways. No address, account or claim is in it. */
export function agentAnswers({ summaries, report, claimTexts }: AgentAnswersWorld): AgentAnswers {
  return {
    async listGateways() {
      const all = (await summaries()).map(described);
      return all.length === 0
        ? 'No gateway is connected. The person connects one with the command "Connect Gateway".'
        : JSON.stringify({ gateways: all }, undefined, 1);
    },
    async explainAccess(name, signal) {
      const all = await summaries();
      const found = all.find(({ connection }) => connection.name === name);
      if (!found) {
        const names = all.map(({ connection }) => JSON.stringify(connection.name)).join(", ");
        throw new Error(`No gateway of this name is connected. Connected are: ${names || "none"}.`);
      }
      const { connection } = found;
      const looked = await report(connection);
      if (!looked || signal.aborted) return "Looking at the access was cancelled.";
      const claims = await claimTexts(connection);
      return JSON.stringify({ ...described(found), access: accessOf(looked, claims) }, undefined, 1);
    },
  };
}

const described = (gateway: GatewaySummary) => {
  const { connection, state, down, barred, tools } = gateway;
  const act = neededAct(gateway);
  return {
    name: connection.name,
    state: state.kind === "signedInToAws" ? "signedIn" : state.kind,
    ...(tools !== undefined && { tools }),
    ...(down && { isReachable: false }),
    ...(state.kind === "attention" && { problem: failureText(state.failure).title, code: state.failure.code }),
    ...(act === "signIn" && { next: 'The person signs in with the command "Gateway Connect: Sign In".' }),
    ...(barred && { rule: agentBarText(barred, connection) }),
  };
};

/** The checks that did not pass, and what to do, without what was found: that may be a claim. */
function accessOf({ letIn, outcome, sections }: AccessReport, claims: readonly string[]) {
  const hidden = 'See the page of "Gateway Connect: Explain Access", which shows the person what was found.';
  const told = (text: string) => (claims.some((claim) => isIn(claim, text)) ? hidden : text);
  const failed = sections.flatMap(({ title, checks }) =>
    checks
      .filter(({ state }) => state === "failed")
      .map(({ what, fix }) => ({ part: title, check: told(what), ...(fix !== undefined && { fix: told(fix) }) })),
  );
  return { letIn: letIn ?? "unknown", outcome: told(outcome), failed };
}

/** Whether a text has another in it, from one end of a word to another. */
function isIn(part: string, text: string): boolean {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (!/\w/.test(text[at - 1] ?? "") && !/\w/.test(text[at + part.length] ?? "")) return true;
  }
  return false;
}
