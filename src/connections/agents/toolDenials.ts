import type { AnyFailure, FailureCode } from "../../failures/failure.ts";
import { MOST_COUNTED_NAMES } from "../../lib/limits.ts";
import type { Connection } from "../connection.ts";

/** Why a gateway did not let somebody call a tool. */
export interface ToolDenial {
  readonly failure: AnyFailure;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** What is about the tool and whoever calls it, and not about the gateway as a whole. */
const denials: ReadonlySet<FailureCode> = new Set(["policy_denied", "aws_permission_missing"]);

const none: ReadonlyMap<string, ToolDenial> = new Map();

/**
 * The tools whose last call was denied, with the reason: it is shown where the tool stands, since only an agent was told. It
 * is true until a call of the tool passes, or until somebody looks anew. It is kept in memory only.
 */
export class ToolDenials {
  readonly #world: { readonly now: () => number; readonly onChanged: () => void };
  readonly #denied = new Map<string, Map<string, ToolDenial>>();
  /** With which sign-in they were seen first. */
  readonly #whose = new Map<string, string | undefined>();

  /** @param world `onChanged` is called when a tool is denied, or no longer */
  constructor(world: { readonly now: () => number; readonly onChanged: () => void }) {
    this.#world = world;
  }

  /** The denied tools of a gateway, by their names. What was denied to somebody else says nothing. */
  of({ id, sessionId }: Pick<Connection, "id" | "sessionId">): ReadonlyMap<string, ToolDenial> {
    const denied = this.#denied.get(id);
    if (!denied) return none;
    if (!this.#whose.has(id)) this.#whose.set(id, sessionId);
    if (this.#whose.get(id) === sessionId) return denied;
    this.#denied.delete(id);
    return none;
  }

  /** Takes in how a call ended: with a failure, or with a result of the tool. */
  called(connectionId: string, tool: string, failure: AnyFailure | undefined): void {
    const known = this.#denied.get(connectionId);
    if (!known) this.#whose.delete(connectionId);
    const denied = known ?? new Map<string, ToolDenial>();
    if (failure === undefined) {
      if (!denied.delete(tool)) return;
    } else {
      // Any other failure says nothing about whether the person may call it.
      if (!denials.has(failure.code)) return;
      denied.delete(tool);
      denied.set(tool, { failure, at: this.#world.now() });
      // Agents may make up names, and a gateway may deny each.
      const [oldest] = denied.keys();
      if (oldest !== undefined && denied.size > MOST_COUNTED_NAMES) denied.delete(oldest);
      this.#denied.set(connectionId, denied);
    }
    this.#world.onChanged();
  }

  /** Forgets what was denied: somebody looks anew. */
  clear(connectionId: string): void {
    if (this.#denied.delete(connectionId)) this.#world.onChanged();
  }
}
