/**
 * How tokens are obtained: by a person in the browser (RFC 6749, 4.1 with RFC 7636), by a person with a code on any
 * device (RFC 8628), by the client itself (RFC 6749, 4.4), by a workload with the token of its platform (RFC 7523, 2.1), or
 * by way of a company's identity provider, where one sign-in serves all its gateways
 * (draft-ietf-oauth-identity-assertion-authz-grant). The setting `signIn` and the records of connections have them by these
 * names. Whatever differs between them is a table or a switch over all of them, so that the compiler leads to each when there
 * is one more.
 */
export const signInFlows = ["browser", "deviceCode", "clientCredentials", "workloadIdentity", "enterprise"] as const;

export type SignInFlow = (typeof signInFlows)[number];

/** Whether nobody is there who could be asked: a program signs in as itself. */
export const isMachineFlow = (flow: SignInFlow): boolean => flow === "clientCredentials" || flow === "workloadIdentity";
