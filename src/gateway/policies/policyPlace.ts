import type { PolicyPlace } from "./policy.ts";

/** Where a character of a policy stands, in the form that editors and terminals turn into a link. */
export function placeText(place: PolicyPlace, at: number): string {
  const { line, column } = place.position(at);
  return `${place.file ?? place.path}:${line}:${column}`;
}
