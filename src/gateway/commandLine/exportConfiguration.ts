import { plain, readJson } from "../../lib/json/jsonDocument.ts";
import type { JsonObject } from "../../lib/json/jsonObject.ts";
import { cdk } from "../export/cdk.ts";
import { cloudFormation } from "../export/cloudFormation.ts";
import { exportGateway } from "../export/exportGateway.ts";
import type { Exported } from "../export/exportTree.ts";
import { terraform } from "../export/terraform.ts";
import type { ConfigurationFile } from "./configurationFile.ts";

/** The languages that a configuration can be exported in. */
export const exportFormats = { cloudformation: cloudFormation, cdk, terraform } as const satisfies Readonly<
  Record<string, (exported: Exported) => string>
>;

export type ExportFormat = keyof typeof exportFormats;

/** A gateway's file in the language of an infrastructure, and the paths of what that cannot say. */
export function exportConfiguration(
  { text, configuration }: Extract<ConfigurationFile, { kind: "good" }>,
  format: ExportFormat,
): { readonly text: string; readonly notSaid: readonly string[] } {
  const document = readJson(text, "the JSON of a gateway");
  if (document.kind === "faulty") throw new Error("a file that was good is none any more");
  const exported = exportGateway(plain(document.root) as JsonObject, configuration.options.policies);
  return { text: exportFormats[format](exported), notSaid: exported.notSaid };
}
