import type { ClientSuite, ScenarioPlayer } from "../support/conformance/clientConformance.ts";
import type { ScenarioOutcome } from "../support/conformance/scenarioResult.ts";

/** A scenario that does not simply pass, and why. */
export interface Expectation {
  readonly outcome: ScenarioOutcome;
  /** The checks that are missed, by the names that the suite gives them. */
  readonly missed?: readonly string[];
  /** Tools that answer the editor with an error: seen by the editor, and not by the suite. */
  readonly errors?: readonly string[];
  readonly because: string;
}

/** One run of a suite, in which every scenario passes that is not named here. */
export interface ClientRun extends ClientSuite, ScenarioPlayer {
  /** How many scenarios it has: one that goes missing is noticed. */
  readonly scenarios: number;
  /**
   * How many of them `npm test` plays, chosen by the seed, where they are those of another run with another player. In
   * bulk it plays all.
   */
  readonly sampled?: number;
  readonly expected: Readonly<Record<string, Expectation>>;
}

const skillsAreTheHosts: Expectation = {
  outcome: "checks nothing",
  because:
    "Skills are listed, loaded and verified by the host. The suite looks at nothing until a host asks for skills, which " +
    "editors of today do not.",
};

/** The standalone in an editor of today. */
const today: ScenarioPlayer = { way: "standalone", sdk: "v1" };
/** The standalone in an editor that speaks 2026-07-28. */
const tomorrow: ScenarioPlayer = { way: "standalone", sdk: "v2" };
/** The extension's window, and the bridge that an agent of today starts. */
const extension: ScenarioPlayer = { way: "bridge", sdk: "v1" };

export const clientRuns: readonly ClientRun[] = [
  { ...today, version: "0.1.16", scenarios: 26, expected: {} },
  { ...today, version: "0.2.0-alpha.12", revision: "2025-03-26", scenarios: 2, expected: {} },
  { ...today, version: "0.2.0-alpha.12", revision: "2025-11-25", scenarios: 19, expected: {} },
  { ...today, version: "0.2.0-alpha.12", revision: "2026-07-28", scenarios: 33, expected: {} },
  {
    ...today,
    version: "0.2.0-alpha.12",
    revision: "extensions",
    scenarios: 10,
    expected: {
      "sep-2640-client-no-prefetch": skillsAreTheHosts,
      "sep-2640-client-verify-digest": skillsAreTheHosts,
      "sep-2640-client-verify-size": skillsAreTheHosts,
      "sep-2640-client-verify-frontmatter": skillsAreTheHosts,
    },
  },
  { ...tomorrow, version: "0.2.0-alpha.12", revision: "2025-11-25", scenarios: 19, sampled: 5, expected: {} },
  { ...tomorrow, version: "0.2.0-alpha.12", revision: "2026-07-28", scenarios: 33, sampled: 8, expected: {} },
  { ...extension, version: "0.2.0-alpha.12", revision: "2025-11-25", scenarios: 19, sampled: 5, expected: {} },
  { ...extension, version: "0.2.0-alpha.12", revision: "2026-07-28", scenarios: 33, sampled: 8, expected: {} },
];

/** What a run is called: the suite, and who plays it where that is not the standalone in an editor of today. */
export function labelOf({ version, revision, way, sdk }: ClientRun): string {
  const player = [way === "bridge" && "through bridge and relay", sdk === "v2" && "SDK v2 editor"];
  return [version, revision, ...player].filter(Boolean).join(", ");
}
