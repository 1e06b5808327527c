import type { JsonObject } from "../lib/json/jsonObject.ts";
import type { PageWords } from "./pageWords.ts";
import type { ShownResult } from "./resultParts.ts";
import type { Subject } from "./subject.ts";

/** How it stands with the gateway, as far as it matters to whoever is about to run something. */
export type Standing =
  | { readonly kind: "ready" }
  | { readonly kind: "signedOut" }
  | { readonly kind: "removed" }
  | { readonly kind: "attention"; readonly words: string };

/** How a run ended. */
export type RunOutcome =
  | { readonly kind: "answered"; readonly result: ShownResult }
  | {
      readonly kind: "failed";
      readonly title: string;
      readonly detail: string;
      readonly nextStep: string;
      readonly code: string;
    }
  | { readonly kind: "cancelled" };

/** How many runs the history has. */
export const MOST_RUNS = 20;

/** A run that ended, as the history has it. */
export interface EndedRun {
  readonly id: number;
  readonly args: JsonObject;
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  readonly ms: number;
  readonly outcome: RunOutcome;
}

/** What the extension tells the page. */
export type ToPage =
  | {
      readonly kind: "open";
      readonly subject: Subject;
      readonly gateway: string;
      readonly words: PageWords;
      readonly standing: Standing;
      /** What was entered before, where it was. */
      readonly args?: JsonObject;
      readonly history: readonly EndedRun[];
    }
  /** The arguments were changed elsewhere. */
  | { readonly kind: "arguments"; readonly args: JsonObject }
  /** The gateway lists something else under this name; undefined where it lists nothing. */
  | { readonly kind: "changed"; readonly subject: Subject | undefined }
  | { readonly kind: "standing"; readonly standing: Standing }
  | { readonly kind: "running"; readonly id: number }
  | { readonly kind: "progress"; readonly id: number; readonly message: string; readonly fraction: number | undefined }
  | { readonly kind: "ended"; readonly run: EndedRun }
  /** The person did not want it after all. */
  | { readonly kind: "notRun" }
  | { readonly kind: "completed"; readonly argument: string; readonly values: readonly string[] };

/** A part of the result of a run: all of it as JSON, its structured content, or one of its contents. */
export type PartOfResult = "raw" | "structured" | number;

/** What the page asks the extension for. Each is an act of the person in front of it. */
export type FromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "arguments"; readonly args: JsonObject }
  | { readonly kind: "run"; readonly args: JsonObject }
  | { readonly kind: "cancel" }
  | { readonly kind: "editJson"; readonly args: JsonObject }
  | { readonly kind: "openPart" | "savePart" | "copyPart"; readonly run: number; readonly part: PartOfResult }
  | { readonly kind: "openLink"; readonly href: string }
  | { readonly kind: "readResource"; readonly uri: string }
  | { readonly kind: "complete"; readonly argument: string; readonly value: string; readonly args: JsonObject };
