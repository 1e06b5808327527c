import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { PolicyFault } from "./policy.ts";

/**
 * Cedar's engine follows an expression with the stack of its memory and with that of the thread, and is of no use any more once
 * either has run over: neither for the policy at hand nor for those in effect. How deep it comes depends on how V8 has compiled
 * it by then. Where that takes the most, it reads 70 brackets in one another or 300 operators in a row, and decides about 100
 * operators in one another. So a policy is refused well before.
 */
const MOST_BRACKETS = 40;
const MOST_OPERATORS_READ = 200;
const MOST_OPERATORS = 80;

/** How many operators a bracket counts for, by what it takes to read. */
const BRACKET = 4;

/**
 * What keeps a statement from being read.
 *
 * @param words the statement without its texts and comments
 */
export function unreadFaults(words: string): readonly PolicyFault[] {
  /** The operators in a row at each level of brackets, the innermost last. */
  const rows = [0];
  let members = 0;
  for (const { 0: word, index: at } of words.matchAll(/[([{)\]},;.*+-]|&&|\|\||\bif\b/g)) {
    members = word === "." ? members + 1 : 0;
    const row = rows.length - 1;
    if ("([{".includes(word)) rows.push(0);
    else if (")]}".includes(word)) rows.splice(Math.max(1, row), 1);
    else if (",;".includes(word)) rows[row] = 0;
    else if (word !== ".") rows[row] = (rows[row] ?? 0) + 1;
    if (rows.length - 1 > MOST_BRACKETS)
      return [{ at, problem: `more than ${MOST_BRACKETS} brackets in one another are not evaluated here` }];
    const depth = rows.reduce((sum, each) => sum + each, members + BRACKET * (rows.length - 1));
    if (depth > MOST_OPERATORS_READ)
      return [{ at, problem: `more than ${MOST_OPERATORS_READ} of such operators are not evaluated here` }];
  }
  return [];
}

/** @param at where the fault is told */
export function operatorFaults({ conditions }: PolicyJson, at: number): readonly PolicyFault[] {
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value: conditions, depth: 0 }];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const { value, depth } = one;
    if (typeof value !== "object" || value === null) continue;
    if (depth > MOST_OPERATORS) {
      const problem = `more than ${MOST_OPERATORS} operators in a row or in one another are not evaluated here; split the policy, or put the values into a set`;
      return [{ at, problem }];
    }
    // An operator is an object with its operands in another; lists have no depth of their own.
    const deeper = Array.isArray(value) || isOperands(value) ? depth : depth + 1;
    for (const part of Object.values(value)) left.push({ value: part, depth: deeper });
  }
  return [];
}

const operands = new Set(["left", "right", "arg", "if", "then", "else", "attr", "pattern"]);

const isOperands = (value: object): boolean => Object.keys(value).every((name) => operands.has(name));
