import type { ChosenGateway } from "../../connections/aws/chosenGateway.ts";
import type { ChooserWorld, Step } from "./chooserWorld.ts";
import { profileStep } from "./profileStep.ts";

export type ChooserOutcome =
  | { readonly kind: "chosen"; readonly gateway: ChosenGateway }
  /** The person went back before the first step, gave up, or rather types an address. */
  | { readonly kind: "back" | "cancelled" | "address" };

/**
 * The choice of a gateway in somebody's AWS account: profile, region, gateway or registry, and how to connect. Whoever comes
 * back to it goes on where they were.
 */
export class GatewayChooser {
  readonly #steps: Step[];

  constructor(world: ChooserWorld) {
    this.#steps = [profileStep(world)];
  }

  /** @param canGoBack whether there is something before the first step */
  async choose({ canGoBack }: { readonly canGoBack: boolean }): Promise<ChooserOutcome> {
    for (;;) {
      const step = this.#steps.at(-1) as Step;
      const outcome = await step({ canGoBack: canGoBack || this.#steps.length > 1 });
      if (outcome.kind === "next") this.#steps.push(outcome.step);
      else if (outcome.kind === "back" && this.#steps.length > 1) this.#steps.pop();
      else return outcome;
    }
  }
}
