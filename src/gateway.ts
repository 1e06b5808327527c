#!/usr/bin/env node
import { resolve } from "node:path";
import { authorize } from "./agentcore/authorizer/authorizer.ts";
import { decisionText } from "./agentcore/authorizer/decisionText.ts";
import { decodedToken } from "./agentcore/authorizer/decodedToken.ts";
import { introspection } from "./agentcore/authorizer/introspection.ts";
import { signingKeys } from "./agentcore/authorizer/signingKeys.ts";
import { auditFileProblem } from "./gateway/audit/auditFile.ts";
import { checkPolicies, toolsSchema } from "./gateway/commandLine/checkPolicies.ts";
import { type Comparison, compareGateways, comparesTools } from "./gateway/commandLine/compareGateways.ts";
import { type ComparedLimit, compareRateLimits, readRateLimits } from "./gateway/commandLine/compareRateLimits.ts";
import { type ConfigurationFile, faultLines, readConfigurationFile } from "./gateway/commandLine/configurationFile.ts";
import { explainPolicies } from "./gateway/commandLine/explainPolicies.ts";
import { explainSigned } from "./gateway/commandLine/explainSigned.ts";
import { exportConfiguration } from "./gateway/commandLine/exportConfiguration.ts";
import {
  exitCodes,
  type GatewayCommand,
  gatewayArguments,
  gatewayHelp,
} from "./gateway/commandLine/gatewayArguments.ts";
import { readToken } from "./gateway/commandLine/readToken.ts";
import { type RunningGateway, runGateway } from "./gateway/commandLine/runningGateway.ts";
import { complain, printJson, printLines } from "./gateway/commandLine/terminal.ts";
import { verifyFiles } from "./gateway/commandLine/verifyFiles.ts";
import { bearerHeader } from "./lib/bearer.ts";
import { unexpectedFacts } from "./lib/unexpectedError.ts";
import { visibleJson } from "./lib/visibleJson.ts";
import { asksToReload, endSignals } from "./system/endSignals.ts";
import { environmentFetch } from "./system/environmentFetch.ts";
import { outliveReaders, print } from "./system/standardStreams.ts";

/**
 * The gateway as a program. It prints one line of JSON to standard output when it is ready, and one whenever it has
 * read a file again. Messages for people go to standard error.
 */
outliveReaders();
const command = gatewayArguments(process.argv.slice(2));
try {
  process.exitCode = await carryOut(command);
} catch (error) {
  const { code, port, message } = error as NodeJS.ErrnoException & { readonly port?: number };
  complain(code === "EADDRINUSE" ? `Port ${port} is taken by another program.` : message);
  process.exitCode = exitCodes.failed;
}

type Asked<K extends GatewayCommand["kind"]> = Extract<GatewayCommand, { kind: K }>;
type GoodFile = Extract<ConfigurationFile, { kind: "good" }>;

async function carryOut(asked: GatewayCommand): Promise<number> {
  switch (asked.kind) {
    case "help":
      await print(gatewayHelp);
      return exitCodes.done;
    case "wrong":
      complain(asked.problem);
      complain("Run it with --help to see what it takes.");
      return exitCodes.arguments;
    case "check":
      return await check(asked.files);
    case "explain":
      return await explain(asked);
    case "schema":
      return await schema(asked);
    case "export":
      return await exportFile(asked);
    case "compare":
      return await compare(asked);
    case "audit":
      return await verify(asked);
    case "run":
      return await run(asked);
  }
}

/**
 * Reads the files and prints all their faults. Undefined when any file has faults.
 *
 * @param to see `readConfigurationFile`
 */
function goodFiles(
  files: readonly string[],
  to: "run" | "read" = "read",
): readonly (readonly [string, GoodFile])[] | undefined {
  const read = files.map((file) => [resolve(file), readConfigurationFile(resolve(file), process.env, to)] as const);
  const good = read.flatMap(([file, one]) => (one.kind === "good" ? [[file, one] as const] : []));
  for (const [file, one] of read) {
    if (one.kind !== "good") for (const line of faultLines(file, one)) complain(line);
    else {
      if (one.ignored.length > 0) complain(`${file}: without effect here: ${one.ignored.join(", ")}`);
      for (const target of one.notRun) complain(`${file}: not run here: ${target}`);
    }
  }
  return good.length === read.length ? good : undefined;
}

async function check(files: readonly string[]): Promise<number> {
  const good = goodFiles(files) ?? [];
  let faults = good.length < files.length;
  for (const [file, { configuration }] of good) {
    const problem = configuration.auditFile === undefined ? undefined : auditFileProblem(configuration.auditFile);
    const policies = await checkPolicies(file, configuration.options);
    const problems = [...(problem === undefined ? [] : [`${file}: ${problem}`]), ...policies.faults];
    for (const line of [...problems, ...policies.notes]) complain(line);
    const { signedBy } = configuration.options;
    if (signedBy) complain(`${file}: does not run here: ${signedBy} takes AWS's own signatures, which are not checked`);
    if (problems.length === 0) await printLines([`${file}: good`]);
    faults ||= problems.length > 0;
  }
  return faults ? exitCodes.configuration : exitCodes.done;
}

async function explain({ file, token, call, caller, json }: Asked<"explain">): Promise<number> {
  const [one] = goodFiles([file]) ?? [];
  if (!one) return exitCodes.configuration;
  const { options, beyondAgentCore } = one[1].configuration;
  const rules = options.authorizer?.customJWTAuthorizer;
  if (options.signedBy) {
    const { lines, json: found, passes } = await explainSigned({ caller, call }, one[1].configuration);
    if (json) await printJson(found);
    else await printLines(lines);
    return passes ? exitCodes.done : exitCodes.refused;
  }
  if (caller !== undefined) throw new Error("--caller goes with authorizerType AWS_IAM or AUTHENTICATE_ONLY.");
  if (!rules) {
    const policies = call && (await explainPolicies(call, options, undefined));
    const open = "allowed: the gateway has no authorizer and lets everyone in";
    if (json && policies) await printJson({ kind: "open", ...policies.json });
    else await printLines([open, ...(policies?.lines ?? [])]);
    return policies?.passes === false ? exitCodes.refused : exitCodes.done;
  }
  const text = await readToken(token, process.env);
  // The policies are explained for a token that is refused too: one that has expired has its claims still.
  const claims = decodedToken(text)?.claims;
  const policies = call && (await explainPolicies(call, options, { claims: () => claims ?? {} }));
  const now = Date.now;
  const decision = await authorize(bearerHeader(text), rules, {
    keys: signingKeys(rules.discoveryUrl, { fetch: environmentFetch, now }),
    now,
    clockSkewSeconds: options.clockSkewSeconds ?? 0,
    beyond: beyondAgentCore,
    introspect: introspection({ fetch: environmentFetch }),
  });
  const found = { ...decision, ...policies?.json };
  if (json) await printJson(found);
  else await printLines([...decisionText(decision), ...(policies?.lines ?? [])]);
  if (decision.kind === "undecided") return exitCodes.failed;
  return decision.kind === "allowed" && policies?.passes !== false ? exitCodes.done : exitCodes.refused;
}

async function exportFile({ file, format }: Asked<"export">): Promise<number> {
  const [one] = goodFiles([file]) ?? [];
  if (!one) return exitCodes.configuration;
  const { text, notSaid } = exportConfiguration(one[1], format);
  await print(text);
  for (const path of notSaid) complain(`${file}: not exported: ${path}`);
  return exitCodes.done;
}

async function schema({ file }: Asked<"schema">): Promise<number> {
  const [one] = goodFiles([file]) ?? [];
  if (!one) return exitCodes.configuration;
  const { text, silent } = await toolsSchema(one[1].configuration.options);
  await print(text);
  for (const target of silent) complain(`${file}: ${target} gave no tools`);
  return silent.size > 0 ? exitCodes.failed : exitCodes.done;
}

async function verify(asked: Asked<"audit">): Promise<number> {
  const good = asked.config === undefined ? [] : goodFiles([asked.config]);
  if (!good) return exitCodes.configuration;
  const { lines, json, isGood } = await verifyFiles(asked, good[0]?.[1].configuration, process.env);
  if (asked.json) await printJson(json);
  else await printLines(lines);
  return isGood ? exitCodes.done : exitCodes.refused;
}

async function compare({ file, url, token, rateLimits: limitsFile, json }: Asked<"compare">): Promise<number> {
  const [one] = goodFiles([file], "run") ?? [];
  if (!one) return exitCodes.configuration;
  const { options } = one[1].configuration;
  const live = limitsFile === undefined ? undefined : readRateLimits(limitsFile);
  const read = token && (await readToken(token, process.env));
  const comparisons = [
    ...(await compareGateways(url, one[1].configuration, read)),
    ...(live ? compareRateLimits(live, options.rateLimits ?? []) : []),
  ];
  if (json) await printJson(comparisons);
  else await print(visibleJson(comparisons.map(comparisonText).join("\n")));
  if (!token && options.authorizer) complain("Without --token, only what needs no token was compared.");
  const { limits, rateLimits, policies } = options;
  if (limits) complain("local.limits were not compared: they are of this program alone.");
  if (rateLimits && !live)
    complain(
      "Of the rate limits those were compared that block (rate 0): the others would be used up. --rate-limits compares all.",
    );
  if (policies)
    complain(
      comparesTools(options, read)
        ? "Of the policies, the tools that they show were compared. explain --tool says what they decide about a call."
        : "The policies were not compared: the tools that they show are asked for with a token.",
    );
  return comparisons.every(({ same }) => same) ? exitCodes.done : exitCodes.refused;
}

function comparisonText({ question, live, here, same }: Comparison | ComparedLimit): string {
  if (same) return `same     ${question}: ${JSON.stringify(here)}`;
  return `DIFFERS  ${question}\n           live: ${JSON.stringify(live) ?? "none"}\n           here: ${JSON.stringify(here) ?? "none"}`;
}

/** Logs whatever nobody caught. What fails in the background ends nobody's call; anything else ends the program. */
function logUnforeseen(): void {
  const log = (error: unknown) => complain(`unforeseen failure ${JSON.stringify(unexpectedFacts(error))}`);
  process.on("unhandledRejection", log);
  process.once("uncaughtException", (error) => {
    log(error);
    process.exit(exitCodes.failed);
  });
}

async function run({ files, attached, ...address }: Asked<"run">): Promise<number> {
  const good = goodFiles(files, "run");
  if (!good) return exitCodes.configuration;
  const { kind: _, ...listen } = address;
  const say = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);
  logUnforeseen();
  const running: RunningGateway[] = [];
  const stopAll = () => Promise.all(running.map((one) => one.stop()));
  try {
    for (const [file, read] of good) {
      const reloaded = (faults: readonly string[], notRun: readonly string[]) =>
        say({ reloaded: file, faults, ...(notRun.length > 0 && { notRun }) });
      const world = { environment: process.env, address: listen, say: (line: string) => complain(line), reloaded };
      running.push(await runGateway(file, read, world));
    }
  } catch (error) {
    await stopAll();
    throw error;
  }
  const ended = new Promise<void>((end) => {
    const reload = () => {
      for (const one of running) one.reload();
    };
    const { platform } = process;
    for (const signal of endSignals(platform)) {
      if (asksToReload(signal, platform)) process.on(signal, reload);
      else process.once(signal, () => end());
    }
    if (attached) process.stdin.resume().once("close", end).once("end", end);
  });
  say({
    ready: true,
    gateways: running.map(({ file, name, gateway: { url, metadataUrl, port } }, at) => {
      return { file, name, url, metadataUrl, port, withoutEffect: good[at]?.[1].ignored, notRun: good[at]?.[1].notRun };
    }),
  });
  for (const { file, gateway } of running) {
    // Behind a proxy, the port in the address is the proxy's.
    const isOwn = new URL(gateway.url).port === String(gateway.port);
    complain(`${file}: ${gateway.url}${isOwn ? "" : `, listening on port ${gateway.port}`}`);
  }
  await ended;
  complain("Finishing what is open.");
  await stopAll();
  process.exit(exitCodes.done);
}
