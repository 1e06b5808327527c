import { mock } from "node:test";

/*
 * Stands for `node:test` in the program of all tests, which is to run them again and again in one process: what takes
 * time is to start one, and to load what the tests import.
 */

type Body = (context: TestContext) => unknown;

export interface RegisteredTest {
  readonly name: string;
  readonly body: Body;
}

/** What the files registered as they were loaded. */
export const registered = { tests: [] as RegisteredTest[], before: [] as Body[], after: [] as Body[] };

/** As much of the context as the tests use. */
export class TestContext {
  readonly name: string;
  readonly mock = mock;
  readonly #ends: Body[] = [];
  readonly #ended = new AbortController();

  constructor(name: string) {
    this.name = name;
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  after(end: Body): void {
    this.#ends.push(end);
  }

  skip(): void {}

  diagnostic(): void {}

  async test(name: string, ...rest: readonly unknown[]): Promise<void> {
    const body = bodyIn(rest);
    if (body) await runTest({ name, body });
  }

  async end(): Promise<void> {
    this.#ended.abort();
    for (const end of this.#ends) await end(this);
    mock.timers.reset();
    mock.reset();
  }
}

/** @throws what the test throws */
export async function runTest({ name, body }: RegisteredTest): Promise<void> {
  const context = new TestContext(name);
  try {
    await body(context);
  } finally {
    await context.end();
  }
}

/** The body of a test that is not skipped. */
function bodyIn(rest: readonly unknown[]): Body | undefined {
  const isSkipped = rest.some((one) => typeof one === "object" && one !== null && (one as { skip?: unknown }).skip);
  return isSkipped ? undefined : (rest.find((one) => typeof one === "function") as Body | undefined);
}

export function test(name: string, ...rest: readonly unknown[]): void {
  const body = bodyIn(rest);
  if (body) registered.tests.push({ name, body });
}

export const describe = (_name: string, body: () => void): void => body();
export const before = (body: Body): void => void registered.before.push(body);
export const after = (body: Body): void => void registered.after.push(body);
export { mock };
