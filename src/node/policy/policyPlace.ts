/** Where the administrator's file is, and whose it has to be. */
export interface PolicyPlace {
  readonly file: string;
  /** The id of the user who alone may own it, where the system has such ids. */
  readonly owner: number;
}

/** `undefined` in what ships: tests build bundles of their own, which look at another place. */
declare const POLICY_PLACE_OF_TESTS: PolicyPlace | undefined;

const files: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: "/Library/Application Support/GatewayConnect/policy.json",
  // Only administrators may create something there. In C:\ProgramData every user may, who comes first.
  win32: "C:\\Program Files\\GatewayConnect\\policy.json",
};

/**
 * The one place of the administrator's file on this system. No variable is read for it, not even %ProgramFiles%: whoever starts
 * this program chooses those.
 */
export function policyPlace(platform: NodeJS.Platform = process.platform): PolicyPlace {
  if (typeof POLICY_PLACE_OF_TESTS === "object") return POLICY_PLACE_OF_TESTS;
  return { file: files[platform] ?? "/etc/gateway-connect/policy.json", owner: 0 };
}
