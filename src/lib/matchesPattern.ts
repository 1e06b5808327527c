/**
 * Whether a text is what a pattern stands for, in which `*` is anything, also nothing, and all else itself. It takes time
 * in proportion to both lengths at most, whatever the pattern.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let [at, within] = [0, 0];
  let [star, from] = [-1, 0];
  while (at < text.length) {
    if (pattern[within] === "*") {
      [star, from] = [within, at];
      within++;
    } else if (pattern[within] === text[at]) {
      within++;
      at++;
    } else if (star >= 0) {
      // The last star takes one character more.
      from++;
      [within, at] = [star + 1, from];
    } else return false;
  }
  while (pattern[within] === "*") within++;
  return within === pattern.length;
}
