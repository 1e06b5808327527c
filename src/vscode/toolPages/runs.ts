import type { GatewayRelay } from "../../connections/gatewayRelays.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { asFailure } from "../../failures/failure.ts";
import type { FailureWords } from "../../failures/wording.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import type { Log } from "../../lib/log.ts";
import { type EndedRun, MOST_RUNS, type RunOutcome, type ToPage } from "../../toolPage/messages.ts";
import { shownResult } from "../../toolPage/resultParts.ts";
import type { Subject } from "../../toolPage/subject.ts";
import { expandTemplate } from "../../toolPage/uriTemplate.ts";
import { milestones } from "../milestones.ts";
import { isAllowed } from "./isAllowed.ts";
import type { SubjectReference } from "./listedSubjects.ts";

/** What is kept of a page that is closed, in memory alone, until the window is. */
export interface Draft {
  args?: JsonObject;
  history: readonly EndedRun[];
  /** The results of these runs, whole, by their numbers. */
  readonly results: Map<number, JsonObject>;
}

export interface RunsWorld {
  readonly gateways: Gateways;
  readonly failureWords: FailureWords;
  readonly log: Log;
  readonly now: () => number;
  readonly tell: (message: ToPage) => void;
}

/** How much of a message about progress is shown, in characters. */
const LONGEST_MESSAGE = 500;

/** The runs of one page, one at a time. */
export class Runs {
  readonly #reference: SubjectReference;
  readonly #draft: Draft;
  readonly #world: RunsWorld;
  #running: AbortController | undefined;
  /** The run that the page was told of, and that has not ended. */
  #begun: number | undefined;
  #last: number;

  constructor(reference: SubjectReference, draft: Draft, world: RunsWorld) {
    this.#reference = reference;
    this.#draft = draft;
    this.#world = world;
    this.#last = draft.history.at(-1)?.id ?? 0;
  }

  /** Calls the tool, reads the resource or gets the prompt, after a question where it may destroy something. */
  async run(subject: Subject, given: unknown): Promise<void> {
    const { gateways, now, log, tell } = this.#world;
    if (this.#running) return;
    const args = isJsonObject(given) ? given : {};
    const running = new AbortController();
    this.#running = running;
    try {
      const gateway = gateways.find(this.#reference.gateway);
      if (!gateway || !(await isAllowed(subject, args, gateway, gateways))) {
        tell({ kind: "notRun" });
        return;
      }
      this.#last += 1;
      const id = this.#last;
      const at = now();
      this.#begun = id;
      this.sayAgain();
      const { outcome, result } = await this.#outcome(args, id, running.signal);
      const run = { id, args, at, ms: now() - at, outcome };
      const { kind } = this.#reference;
      log.info("a page ran something", { gateway: gateway.name, kind, ended: outcome.kind, ms: run.ms });
      this.#keep(run, result);
      if (kind === "tool" && result !== undefined) void milestones.toolRun();
      tell({ kind: "ended", run });
    } finally {
      this.#running = undefined;
      this.#begun = undefined;
    }
  }

  /** Says what runs: to a page that the editor makes anew meanwhile, as it does in another window. */
  sayAgain(): void {
    if (this.#begun !== undefined) this.#world.tell({ kind: "running", id: this.#begun });
  }

  /** Ends the run that is under way: the gateway is told that nobody waits for it. */
  cancel(): void {
    this.#running?.abort();
  }

  async #outcome(
    args: JsonObject,
    id: number,
    signal: AbortSignal,
  ): Promise<{ readonly outcome: RunOutcome; readonly result?: JsonObject }> {
    const { gateways, failureWords, tell } = this.#world;
    try {
      const relay = await gateways.relay(this.#reference.gateway);
      if (relay === undefined) return { outcome: { kind: "cancelled" } };
      const onprogress = ({ progress, total, message }: JsonObject) => {
        const isMeasured = typeof progress === "number" && typeof total === "number" && total > 0;
        const said = typeof message === "string" ? message.slice(0, LONGEST_MESSAGE) : "";
        tell({ kind: "progress", id, message: said, fraction: isMeasured ? progress / total : undefined });
      };
      const result = await this.#ask(relay, args, { signal, onprogress });
      return { outcome: { kind: "answered", result: shownResult(this.#reference.kind, result) }, result };
    } catch (error) {
      if (signal.aborted) return { outcome: { kind: "cancelled" } };
      const failure = asFailure(error);
      return { outcome: { kind: "failed", ...failureWords(failure), code: failure.code } };
    }
  }

  async #ask(
    relay: GatewayRelay,
    args: JsonObject,
    options: { readonly signal: AbortSignal; readonly onprogress: (progress: JsonObject) => void },
  ): Promise<JsonObject> {
    const { kind, name } = this.#reference;
    switch (kind) {
      case "tool":
        return await relay.own.callTool(name, args, options);
      case "prompt":
        return await relay.own.getPrompt(name, args, options);
      case "resource":
        return await relay.own.readResource(expandTemplate(name, args), options);
    }
  }

  #keep(run: EndedRun, result: JsonObject | undefined): void {
    const { results } = this.#draft;
    this.#draft.history = [...this.#draft.history, run].slice(-MOST_RUNS);
    if (result !== undefined) results.set(run.id, result);
    const kept = new Set(this.#draft.history.map(({ id }) => id));
    for (const id of results.keys()) if (!kept.has(id)) results.delete(id);
  }
}
