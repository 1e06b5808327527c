/** Environment variables by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Windows does not tell upper from lower case in the names of variables: what is `Path` there is found as `PATH` too.
 * `process.env` knows that, a copy of it does not.
 */
const nameOn = (platform: NodeJS.Platform) => (name: string) => (platform === "win32" ? name.toUpperCase() : name);

/** The value of a variable; undefined where there is none. */
export function variableOf(env: Environment, name: string, platform: NodeJS.Platform): string | undefined {
  const own = nameOn(platform);
  return Object.entries(env).find(([one]) => own(one) === own(name))?.[1];
}

/** An environment without some of its variables, however their names are written. */
export function withoutVariables(
  env: Environment,
  names: Iterable<string>,
  platform: NodeJS.Platform,
): Record<string, string | undefined> {
  const own = nameOn(platform);
  const left = new Set(Array.from(names, own));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !left.has(own(name))));
}

/**
 * An environment with some variables changed or added. One that is there keeps its name: of `Path` and `PATH`, a program
 * that Node starts on Windows gets only one.
 */
export function withVariables(
  env: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>>,
  platform: NodeJS.Platform,
): Record<string, string> {
  const own = nameOn(platform);
  const names = new Map(Object.keys(env).map((name) => [own(name), name]));
  return {
    ...env,
    ...Object.fromEntries(Object.entries(more).map(([name, value]) => [names.get(own(name)) ?? name, value])),
  };
}
