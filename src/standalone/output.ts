/** Tells the person something. Standard output belongs to MCP, so that everything for people goes to standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
