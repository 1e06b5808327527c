/** Where a suite says what happens: at once, or held back until somebody else has spoken. */
export class Output {
  #held: string[] | undefined;

  constructor(isHeld: boolean) {
    this.#held = isHeld ? [] : undefined;
  }

  readonly print = (text: string): void => {
    if (this.#held) this.#held.push(text);
    else process.stdout.write(text);
  };
  readonly line = (line: string): void => this.print(`${line}\n`);
  readonly say = (line: string): void => this.line(`  ${line}`);

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.print(held.join(""));
  }
}
