import type { Explanations } from "../judged.ts";

const remembered =
  "What is left is a promise that has ended, under a name that our own code gives: whoever comes next waits for it no time.";
const caught = "It fails then where it would have said that there is nothing, and whoever fails has nothing.";

/** Of locks between processes: who holds one, how long, and who takes it over. */
export const ofLocks: Explanations = {
  "src/system/fileLock.ts": [
    {
      mutator: "ArrowFunction",
      line: "const settled = mine.catch(() => {}).finally(() => queues.get(path) === settled && queues.delete(path));",
      change: "() => queues.get(path) === settled && queues.delete(path) → () => undefined",
      why: remembered,
    },
    ...["true", "false"].map((becomes) => ({
      mutator: "ConditionalExpression",
      line: "const settled = mine.catch(() => {}).finally(() => queues.get(path) === settled && queues.delete(path));",
      change: `queues.get(path) === settled && queues.delete(path) → ${becomes}`,
      why: remembered,
    })),
    {
      mutator: "CallExpression",
      line: "heartbeat.unref();",
      why: "It ends with what is done under the lock, which keeps the program for as long.",
    },
    {
      mutator: "StringLiteral",
      line: 'const { code = "" } = error as NodeJS.ErrnoException;',
      why: "What has no code is told at once, whatever it is called meanwhile.",
    },
    {
      mutator: "ArrayDeclaration",
      line: "const names = await readdir(directory).catch(() => []);",
      why: "No lock is called so, and so nothing is removed.",
    },
    {
      mutator: "ConditionalExpression",
      line: "if (left.length === 0) await rmdir(directory).catch(() => {});",
      change: "left.length === 0 → true",
      why: "A folder with something in it is not removed: the system refuses.",
    },
    {
      mutator: "OptionalChaining",
      line: "const { buffer, bytesRead } = (await file?.read(Buffer.alloc(LONGEST_MARK), 0, LONGEST_MARK, 0)) ?? {};",
      why: caught,
    },
    { mutator: "OptionalChaining", line: 'return buffer?.toString("utf8", 0, bytesRead);', why: caught },
    {
      mutator: "BlockStatement",
      line: "} catch {",
      change: "{ return undefined; } → {}",
      why: "Nothing is what it gives.",
    },
  ],
};
