import { type GatewayFile, kindOf, runsHere } from "./gatewayFile.ts";

/** The targets of a file that run at AWS only, each with what becomes of it here. */
export function notRun({ targets = [] }: GatewayFile): readonly string[] {
  return targets.flatMap(({ name, targetConfiguration }) => {
    if (targetConfiguration === undefined || runsHere(targetConfiguration)) return [];
    const becomes = targetConfiguration.mcp
      ? "its tools are listed and answer with stubs"
      : `/${name}/ answers that it does not run here`;
    return [`${name} (${kindOf(targetConfiguration)}): ${becomes}`];
  });
}
