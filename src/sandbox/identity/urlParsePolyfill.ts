/**
 * `URL.parse` for Node 20, which oidc-provider calls everywhere and which Node has since 22.1. The editors the
 * extension supports bring Node 22, but a sandbox started by hand runs on whatever Node there is.
 */
const url: { parse?: (input: string, base?: string) => URL | null } = URL;
url.parse ??= (input, base) => {
  try {
    return new URL(input, base);
  } catch {
    return null;
  }
};
