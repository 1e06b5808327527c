import { readFileSync } from "node:fs";
import { providerRestarts } from "../../../src/sandbox/identity/startIdentityProvider.ts";
import { type SandboxRestart, startSandbox } from "../../../src/sandbox/startSandbox.ts";
import { until } from "../until.ts";
import type { Caller } from "./callers.ts";
import { faultsPage } from "./endings.ts";

const TOKEN_SECONDS = 600;

/** Which of them restarts, by the name that the page has for it. */
export const restartOf: Readonly<Record<string, SandboxRestart>> = {
  gateway: { gateway: true },
  ...Object.fromEntries(providerRestarts.map((provider) => [`provider, ${provider}`, { provider }])),
  ...Object.fromEntries(providerRestarts.map((provider) => [`both, ${provider}`, { gateway: true, provider }])),
};

/** Whether a call is on its way meanwhile. */
export const when = ["between calls", "in mid-call"] as const;

export type When = (typeof when)[number];

/** How it went. */
export interface Restarted {
  /** What the call was told that was on its way, or `none`. */
  readonly told: string;
  /** How the next call went, and one after the end of its token. */
  readonly next: string;
  readonly later: string;
  /** How often the tool ran that was called. */
  readonly ran: number;
  /** How often a refresh token was presented, a client registered, and a page to sign in opened. */
  readonly renewals: number;
  readonly registrations: number;
  readonly pages: number;
}

/** A row of the page's table. */
const ROW =
  /^\| ([a-z]+(?:, [a-zA-Z]+)?) \| (between calls|in mid-call) \| (.*?) \| (.*?) \| (.*?) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/gm;

/** What the page says of each restart. */
export function restartsOnPage(page = readFileSync(faultsPage, "utf8")) {
  return [...page.matchAll(ROW)].map(([, which = "", at = "", told = "", next = "", later = "", ...counts]) => {
    const [ran, renewals, registrations, pages] = counts.map(Number);
    const ends = { told: told.replaceAll("`", ""), next, later, ran, renewals, registrations, pages };
    return { which, at: at as When, ends };
  });
}

/** Restarts a gateway, its identity provider or both under somebody who is signed in. */
export async function restarted(
  start: (gatewayUrl: string) => Promise<Caller>,
  restart: SandboxRestart,
  at: When,
): Promise<Restarted> {
  const sandbox = await startSandbox({ asksConsent: false, accessTokenSeconds: TOKEN_SECONDS });
  const caller = await start(sandbox.gatewayUrl);
  try {
    await caller.note();
    const seen = () => {
      const { toolCalls, steps } = sandbox.observe();
      return {
        ran: toolCalls.sample___save_note ?? 0,
        renewals: steps.refresh ?? 0,
        registrations: steps.registration ?? 0,
        pages: caller.pages(),
      };
    };
    const requests = () => Object.values(sandbox.observe().steps).reduce((sum, count) => sum + count, 0);
    await until(() => (sandbox.observe().steps.stream ?? 0) > 0, "the stream of notifications");
    const before = seen();
    let calling: Promise<string> | undefined;
    if (at === "in mid-call") {
      await sandbox.setFaults({ steps: ["tools-call-slow"] });
      calling = caller.note();
      await until(() => seen().ran > before.ran, "the call at its tool");
    }
    await sandbox.restart(restart);
    const come = requests();
    await sandbox.setFaults({ steps: [] });
    const told = (await calling) ?? "none";
    // The program looks for its stream of notifications: when something comes, it knows that the connections of before are gone.
    if (restart.gateway) await until(() => requests() > come, "a request to the gateway as it is now");
    const next = await caller.note();
    caller.later(TOKEN_SECONDS);
    const later = await caller.note();
    const { ran, renewals, registrations, pages } = seen();
    return {
      ...{ told, next, later, ran: ran - before.ran, renewals: renewals - before.renewals },
      ...{ registrations: registrations - before.registrations, pages: pages - before.pages },
    };
  } finally {
    await caller.stop();
    await sandbox.stop();
  }
}
