import assert from "node:assert/strict";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { connectWorld } from "./connectWorld.ts";

/** A company with some gateways, each with an authorization server of its own. */
export async function withCompany(
  count: number,
  options: SandboxOptions,
  act: (gateways: readonly [Sandbox, ...Sandbox[]]) => Promise<void>,
): Promise<void> {
  const first = await startSandbox({ ...options, enterprise: true });
  const all: [Sandbox, ...Sandbox[]] = [first];
  try {
    while (all.length < count) all.push(await startSandbox({ ...options, enterprise: { of: first } }));
    await act(all);
  } finally {
    await Promise.all(all.map((sandbox) => sandbox.stop()));
  }
}

/** What is set of a company, with members that a test wants otherwise. */
export const companySetting = ({ enterprise }: Sandbox, more: object = {}): object => {
  assert.ok(enterprise, "a company");
  const { issuer, clientId } = enterprise;
  return { issuer, clientId, ...more };
};

/** A window in which a company and the clients at its gateways are set. */
export function enterpriseWorld(
  gateways: readonly [Sandbox, ...Sandbox[]],
  {
    company = {},
    gateway = {},
    ...options
  }: { readonly company?: object; readonly gateway?: object } & Pick<
    NonNullable<Parameters<typeof connectWorld>[0]>,
    "beside" | "places"
  > = {},
) {
  const environment = Object.fromEntries(gateways.map(({ clientSecret = "" }, at) => [`SECRET_${at}`, clientSecret]));
  const settings = Object.fromEntries(
    gateways.map(({ gatewayUrl, clientId }, at) => [
      gatewayUrl,
      { clientId, clientSecret: { environment: `SECRET_${at}` }, ...gateway },
    ]),
  );
  const places = { environment: (name: string) => environment[name], readFile: async () => "", run: async () => "" };
  const enterprise = companySetting(gateways[0], company);
  const world = connectWorld({ places, ...options, settings, enterprise });
  return {
    ...world,
    /** Connects the gateway with this number. */
    async in(at: number) {
      const ended = await world.connect(gateways[at]?.gatewayUrl ?? "", { name: `gateway-${at}` });
      assert.ok(ended.kind === "connected", JSON.stringify(ended));
      return ended.connection;
    },
  };
}
