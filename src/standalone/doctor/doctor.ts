import { homedir } from "node:os";
import { formatOf } from "../../hosts/formats/formats.ts";
import { foldersOf, type HostFilePaths, hostFilePath } from "../../hosts/hostPaths.ts";
import { type FindingSection, findingsText, problemsIn, shareable } from "../../node/doctor/finding.ts";
import { machineFindings } from "../../node/doctor/machineFindings.ts";
import { fileChanger } from "../../node/hostFiles/changeFile.ts";
import { findHostFiles } from "../../node/hostFiles/findHostFiles.ts";
import { print } from "../../system/standardStreams.ts";
import { exitCodes } from "../arguments.ts";
import type { DoctorOptions } from "./doctorArguments.ts";
import { gatewayFindings } from "./gatewayFindings.ts";
import { keychainFindings } from "./keychainFindings.ts";

/**
 * Tells what a help desk asks for, without a secret: runtime, proxies, certificates, hosts and their entries, keychain. Nothing
 * is sent unless a gateway is to be asked.
 *
 * @param version of this program
 */
export async function doctor({ isJson, check }: DoctorOptions, version: string): Promise<void> {
  const { env, platform, execPath, version: nodeVersion, arch } = process;
  const now = Date.now();
  const home = homedir();
  const folders = { platform, home, ...foldersOf(env) };
  const machine = { ...folders, userData: hostFilePath({ file: ofCode }, "user", folders) };
  const find = () => findHostFiles({ machine, workspaces: [process.cwd()] });
  // Nothing is changed, so that no folder of ours is needed for it.
  const { read } = fileChanger(home);
  const world = { platform, env, find, read, formatOf, execPath, nodeVersion, arch, now };
  const found: readonly FindingSection[] = [
    ...(await machineFindings(world)),
    { id: "keychain", title: "Keychain", findings: await keychainFindings(platform, env) },
    ...(check === undefined ? [] : [{ id: "gateway", title: "Gateway", findings: await gatewayFindings(check, env) }]),
  ];
  const sections = shareable(found, env);
  const problems = problemsIn(sections);
  const text = isJson
    ? JSON.stringify({ version, at: new Date(now).toISOString(), problems, sections })
    : `Gateway Connect ${version}\n\n${findingsText(sections)}\n\n${problemCount(problems)}`;
  await print(text);
  process.exit(problems > 0 ? exitCodes.problemsFound : exitCodes.ended);
}

/** Where VS Code keeps what is a person's, which its own mcp.json is in. */
const ofCode: HostFilePaths = {
  user: [
    ["roaming", "Code", "User"],
    ["support", "Code", "User"],
    ["config", "Code", "User"],
  ],
};

const problemCount = (count: number): string =>
  count === 0 ? "No problem was found." : count === 1 ? "1 problem was found." : `${count} problems were found.`;
