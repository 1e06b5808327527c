import { withSecretService } from "./secretService.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The keychain of this system, really: on Linux a Secret Service of the test's own; on macOS and Windows that of the account,
 * where a test leaves nothing behind.
 */
export async function withSystemKeychain(act: (env: Environment) => Promise<void>): Promise<void> {
  if (process.platform === "linux") await withSecretService(({ env }) => act(env));
  else await act(process.env);
}
