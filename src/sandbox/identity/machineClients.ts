import { generateKeyPair, type KeyObject, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { generic } from "../profiles/generic.ts";
import type { SandboxProfile } from "../profiles/sandboxProfile.ts";

/** The clients for access without a person (client credentials), which nobody but who steers the sandbox may know. */
export interface MachineClients {
  readonly clientId: string;
  /** Sent in the header or in the form, as the client likes. */
  readonly clientSecret: string;
  /** A client that signs assertions (RFC 7523, 2.2) in place of a secret, with RS256. */
  readonly keyClientId: string;
  /** Its key, as PKCS#8 PEM. */
  readonly privateKey: string;
}

/**
 * Makes both, with new secrets. Where a provider has no such clients they bear the generic names, which it does not
 * know: asking for tokens with them shows how it refuses.
 */
export async function makeMachineClients({ clients }: SandboxProfile): Promise<{
  readonly machine: MachineClients;
  readonly publicKey: KeyObject;
}> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const machine = {
    clientId: clients.machine ?? String(generic.clients.machine),
    clientSecret: randomBytes(24).toString("base64url"),
    keyClientId: clients.keyMachine ?? String(generic.clients.keyMachine),
    privateKey: String(privateKey.export({ type: "pkcs8", format: "pem" })),
  };
  return { machine, publicKey };
}
