import type { Verdict } from "./sigV4Verifier.ts";

/** The words in which AWS's services refuse a signature: the name of the error, and its sentence. */
export function signatureAnswer(verdict: Verdict): { readonly type: string; readonly message: string } | undefined {
  switch (verdict.kind) {
    case "valid":
      return undefined;
    case "missing":
      return { type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" };
    case "unknownKey":
    case "wrongToken":
      return { type: "UnrecognizedClientException", message: "The security token included in the request is invalid." };
    case "untimely":
      return {
        type: "InvalidSignatureException",
        message: "Signature expired: 20261127T120000Z is now earlier than 20261127T120700Z (20261127T121200Z - 5 min.)",
      };
    case "incomplete":
      return {
        type: "IncompleteSignatureException",
        message: `Authorization header is incomplete: ${verdict.because}`,
      };
    case "wrongScope":
      return { type: "InvalidSignatureException", message: "Credential should be scoped to a valid region." };
    case "wrongSignature":
      return {
        type: "InvalidSignatureException",
        message: "The request signature we calculated does not match the signature you provided.",
      };
  }
}
