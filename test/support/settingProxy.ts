/**
 * A setting as VS Code hands it to an extension (1.139, `ExtHostConfigProvider.getConfiguration`): objects are proxies that
 * look like the value, and answer `toJSON` and all that follows from a copy, found by the names on the way to it with dots
 * between them.
 *
 * @param name of the setting in its section
 */
export function settingProxy(name: string, value: unknown): unknown {
  let copy: Record<string, unknown> | undefined;
  const proxied = (target: unknown, path: string): unknown => {
    if (Array.isArray(target)) return structuredClone(target);
    if (typeof target !== "object" || target === null) return target;
    let copied: unknown;
    const copyOf = (): unknown => {
      copy ??= structuredClone({ [name]: value });
      copied ??= lookedUp(copy, path);
      return copied;
    };
    return new Proxy(target, {
      get(of, property) {
        if (typeof property === "string" && property.toLowerCase() === "tojson") {
          const json = copyOf();
          return () => json;
        }
        if (copy) return Reflect.get(copyOf() as object, property);
        const found: unknown = Reflect.get(of, property);
        return typeof property === "string" ? proxied(found, `${path}.${property}`) : found;
      },
    });
  };
  return proxied(value, name);
}

const lookedUp = (tree: unknown, path: string): unknown =>
  path.split(".").reduce((node, part) => (node ? (node as Record<string, unknown>)[part] : node), tree);
