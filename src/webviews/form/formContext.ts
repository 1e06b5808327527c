import type { JsonPath } from "../../toolPage/json.ts";
import type { PageWords } from "../../toolPage/pageWords.ts";

/** What the fields of a form share. */
export interface FormContext {
  /** The document of the schema. */
  readonly root: unknown;
  readonly words: PageWords;
  valueAt(path: JsonPath): unknown;
  /** Undefined takes the value away. */
  setAt(path: JsonPath, value: unknown): void;
  /** Which of its forms a value was given, by `pathKey`. */
  readonly chosen: Map<string, number>;
  /** What was typed where JSON is entered and is none, by `pathKey`. */
  readonly notJson: Set<string>;
  /** Makes the field of a place, for the parts of a value that has parts. */
  field(place: Place): HTMLElement;
  /** Asks for ways to go on with what is typed; undefined where nobody can be asked. */
  readonly complete: ((argument: string, typed: string) => void) | undefined;
}

/** One place of a form. */
export interface Place {
  readonly path: JsonPath;
  readonly schema: unknown;
  readonly label: string;
  readonly required: boolean;
  /** What can be done with the member or the item as a whole. */
  readonly acts?: readonly HTMLElement[];
}

/** The id of what belongs to a place: the page has one form. */
export const idOf = (part: "field" | "label" | "about" | "fault" | "list", path: JsonPath): string =>
  `${part}:${path.map((step) => encodeURIComponent(String(step))).join("/")}`;
