import type { SchemaFault } from "../../lib/json/checkSchema.ts";
import { memberPath } from "../../lib/json/checkSchema.ts";
import type { ValidParts } from "../../lib/json/validParts.ts";

/** What AWS refuses of rate limits that `gatewaySchema` cannot express. */
export function rateLimitFaults(parts: ValidParts): readonly SchemaFault[] {
  const ids = new Set<string>();
  const keyLists = new Set<string>();
  return parts.below("rateLimits").flatMap(({ path }) => {
    const faults: SchemaFault[] = [];
    const id = parts.text(`${path}.rateLimitId`);
    if (id !== undefined && ids.has(id)) faults.push(parts.fault(`${path}.rateLimitId`, `another one is called ${id}`));
    ids.add(id ?? "");
    const keyParts = parts.below(`${path}.dimensionKeys`);
    const keys = keyParts.map((one) => parts.text(one.path));
    for (const [at, key] of keys.entries()) {
      const { path: where = "" } = keyParts[at] ?? {};
      if (key !== undefined && keys.indexOf(key) < at) faults.push(parts.fault(where, `${key} is there twice`));
    }
    if (keys.length === 0 || keys.includes(undefined)) return faults;
    const whole = JSON.stringify(keys);
    if (keyLists.has(whole)) faults.push(parts.fault(`${path}.dimensionKeys`, "another rate limit has the same keys"));
    keyLists.add(whole);
    return [...faults, ...entryFaults(path, keys as readonly string[], parts)];
  });
}

function entryFaults(path: string, keys: readonly string[], parts: ValidParts): readonly SchemaFault[] {
  const seen = new Set<string>();
  return parts.below(`${path}.entries`).flatMap(({ path: at }) => {
    const dimensions = `${at}.dimensions`;
    if (!parts.isValid(dimensions)) return [];
    const given = parts.below(dimensions);
    if (given.length === 0) return [];
    const strange = given.filter(({ name }) => !keys.includes(name));
    const missing = keys.filter((key) => !given.some(({ name }) => name === key));
    if (strange.length + missing.length > 0) {
      return [
        ...strange.map((one) => parts.nameFault(one.path, "expected one of dimensionKeys")),
        ...(missing.length > 0 ? [parts.fault(dimensions, `expected a value for ${missing.join(" and ")} too`)] : []),
      ];
    }
    const values = keys.map((key) => parts.text(memberPath(dimensions, key)));
    const first = values.indexOf("*");
    const behind = first < 0 ? -1 : values.findIndex((value, index) => index > first && value !== "*");
    if (behind >= 0) {
      const where = memberPath(dimensions, keys[behind] ?? "");
      return [parts.fault(where, `expected *, since ${keys[first]} before it is *`)];
    }
    const whole = JSON.stringify(values);
    if (seen.has(whole)) return [parts.fault(dimensions, "another entry has the same values")];
    seen.add(whole);
    return [];
  });
}
