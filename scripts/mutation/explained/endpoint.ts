import type { Explanations } from "../judged.ts";

/** Of what puts the decisions about a request together. */
export const ofEndpoint: Explanations = {
  "src/gateway/http/endpoint.ts": [
    {
      mutator: "ArrayDeclaration",
      line: "const needed = messages.tools.flatMap((tool) => (Object.hasOwn(toolScopes, tool) ? (toolScopes[tool] ?? []) : []));",
      why: "A tool that is among them has a list.",
    },
    {
      mutator: "ConditionalExpression",
      line: "if (needed.length === 0) return decision;",
      change: "needed.length === 0 → false",
      why: "It saves time: whoever needs nothing has all of it.",
    },
    {
      mutator: "StringLiteral",
      line: 'const cameTo = hostOf(request.headers.get("host") ?? "");',
      change: '"" → "Stryker was here!"',
      why: "Neither is a name and a port.",
    },
  ],
};
