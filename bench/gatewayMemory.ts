import { answerParent } from "./childProcess.ts";
import { memoryInUse } from "./memoryInUse.ts";

/** Loaded into the gateway's own program, to ask it for its memory. */
answerParent<{ what: "memory" }>(() => memoryInUse());
