import { list, object, type Schema, text } from "../../lib/json/schema.ts";

/** The fewest bytes of a file of the audit: a line may have some thousands. */
const LEAST_BYTES = 64 * 1024;

/** How the audit of `auditFile` is kept. */
export const auditSchema: Schema = object("How the audit of auditFile is kept.", {
  onFailure: {
    type: "string",
    description:
      "What happens to requests while the audit cannot be written: warn, also when absent, lets them in and counts them, refuse answers 503.",
    enum: ["warn", "refuse"],
  },
  rotate: object(
    "When another file is begun. The full one gets its time behind its name.",
    {
      maxBytes: { type: "integer", description: "The most bytes of a file.", minimum: LEAST_BYTES },
      daily: { type: "boolean", description: "Whether each day, of UTC, has files of its own." },
      files: {
        type: "integer",
        description: "How many full files are kept. The oldest one more is removed.",
        minimum: 1,
        maximum: 10_000,
      },
    },
    ["files"],
  ),
  chain: object(
    "Ties each line to the one before it, so that gateway audit --verify finds what was changed or removed. AgentCore has nothing like it.",
    {
      head: text(
        "The file that says where the chain ends. It is best where whoever can change the audit cannot write.",
      ),
      keyFile: text("The file that has the key."),
      key: {
        type: "string",
        description: "The key, as ${env:NAME}: a secret has no place in this file.",
        pattern: "^\\$\\{env:\\w+\\}$",
        patternErrorMessage: "${env:NAME}, the name of a variable that holds the key",
      },
      keyCommand: list("A program that prints the key, and its arguments.", text("The program, or an argument.")),
    },
  ),
});
