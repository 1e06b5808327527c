import { GatewayFailure } from "../../failures/failure.ts";
import { sha256Hex } from "../../lib/sha256Hex.ts";
import { keepSecret, readSecret } from "./keptSecrets.ts";
import type { SecretStore } from "./secretStore.ts";

/** What a client proves itself with: a secret it shares with the provider, or a key whose public half is known there. */
export type CredentialKind = "secret" | "privateKey";

/** Where a credential is outside of us. */
export type PlacedCredential =
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "file"; readonly path: string }
  /** A program and its arguments that print it. */
  | { readonly kind: "command"; readonly command: readonly string[] };

/** Where a client's secret or private key is. It is read when it is used, and kept nowhere else. */
export type CredentialSource = PlacedCredential | { readonly kind: "secretStorage"; readonly key: string };

/**
 * Reads a credential.
 *
 * @throws GatewayFailure `credential_unreadable`
 */
export type ReadCredential = (source: CredentialSource) => Promise<string>;

/** A source in words, for messages. A command's arguments may hold names that are nobody's business. */
export function sourceText(source: CredentialSource): string {
  switch (source.kind) {
    case "environment":
      return `the environment variable ${source.name}`;
    case "file":
      return `the file ${source.path}`;
    case "command":
      return `the command ${source.command[0] ?? ""}`;
    case "secretStorage":
      return "the secret storage";
  }
}

/** What runs or reads outside of us. */
export interface CredentialPlaces {
  readonly environment: (name: string) => string | undefined;
  /** The text of a file; rejects in words that have nothing of it. */
  readonly readFile: (path: string) => Promise<string>;
  /** The standard output of a program; rejects in words that have nothing of it. */
  readonly run: (command: readonly string[]) => Promise<string>;
}

/** Reads credentials from the secret store, the environment, files and programs. */
export function credentialReader(secrets: SecretStore, places: CredentialPlaces): ReadCredential {
  return async (source) => {
    const unreadable = (reason: string) =>
      new GatewayFailure("credential_unreadable", { source: sourceText(source), reason });
    const value = await read(source, secrets, places).catch((error: unknown) => {
      // The cause is left out: it may hold what the program printed.
      throw unreadable(error instanceof Error ? error.message : "it failed");
    });
    if (value === undefined || value.trim() === "") throw unreadable("it is empty or not there");
    return value.trim();
  };
}

async function read(source: CredentialSource, secrets: SecretStore, places: CredentialPlaces) {
  return source.kind === "secretStorage"
    ? readStored(await secrets.get(source.key))?.value
    : await readPlaced(source, places);
}

/** What stands in a place now, as it stands there; undefined where there is nothing. Rejects as the place does. */
export async function readPlaced(source: PlacedCredential, places: CredentialPlaces): Promise<string | undefined> {
  switch (source.kind) {
    case "environment":
      return places.environment(source.name);
    case "file":
      return await places.readFile(source.path);
    case "command":
      return await places.run(source.command);
  }
}

/** A credential that a person typed, as it is kept. */
export interface StoredCredential {
  readonly kind: CredentialKind;
  readonly value: string;
}

/** Whether an entry of a secret store is a client's credential. */
export const isCredentialKey = (key: string): boolean => key.startsWith("credential:");

/** The entry of a client's credential in the secret store. */
export const credentialKey = async (issuer: string, clientId: string): Promise<string> =>
  `credential:${(await sha256Hex(JSON.stringify([issuer, clientId]))).slice(0, 24)}`;

/** Whether somebody typed a credential for this client, and of which kind. */
export async function storedCredentialKind(key: string, secrets: SecretStore): Promise<CredentialKind | undefined> {
  return readStored(await readSecret(secrets, key))?.kind;
}

/** Keeps what a person typed; text that looks like a key is treated as one. */
export async function storeCredential(key: string, typed: string, secrets: SecretStore): Promise<void> {
  const value = typed.trim();
  const stored: StoredCredential = { kind: looksLikeKey(value) ? "privateKey" : "secret", value };
  await keepSecret(secrets, key, JSON.stringify(stored));
}

/**
 * Text that has a key in it, or was meant to: PEM (RFC 7468), with a certificate or other text before it too, or a JSON
 * Web Key. None of it may be sent as a secret.
 */
export const looksLikeKey = (text: string): boolean => /-----BEGIN |^\s*\{\s*"/.test(text);

function readStored(text: string | undefined): StoredCredential | undefined {
  if (text === undefined) return undefined;
  try {
    const { kind, value } = JSON.parse(text) as Partial<StoredCredential>;
    return (kind === "secret" || kind === "privateKey") && typeof value === "string" ? { kind, value } : undefined;
  } catch {
    return undefined;
  }
}
