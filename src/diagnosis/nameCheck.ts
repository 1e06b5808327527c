import { english } from "../failures/translate.ts";
import type { AccessCheck } from "./accessReport.ts";
import type { AskedAccess, EditorServers, ServerName } from "./askedAccess.ts";

/**
 * Whether no other server of the editor has the gateway's name. VS Code compares names without regard to case, and lets
 * one in an mcp.json take the place of an extension's, whose tools then vanish without a word.
 */
export async function nameCheck(
  { gateway, connectionId }: AskedAccess,
  { serverNames, say = english }: EditorServers,
): Promise<AccessCheck[]> {
  if (connectionId === undefined) return [];
  const what = say("No other server of this editor has its name");
  const expected = say('only one "{0}"', gateway.name);
  let servers: readonly ServerName[];
  try {
    servers = await serverNames();
  } catch {
    return [{ what, state: "unknown", found: say("the editor's mcp.json cannot be read") }];
  }
  const ours = servers.filter((server) => server.connectionId === connectionId).map(({ name }) => name);
  const names = new Set([gateway.name, ...ours].map((name) => name.toLowerCase()));
  const others = servers.filter((server) => server.connectionId === undefined && names.has(server.name.toLowerCase()));
  if (others.length === 0) return [{ what, state: "passed", expected, found: say("no other") }];
  return [
    {
      what,
      state: "failed",
      expected,
      found: others
        .map(({ file, name }) => say('"{0}" in {1}', name, file))
        .reduce((one, other) => say("{0}, {1}", one, other)),
      fix: say(
        "Rename or remove that server in its file: the editor shows only one of the two, and this gateway's tools vanish.",
      ),
    },
  ];
}
