import { test } from "node:test";
import type { JWK } from "jose";
import type { AuthorizerWorld } from "../../src/agentcore/authorizer/authorizer.ts";
import type { SignatureCheck } from "../../src/agentcore/authorizer/signature.ts";
import { nodeSignatureCheck } from "../../src/gateway/nodeTokenCrypto.ts";
import { startAuthorizer as start } from "./issuerInProcess.ts";

const checks: Readonly<Record<string, SignatureCheck | undefined>> = {
  "signatures by WebCrypto": undefined,
  "signatures by OpenSSL": nodeSignatureCheck,
};
let check: SignatureCheck | undefined;

/** A promise about tokens, which is kept whichever way their signatures are verified. */
export function testEachCheck(name: string, body: () => Promise<void>): void {
  for (const [how, one] of Object.entries(checks)) {
    test(`${name} (${how})`, async () => {
      check = one;
      await body();
    });
  }
}

/** The way of the test that runs. */
export const signatureCheck = (): SignatureCheck | undefined => check;

/** An authorizer that verifies in the way of the test that runs. */
export const startAuthorizer = (keys: readonly JWK[], more: Partial<AuthorizerWorld> = {}) =>
  start(keys, { check, ...more });
