import { ofAnswers } from "./explained/answers.ts";
import { ofAuthorizer } from "./explained/authorizer.ts";
import { ofConfiguration } from "./explained/configuration.ts";
import { ofEndpoint } from "./explained/endpoint.ts";
import { ofLimits } from "./explained/limits.ts";
import { ofLocks } from "./explained/locks.ts";
import { ofProofs } from "./explained/proofs.ts";
import { ofReaders } from "./explained/readers.ts";
import { ofSockets } from "./explained/sockets.ts";
import { ofTokens } from "./explained/tokens.ts";
import type { Explanations } from "./judged.ts";

/**
 * The changes that no test notices, and why none has to: the program does the same with them, or does something else
 * that nobody relies on. What would be a fault belongs into a test.
 */
export const explanations: Explanations = {
  ...ofAuthorizer,
  ...ofAnswers,
  ...ofConfiguration,
  ...ofEndpoint,
  ...ofProofs,
  ...ofTokens,
  ...ofLimits,
  ...ofLocks,
  ...ofSockets,
  ...ofReaders,
};
