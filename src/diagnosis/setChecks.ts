import type { HeaderPlace } from "../connections/headers/headersSetting.ts";
import { readHeaders } from "../connections/headers/readHeaders.ts";
import { checkToolRules, readToolRules } from "../connections/toolRules/readToolRules.ts";
import type { ToolLayers } from "../connections/toolRules/toolLayers.ts";
import { asFailure } from "../failures/failure.ts";
import { english, type Translate } from "../failures/translate.ts";
import { sourceText } from "../oauth/tokens/clientCredential.ts";
import type { GatewayRules } from "../policy/policy.ts";
import type { AccessCheck } from "./accessReport.ts";
import type { AskedAccess } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";

/** What is set about requests and tools, without a value that goes along. */
export function setChecks(
  { settings, toolLayers, rules }: Pick<AskedAccess, "settings" | "toolLayers" | "rules">,
  say: Translate = english,
): readonly AccessCheck[] {
  const { headers, policySession } = settings;
  return [
    ...(headers === undefined ? [] : [headersCheck(headers, say)]),
    ...(policySession
      ? [
          {
            what: say("A policy session goes along with each request"),
            state: "note",
            found: say("one UUID for each MCP connection; New Policy Session begins another"),
          } as const,
        ]
      : []),
    ...(toolLayers ? rulesChecks(toolLayers, say) : []),
    ...managedChecks(rules, say),
  ];
}

/** What an administrator says of the gateway: whether it may be used, and each rule with its place in their file. */
function managedChecks(rules: GatewayRules | undefined, say: Translate): readonly AccessCheck[] {
  const what = say("Your organisation manages this gateway");
  const managed = rules?.managed ?? [];
  try {
    rules?.mayConnect();
  } catch (error) {
    return [checkOfFailure(what, asFailure(error), say)];
  }
  if (managed.length === 0) return [];
  return [{ what, state: "note", found: managed.map((one) => `${one.rule}: ${one.what}`).join("; ") }];
}

function headersCheck(set: unknown, say: Translate): AccessCheck {
  const what = say("The headers that are set go along with each request");
  const place = (name: string) => ["headers", name].filter((part) => part !== "").join(" \u203a ");
  try {
    const headers = readHeaders(set as Readonly<Record<string, string | HeaderPlace>>, { place });
    const found = headers.map(({ name, value }) =>
      value.kind === "text" ? name : say("{0} (from {1})", name, sourceText(value.source)),
    );
    return {
      what,
      state: "note",
      found: found.length === 0 ? "" : found.reduce((one, other) => say("{0}, {1}", one, other)),
    };
  } catch (error) {
    return checkOfFailure(what, asFailure(error), say);
  }
}

/** The rules that keep tools from agents, each with where it is set. */
function rulesChecks(layers: ToolLayers, say: Translate): readonly AccessCheck[] {
  const what = say("Rules keep tools from agents");
  try {
    checkToolRules(layers);
  } catch (error) {
    return [checkOfFailure(what, asFailure(error), say)];
  }
  const { hidden, rules, timeout } = layers;
  const found = rules.flatMap((one) => {
    const { allow, deny, readOnly } = readToolRules(one).rules;
    return [
      ...(deny ? [`${one.place("deny")}: ${deny.join(", ")}`] : []),
      ...(allow ? [`${one.place("allow")}: ${allow.join(", ")}`] : []),
      ...(readOnly ? [say("{0}: only those that say that they only read", one.place("readOnly"))] : []),
    ];
  });
  const all = [...(hidden.length > 0 ? [`hiddenTools: ${hidden.join(", ")}`] : []), ...found];
  const limits =
    timeout && (typeof timeout.limits === "number" ? `${timeout.limits} s` : JSON.stringify(timeout.limits));
  return [
    ...(all.length > 0 ? [{ what, state: "note", found: all.join("; ") } as const] : []),
    ...(limits === undefined
      ? []
      : [{ what: say("Calls of agents have a limit"), state: "note", found: limits } as const]),
  ];
}
