import type { Explanations } from "../judged.ts";

const copied = "It saves a copy, and nothing else.";
const quick = "It saves a look at a text that is too short to be so deep; what is no JSON is found out by its parser.";
const once = "An input that ends closes as well, so that each of the two covers for the other.";
const kept = "It is about memory: a count that is full says what none says.";

/** Of what is read, kept and let through at the most. */
export const ofLimits: Explanations = {
  "src/system/lines.ts": [
    { mutator: "ConditionalExpression", line: "if (rest.length > 0) this.#add(rest);", why: copied },
    { mutator: "EqualityOperator", line: "if (rest.length > 0) this.#add(rest);", why: copied },
    {
      mutator: "ConditionalExpression",
      line: "this.#take(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts), isWhole);",
      why: copied,
    },
  ],
  "src/mcp/wire/depth.ts": [
    ...["ConditionalExpression", "EqualityOperator", "ArithmeticOperator"].map((mutator) => ({
      ...{ mutator, why: quick },
      line: "if (pieces.length === 1 && (pieces[0] as Uint8Array).length <= 2 * depth) return false;",
    })),
  ],
  "src/node/lineStream.ts": [
    { mutator: "StringLiteral", line: 'this.input.once("end", close).once("close", close);', why: once },
    { mutator: "BooleanLiteral", line: "let isTaken = true;", why: "Every message has a piece, which says it." },
    { mutator: "CallExpression", line: "this.output.cork();", why: "It saves packets: what is written is the same." },
    {
      mutator: "CallExpression",
      line: "this.output.end();",
      why: "What is destroyed has ended; it lets a pipe tell its reader first.",
    },
    {
      mutator: "CallExpression",
      line: "this.input.pause();",
      why: "What comes by then is heard by nobody. It saves reading it.",
    },
  ],
  "src/gateway/limits/tokenBucket.ts": [
    {
      mutator: "EqualityOperator",
      line: "return missing <= 0 ? 0 : Math.ceil((missing / rate.rate) * periodMs[rate.period]);",
      why: "Nothing that is missing is waited for no time.",
    },
  ],
  "src/gateway/limits/limits.ts": [
    {
      mutator: "ConditionalExpression",
      line: "if (buckets.size <= MOST_BUCKETS && tokensIn(bucket, rate, now) < sizeOf(rate)) return;",
      change: "tokensIn(bucket, rate, now) < sizeOf(rate) → true",
      why: kept,
    },
    {
      mutator: "EqualityOperator",
      line: "if (buckets.size <= MOST_BUCKETS && tokensIn(bucket, rate, now) < sizeOf(rate)) return;",
      change: "tokensIn(bucket, rate, now) < sizeOf(rate) → tokensIn(bucket, rate, now) <= sizeOf(rate)",
      why: kept,
    },
  ],
  "src/gateway/limits/rateLimits.ts": [
    {
      mutator: "ConditionalExpression",
      line: 'return open.size === 0 ? admitted : { kind: "admitted", over: () => leave(open) };',
      why: "Of nothing that is under way nothing is left.",
    },
    ...["ConditionalExpression", "EqualityOperator"].map((mutator) => ({
      ...{ mutator, why: "A count of none is as none." },
      line: "if (left > 0) underWay.set(count, left);",
    })),
  ],
};
