import { worldRows } from "./support/rows.ts";

/** How files and what stands in them were seen to behave. */
worldRows([
  {
    row: "T5",
    kind: 2,
    otherSide: "configuration in a Kubernetes ConfigMap (`..data` swapped)",
    right: "reloaded",
    source: "parca#3230",
    at03c8530: "✗",
  },
  {
    row: "T7",
    kind: 5,
    otherSide: "audit file renamed, then SIGHUP",
    right: "opened anew; a path that is not our file any more is a gap",
    source: "logrotate",
    at03c8530: "✗",
  },
  {
    row: "T10",
    kind: 5,
    otherSide: "`${TOKEN}`, `${input:x}` in headers",
    right: "a fault with its place: `${env:NAME}` is the form",
    source: "qwen-code#11499",
    at03c8530: "✗ sent literally",
  },
  {
    row: "S8",
    kind: 10,
    otherSide: "circular link at mcp.json; 11 MB file",
    right: "refused in words; parsed once",
    source: "adversarial",
    at03c8530: "✗ hangs for ever; 2.3 s of CPU an edit",
  },
]);
