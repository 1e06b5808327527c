import { startGateway } from "../relayGateways.ts";
import type { Bomb, Exploding } from "./bombs.ts";

/** A gateway of one era that answers one method with a bomb, as soon as it is armed. */
/** @param where it goes off: in the answer to its method, or in the stream of what the gateway says by itself */
export async function startBombedGateway(
  era: "legacy" | "modern",
  bomb: Bomb,
  where: "answer" | "standing" = "answer",
) {
  const given: Exploding[] = [];
  let isArmed = false;
  const explode = (id: unknown) => {
    const one = bomb.answer(id);
    given.push(one);
    return one.response;
  };
  const gateway = await startGateway(era, 0, async (request) => {
    if (where === "standing" && request.method === "GET") return explode(undefined);
    if (!isArmed || where === "standing" || request.method !== "POST") return undefined;
    const { method, id } = (await request.clone().json()) as { readonly method?: string; readonly id?: unknown };
    return method === bomb.method ? explode(id) : undefined;
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
