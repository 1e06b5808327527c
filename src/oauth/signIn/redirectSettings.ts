/** Where the browser comes back to. Identity providers compare it exactly, so it is configurable to the letter. */
export interface RedirectSettings {
  /** Tried in this order, the one used last first. */
  readonly ports: readonly number[];
  readonly path: string;
  readonly host: string;
}

/** What AWS's guide registers, so that who followed it need change nothing at the identity provider. */
export const defaultRedirect: RedirectSettings = {
  ports: [3334, 3335, 3336],
  path: "/oauth/callback",
  host: "localhost",
};

/** The redirect URI of one port. */
export const redirectUri = (settings: RedirectSettings, port: number): string =>
  `http://${settings.host}:${port}${settings.path}`;
