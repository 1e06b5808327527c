import { foreignText } from "../lib/foreignText.ts";
import type { FailureOf } from "./failure.ts";
import type { ManagedBy, PolicyFacts } from "./policyFacts.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, list } from "./wording.ts";

/** Words for what an administrator's file does not allow. Each says which rule it is, and whom to ask. */
export function policyText(failure: FailureOf<PolicyFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "managed_gateway_refused":
      return told(
        say("Your organisation does not allow this gateway."),
        say("{0} is none of the gateways that are allowed.", failure.facts.url),
        failure.facts,
        say,
      );
    case "managed_issuer_refused": {
      const { issuer, gateway, allowed } = failure.facts;
      const found = say("{0} signs people in at {1}. Allowed: {2}.", gateway, issuer, list(allowed, say));
      const title = say("Your organisation does not allow a sign-in at this identity provider.");
      return told(title, found, failure.facts, say);
    }
    case "managed_sign_in_refused": {
      const { kind, gateway, allowed } = failure.facts;
      const found = say("The sign-in to {0} would be {1}. Allowed: {2}.", gateway, kind, list(allowed, say));
      return told(say("Your organisation does not allow this way to sign in."), found, failure.facts, say);
    }
    case "managed_account_refused": {
      const { account, gateway, allowed } = failure.facts;
      const found =
        account === undefined
          ? say("The identity provider does not say whose account signed in to {0}.", gateway)
          : say("{0} signed in to {1}.", foreignText(account), gateway);
      const others = say("Allowed: {0}. Sign in with your account at work.", list(allowed, say));
      return told(
        say("Your organisation does not allow this account."),
        say("{0} {1}", found, others),
        failure.facts,
        say,
      );
    }
    case "managed_credential_refused": {
      const { setting, kind, gateway, allowed } = failure.facts;
      const title = say("Your organisation does not allow secrets to be read there.");
      const [from, others] = [sourceText(kind, say), list(allowed, say)];
      const found = say("{0} of {1} is read from {2}. Allowed: {3}.", setting, gateway, from, others);
      return told(title, found, failure.facts, say);
    }
    case "managed_entry_refused": {
      const { host, allowed } = failure.facts;
      const found = host ?? say("a program outside the editor");
      const title = say("Your organisation does not allow this program to use your gateways.");
      return told(title, say("Found {0}. Allowed: {1}.", found, list(allowed, say)), failure.facts, say);
    }
    case "managed_name_fixed": {
      const { gateway, name, fixed } = failure.facts;
      const found =
        fixed === undefined
          ? say("Another gateway than {0} is called {1}.", gateway, name)
          : say("{0} is called {1}, not {2}.", gateway, fixed, name);
      return told(say("Your organisation has fixed this name."), found, failure.facts, say);
    }
    case "managed_direct_refused": {
      const title = say("Your organisation does not allow this gateway's address and token to be handed on.");
      return told(title, say("{0} is kept behind Gateway Connect.", failure.facts.gateway), failure.facts, say);
    }
    case "managed_sharing_refused": {
      const title = say("Your organisation does not allow this sign-in to be shared with other programs.");
      return told(title, say("The sign-in to {0} stays where it is.", failure.facts.gateway), failure.facts, say);
    }
    case "managed_policy_broken":
      return {
        title: say("Your organisation's rules cannot be read, so that nothing new is connected."),
        detail: say("{0}: {1}.", failure.facts.file, failure.facts.faults.map((one) => foreignText(one)).join("; ")),
        nextStep: say(
          "Ask whoever manages this computer to correct the file: “gateway-connect policy check” lists all that is wrong with it. You can still sign out, and Explain Access works.",
        ),
      };
    case "managed_policy_ignored":
      return {
        title: say("A file with your organisation's rules is not used."),
        detail: say("{0}: {1}.", failure.facts.file, distrustText(failure.facts.reason, say)),
        nextStep: say(
          "Ask whoever manages this computer to put it in place again, owned by root and writable by nobody else.",
        ),
      };
  }
}

/** What was found, by which rule it is not allowed, and whom to ask. */
function told(title: string, found: string, by: ManagedBy, say: Translate): FailureText {
  return { title, detail: say("{0} {1}", found, ruleText(by, say)), nextStep: nextStep(by, say) };
}

/** A rule by its place. */
function ruleText({ rule, file, organisation, contact }: ManagedBy, say: Translate): string {
  const whose = organisation === undefined ? undefined : foreignText(organisation, 80);
  if (contact === undefined) {
    return whose === undefined
      ? say("Rule: {0} in {1}.", rule, file)
      : say("Rule of {0}: {1} in {2}.", whose, rule, file);
  }
  const whom = foreignText(contact, 200);
  return whose === undefined
    ? say("Rule: {0} in {1}. Contact: {2}.", rule, file, whom)
    : say("Rule of {0}: {1} in {2}. Contact: {3}.", whose, rule, file, whom);
}

const nextStep = ({ contact, organisation }: ManagedBy, say: Translate): string =>
  contact !== undefined
    ? say("If you need it, ask {0} and name this rule.", foreignText(contact, 200))
    : organisation !== undefined
      ? say("If you need it, ask whoever manages computers at {0} and name this rule.", foreignText(organisation, 80))
      : say("If you need it, ask whoever manages this computer and name this rule.");

function sourceText(kind: "environment" | "file" | "command", say: Translate): string {
  switch (kind) {
    case "environment":
      return say("an environment variable");
    case "file":
      return say("a file");
    case "command":
      return say("a command");
  }
}

function distrustText(reason: PolicyFacts["managed_policy_ignored"]["reason"], say: Translate): string {
  switch (reason) {
    case "owner":
      return say("its owner is not root");
    case "writable":
      return say("it is writable for others than root");
    case "folderOwner":
      return say("the owner of its folder is not root");
    case "folderWritable":
      return say("its folder is writable for others than root");
    case "link":
      return say("it is a link");
  }
}
