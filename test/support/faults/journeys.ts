import type { FaultStep } from "../../../src/sandbox/faults/faultSteps.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../src/sandbox/startSandbox.ts";
import { type ConnectTestWorld, connectWorld } from "../connectWorld.ts";
import { companySetting } from "../enterpriseWorld.ts";
import { useDeviceCode } from "../useDeviceCode.ts";
import { startWorkloadPlatform } from "../workloadPlatform.ts";
import type { Journey } from "./faultRun.ts";

type WorldOptions = NonNullable<Parameters<typeof connectWorld>[0]>;

const TOKEN_SECONDS = 600;

/** With them a tool that changes something needs no further sign-in. */
const allScopes = ["openid", "profile", "offline_access", "gateway.read", "gateway.write"];

async function begin(
  options: SandboxOptions,
  settingsOf: (sandbox: Sandbox) => { readonly settings?: object; readonly more?: WorldOptions } = () => ({}),
) {
  const sandbox = await startSandbox({ recordSecrets: true, asksConsent: false, ...options });
  const { settings, more } = settingsOf(sandbox);
  const world = connectWorld({ ...more, ...(settings && { settings: { [sandbox.gatewayUrl]: settings } }) });
  return { sandbox, world, stop: async () => void (await Promise.all([world.stop(), sandbox.stop()])) };
}

const connect = async (
  { sandbox, world }: { readonly sandbox: Sandbox; readonly world: ConnectTestWorld },
  flow?: "deviceCode" | "clientCredentials",
): Promise<string> => {
  const cancel = new AbortController();
  // A person whose page does not come gives up.
  world.person.losesTheWay = () => cancel.abort();
  const outcome = await world.connect(sandbox.gatewayUrl, {}, cancel.signal, flow);
  return outcome.kind === "refused" ? `refused: ${outcome.failure.code}` : outcome.kind;
};

const idOf = ({ gateways }: ConnectTestWorld): string => gateways.book.all[0]?.id ?? "";

const note = async (world: ConnectTestWorld): Promise<string> => {
  const said = await world.call(idOf(world), "sample___save_note", { text: "a note" });
  return said.startsWith("saved") ? "answered" : said;
};

const who = async (world: ConnectTestWorld): Promise<string> => {
  const said = await world.call(idOf(world), "sample___whoami");
  return said.startsWith("You are") ? "answered" : said;
};

/** Somebody connects a gateway, for the first time. */
const connecting =
  (options: SandboxOptions = {}, settingsOf?: Parameters<typeof begin>[1], flow?: Parameters<typeof connect>[1]) =>
  async (): Promise<Journey> => {
    const begun = await begin(options, settingsOf);
    const { sandbox, world, stop } = begun;
    const act = () => connect(begun, flow);
    const after = () => (world.gateways.book.all.length > 0 ? who(world) : act());
    return { sandboxes: [sandbox], world, act, after, stop };
  };

/** Somebody is connected, and does something; in a window that has not asked the gateway yet, where that is said. */
const connected =
  (
    act: (world: ConnectTestWorld) => Promise<string>,
    {
      after = note,
      inNewWindow = false,
    }: {
      readonly after?: typeof act;
      readonly inNewWindow?: boolean;
    } = {},
  ) =>
  async (): Promise<Journey> => {
    const { sandbox, world: first, stop } = await begin({}, () => ({ settings: { scopes: allScopes } }));
    const ending = await connect({ sandbox, world: first });
    if (ending !== "connected") throw new Error(`not connected: ${ending}`);
    const settings = { [sandbox.gatewayUrl]: { scopes: allScopes } };
    const world = inNewWindow ? connectWorld({ beside: first, settings }) : first;
    if (inNewWindow) await world.gateways.book.load();
    return {
      sandboxes: [sandbox],
      world,
      act: () => act(world),
      after: () => after(world),
      async stop() {
        if (inNewWindow) await world.stop();
        await stop();
      },
    };
  };

const signOut = async ({ gateways }: ConnectTestWorld): Promise<string> => {
  const [connection] = gateways.book.all;
  if (!connection) throw new Error("there is no gateway");
  const { revocation } = await gateways.signOut(connection);
  return revocation?.steps.map(({ token, kind }) => `${token} ${kind}`).join(", ") ?? "nothing to revoke";
};

const machine = ({ machine: { clientId, clientSecret } }: Sandbox) => ({
  settings: { clientId, clientSecret: { environment: "MACHINE_SECRET" } },
  more: { environment: { MACHINE_SECRET: clientSecret } },
});

async function asWorkload(): Promise<Journey> {
  const platform = await startWorkloadPlatform();
  const environment: Record<string, string> = {};
  const journey = await connecting({ callers: "machines", workloadIssuer: platform.issuer }, () => ({
    settings: { signIn: "workloadIdentity", workload: { source: { environment: "WORKLOAD_TOKEN" } } },
    more: { environment },
  }))();
  environment.WORKLOAD_TOKEN = await platform.token({ audience: journey.sandboxes[0]?.issuer ?? "" });
  return {
    ...journey,
    stop: async () => {
      await journey.stop();
      await platform.stop();
    },
  };
}

const atCompany = connecting({ enterprise: true }, (sandbox) => ({
  settings: { clientId: sandbox.clientId, clientSecret: { environment: "GATEWAY_SECRET" } },
  more: {
    environment: { GATEWAY_SECRET: sandbox.clientSecret ?? "" },
    enterprise: companySetting(sandbox),
  },
}));

const past = (world: ConnectTestWorld): void => world.later((TOKEN_SECONDS + 60) * 1000);
const listed = async ({ gateways }: ConnectTestWorld): Promise<string> => {
  const relay = await gateways.relay(idOf({ gateways } as ConnectTestWorld));
  const tools = await relay?.listTools(new AbortController().signal);
  return tools && tools.length > 0 ? "listed" : "no tools";
};

const inBrowser = connecting();
const withCode = connecting(
  {},
  () => ({ more: { useCode: ({ verificationUri, userCode }) => useDeviceCode(verificationUri, userCode) } }),
  "deviceCode",
);

/** How each step is come to. */
export const journeys: Readonly<Partial<Record<FaultStep, () => Promise<Journey>>>> = {
  "resource-metadata": inBrowser,
  "server-metadata": inBrowser,
  registration: inBrowser,
  authorization: inBrowser,
  token: inBrowser,
  refresh: connected(async (world) => {
    past(world);
    return await note(world);
  }),
  "device-code": withCode,
  "device-token": withCode,
  client: connecting({ callers: "machines" }, machine, "clientCredentials"),
  workload: asWorkload,
  exchange: atCompany,
  redemption: atCompany,
  nonce: connecting({ dpop: "require", dpopNonces: true }),
  revocation: connected(signOut, { after: who }),
  keys: inBrowser,
  initialize: connected(note, { inNewWindow: true }),
  "tools-list": connected(listed, { after: note }),
  "tools-call": connected(note),
  stream: connected(note, { inNewWindow: true }),
};
