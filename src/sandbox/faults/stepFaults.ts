import type { IncomingMessage } from "node:http";
import type { Door } from "../../gateway/http/httpServer.ts";
import { type FaultStep, faultSteps, lookAtBody } from "./faultSteps.ts";
import { type FaultWay, faultWays, goWrong } from "./faultWays.ts";

/** A fault at one step: how it goes wrong, and for the how manieth requests of that step since the fault was set, from 1. */
export interface StepFault {
  readonly step: FaultStep;
  readonly way: FaultWay;
  readonly from: number;
  readonly to: number;
}

type StepsOf = (request: IncomingMessage, body: string) => readonly FaultStep[];

const steps = Object.keys(faultSteps) as readonly FaultStep[];
const ways = Object.keys(faultWays) as readonly FaultWay[];

/**
 * Reads `<step>-<way>`, with `:<when>` behind it where it is not each time: `:2` the second request of this step, `:2-3`,
 * or `:2-` all from the second on.
 *
 * @returns undefined where it names no step and way
 * @throws Error where it says wrongly when
 */
export function parseStepFault(text: string): StepFault | undefined {
  const [name = "", ...when] = text.split(":");
  const step = steps.find((one) => name.startsWith(`${one}-`) && isWay(name.slice(one.length + 1)));
  if (step === undefined) return undefined;
  const way = name.slice(step.length + 1) as FaultWay;
  if (when.length === 0) return { step, way, from: 1, to: Number.POSITIVE_INFINITY };
  const [, from, dash, to] = /^([1-9]\d{0,5})(-)?([1-9]\d{0,5})?$/.exec(when.join(":")) ?? [];
  const first = Number(from);
  const last = to !== undefined ? Number(to) : dash === undefined ? first : Number.POSITIVE_INFINITY;
  if (from === undefined || (to !== undefined && dash === undefined) || last < first) {
    throw new Error(
      `the fault "${name}" happens at a number of requests: ":2", ":2-3" or ":2-", not ":${when.join(":")}"`,
    );
  }
  return { step, way, from: first, to: last };
}

/** @throws Error where the text names no fault at a step */
export function stepFault(text: string): StepFault {
  const fault = parseStepFault(text);
  if (!fault) throw new Error(`there is no fault "${text}" at a step`);
  return fault;
}

const isWay = (text: string): text is FaultWay => ways.includes(text as FaultWay);

/** The faults at the steps of one sandbox, and the requests that came at each. */
export class StepFaults {
  #faults: readonly StepFault[] = [];
  /** Since the faults were set. */
  #since = new Map<FaultStep, number>();
  readonly #came: Partial<Record<FaultStep, number>> = {};
  #toTakeBack: (() => Promise<void> | void)[] = [];

  /** Takes back the faults that are set, and sets these. Servers that were down listen again when it is done, and slow answers go out. */
  async replace(faults: readonly StepFault[]): Promise<void> {
    this.#faults = faults;
    this.#since = new Map();
    const before = this.#toTakeBack;
    this.#toTakeBack = [];
    await Promise.all(before.map((takeBack) => takeBack()));
  }

  /** How many requests came at each step, those that went wrong too. */
  counts(): Readonly<Partial<Record<FaultStep, number>>> {
    return { ...this.#came };
  }

  door(stepsOf: StepsOf): Door {
    return (request, response, handle) => {
      const decide = (body: string) => {
        if (request.destroyed && !request.complete) return;
        const way = this.#wayOf(stepsOf(request, body));
        if (way === undefined) handle();
        else goWrong(way, { request, response, handle, onTakenBack: (act) => void this.#toTakeBack.push(act) });
      };
      void lookAtBody(request).then(decide);
    };
  }

  #wayOf(now: readonly FaultStep[]): FaultWay | undefined {
    let found: FaultWay | undefined;
    for (const step of now) {
      this.#came[step] = (this.#came[step] ?? 0) + 1;
      const time = (this.#since.get(step) ?? 0) + 1;
      this.#since.set(step, time);
      found ??= this.#faults.find((fault) => fault.step === step && fault.from <= time && time <= fault.to)?.way;
    }
    return found;
  }
}
