import type { Schema } from "../../lib/json/schema.ts";

/** A name in AWS's API. It has no underscores, since three of them separate target and tool. */
export const awsName = (description: string, most: number): Schema => ({
  type: "string",
  description,
  pattern: `^([0-9a-zA-Z]-?){1,${most}}$`,
  patternErrorMessage: `letters and digits with single hyphens between them, at most ${most} without the hyphens`,
});

/** AWS's `description` of something. */
export const awsDescription: Schema = { type: "string", description: "For people.", minLength: 1, maxLength: 200 };
