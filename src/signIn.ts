// The bundle of all that asks a provider for something, loaded with the first sign-in, renewal or sign-out, or when the
// editor is idle and somebody has a connection. It holds whatever extension.cjs imports dynamically, see scripts/build.ts.

export * from "./connections/attention/refusalFile.ts";
export * from "./connections/enterprise/companySignIns.ts";
export * from "./connections/headers/sendWithHeaders.ts";
export * from "./connections/signIn/changedSignIn.ts";
export * from "./connections/signIn/signInElsewhere.ts";
export * from "./connections/signIn/signInToConnection.ts";
export * from "./node/redirect/loopbackListener.ts";
export * from "./node/secrets/printedCredential.ts";
export * from "./oauth/enterprise/enterpriseRenewal.ts";
export * from "./oauth/tokens/proofRefusal.ts";
export * from "./oauth/tokens/proofs.ts";
export * from "./oauth/tokens/revocation.ts";
export * from "./oauth/tokens/tokenRequests.ts";
export * from "./oauth/workload/requestByWorkload.ts";
