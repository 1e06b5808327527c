/** A redirect URI on this machine, in its parts. */
export interface LoopbackRedirect {
  readonly ports: readonly number[];
  readonly path: string;
  readonly host: string;
}

/** What AWS's guide registers, so that whoever followed it need change nothing at the identity provider. */
export const defaultRedirect = { ports: [3334, 3335, 3336], path: "/oauth/callback", host: "localhost" } as const;

/**
 * Every redirect URI that a document has to name: of each name of this machine, with each port, and without one, since not every
 * provider takes any port of what is registered without (RFC 8252, 7.3).
 */
export function publishedRedirects({ ports, path, host }: LoopbackRedirect): readonly string[] {
  const hosts = [...new Set([host, "localhost", "127.0.0.1"])];
  const withPorts = hosts.flatMap((name) => ports.map((port) => `http://${name}:${port}${path}`));
  return [...withPorts, ...hosts.map((name) => `http://${name}${path}`)];
}
