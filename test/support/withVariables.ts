/** Variables of this process for as long as `act` takes. */
export async function withVariables(set: Readonly<Record<string, string>>, act: () => Promise<void>): Promise<void> {
  const before = Object.keys(set).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, set);
  try {
    await act();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
