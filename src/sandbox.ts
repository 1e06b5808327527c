import { MAX_REPORT_BYTES } from "./lib/limits.ts";
import { unexpectedFacts } from "./lib/unexpectedError.ts";
import { control } from "./sandbox/controlCommands.ts";
import { ENTERPRISE_PROFILE, sandboxArguments, sandboxHelp } from "./sandbox/sandboxArguments.ts";
import { type Sandbox, startSandbox } from "./sandbox/startSandbox.ts";
import { endSignals } from "./system/endSignals.ts";
import { eachLine } from "./system/lines.ts";
import { outliveReaders, print } from "./system/standardStreams.ts";

/**
 * The sandbox as a program. It prints one line of JSON when it is ready, then reads commands from standard input and
 * answers on standard output, one line each. Messages for people go to standard error.
 */
outliveReaders();
const command = sandboxArguments(process.argv.slice(2));
switch (command.kind) {
  case "help":
    await print(sandboxHelp);
    break;
  case "wrong":
    console.error(`${command.problem}\nRun it with --help to see what it takes.`);
    process.exitCode = 2;
    break;
  case "start":
    await run(await started(command.options));
}

/** Logs whatever nobody caught, under the code that every program has for it. */
function logUnforeseen(error: unknown): void {
  console.error(`unforeseen failure ${JSON.stringify(unexpectedFacts(error))}`);
}

async function started(options: Parameters<typeof startSandbox>[0]): Promise<Sandbox> {
  try {
    return await startSandbox({ ...options, log: (line) => console.error(line) });
  } catch (error) {
    const { code, port, message } = error as NodeJS.ErrnoException & { readonly port?: number };
    console.error(code === "EADDRINUSE" ? `port ${port} is taken by another program` : message);
    process.exit(1);
  }
}

async function run(sandbox: Sandbox): Promise<void> {
  const say = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);
  process.on("unhandledRejection", logUnforeseen);
  process.once("uncaughtException", (error) => {
    logUnforeseen(error);
    process.exit(1);
  });
  let answered = Promise.resolve();
  const ended = new Promise<void>((end) => {
    for (const signal of endSignals(process.platform)) process.once(signal, () => end());
    // The sandbox must not outlive the editor that started it, however the editor ends.
    process.stdin.once("end", () => end()).once("close", () => end());
    eachLine(process.stdin, MAX_REPORT_BYTES, (line, isWhole) => {
      if (!isWhole) say({ id: null, error: "a command has at most 8 MiB" });
      if (!isWhole || line.trim() === "") return;
      answered = answered.then(async () => void say(await control(line, sandbox)));
    });
  });
  const { gatewayUrl, issuer, clientId, clientSecret, enterprise, authorizer } = sandbox;
  const profile = enterprise ? ENTERPRISE_PROFILE : sandbox.profile;
  // Google gives native applications a secret that cannot stay one, so it may be printed.
  const company = enterprise && { issuer: enterprise.issuer, clientId: enterprise.clientId };
  const secret = clientSecret && { clientSecret };
  say({
    ready: true,
    gatewayUrl,
    issuer,
    clientId,
    ...secret,
    profile,
    ...(company && { enterprise: company }),
    authorizer,
  });
  if (process.stdin.isTTY) {
    const ofCompany = enterprise ? `\nCompany:           ${enterprise.issuer}, client ${enterprise.clientId}` : "";
    const client = enterprise ? `, client ${clientId}, secret ${clientSecret}` : "";
    console.error(
      `\nGateway:           ${gatewayUrl}\nIdentity provider: ${issuer}${client}${ofCompany}\n\nCtrl-C ends both.`,
    );
  }
  await ended;
  await answered;
  await sandbox.stop();
  process.exit(0);
}
