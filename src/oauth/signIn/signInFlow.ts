/**
 * How tokens are obtained: by a person in the browser (RFC 6749, 4.1 with RFC 7636), by a person with a code on any
 * device (RFC 8628), or by the client itself (RFC 6749, 4.4). The setting `signIn` and the records of connections have
 * them by these names. Whatever differs between them is a table or a switch over all of them, so that the compiler
 * leads to each when there is one more.
 */
export const signInFlows = ["browser", "deviceCode", "clientCredentials"] as const;

export type SignInFlow = (typeof signInFlows)[number];
