import type { ChosenGateway } from "../../connections/aws/chosenGateway.ts";
import type { FailureWords } from "../../failures/wording.ts";
import type { ChooserWorld } from "../choose/chooserWorld.ts";
import type { ChooserOutcome, GatewayChooser } from "../choose/gatewayChooser.ts";
import { translate } from "../translate.ts";
import { askAddress } from "./questions.ts";

export interface AddressStepWorld extends ChooserWorld {
  readonly failureWords: FailureWords;
  /** Loads `choose.cjs`. */
  readonly loadChoose: () => Promise<{ readonly GatewayChooser: typeof GatewayChooser }>;
}

/** What stands in the box already, and what is wrong with it. */
interface GivenAddress {
  readonly value: string | undefined;
  readonly problem: string | undefined;
}

export type AddressAnswer =
  | { readonly kind: "answered"; readonly text: string; readonly chosen?: ChosenGateway }
  | { readonly kind: "cancelled" };

/**
 * The first question of Connect Gateway: an address is typed, or a gateway is chosen in an AWS account. Each leads to the
 * other, and whoever comes back goes on where they were.
 */
export class AddressStep {
  readonly #title: string;
  readonly #world: AddressStepWorld;
  #chooser: GatewayChooser | undefined;
  #isChoosing: boolean;
  readonly #beganInBox: boolean;

  /** @param isChoosing whether it begins with the choice */
  constructor(title: string, isChoosing: boolean, world: AddressStepWorld) {
    this.#title = title;
    this.#world = world;
    this.#isChoosing = isChoosing;
    this.#beganInBox = !isChoosing;
  }

  async ask({ value, problem }: GivenAddress): Promise<AddressAnswer> {
    // What is wrong with an address is said below it.
    if (problem !== undefined) this.#isChoosing = false;
    let typed = value;
    for (;;) {
      if (this.#isChoosing) {
        const outcome = await this.#choose();
        if (outcome.kind === "chosen") {
          return { kind: "answered", text: outcome.gateway.address, chosen: outcome.gateway };
        }
        if (outcome.kind === "cancelled") return { kind: "cancelled" };
        this.#isChoosing = false;
      }
      const answer = await askAddress(this.#title, { value: typed, problem }, this.#world.failureWords, [
        {
          icon: "cloud",
          tooltip: translate("Choose in Your AWS Account…"),
          press: async (text) => {
            typed = text;
            this.#isChoosing = true;
            return undefined;
          },
          ends: true,
        },
      ]);
      if (this.#isChoosing) continue;
      return answer.kind === "answered" ? answer : { kind: "cancelled" };
    }
  }

  async #choose(): Promise<ChooserOutcome> {
    const { GatewayChooser } = await this.#world.loadChoose();
    this.#chooser ??= new GatewayChooser(this.#world);
    return await this.#chooser.choose({ canGoBack: this.#beganInBox });
  }
}
