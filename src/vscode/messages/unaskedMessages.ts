import type { Log } from "../../lib/log.ts";

/** How many messages one gateway may cause within `MESSAGES_MS`, and what belongs to none all together. */
export const MOST_MESSAGES = 3;
export const MESSAGES_MS = 5 * 60_000;
/** How many gateways are counted by themselves, and how many texts are known to stand; the oldest are forgotten. */
export const MOST_KNOWN = 100;

/** A message that no act of the person asked for. */
export interface UnaskedMessage {
  readonly text: string;
  /** Whose doing it is: the id of a connection, or an address; undefined where it is of none. */
  readonly gateway?: string | undefined;
  /** Shows it, and resolves when it is gone. */
  readonly show: () => PromiseLike<unknown>;
}

export type Tell = (message: UnaskedMessage) => void;

export interface UnaskedMessagesWorld {
  readonly log: Pick<Log, "warn">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * The one way by which a message is shown that nobody asked for. A gateway, a host or a file that somebody else writes could
 * cover the editor with them: each may cause a few within a time, and no text is shown while the same stands. Those beyond are
 * counted, and the log has what they said first and how many they were.
 */
export function unaskedMessages({ log, now }: UnaskedMessagesWorld): Tell {
  const shownAt = new Map<string, readonly number[]>();
  const standing = new Set<string>();
  const withheld = new Map<string, number>();

  const withhold = (source: string, text: string): void => {
    const many = (withheld.get(source) ?? 0) + 1;
    withheld.set(source, many);
    forgetOldest(withheld);
    if (many === 1) log.warn("a message was not shown, after many like it", { gateway: source || undefined, text });
  };

  return ({ text, gateway = "", show }) => {
    const key = JSON.stringify([gateway, text]);
    const since = now() - MESSAGES_MS;
    // What was shown after now was shown before the clock was set back.
    const recent = (shownAt.get(gateway) ?? []).filter((at) => at > since && at <= now());
    if (standing.has(key) || recent.length >= MOST_MESSAGES) return withhold(gateway, text);
    const many = withheld.get(gateway);
    if (many !== undefined) log.warn("messages were not shown", { gateway: gateway || undefined, many });
    withheld.delete(gateway);
    shownAt.delete(gateway);
    shownAt.set(gateway, [...recent, now()]);
    standing.add(key);
    forgetOldest(shownAt);
    forgetOldest(standing);
    const gone = () => standing.delete(key);
    show().then(gone, gone);
  };
}

function forgetOldest(kept: Map<string, unknown> | Set<string>): void {
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size > MOST_KNOWN) kept.delete(oldest);
}
