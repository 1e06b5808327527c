/** Sources that are changed on purpose, and the tests that have to notice. */
export interface MutationPart {
  /** Below `src`. */
  readonly sources: readonly string[];
  /** Below `test`. Those that reach a change run for it, the quickest first, and the first that fails ends it. */
  readonly tests: readonly string[];
}

/** Where a change must not go unnoticed: what decides who comes in, what keeps tokens, what limits and reads, and the sockets. */
export const parts: Readonly<Record<string, MutationPart>> = {
  claims: {
    sources: [
      "agentcore/authorizer/claimRules.ts",
      "agentcore/authorizer/claimOperators.ts",
      "agentcore/authorizer/customClaims.ts",
    ],
    tests: [
      "unit/agentcore/authorizer/rules.test.ts",
      "unit/agentcore/authorizer/findings.test.ts",
      "unit/agentcore/authorizer/beyondAgentCore.test.ts",
      "unit/agentcore/authorizer/authorizerConfiguration.test.ts",
      "unit/agentcore/authorizer/readAuthorizer.test.ts",
      "unit/agentcore/authorizer/ruleProperties.test.ts",
    ],
  },
  decision: {
    sources: [
      "agentcore/authorizer/authorizer.ts",
      "agentcore/authorizer/decodedToken.ts",
      "lib/bearer.ts",
      "lib/asymmetricAlgorithms.ts",
    ],
    tests: [
      "unit/agentcore/authorizer/decodedToken.test.ts",
      "unit/agentcore/authorizer/rules.test.ts",
      "unit/agentcore/authorizer/findings.test.ts",
      "unit/agentcore/authorizer/decisionText.test.ts",
      "unit/agentcore/authorizer/beyondAgentCore.test.ts",
      "unit/agentcore/authorizer/attacks.test.ts",
      "unit/agentcore/authorizer/ruleProperties.test.ts",
    ],
  },
  keys: {
    sources: [
      "agentcore/authorizer/signingKeys.ts",
      "agentcore/authorizer/signature.ts",
      "agentcore/authorizer/verifiedTokens.ts",
      "agentcore/authorizer/issuerDocuments.ts",
      "agentcore/authorizer/introspection.ts",
      "agentcore/authorizer/outage.ts",
      "gateway/issuer.ts",
    ],
    tests: [
      "unit/agentcore/authorizer/findings.test.ts",
      "unit/agentcore/authorizer/rules.test.ts",
      "unit/agentcore/authorizer/issuerDocuments.test.ts",
      "unit/gateway/issuer.test.ts",
      "unit/agentcore/authorizer/beyondAgentCore.test.ts",
      "unit/agentcore/authorizer/keyReads.test.ts",
      "unit/agentcore/authorizer/signingKeys.test.ts",
      "unit/agentcore/authorizer/verifiedTokens.test.ts",
      "unit/agentcore/authorizer/outage.test.ts",
      "unit/agentcore/authorizer/attacks.test.ts",
    ],
  },
  asking: {
    sources: ["lib/askServer.ts"],
    tests: ["unit/lib/askServer.test.ts"],
  },
  configuration: {
    sources: [
      "agentcore/authorizer/readAuthorizer.ts",
      "agentcore/authorizer/authorizerConfiguration.ts",
      "agentcore/authorizer/authorizerSchema.ts",
    ],
    tests: [
      "unit/agentcore/authorizer/authorizerConfiguration.test.ts",
      "unit/agentcore/authorizer/readAuthorizer.test.ts",
      "unit/gateway/configuration/gatewaySchema.test.ts",
    ],
  },
  proofs: {
    sources: [
      "gateway/proofs/proofChecks.ts",
      "gateway/proofs/provenDecision.ts",
      "gateway/proofs/proofKeys.ts",
      "gateway/proofs/proofNonces.ts",
      "gateway/proofs/seenProofs.ts",
    ],
    tests: ["unit/gateway/proofChecks.test.ts", "unit/gateway/proofs.test.ts"],
  },
  answers: {
    sources: [
      "gateway/http/admission.ts",
      "gateway/http/refusals.ts",
      "gateway/http/tokenClaims.ts",
      "gateway/principal.ts",
    ],
    tests: ["unit/gateway/http/http.test.ts", "unit/gateway/http/refusals.test.ts"],
  },
  endpoint: {
    sources: [
      "gateway/http/endpoint.ts",
      "gateway/http/messages.ts",
      "gateway/http/notNow.ts",
      "gateway/http/policySession.ts",
      "gateway/http/pathOf.ts",
    ],
    tests: [
      "unit/gateway/http/endpoint.test.ts",
      "unit/gateway/http/endpointRequests.test.ts",
      "unit/gateway/http/http.test.ts",
    ],
  },
  signatures: {
    sources: ["gateway/nodeTokenCrypto.ts"],
    tests: ["unit/gateway/nodeTokenCrypto.test.ts"],
  },
  tokens: {
    sources: ["oauth/tokens/secretTokenStore.ts", "oauth/tokens/tokenSet.ts"],
    tests: [
      "unit/oauth/tokens/secretTokenStore.test.ts",
      "unit/oauth/tokens/tokenSet.test.ts",
      "unit/oauth/tokens/tokenManager.test.ts",
      "unit/oauth/tokens/moveSignIn.test.ts",
      "unit/connections/signIn/signIns.test.ts",
      "unit/connections/connectionAccess.test.ts",
    ],
  },
  renewal: {
    sources: ["oauth/tokens/tokenManager.ts", "oauth/tokens/renewalRefusal.ts"],
    tests: ["unit/oauth/tokens/renewalRefusal.test.ts", "unit/oauth/tokens/tokenManager.test.ts"],
  },
  revocation: {
    sources: ["oauth/tokens/revocation.ts"],
    tests: ["unit/oauth/tokens/revocation.test.ts"],
  },
  moving: {
    sources: ["oauth/tokens/moveSignIn.ts", "oauth/tokens/keychainTokens.ts"],
    tests: ["unit/oauth/tokens/moveSignIn.test.ts"],
  },
  sharing: {
    sources: [
      "connections/signIn/sharingConsent.ts",
      "connections/signIn/signInSharing.ts",
      "oauth/tokens/sharedSession.ts",
      "node/secrets/sharedSecrets.ts",
    ],
    tests: [
      "unit/oauth/tokens/sharedSession.test.ts",
      "unit/connections/signIn/sharingConsent.test.ts",
      "unit/connections/signIn/signInSharing.test.ts",
      "unit/connections/signIn/signIns.test.ts",
      "unit/connections/connectionAccess.test.ts",
      "unit/node/secrets/sharedSecrets.test.ts",
    ],
  },
  boundTokens: {
    sources: [
      "oauth/tokens/proofs.ts",
      "oauth/tokens/proofAlgorithms.ts",
      "oauth/tokens/presentToken.ts",
      "oauth/tokens/proofRefusal.ts",
    ],
    tests: [
      "unit/oauth/tokens/proofRefusal.test.ts",
      "unit/oauth/tokens/proofs.test.ts",
      "unit/oauth/tokens/proofAlgorithms.test.ts",
    ],
  },
  readers: {
    sources: ["oauth/discovery/challenge.ts", "toolPage/uriTemplate.ts"],
    tests: [
      "unit/toolPage/uriTemplate.test.ts",
      "unit/oauth/discovery/challenge.test.ts",
      "unit/oauth/tokens/sharedSession.test.ts",
      "unit/oauth/signIn/clientCredentials.test.ts",
      "unit/oauth/identityProviders/identityProviders.test.ts",
    ],
  },
  connections: {
    sources: ["connections/connectionBook.ts"],
    tests: ["unit/connections/connectionBook.test.ts", "unit/connections/connectionChanges.test.ts"],
  },
  limits: {
    sources: ["system/lines.ts", "mcp/wire/depth.ts", "node/lineStream.ts"],
    tests: ["unit/system/lines.test.ts", "unit/mcp/wire/depth.test.ts", "unit/node/lineStream.test.ts"],
  },
  rates: {
    sources: ["gateway/limits/tokenBucket.ts", "gateway/limits/limits.ts", "gateway/limits/rateLimits.ts"],
    tests: ["unit/gateway/limits/limits.test.ts", "unit/gateway/limits/rateLimits.test.ts"],
  },
  locks: {
    sources: ["system/fileLock.ts"],
    tests: ["unit/system/lockFiles.test.ts"],
  },
  sockets: {
    sources: [
      "node/bridge/relaySocket.ts",
      "node/bridge/bridgeDoor.ts",
      "node/bridge/localSocketAddress.ts",
      "system/silentConnections.ts",
    ],
    tests: [
      "unit/system/silentConnections.test.ts",
      "unit/system/silentCallers.test.ts",
      "unit/node/bridge/bridgeDoor.test.ts",
      "unit/node/bridge/relaySocket.test.ts",
    ],
  },
};
