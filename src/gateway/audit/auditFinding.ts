/** What is wrong with an audit, by a code that stays. */
export type AuditFaultCode =
  /** The line is not as it was written. */
  | "changed"
  /** The line's hash is right and its mac is not: it was made without the key, or the key is another. */
  | "otherKey"
  /** Lines that were written are not here. */
  | "missing"
  /** A line is here twice. */
  | "repeated"
  /** A line stands behind one that was written after it. */
  | "outOfOrder"
  /** The line goes on from another one than stands before it. */
  | "otherChain"
  /** The line is no part of the chain. */
  | "notChained"
  /** The last line breaks off, as after a crash or where the disk was full. */
  | "torn"
  /** Lines at the end that the head knows are not here. */
  | "truncated"
  /** The head names another line than the one with its number. */
  | "headDiffers";

/** One thing that is wrong, and where. */
export interface AuditFault {
  readonly code: AuditFaultCode;
  readonly file: string;
  /** From 1; absent where it is about no line. */
  readonly line?: number;
  /** The numbers of the lines that it is about, the last one too. */
  readonly from?: number;
  readonly to?: number;
}

const some = ({ from, to }: AuditFault): string =>
  from === to ? `line ${from}` : `all from line ${from} to line ${to}`;

/** What happened, in words, with the code first. */
export function faultText(fault: AuditFault): string {
  const at = `${fault.file}${fault.line === undefined ? "" : `:${fault.line}`}`;
  return `${at}: ${fault.code}: ${words(fault)}`;
}

function words(fault: AuditFault): string {
  switch (fault.code) {
    case "changed":
      return "this line is not as it was written";
    case "otherKey":
      return "this line was not sealed with the key that was given";
    case "missing":
      return `before this line, ${some(fault)} of the chain is not in these files`;
    case "repeated":
      return `${some(fault)} of the chain is here a second time`;
    case "outOfOrder":
      return `${some(fault)} of the chain stands behind one that was written after it`;
    case "otherChain":
      return `${some(fault)} of the chain goes on from another line than the one before it`;
    case "notChained":
      return "this line is no part of the chain";
    case "torn":
      return "the last line breaks off, as after a crash or where the disk was full";
    case "truncated":
      return `the end is missing: ${some(fault)} of the chain, which the head knows`;
    case "headDiffers":
      return `line ${fault.from} of the chain is another one than the head knows`;
  }
}
