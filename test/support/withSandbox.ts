import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/startSandbox.ts";

/** A sandbox in this process for as long as `act` takes. */
export async function withSandbox(options: SandboxOptions, act: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox(options);
  try {
    await act(sandbox);
  } finally {
    await sandbox.stop();
  }
}
