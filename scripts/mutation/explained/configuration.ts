import type { Explanations } from "../judged.ts";

const written = "What was written as JSON is read as JSON: there is no such fault.";

/** Of the rules for tokens, as they are read from a gateway's configuration. */
export const ofConfiguration: Explanations = {
  "src/agentcore/authorizer/authorizerConfiguration.ts": [
    {
      mutator: "StringLiteral",
      line: 'const document = readJson(JSON.stringify(rules), "customJWTAuthorizer");',
      why: written,
    },
    ...["ConditionalExpression", "StringLiteral"].map((mutator) => ({
      ...{ mutator, line: 'if (document.kind === "faulty") return document.faults;', why: written },
    })),
  ],
  "src/agentcore/authorizer/readAuthorizer.ts": [
    {
      mutator: "EqualityOperator",
      line: 'const secondsOf = (value: unknown): number => (typeof value === "number" && value >= 0 && value <= 300 ? value : 0);',
      change: "value >= 0 → value > 0",
      why: "What is no time of that kind is 0, too.",
    },
  ],
};
