import { parseGatewayFaults } from "../gateway/gatewayFaults.ts";
import { messageOf } from "../lib/causes.ts";
import { parseSandboxFaults } from "./faults/sandboxFaults.ts";
import { providerRestarts } from "./identity/startIdentityProvider.ts";
import type { Sandbox } from "./startSandbox.ts";

interface Request {
  readonly id?: unknown;
  readonly do?: unknown;
  readonly faults?: unknown;
  readonly sub?: unknown;
  readonly token?: unknown;
  readonly gateway?: unknown;
  readonly provider?: unknown;
}

type Command = (request: Request, sandbox: Sandbox) => object | Promise<object>;

const revoke: Command = ({ sub }, sandbox) => {
  if (sub !== undefined && typeof sub !== "string") throw new Error("sub is the subject of a person, as a text");
  sandbox.revokeAll(sub);
  return {};
};

const restart: Command = async ({ gateway = false, provider }, sandbox) => {
  const way = providerRestarts.find((one) => one === provider);
  if (typeof gateway !== "boolean") throw new Error("gateway is true or false: whether it is restarted");
  if (provider !== undefined && way === undefined) throw new Error(`provider is one of ${providerRestarts.join(", ")}`);
  if (!gateway && way === undefined) throw new Error("a restart is of the gateway, of the provider, or of both");
  await sandbox.restart({ gateway, provider: way });
  return {};
};

/** The commands, by the name in `do`. */
const commands: Readonly<Record<string, Command>> = {
  observe: (_request, sandbox) => sandbox.observe(),
  async setFaults({ faults }, sandbox) {
    await sandbox.setFaults(parseSandboxFaults(faults));
    return {};
  },
  setGatewayFaults({ faults }, sandbox) {
    sandbox.setGatewayFaults(parseGatewayFaults(faults));
    return {};
  },
  revoke,
  revokeAll: revoke,
  async isActive({ token }, sandbox) {
    if (typeof token !== "string") throw new Error("token is the token to look at, as a text");
    return { active: await sandbox.isActive(token) };
  },
  restart,
  issuedSecrets: (_request, sandbox) => ({ secrets: sandbox.issuedSecrets() }),
  client: (_request, { clientId, clientSecret }) => ({ clientId, ...(clientSecret !== undefined && { clientSecret }) }),
  machine: (_request, { machine }) => machine,
};

/**
 * Carries out one line of JSON, `{"id": 1, "do": "observe", …}`. The answer has the same `id` and either the result or
 * an `error` with a message.
 */
export async function control(line: string, sandbox: Sandbox): Promise<object> {
  let id: unknown = null;
  try {
    const request = parse(line);
    id = request.id ?? null;
    const name = String(request.do);
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new Error(`there is no command "${name}"; there are ${Object.keys(commands).join(", ")}`);
    return { id, ...(await command(request, sandbox)) };
  } catch (error) {
    return { id, error: messageOf(error) };
  }
}

function parse(line: string): Request {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {}
  if (typeof request !== "object" || request === null) throw new Error("a command is one line with a JSON object");
  return request;
}
