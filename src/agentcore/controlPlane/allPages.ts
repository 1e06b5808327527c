import { MAX_LISTED } from "../../lib/limits.ts";
import { type AnswerPart, malformed, objectsIn, textIn } from "./answerParts.ts";

/** The most pages that are read of one list. AWS allows a thousand gateways in an account, and a hundred a page. */
const MOST_PAGES = 100;

/** What there is of a kind, and whether there is more than anybody reads. */
export interface All<T> {
  readonly all: readonly T[];
  readonly isCut: boolean;
}

interface List<T> {
  /** The member of a page that has its items. */
  readonly name: string;
  /** Reads an item. @throws GatewayFailure `aws_answer_invalid` */
  readonly item: (part: AnswerPart) => T;
}

/**
 * Reads all pages of a list.
 *
 * @param ask reads one page
 * @throws GatewayFailure `aws_answer_invalid`, and as `ask` does
 */
export async function allPages<T>(
  { name, item }: List<T>,
  ask: (nextToken: string | undefined) => Promise<AnswerPart>,
): Promise<All<T>> {
  const items: AnswerPart[] = [];
  const seen = new Set<string>();
  for (let token: string | undefined; ; ) {
    const page = await ask(token);
    items.push(...objectsIn(page, name));
    token = textIn(page, "nextToken");
    if (token === undefined) return { all: items.map(item), isCut: false };
    if (seen.has(token)) throw malformed(page, "its next page is one that was read");
    seen.add(token);
    if (seen.size >= MOST_PAGES || items.length >= MAX_LISTED)
      return { all: items.slice(0, MAX_LISTED).map(item), isCut: true };
  }
}
