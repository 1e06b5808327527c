import { allIgnored, object, type Schema, someOf, text } from "../../lib/json/schema.ts";

const cedar = (description: string): Schema =>
  object(description, { statement: text("The policy in Cedar, 35 to 10,000 characters.") }, ["statement"]);

const definition: Schema = {
  ...object("What the policy says, as get-policy prints it.", {
    cedar: cedar("A policy in Cedar."),
    policy: cedar("A policy in AgentCore's language; what it has beyond Cedar cannot be evaluated here."),
  }),
  allOf: [someOf(["cedar", "policy"], "expected cedar or policy, found neither")],
};

/** A policy: the output of `get-policy`, or files in which policies stand. */
export const policySchema: Schema = {
  ...object("A policy of the engine, or files with policies. It has one of definition and file.", {
    name: {
      type: "string",
      description: "What the policy is called.",
      pattern: "^[A-Za-z][A-Za-z0-9_]{0,47}$",
      patternErrorMessage: "a letter, then letters, digits and underscores, at most 48 in all",
    },
    policyId: text("AgentCore's id of it, which denials name; made of the name when absent."),
    description: text("For people."),
    definition,
    file: text("A file of policies in Cedar, or a folder whose .cedar files are read. Relative to this file."),
    enforcementMode: {
      type: "string",
      description: "LOG_ONLY: the policy is logged where it would have matched, and decides nothing.",
      enum: ["ACTIVE", "LOG_ONLY"],
    },
    ...allIgnored(
      ["policyArn", "policyEngineId", "createdAt", "updatedAt", "status", "statusReasons", "ResponseMetadata"],
      "As get-policy prints it; without effect here.",
    ),
  }),
  allOf: [
    someOf(["definition", "file"], "expected one of definition and file, found neither"),
    { not: { required: ["definition", "file"] }, errorMessage: "expected one of definition and file, found both" },
    {
      if: { required: ["definition"] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema has called it so.
      then: { required: ["name"] },
    },
    {
      if: { required: ["file"] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema has called it so.
      then: {
        properties: { name: false, policyId: false },
        errorMessage: 'goes with definition: policies of a file are named by @id("name"), or by the file',
      },
    },
  ],
};
