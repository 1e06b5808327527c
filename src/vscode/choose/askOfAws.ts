import { translate } from "../translate.ts";
import type { ChooserWorld, Place } from "./chooserWorld.ts";
import { askInList, type ListItem, type ListQuestion } from "./list.ts";
import { troubled } from "./trouble.ts";

/** A list of what AWS answers. */
export interface AwsQuestion<T> extends Omit<ListQuestion<T>, "reload"> {
  /** Forgets what was answered, so that it is asked for again. */
  readonly forget: () => void;
}

/** What AWS answers is kept for whoever comes back to a list, until it is forgotten. */
export function keptItems<T>(
  ask: (signal: AbortSignal) => Promise<readonly ListItem<T>[]>,
): Pick<AwsQuestion<T>, "items" | "forget"> {
  let kept: readonly ListItem<T>[] | undefined;
  return {
    async items(signal) {
      kept ??= await ask(signal);
      return kept;
    },
    forget: () => {
      kept = undefined;
    },
  };
}

/** Asks in a list of what AWS answers, until something is chosen: it can be read again, and what fails can be mended. */
export async function askOfAws<T>(
  { forget, ...question }: AwsQuestion<T>,
  place: Place,
  world: ChooserWorld,
): Promise<{ readonly kind: "chosen"; readonly value: T } | { readonly kind: "back" | "cancelled" | "address" }> {
  for (;;) {
    const answer = await askInList({ ...question, reload: translate("Ask AWS Again") });
    if (answer.kind === "reload") forget();
    else if (answer.kind === "failed") {
      forget();
      const next = await troubled(answer.error, place, world);
      if (next.kind !== "again") return { kind: next.kind };
    } else if (answer.kind === "chosen") return answer;
    else return { kind: answer.kind };
  }
}
