import type { Gateways } from "../../connections/gateways.ts";
import { withCancellableProgress } from "../messages/cancellableProgress.ts";
import { tellFact } from "../messages/tellFact.ts";
import { translate } from "../translate.ts";
import { connectionOf } from "./chooseConnection.ts";
import type { CommandRun } from "./command.ts";

/**
 * **Ping Gateway**: asks a gateway for its tools and says how long it took. MCP's own `ping` is not in its newest revision,
 * and would pass where tools do not. Nobody is asked to sign in for it.
 */
export async function pingGatewayCommand(run: CommandRun, gateways: Gateways, now: () => number): Promise<void> {
  const title = translate("Ping which gateway?");
  const connection = await connectionOf(run, title, gateways);
  if (!connection) return;
  const { id, name } = connection;
  run.about(id);
  const relay = await gateways.relay(id);
  if (!relay) return;
  const from = now();
  const tools = await withCancellableProgress(translate("Pinging {0}", name), async (signal) => {
    try {
      return await relay.listTools(signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  });
  if (!tools) return;
  const said = translate("{0} answered within {1} ms. It has {2} tools.", name, now() - from, tools.length);
  void tellFact(said);
}
