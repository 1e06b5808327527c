import { parseArgs } from "node:util";
import { gatewayUnderFaults } from "../test/support/load/gatewayUnderFaults.ts";

/** The local gateway at a thousand callers, with faults going on. A sample of it is a test, `test/flows/crowd.test.ts`. */
const { values } = parseArgs({
  options: { callers: { type: "string", default: "1000" }, seconds: { type: "string", default: "600" } },
});
const { wrong, ...crowd } = await gatewayUnderFaults(Number(values.callers), Number(values.seconds));
console.log(JSON.stringify({ ...crowd, wrong: wrong.length, first: wrong.slice(0, 5) }, undefined, 2));
