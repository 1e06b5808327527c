import { startGateway } from "../relayGateways.ts";
import type { Bomb, Exploding } from "./bombs.ts";

/** A gateway of one era that answers one method with a bomb, as soon as it is armed. */
export async function startBombedGateway(era: "legacy" | "modern", bomb: Bomb) {
  const given: Exploding[] = [];
  let isArmed = false;
  const gateway = await startGateway(era, 0, async (request) => {
    if (!isArmed || request.method !== "POST") return undefined;
    const { method, id } = (await request.clone().json()) as { readonly method?: string; readonly id?: unknown };
    if (method !== bomb.method) return undefined;
    const one = bomb.answer(id);
    given.push(one);
    return one.response;
  });
  return {
    url: gateway.url,
    arm() {
      isArmed = true;
    },
    asked: () => given.length,
    /** What was taken of all bombs together, in bytes. */
    sent: () => given.reduce((bytes, one) => bytes + one.sent(), 0),
    stop: () => gateway.stop(),
  };
}
