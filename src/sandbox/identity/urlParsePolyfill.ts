/**
 * `URL.parse` for Node 20: oidc-provider calls it throughout, and Node has it since 22.1. The supported editors include
 * Node 22, but people can start the sandbox with any Node.
 */
const url: { parse?: (input: string, base?: string) => URL | null } = URL;
url.parse ??= (input, base) => {
  try {
    return new URL(input, base);
  } catch {
    return null;
  }
};
