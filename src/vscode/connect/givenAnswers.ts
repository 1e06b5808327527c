import type { Answer } from "./box.ts";

/** What is asked while a gateway is connected, in the order in which it may be. */
export type Step = "region" | "issuer" | "clientId" | "credential" | "aws";

/**
 * What a person answered so far. An attempt to connect is made from its beginning whenever they go back, or mend something,
 * with the answers that they gave; the one that they go back to is asked again, with what they typed in the box.
 */
export class GivenAnswers {
  readonly #given = new Map<Step, string>();
  readonly #problems = new Map<Step, string>();
  /** The steps of this attempt, as they were asked or answered by themselves. */
  #steps: Step[] = [];
  /** What is asked again although there is an answer. */
  #again: ReadonlySet<Step> = new Set<Step>(["region", "issuer", "clientId", "credential", "aws"]);
  #wentBack = false;
  readonly #agreed = new Set<string>();

  /**
   * @param known stands in the boxes already
   * @param isCertain nobody is asked for that
   */
  constructor(known: Readonly<Partial<Record<Step, string | undefined>>>, isCertain = false) {
    if (isCertain) this.#again = new Set();
    for (const [step, text] of Object.entries(known)) if (text !== undefined) this.#given.set(step as Step, text);
  }

  /** Whether this attempt ended by a step back. */
  get wentBack(): boolean {
    return this.#wentBack;
  }

  /** Whether the person was asked for this in this attempt. */
  has(step: Step): boolean {
    return this.#steps.includes(step);
  }

  begin(): void {
    this.#steps = [];
    this.#wentBack = false;
  }

  /** Asks a step, or answers it with what is known. @returns undefined where the person goes back, or gives up */
  async answer(
    step: Step,
    ask: (given: { readonly value: string | undefined; readonly problem: string | undefined }) => Promise<Answer>,
  ): Promise<string | undefined> {
    const known = this.#given.get(step);
    const problem = this.#problems.get(step);
    if (known !== undefined && problem === undefined && !this.#again.has(step)) {
      this.#steps.push(step);
      return known;
    }
    const answer = await ask({ value: known, problem });
    if (answer.kind === "answered") {
      this.#steps.push(step);
      this.#given.set(step, answer.text);
      this.#problems.delete(step);
      this.#again = without(this.#again, step);
      return answer.text;
    }
    this.#wentBack = answer.kind === "back";
    const before = this.#steps.at(-1);
    if (this.#wentBack && before !== undefined) this.#again = new Set([...this.#again, before]);
    return undefined;
  }

  /** Whether a step back leads to the address, because nothing else was asked before. */
  get isAtAddress(): boolean {
    return this.#steps.length === 0;
  }

  /** Has a step asked again, and says there what is wrong with the answer. */
  refuse(step: Step, problem: string): void {
    this.#problems.set(step, problem);
  }

  /** Has a text stand in the box of a step, if it is asked. */
  suggest(step: Step, text: string): void {
    this.#given.set(step, text);
    this.#again = new Set([...this.#again, step]);
  }

  /** Asks whether something may be done, until the person has agreed to it. */
  async agree(what: string, ask: () => Promise<boolean>): Promise<boolean> {
    if (!this.#agreed.has(what) && (await ask())) this.#agreed.add(what);
    return this.#agreed.has(what);
  }

  /** Another address: every question is asked again, with what was typed in its box. */
  forAnotherAddress(): void {
    this.#problems.clear();
    this.#again = new Set(this.#given.keys());
  }
}

function without(steps: ReadonlySet<Step>, step: Step): ReadonlySet<Step> {
  return new Set([...steps].filter((one) => one !== step));
}
