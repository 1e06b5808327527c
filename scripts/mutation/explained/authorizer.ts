import type { Explanations } from "../judged.ts";

/** Of what decides about a token, and where its keys come from. */
export const ofAuthorizer: Explanations = {
  "src/agentcore/authorizer/authorizer.ts": [
    {
      mutator: "ConditionalExpression",
      line: "const isGood = caller !== undefined && found.every(({ ok }) => ok);",
      change: "caller !== undefined → true",
      why: "Without a caller the algorithm or the signature is among what was found, and not ok.",
    },
    {
      mutator: "ConditionalExpression",
      line: 'if (caller === undefined) return { kind: "invalidToken", caller, findings };',
      change: "caller === undefined → false",
      why: "Without a caller something failed that is no scope, so that the last line answers the same.",
    },
  ],
  "src/agentcore/authorizer/decodedToken.ts": [
    {
      mutator: "BlockStatement",
      line: "} catch {",
      why: "A function that ends without a word returns undefined, too.",
    },
    {
      mutator: "Regex",
      line: "const plain = /^[\\x20-\\x7e]*$/;",
      change: "/^[\\x20-\\x7e]*$/ → /^[\\x20-\\x7e]$/",
      why: "Plain text is read by the longer way then, as what it is.",
    },
    {
      mutator: "Regex",
      line: "const plain = /^[\\x20-\\x7e]*$/;",
      change: "/^[\\x20-\\x7e]*$/ → /^[^\\x20-\\x7e]*$/",
      why: "Plain text is read by the longer way then, and an object in JSON has plain letters always.",
    },
  ],
  "src/agentcore/authorizer/signingKeys.ts": [
    {
      mutator: "ConditionalExpression",
      line: "if (error instanceof KeysUnavailable) {",
      change: "error instanceof KeysUnavailable → true",
      why: "Reading an issuer throws nothing else.",
    },
    {
      mutator: "CallExpression",
      line: "lookedFor.delete(sought);",
      why: "A key that is sought again is forgotten a little sooner among a thousand, and read for once more then.",
    },
    {
      mutator: "ConditionalExpression",
      line: "if (oldest !== undefined) lookedFor.delete(oldest);",
      change: "oldest !== undefined → true",
      why: "A map of more than a thousand has an oldest entry.",
    },
    {
      mutator: "ConditionalExpression",
      line: "} else if (known !== undefined && known.set !== than) return known.set;",
      change: "known !== undefined → true",
      why: "Whoever has a key set got it here, so that one is known.",
    },
    {
      mutator: "ConditionalExpression",
      line: "if (reading === undefined && known !== undefined && known.set !== than) return known.set;",
      why: "Whoever has a key set got it here, so that one is known; and while another is read, the one that is known is newer than theirs already.",
    },
    {
      mutator: "LogicalOperator",
      line: "if (reading === undefined && known !== undefined && known.set !== than) return known.set;",
      why: "The same as above: a newer one is known, and the one that is read comes with the next token.",
    },
    {
      mutator: "ObjectLiteral",
      line: "const { set } = await read().catch(() => ({ set: than }));",
      change: "{ set: than } → {}",
      why: "No set at all is answered as none that changed.",
    },
  ],
  "src/agentcore/authorizer/signature.ts": [
    {
      mutator: "ConditionalExpression",
      line: 'const ok = typeof header.alg === "string" && asymmetricAlgorithms.includes(header.alg);',
      change: 'typeof header.alg === "string" → true',
      why: "The list has texts alone, so that nothing else is in it.",
    },
    {
      mutator: "ConditionalExpression",
      line: 'if (id !== undefined && keySet.verified.has(id, now() / 1000)) return "good";',
      change: "id !== undefined → true",
      why: "Nothing is remembered under no hash.",
    },
    {
      mutator: "ObjectLiteral",
      line: "const key = await keySet.find(token.header as JWTHeaderParameters, { protected: header, payload, signature });",
      why: "jose looks for a key by the header, which it is given first.",
    },
    {
      mutator: "ConditionalExpression",
      line: 'if (id !== undefined && typeof exp === "number" && exp > now() / 1000) keySet.verified.remember(id, exp);',
      why: "What is remembered without a hash is never looked for, and a token whose end is no number is refused for that each time.",
    },
    {
      mutator: "LogicalOperator",
      line: 'if (id !== undefined && typeof exp === "number" && exp > now() / 1000) keySet.verified.remember(id, exp);',
      why: "As above.",
    },
    {
      mutator: "EqualityOperator",
      line: 'if (id !== undefined && typeof exp === "number" && exp > now() / 1000) keySet.verified.remember(id, exp);',
      change: "exp > now() / 1000 → exp >= now() / 1000",
      why: "A token that ends now is forgotten when it is looked for.",
    },
    {
      mutator: "ObjectLiteral",
      line: "await compactVerify(text, key, { algorithms: [...asymmetricAlgorithms] });",
      why: "The algorithm was looked at before, and a key of another kind verifies nothing.",
    },
    {
      mutator: "BlockStatement",
      line: "} catch {",
      why: "A check that says nothing did not say yes.",
    },
  ],
  "src/agentcore/authorizer/verifiedTokens.ts": [
    {
      mutator: "CallExpression",
      line: "ends.delete(hash);",
      why: "Only what is not there is remembered, but for a token that is verified twice at once.",
    },
    {
      mutator: "ConditionalExpression",
      line: "if (oldest !== undefined) ends.delete(oldest);",
      change: "oldest !== undefined → true",
      why: "A map of more than the most has an oldest entry.",
    },
  ],
  "src/agentcore/authorizer/issuerDocuments.ts": [
    {
      mutator: "ConditionalExpression",
      line: 'typeof value === "object" && value !== null && typeof (value as JWK).kty === "string";',
      change: 'typeof value === "object" → true',
      why: "A number or a text has no kty either.",
    },
    {
      mutator: "BlockStatement",
      line: "} catch {",
      why: "A function that ends without a word returns undefined, too.",
    },
  ],
  "src/gateway/issuer.ts": [
    {
      mutator: "ArrayDeclaration",
      line: "const insecure = [discoveryUrl, ...(set ? [set.jwksUri] : [])].filter((url) => {",
      why: "What is no address is left out below.",
    },
    {
      mutator: "ConditionalExpression",
      line: "return address !== undefined && !isSecureUrl(address);",
      change: "address !== undefined → true",
      why: "Both were read as addresses before: one in the configuration, one with the document.",
    },
  ],
};
