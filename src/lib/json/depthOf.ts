/** How deeply brackets are nested. Brackets in comments count too, which does no harm below a hundred. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "{" || character === "[")) depth++;
    else if (!quoted && (character === "}" || character === "]")) depth--;
    // A line break ends a string that was left open.
    else if (character === "\n") quoted = false;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
