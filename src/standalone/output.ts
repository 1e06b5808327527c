/** Tells the person something. Standard output belongs to MCP, so that everything for people goes to standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Prints a text for whoever reads standard output, all of it: a process that ends does not wait for a pipe. */
export const print = (text: string): Promise<void> =>
  new Promise((done) => process.stdout.write(`${text}\n`, () => done()));
