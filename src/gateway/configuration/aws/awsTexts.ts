import type { Schema } from "../../../lib/json/schema.ts";

/** A name in AWS's API. It has no underscores, since three of them separate target and tool. */
export const awsName = (description: string, most: number): Schema => ({
  type: "string",
  description,
  pattern: `^([0-9a-zA-Z]-?){1,${most}}$`,
  patternErrorMessage: `letters and digits with single hyphens between them, at most ${most} without the hyphens`,
});

/** AWS's `description` of something. */
export const awsDescription: Schema = { type: "string", description: "For people.", minLength: 1, maxLength: 200 };

/** The ARN of a Lambda function (`LambdaFunctionArn` of the API). */
export const lambdaArn = (description: string): Schema => ({
  type: "string",
  description,
  maxLength: 170,
  pattern:
    "^arn:(aws[a-zA-Z-]*)?:lambda:([a-z]{2}(-gov)?-[a-z]+-\\d{1}):(\\d{12}):function:([a-zA-Z0-9\\-_.]+)(:(\\$LATEST|[a-zA-Z0-9\\-_]+))?$",
  patternErrorMessage: "the ARN of a Lambda function",
});

/** A text of at least one and at most so many characters. */
export const short = (description: string, maxLength: number): Schema => ({
  type: "string",
  description,
  minLength: 1,
  maxLength,
});
