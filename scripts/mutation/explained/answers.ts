import type { Explanations } from "../judged.ts";

/** Of what is looked at before a token, and what is told of one. */
export const ofAnswers: Explanations = {
  "src/gateway/http/admission.ts": [
    {
      mutator: "Regex",
      line: "const PLAIN = /^([a-z\\d.-]+)(?::\\d+)?$/;",
      change: "/^([a-z\\d.-]+)(?::\\d+)?$/ → /^([a-z\\d.-])(?::\\d+)?$/",
      why: "It is a short cut: what it does not read is read as a URL, with the same name.",
    },
    {
      mutator: "Regex",
      line: "const PLAIN = /^([a-z\\d.-]+)(?::\\d+)?$/;",
      change: "/^([a-z\\d.-]+)(?::\\d+)?$/ → /^([^a-z\\d.-]+)(?::\\d+)?$/",
      why: "It is a short cut: what it does not read is read as a URL, with the same name.",
    },
    {
      mutator: "Regex",
      line: "const PLAIN = /^([a-z\\d.-]+)(?::\\d+)?$/;",
      change: "/^([a-z\\d.-]+)(?::\\d+)?$/ → /^([a-z\\D.-]+)(?::\\d+)?$/",
      why: "It is a short cut: what it does not read is read as a URL, with the same name.",
    },
    {
      mutator: "Regex",
      line: "const PLAIN = /^([a-z\\d.-]+)(?::\\d+)?$/;",
      change: "/^([a-z\\d.-]+)(?::\\d+)?$/ → /^([a-z\\d.-]+)(?::\\d+)$/",
      why: "It is a short cut: what it does not read is read as a URL, with the same name.",
    },
    {
      mutator: "Regex",
      line: "const PLAIN = /^([a-z\\d.-]+)(?::\\d+)?$/;",
      change: "/^([a-z\\d.-]+)(?::\\d+)?$/ → /^([a-z\\d.-]+)(?::\\d)?$/",
      why: "It is a short cut: what it does not read is read as a URL, with the same name.",
    },
    {
      mutator: "Regex",
      line: "const PLAIN = /^([a-z\\d.-]+)(?::\\d+)?$/;",
      change: "/^([a-z\\d.-]+)(?::\\d+)?$/ → /^([a-z\\d.-]+)(?::\\D+)?$/",
      why: "It is a short cut: what it does not read is read as a URL, with the same name.",
    },
    {
      mutator: "StringLiteral",
      line: 'const host = headers.get("host") ?? "";',
      why: "What is no address has no name that is ours.",
    },
    {
      mutator: "LogicalOperator",
      line: 'const isOurs = names.has(PLAIN.exec(host)?.[1] ?? "") || names.has(hostOf(host)?.hostname ?? "");',
      why: "The short cut is not taken then, and the URL has the same name.",
    },
    {
      mutator: "StringLiteral",
      line: 'const isOurs = names.has(PLAIN.exec(host)?.[1] ?? "") || names.has(hostOf(host)?.hostname ?? "");',
      change: '"" → "Stryker was here!"',
      why: "No name is ours that cannot be in a URL.",
    },
    {
      mutator: "StringLiteral",
      line: 'return URL.canParse(url) ? new URL(url).hostname : "";',
      change: '"" → "Stryker was here!"',
      why: "No name is ours that cannot be in a URL.",
    },
  ],
  "src/gateway/http/refusals.ts": [
    {
      mutator: "StringLiteral",
      line: 'case "open":',
      why: "What no case is for is not refused either.",
    },
    {
      mutator: "StringLiteral",
      line: 'case "refused":',
      why: "What no case is for is not refused either.",
    },
    {
      mutator: "StringLiteral",
      line: 'case "allowed":',
      why: "What no case is for is not refused either.",
    },
  ],
  "src/gateway/http/tokenClaims.ts": [
    {
      mutator: "StringLiteral",
      line: 'claims ??= decodedToken(bearerToken(authorization ?? null) ?? "")?.claims;',
      change: '"" → "Stryker was here!"',
      why: "Neither is a token.",
    },
  ],
};
