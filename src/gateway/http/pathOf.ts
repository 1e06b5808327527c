/** The path that a request asks for. Whatever is no path is the root. */
export function pathOf(target: string): string {
  return target.startsWith("/") ? new URL(`http://localhost${target}`).pathname : "/";
}
