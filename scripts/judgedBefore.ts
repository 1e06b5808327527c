import { resolve } from "node:path";

export interface Change {
  readonly from: RegExp;
  readonly to: (...groups: string[]) => string;
  /** How often it stands in the file; another number is a reason to look at what the SDK does now. */
  readonly times: number;
}

/** In what client and server have in common. */
export const inShared: readonly Change[] = [
  {
    from: /const isJSONRPC(Request|Notification|ResultResponse|ErrorResponse) = \(value\) => (\w+)\.safeParse\(value\)\.success;/g,
    to: (kind, schema) => {
      const asked = `known === undefined ? ${schema}.safeParse(value).success : known === "${kind}"`;
      return `const isJSONRPC${kind} = (value) => { const known = plainKind(value); return ${asked}; };`;
    },
    times: 4,
  },
  {
    from: /const parsed = wireSchema\.safeParse\(raw\);/g,
    to: () => "const parsed = isPlaceholder(raw) ? { success: true } : wireSchema.safeParse(raw);",
    times: 1,
  },
  {
    from: /validateResult: \(method, raw\) => (triState\$?\d*\(getResultSchema(2026)?\(method\), raw\)),/g,
    to: (asked, modern) => {
      const era = modern === undefined ? "2025-11-25" : "2026-07-28";
      return `validateResult: (method, raw) => plainResult("${era}", method, raw) ?? ${asked},`;
    },
    times: 2,
  },
  {
    from: /validateNotification: \(method, raw\) => (triState\$?\d*\(getNotificationSchema2026\(method\), raw\)),/g,
    to: (asked) => `validateNotification: (method, raw) => plainNotification(method, raw) ?? ${asked},`,
    times: 1,
  },
];

export const inClient: readonly Change[] = [
  {
    from: /isSpecType\.Implementation\(fromMeta\)/g,
    to: () => "(isPlainImplementation(fromMeta) || isSpecType.Implementation(fromMeta))",
    times: 1,
  },
];

const judges = {
  plainKind: ["plainKind"],
  placeholderResult: ["isPlaceholder"],
  plainIntroduction: ["plainResult", "plainNotification", "isPlainImplementation"],
};

const imports = Object.entries(judges)
  .map(([module, names]) => `import { ${names.join(", ")} } from ${JSON.stringify(resolve(`src/mcp/${module}.ts`))};`)
  .join(" ");

/**
 * Keeps the SDK from asking its schemas about what was judged before:
 *
 * - of what kind a message is, where `plainKind.ts` says so: it asks up to four schemas about every message that comes;
 * - whether a placeholder is a result, which `skipResultValidation.ts` puts in the place of every complete one;
 * - how a server introduces itself, where `plainIntroduction.ts` finds it plain.
 *
 * @throws Error where the SDK's text is not what it was
 */
export function judgedBefore(text: string, changes: readonly Change[]): string {
  const changed = changes.reduce((before, { from, to, times }) => {
    const found = before.match(from)?.length ?? 0;
    if (found !== times) throw new Error(`the SDK has ${from} ${found} times, and not ${times}`);
    return before.replaceAll(from, (_, ...groups) => to(...(groups as string[])));
  }, text);
  return `${imports}\n${changed}`;
}
