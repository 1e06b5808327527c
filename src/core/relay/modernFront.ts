import type { Listed } from "./catalogue.ts";
import type { Caller, EditorSide } from "./editorSide.ts";
import type { GatewayLink } from "./gatewayLink.ts";
import type { ListMethod } from "./lists.ts";
import type { Json, OnProgress } from "./passThrough.ts";

export interface ModernFrontWorld {
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly capabilities: () => Json;
  readonly instructions: () => string | undefined;
  readonly now: () => number;
  readonly link: (caller: Caller, editor: EditorSide) => GatewayLink;
  readonly answer: (
    link: GatewayLink,
    method: string,
    params: Json | undefined,
    options: {
      readonly signal: AbortSignal;
      readonly onprogress?: OnProgress | undefined;
      readonly passInputRequired?: boolean | undefined;
    },
    given: (method: ListMethod, items: readonly Listed[]) => void,
  ) => Promise<Json>;
}

/** Refuses 2026-07-28 for now. */
export class ModernFront {
  constructor(_world: ModernFrontWorld) {}
  async handle(_request: Request, _body: unknown): Promise<Response> {
    return Response.json(
      {
        jsonrpc: "2.0",
        error: { code: -32022, message: "Unsupported protocol version", data: { supported: ["2025-11-25"] } },
        id: null,
      },
      { status: 400 },
    );
  }
  links(): GatewayLink[] {
    return [];
  }
  refreshed(_items: (method: ListMethod) => readonly Listed[]): void {}
  sweep(_usedBefore: number): void {}
  async close(): Promise<void> {}
}
