import { useFakeEditor } from "./fakeEditor.ts";

/** A question that stands in the way until it is answered, or a message that goes away. */
type Kind = "modal" | "message";
type Take = (text: string, ...rest: never[]) => Promise<string | undefined>;

const takers = new Map<Kind, Take>();

/**
 * Answers one kind of the fake editor's warnings. Files of tests that share a process share its editor, in which one function
 * shows both kinds.
 *
 * @throws Error when two files answer the same kind
 */
export function takeWarnings(kind: Kind, take: Take): void {
  if (takers.has(kind)) throw new Error(`two tests answer warnings of the kind ${kind}`);
  const isFirst = takers.size === 0;
  takers.set(kind, take);
  if (!isFirst) return;
  useFakeEditor({
    window: {
      async showWarningMessage(text: string, ...rest: never[]) {
        return await takers.get(typeof rest[0] === "object" ? "modal" : "message")?.(text, ...rest);
      },
    },
  });
}
