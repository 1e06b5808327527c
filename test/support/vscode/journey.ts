import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { answerText, type CompanionAnswer, type ToolAnswer } from "./companion.ts";
import { afterFailure } from "./onScreen.ts";
import { type ProcessRecord, ProcessWatch } from "./processWatch.ts";
import { type Observation, observe } from "./sandboxObservation.ts";
import { searchWorld } from "./searchWorld.ts";
import type { Secret } from "./secretSearch.ts";
import { signInAs } from "./signInPages.ts";
import { Workbench } from "./workbench.ts";
import type { World } from "./world.ts";

/** Longer than any step takes; its end comes when the clock of the provider and the gateway is moved on. */
export const accessTokenSeconds = 60;

const person = "Ada Lovelace";
const tool = "whoami";

type Answer = CompanionAnswer<ToolAnswer>;

/** One thing a person does or sees on the way from a 401 to a revoked token. */
export interface JourneyStep {
  readonly what: string;
  /** Does it and gives what was observed, in a few words with the facts. */
  readonly run: (trip: Trip) => Promise<string>;
}

export type StepResult =
  | {
      readonly kind: "seen";
      readonly what: string;
      readonly observed: string;
      readonly seconds: number;
      readonly picture?: string;
    }
  | { readonly kind: "skipped"; readonly what: string; readonly why: string; readonly seconds: number }
  | {
      readonly kind: "failed";
      readonly what: string;
      readonly error: Error;
      readonly seconds: number;
      readonly picture?: string;
    };

/** Where the journey is: the world it goes through and what it has learned of it. */
export class Trip {
  readonly world: World;
  readonly pictures: string;
  readonly #watch = new ProcessWatch();
  #workbench: Workbench | undefined;
  /** The page of the identity provider that is open. */
  page: Page | undefined;
  /** What the connection is called. */
  name = "";
  /** The tool call that waits for a sign-in. */
  waiting: Promise<Answer> | undefined;

  constructor(world: World, pictures: string) {
    this.world = world;
    this.pictures = pictures;
  }

  get workbench(): Workbench {
    if (!this.#workbench) throw new Error("VS Code is not open yet");
    return this.#workbench;
  }

  async openWorkbench(): Promise<void> {
    await mkdir(this.pictures, { recursive: true });
    const { server, browser } = this.world;
    this.#workbench = await Workbench.open(server.url, { browser, profile: this.profile, pictures: this.pictures });
    await this.world.companion.ready();
  }

  get profile(): string {
    return join(this.world.home, "browser");
  }

  observe(): Promise<Observation> {
    return observe(this.world.sandbox);
  }

  processes(): readonly ProcessRecord[] {
    return this.#watch.stop();
  }

  async picture(name: string): Promise<string | undefined> {
    const page = this.page && !this.page.isClosed() ? this.page : undefined;
    return this.#workbench?.screenshot(name, page).catch(() => undefined);
  }

  /** After a step that failed. */
  async leave(error: Error): Promise<void> {
    if (this.#workbench) await afterFailure(error, this.#workbench.page);
  }

  async end(): Promise<void> {
    this.#watch.stop();
    await this.#workbench?.close().catch(() => undefined);
  }
}

/** A step that cannot be taken here, with the reason. */
export class NotHere extends Error {}

/** Takes one step and keeps a picture of what it led to. */
export async function takeStep(trip: Trip, step: JourneyStep): Promise<StepResult> {
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  const { what } = step;
  try {
    const observed = await step.run(trip);
    const took = seconds();
    const picture = await trip.picture(what);
    return { kind: "seen", what, observed, seconds: took, ...(picture ? { picture } : {}) };
  } catch (cause) {
    if (cause instanceof NotHere) return { kind: "skipped", what, why: cause.message, seconds: seconds() };
    const error = cause instanceof Error ? cause : new Error(String(cause));
    const picture = await trip.picture(`failed ${what}`);
    await trip.leave(error);
    return { kind: "failed", what, error, seconds: seconds(), ...(picture ? { picture } : {}) };
  }
}

export const journey: readonly JourneyStep[] = [
  {
    what: "VS Code opens with the extension in it",
    async run(trip) {
      await trip.openWorkbench();
      const before = await trip.observe();
      assert.equal(before.tokenRequests, 0, "nothing is asked of the identity provider before somebody acts");
      assert.equal(trip.workbench.pageCount(), 1, "no page opens by itself");
      return `VS Code ${trip.world.vscodeVersion}; no prompt, 0 requests to the provider`;
    },
  },
  {
    what: "Connect Gateway, from the palette",
    async run({ workbench }) {
      await workbench.runCommand("Connect Gateway");
      await workbench.inputTitled("Connect Gateway");
      return "asks for the gateway's address";
    },
  },
  {
    what: "the gateway answers 401 and says who signs people in",
    async run(trip) {
      const { workbench, world } = trip;
      await workbench.fillInput(world.sandbox.gatewayUrl);
      const dialog = await workbench.dialogText();
      const { gatewayStatuses } = await trip.observe();
      assert.ok(gatewayStatuses[401], "the gateway answered the first request with 401");
      return `${world.sandbox.gatewayUrl} → 401; VS Code asks: "${sentence(dialog)}"`;
    },
  },
  {
    what: "the identity provider's page opens in the browser",
    async run(trip) {
      trip.page = await trip.workbench.nextPage(() => trip.workbench.dialogButton("Allow"));
      const choice = trip.page.getByText(`Continue as ${person}`);
      await choice.waitFor();
      assert.equal(new URL(trip.page.url()).origin, new URL(trip.world.sandbox.issuer).origin);
      return `${new URL(trip.page.url()).origin} offers "Continue as ${person}"`;
    },
  },
  {
    what: "the person signs in and allows the extension in",
    async run(trip) {
      const landed = sentence(await signInAs(person, openPage(trip)));
      return `the browser says "${landed}"`;
    },
  },
  {
    what: "VS Code says who is signed in and what is ready",
    async run(trip) {
      await closePage(trip);
      const said = await trip.workbench.notification(/Connected to \S+/);
      trip.name = /Connected to (\S+) as/.exec(said.text)?.[1] ?? "";
      assert.notEqual(trip.name, "", "it has a name");
      assert.match(said.text, new RegExp(person));
      const { grants } = await trip.observe();
      assert.equal(grants.authorization_code, 1, "one code was exchanged");
      return `"${sentence(said.text)}"; token request: authorization_code ${grants.authorization_code}`;
    },
  },
  {
    what: "the status bar shows it",
    async run(trip) {
      const item = await trip.workbench.statusBarItem(person);
      await trip.workbench.clearNotifications();
      return item.text;
    },
  },
  {
    what: "VS Code's own MCP client starts the server and lists its tools",
    async run(trip) {
      // Without a chat message nothing makes VS Code start a server, so the companion asks for it as the chat would.
      const { companion } = trip.world;
      const server = `gateway-connect.gateway-connect/${trip.name}`;
      const started = await companion.ask<{ readonly name: string }>("startServer", { server, tool });
      assert.equal(started.error, undefined);
      return `${server} offers ${started.value?.name}`;
    },
  },
  {
    what: "a tool is called through it",
    async run(trip) {
      const answer = await callAndAnswer(trip);
      assert.match(answer, /ada/i, "the tool knows who called");
      const { gatewayStatuses } = await trip.observe();
      return `${tool} → ${sentence(answer)} (gateway: ${statuses(gatewayStatuses)})`;
    },
  },
  {
    what: "the access token expires; the next call renews it silently",
    async run(trip) {
      const before = await trip.observe();
      trip.world.sandbox.moveOn(accessTokenSeconds + 1);
      const answer = await callAndAnswer(trip);
      const after = await trip.observe();
      assert.match(answer, /ada/i, "the call is answered");
      const renewals = count(after, "refresh_token") - count(before, "refresh_token");
      assert.ok(renewals >= 1, "the token was renewed");
      assert.equal(count(after, "authorization_code"), count(before, "authorization_code"), "nobody signed in again");
      assert.equal(trip.workbench.pageCount(), 1, "no page opened");
      return `after its ${accessTokenSeconds} s: refresh_token +${renewals}, no page, no dialog; answered`;
    },
  },
  {
    what: "revoked at the provider in mid-session, the next call asks once",
    async run(trip) {
      await trip.world.sandbox.ask("revoke");
      trip.world.sandbox.moveOn(accessTokenSeconds + 1);
      const asked = await callAndBeAsked(trip);
      trip.waiting = asked.answer;
      return `the call waits; VS Code asks: "${sentence(asked.dialog)}"`;
    },
  },
  {
    what: "after one sign-in the waiting call is answered",
    async run(trip) {
      trip.page = await trip.workbench.nextPage(() => trip.workbench.dialogButton("Allow"));
      await signInAs(person, openPage(trip));
      await closePage(trip);
      const answer = await trip.waiting;
      assert.ok(answer);
      assert.match(answerText(answer), /ada/i, "the call that waited is answered");
      return `${tool} → ${sentence(answerText(answer))}`;
    },
  },
  {
    what: "Sign Out",
    async run(trip) {
      const before = await trip.observe();
      await trip.workbench.runCommand("Gateway Connect: Sign Out");
      const said = await trip.workbench.notification(`Signed out of ${trip.name}`);
      const after = await trip.observe();
      const revoked = after.revocations.slice(before.revocations.length);
      assert.ok(revoked.includes("refresh_token"), "the refresh token was revoked at the provider");
      return `"${sentence(said.text)}"; provider saw: ${revoked.join(", ")} revoked`;
    },
  },
  {
    what: "the status bar asks to sign in",
    async run(trip) {
      const item = await trip.workbench.statusBarItem(`Sign in to ${trip.name}`);
      await trip.workbench.clearNotifications();
      return item.text;
    },
  },
  {
    what: "the next call asks for sign-in; declined, it fails in words",
    async run(trip) {
      const { dialog, answer } = await callAndBeAsked(trip);
      await trip.workbench.dialogButton("Cancel");
      const text = answerText(await answer);
      assert.doesNotMatch(text, /ada/i, "nobody's data is answered");
      return `"${sentence(dialog)}" → Cancel → "${sentence(text)}"`;
    },
  },
  {
    what: "no token is left in files, arguments or environments",
    async run(trip) {
      const secrets = await issuedSecrets(trip);
      const processes = trip.processes();
      await trip.workbench.close();
      const result = await searchWorld(trip.world, { secrets, processes, pictures: trip.pictures });
      assert.deepEqual(result.found, []);
      const megabytes = Math.round(result.bytes / 1e6);
      return `no token found: ${result.secrets} searched in ${result.files} files (${megabytes} MB), ${result.processes} processes`;
    },
  },
];

function openPage({ page }: Trip): Page {
  if (!page) throw new Error("no page of the identity provider is open");
  return page;
}

async function closePage(trip: Trip): Promise<void> {
  await trip.page?.close();
  trip.page = undefined;
}

/**
 * Calls the tool from the palette and lets it run where VS Code asks for that, up to the answer or the question to
 * sign in, whichever comes first.
 */
async function call(
  trip: Trip,
): Promise<
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "signInAsked"; readonly dialog: string; readonly answer: Promise<Answer> }
> {
  const { workbench, world } = trip;
  const { answer } = await world.companion.callToolFromPalette(workbench, tool);
  for (;;) {
    const dialog = workbench.dialogText();
    dialog.catch(() => undefined);
    const next = await Promise.race([answer.then(() => undefined), dialog]);
    if (next === undefined) return { kind: "answered", answer: await answer };
    if (/sign in/i.test(next)) return { kind: "signInAsked", dialog: next, answer };
    await workbench.dialogButton(/^\s*(Yes|Allow|Continue)/);
  }
}

async function callAndAnswer(trip: Trip): Promise<string> {
  const ended = await call(trip);
  assert.equal(ended.kind, "answered", "nobody is asked to sign in");
  const answer = await ended.answer;
  assert.equal(answer.error, undefined, "the call is answered");
  return answerText(answer);
}

async function callAndBeAsked(trip: Trip) {
  const ended = await call(trip);
  if (ended.kind === "signInAsked") return ended;
  assert.fail(`VS Code should ask to sign in; the call was answered with "${answerText(ended.answer)}"`);
}

async function issuedSecrets(trip: Trip): Promise<readonly Secret[]> {
  const answer = await trip.world.sandbox
    .ask<{ readonly secrets: readonly Secret[] }>("issuedSecrets")
    .catch((cause: Error) => {
      throw new NotHere(`the sandbox cannot tell which secrets it issued (${cause.message})`);
    });
  assert.ok(answer.secrets.length > 0, "the provider issued something that can be searched for");
  return answer.secrets;
}

function count(observation: Observation, grant: string): number {
  return observation.grants[grant] ?? 0;
}

function statuses(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([status, times]) => `${status}×${times}`)
    .join(" ");
}

/** A text of several lines as one, short enough for a line of the report. */
function sentence(text: string): string {
  const line = text
    .replace(/^(Cancel|Allow|Yes|No)\s*$/gm, "")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
