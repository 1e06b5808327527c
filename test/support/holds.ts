import fc from "fast-check";
import { few, seed } from "./bulk.ts";

/** How many cases a property is held to. */
export const heldCases = few(2000, 200);

/** Holds a property to generated cases: to some, or in bulk to ten times as many. */
export function holds<T>(property: fc.IRawProperty<T>): void {
  fc.assert(property, { numRuns: heldCases, seed });
}
