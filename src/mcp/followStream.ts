import type { HttpBody } from "../lib/httpPort.ts";
import { lengthOf, type Pieces } from "../lib/pieces.ts";
import { pause, unref, untilAborted } from "../lib/waiting.ts";
import { EventStream, EventTooLarge, type StreamEvent } from "./wire/eventStream.ts";

/** A server that restarts is looked for over minutes, so that its change notifications arrive again. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const MOST_ATTEMPTS = 10;

/**
 * How many messages of a stream are handed on before everybody else has a turn. A server that sends without end would have
 * the program to itself: each piece that came brings hundreds, and the next one is there when they are done.
 */
const MOST_IN_A_ROW = 16;

/** From which size on each event is followed by a turn of the others, in bytes: what was heard of it is written by then. */
const LARGE = 16 * 1024;

/**
 * How long a stream may go on after its answer, in milliseconds. A server should end it then (2025-11-25, basic/transports), so
 * that its connection serves the next request. One that does not would leave one open for each call, or flood it.
 */
const AFTER_ANSWER_MS = 1000;

/** Lets everybody else have a turn, and waits for whoever hears the events: none are read that they cannot take. */
async function turnOfOthers({ signal, drain }: Pick<StreamWorld, "signal" | "drain">): Promise<void> {
  await pause(0, signal);
  while (!signal.aborted) {
    const full = drain();
    if (full === undefined) return;
    await untilAborted(full, signal);
  }
}

/** The server no longer knows what the stream is of. */
export class StreamLost extends Error {}

export interface StreamWorld {
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** The largest event that is read, in bytes. */
  readonly maxBytes: number;
  /** How long the server asked to wait before the next connection, which holds for all its streams; in milliseconds. */
  retryMs(asked: number | undefined): number | undefined;
  /**
   * Takes one event that has data; says whether it was the answer that the stream was opened for.
   *
   * @param isCutShort whether the stream ended before the event did
   */
  onEvent(event: StreamEvent, isCutShort: boolean): boolean;
  /** Takes what came of an event that is too large; says whether it was enough for the answer. */
  onTooLarge(begun: Pieces): boolean;
  /** Resolves when whoever hears the events can take more; `undefined` while they can. */
  drain(): Promise<void> | undefined;
  onError(error: Error): void;
  /** Has the stream that is read end by `signal`. */
  leave(): void;
  /**
   * Opens the stream again.
   *
   * @returns `undefined` where the server has none to give
   * @throws StreamLost where it can never be opened again, or what keeps the server from answering
   */
  reopen(lastEventId: string): Promise<HttpBody | null | undefined>;
}

/**
 * Follows the stream of an answer, or the one of what a server says on its own, over as many connections as it takes: a
 * server may close one at any time and go on in the next (2025-11-25, basic/transports, resumability).
 *
 * @param isStanding whether it is to be opened again also where the server named no event to go on from
 * @returns how it ended; `tooLarge` where an event was larger than anybody reads; `lost` where the server had one and cannot be asked for it any more
 */
export async function followStream(
  first: HttpBody | null,
  isStanding: boolean,
  world: StreamWorld,
): Promise<"answered" | "cancelled" | "ended" | "lost" | "tooLarge"> {
  const { signal } = world;
  let body: HttpBody | null | undefined = first;
  let lastEventId = "";
  let fruitless = 0;
  for (let isFirst = true; body !== undefined; isFirst = false) {
    const opened = performance.now();
    const read = await readStream(body, world);
    if (signal.aborted) return "cancelled";
    if (read.answered) return "answered";
    // The next connection would bring the same again.
    if (read.isTooLarge) return "tooLarge";
    if (read.lastEventId !== "") lastEventId = read.lastEventId;
    const mayGoOn = (isStanding || !isFirst || lastEventId !== "") && !read.isEmpty;
    if (!mayGoOn) return "ended";
    // Who ends each stream at once has nothing to say: it is asked for one ever less often.
    const isEndedAtOnce = !read.broughtSomething && performance.now() - opened < waitMs(fruitless);
    if (!isEndedAtOnce) fruitless = 0;
    const next = await reopened({ lastEventId, fruitless: fruitless++ }, world);
    if (signal.aborted) return "cancelled";
    if (next === "lost") return "lost";
    body = next;
  }
  return "ended";
}

interface Read {
  readonly answered: boolean;
  readonly lastEventId: string;
  /** Whether there was an event with data, or one to go on from. */
  readonly broughtSomething: boolean;
  /** Whether there was no body. */
  readonly isEmpty: boolean;
  /** Whether an event was larger than anybody reads. */
  readonly isTooLarge: boolean;
}

async function readStream(body: HttpBody | null, world: StreamWorld): Promise<Read> {
  const stream = new EventStream(world.maxBytes);
  let answered = false;
  let isTooLarge = false;
  let broughtSomething = false;
  let inARow = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;
  try {
    for await (const piece of body ?? []) {
      const events = stream.push(piece);
      world.retryMs(stream.retryMs);
      for (const event of events) {
        const bytes = lengthOf(event.data);
        if (bytes === 0) continue;
        broughtSomething = true;
        if (world.onEvent(event, false)) {
          answered = true;
          rest ??= unref(setTimeout(() => world.leave(), AFTER_ANSWER_MS));
        }
        // The SDK sees to a notification a moment after it came, but to an answer at once.
        else await Promise.resolve();
        // A server can go on after its answer, for as long as it is listened to.
        const isTurn = ++inARow % MOST_IN_A_ROW === 0 || (!answered && bytes > LARGE);
        if (isTurn) await turnOfOthers(world);
      }
    }
    const cutShort = stream.end();
    if (!answered && cutShort !== undefined && world.onEvent(cutShort, true)) answered = true;
  } catch (error) {
    isTooLarge = error instanceof EventTooLarge;
    const begun = isTooLarge ? stream.takeBegun() : undefined;
    if (begun !== undefined && world.onTooLarge(begun)) answered = true;
    else if (!world.signal.aborted) world.onError(new Error(`SSE stream disconnected: ${error}`));
  } finally {
    clearTimeout(rest);
  }
  const { lastEventId } = stream;
  broughtSomething ||= lastEventId !== "";
  return { answered, lastEventId, broughtSomething, isEmpty: body === null, isTooLarge };
}

const waitMs = (attempt: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);

async function reopened(
  { lastEventId, fruitless }: { readonly lastEventId: string; readonly fruitless: number },
  world: StreamWorld,
): Promise<HttpBody | null | undefined | "lost"> {
  const { signal } = world;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    await pause(world.retryMs(undefined) ?? waitMs(fruitless + attempt), signal);
    if (signal.aborted) return undefined;
    try {
      return await world.reopen(lastEventId);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof StreamLost) return "lost";
      world.onError(new Error(`Failed to reconnect SSE stream: ${error instanceof Error ? error.message : error}`));
    }
  }
  world.onError(new Error(`Maximum reconnection attempts (${MOST_ATTEMPTS}) exceeded.`));
  return "lost";
}
