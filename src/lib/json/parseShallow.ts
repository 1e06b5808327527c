import { depthOf } from "./depthOf.ts";

/**
 * Parses JSON from outside that is a few levels deep, or is none of ours: what reads it afterwards may go down level by
 * level, and would end where the stack does.
 *
 * @param maxDepth how many arrays and objects may stand in each other
 * @throws SyntaxError
 */
export function parseShallow(text: string, maxDepth: number): unknown {
  if (depthOf(text) > maxDepth) throw new SyntaxError(`more than ${maxDepth} arrays and objects in each other`);
  return JSON.parse(text);
}
