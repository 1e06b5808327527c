export const signInWays = ["browser", "deviceCode", "clientCredentials"] as const;

export type SignInWay = (typeof signInWays)[number];
