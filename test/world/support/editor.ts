import type { TestContext } from "node:test";
import { type ConnectTestWorld, connectWorld } from "../../support/connectWorld.ts";
import type { FakeAuthorizationServer } from "../../support/fakeAuthorizationServer.ts";
import { startWorldGateway, type WorldGateway } from "./gateway.ts";
import { startProvider } from "./provider.ts";

/** A window of the editor, with its relay, that has connected a gateway and is signed in. */
export interface EditorWorld {
  readonly provider: FakeAuthorizationServer;
  readonly gateway: WorldGateway;
  readonly world: ConnectTestWorld;
  /** The connection's. */
  readonly id: string;
}

/** @param tokenFields what every token answer of the provider has besides, see `FakeAuthorizationServer` */
export async function editorWorld(
  t: TestContext,
  tokenFields: FakeAuthorizationServer["tokenFields"] = {},
): Promise<EditorWorld> {
  const provider = await startProvider(t);
  provider.tokenFields = tokenFields;
  return await connectedEditor(t, provider);
}

/**
 * The same with a provider that was scripted before.
 *
 * @param prepare scripts the gateway before it is connected
 * @param flow how to sign in, where it is not in the browser
 */
export async function connectedEditor(
  t: TestContext,
  provider: FakeAuthorizationServer,
  prepare?: (gateway: WorldGateway) => void,
  flow?: "deviceCode",
): Promise<EditorWorld> {
  const gateway = await startWorldGateway(t, provider);
  prepare?.(gateway);
  const world = connectWorld();
  t.after(() => world.stop());
  const outcome = await world.connect(gateway.url, {}, undefined, flow);
  if (outcome.kind !== "connected") throw new Error("not connected");
  return { provider, gateway, world, id: outcome.connection.id };
}
