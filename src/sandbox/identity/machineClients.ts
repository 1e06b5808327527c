import { generateKeyPair, type KeyObject, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { generic } from "../profiles/generic.ts";
import type { SandboxProfile } from "../profiles/sandboxProfile.ts";

/**
 * The clients for access without a person (client credentials). Only the program that controls the sandbox may know
 * them.
 */
export interface MachineClients {
  readonly clientId: string;
  /** The client may send it in the header or in the form. */
  readonly clientSecret: string;
  /** A client that signs assertions (RFC 7523, 2.2) in place of a secret, with RS256. */
  readonly keyClientId: string;
  /** Its key, as PKCS#8 PEM. */
  readonly privateKey: string;
}

/**
 * Makes both clients, with new secrets. For a provider without such clients they get the generic names, which it does
 * not know, so that a token request with them shows how it refuses.
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
