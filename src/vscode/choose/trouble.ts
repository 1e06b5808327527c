import { leastPolicy } from "../../agentcore/controlPlane/leastPolicy.ts";
import { type AnyFailure, asFailure } from "../../failures/failure.ts";
import type { FailureText } from "../../failures/wording.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { showDetails } from "../connect/failureStep.ts";
import { copyText } from "../copyText.ts";
import { loginInTerminal } from "../signIn/awsSignIn.ts";
import { translate } from "../translate.ts";
import type { ChooserWorld, Place } from "./chooserWorld.ts";
import { askInList, type ListItem } from "./list.ts";

const MOST_REASONS = 20;

type Act = "again" | "signIn" | "policy" | "address" | "details";

/** How a person goes on after something failed. */
export type AfterTrouble = { readonly kind: "again" } | GivenUp;

interface GivenUp {
  readonly kind: "back" | "cancelled" | "address";
}

/** Says what failed where the person is, and what they can do about it. A sign-in of the AWS CLI can begin here. */
export function troubled(error: unknown, place: Place, world: ChooserWorld): Promise<AfterTrouble>;
export function troubled(error: unknown, place: undefined, world: ChooserWorld): Promise<GivenUp>;
export async function troubled(error: unknown, place: Place | undefined, world: ChooserWorld): Promise<AfterTrouble> {
  const failure = asFailure(error);
  const words = world.failureWords(failure);
  world.logFailure(failure, world.log);
  for (;;) {
    const answer = await askInList<Act>({
      title: translate("Choose a Gateway: {0}", words.title),
      placeholder: words.detail,
      canGoBack: true,
      items: () => actsFor(failure, place, words),
    });
    if (answer.kind !== "chosen") return { kind: answer.kind === "back" ? "back" : "cancelled" };
    switch (answer.value) {
      case "again":
      case "address":
        return { kind: answer.value };
      case "signIn":
        if (await signedInAgain(failure, place, world)) return { kind: "again" };
        break;
      case "policy":
        await copyPolicy(failure, place);
        break;
      case "details":
        await showDetails(failure, words);
    }
  }
}

/** What AWS says of a gateway that is not ready, a line each: a title has no room for it. */
const reasonsOf = (failure: AnyFailure): readonly ListItem<Act>[] =>
  failure.code === "gateway_not_ready"
    ? failure.facts.reasons.slice(0, MOST_REASONS).map((reason) => ({ label: `$(error) ${foreignText(reason)}` }))
    : [];

function actsFor(
  failure: AnyFailure,
  place: Place | undefined,
  { detail, nextStep }: FailureText,
): readonly ListItem<Act>[] {
  const { code } = failure;
  const signIn = { label: `$(sign-in) ${translate("Sign In to AWS…")}`, detail: nextStep, value: "signIn" } as const;
  const policy = {
    label: `$(copy) ${translate("Copy the Policy to Ask For")}`,
    detail: translate("JSON for whoever manages your AWS account. It lets you list, and change nothing."),
    value: "policy",
  } as const;
  const again = { label: `$(refresh) ${translate("Try Again")}`, value: "again" } as const;
  const isSignIn = code === "aws_login_needed";
  return [
    ...(isSignIn ? [signIn] : []),
    ...(place === undefined ? [] : [isSignIn ? again : { ...again, detail: nextStep }]),
    ...(code === "aws_listing_denied" ? [policy] : []),
    { label: `$(edit) ${translate("Type an Address Instead…")}`, value: "address" },
    { label: `$(info) ${translate("Details")}`, detail, value: "details" },
    ...reasonsOf(failure),
  ];
}

async function copyPolicy(failure: AnyFailure, place: Place | undefined): Promise<void> {
  if (failure.code !== "aws_listing_denied" || !place) return;
  const policy = leastPolicy(failure.facts.permission, place.region);
  await copyText(JSON.stringify(policy, null, 2), translate("The policy was copied."));
}

async function signedInAgain(
  failure: AnyFailure,
  place: Place | undefined,
  { loadAws }: ChooserWorld,
): Promise<boolean> {
  if (failure.code !== "aws_login_needed") return false;
  const { signal } = new AbortController();
  const isIn = await loginInTerminal(failure.facts.command, { loadAws, signal });
  if (isIn) (await loadAws()).accounts.forget(place?.profile);
  return isIn;
}
