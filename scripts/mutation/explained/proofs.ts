import type { Explanations } from "../judged.ts";

const decided = "What was decided about is a token that was read, so that there is one.";

/** Of proofs of possession, and of what verifies signatures in Node. */
export const ofProofs: Explanations = {
  "src/gateway/proofs/provenDecision.ts": [
    {
      mutator: "StringLiteral",
      line: 'const token = rules && /^DPoP +(\\S+) *$/i.exec(authorization ?? "")?.[1];',
      why: "Neither has the scheme DPoP.",
    },
    { mutator: "StringLiteral", line: 'const token = bearerToken(authorization) ?? "";', why: decided },
    { mutator: "OptionalChaining", line: "const claims = decodedToken(token)?.claims ?? {};", why: decided },
  ],
  "src/gateway/proofs/proofKeys.ts": [
    {
      mutator: "ConditionalExpression",
      line: "if (!members) return undefined;",
      change: "!members → false",
      why: "Of nothing jose makes no key, and what it throws is caught below.",
    },
    {
      mutator: "BlockStatement",
      line: "} catch {",
      why: "A function that ends without a word returns undefined, too.",
    },
  ],
  "src/gateway/nodeTokenCrypto.ts": [
    {
      mutator: "ObjectLiteral",
      line: "options: { padding: constants.RSA_PKCS1_PADDING },",
      why: "OpenSSL takes that padding where nobody says which.",
    },
    {
      mutator: "StringLiteral",
      line: 'return createVerify(verification.digest).update(signed, "latin1").verify(how, signature, "base64url");',
      change: '"latin1" → ""',
      why: "What is signed is base64url and dots, which are the same bytes in UTF-8.",
    },
    {
      mutator: "ConditionalExpression",
      line: 'key.type === "public" &&',
      change: 'key.type === "public" → true',
      why: "WebCrypto makes no private key of these kinds that may verify.",
    },
    {
      mutator: "CallExpression",
      line: "prepared.set(key, made);",
      why: "A key is prepared again each time then, which takes longer.",
    },
  ],
};
