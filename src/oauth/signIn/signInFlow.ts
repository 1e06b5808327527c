export const signInFlows = ["browser", "deviceCode", "clientCredentials"] as const;

export type SignInFlow = (typeof signInFlows)[number];
