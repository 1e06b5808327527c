import { allIgnored, list, object, type Schema, someOf } from "../../../lib/json/schema.ts";
import { HIGHEST_RATE } from "../../limits/rateLimit.ts";
import { short } from "./awsTexts.ts";

const keyPattern =
  "(targetName|toolName|qualifiedModelId|\\$\\.context\\.iam\\.principal|\\$\\.context\\.iam\\.sourceIdentity|\\$\\.context\\.jwt\\.[a-zA-Z_][a-zA-Z0-9_\\-.]{0,61}[a-zA-Z0-9_])";

const key: Schema = {
  type: "string",
  description: "What requests are told apart by.",
  maxLength: 80,
  pattern: `^${keyPattern}$`,
  patternErrorMessage:
    "targetName, toolName, qualifiedModelId, $.context.iam.principal, $.context.iam.sourceIdentity or $.context.jwt.<claim>",
};

const { type: _, description: __, ...keyName } = key;

const rates = (description: string, periods: readonly string[]): Schema =>
  list(
    description,
    object(
      "How many per period.",
      {
        rate: { type: "number", description: "How many; 0 blocks.", minimum: 0, maximum: HIGHEST_RATE },
        period: { type: "string", description: "The period.", enum: periods },
      },
      ["rate", "period"],
    ),
    1,
  );

const metrics = {
  requests: rates("How many requests.", ["second", "minute"]),
  tokens: rates("How many tokens of a model; without effect here, where no models are.", ["minute"]),
  connections: rates("How many requests at a time.", ["second"]),
};

const entry: Schema = {
  ...object(
    "A rate for some values of the keys.",
    {
      dimensions: {
        type: "object",
        description: "A value for each key; * stands for all values, each with a count of its own.",
        propertyNames: keyName,
        minProperties: 1,
        maxProperties: 10,
        additionalProperties: short("The value, or *.", 256),
      },
      ...metrics,
    },
    ["dimensions"],
  ),
  allOf: [someOf(Object.keys(metrics), "expected requests, tokens or connections, found none")],
};

/** Rate limits as `list-gateway-rate-limits` prints them, or as they are created. */
export const rateLimitsSchema: Schema = {
  type: "array",
  description: "How often callers may send requests, as list-gateway-rate-limits prints it.",
  maxItems: 50,
  items: object(
    "A rate limit.",
    {
      rateLimitId: {
        type: "string",
        description: "Its id, which callers are told.",
        pattern: "^[a-zA-Z0-9][a-zA-Z0-9\\-_.]{0,62}[a-zA-Z0-9]$",
        patternErrorMessage: "2 to 64 letters, digits, -, _ and ., with a letter or digit at each end",
      },
      description: { type: "string", description: "For people.", maxLength: 512 },
      dimensionKeys: list("What requests are told apart by, the most important first.", key, 10),
      entries: list("The rates.", entry, 1000),
      status: {
        type: "string",
        description: "Only one that is ACTIVE or UPDATING, or has none, is enforced.",
        enum: ["CREATING", "ACTIVE", "UPDATING", "DELETING"],
      },
      ...allIgnored(["gatewayIdentifier", "createdAt", "updatedAt", "clientToken"], "As AWS prints it."),
    },
    ["dimensionKeys", "entries"],
  ),
};
