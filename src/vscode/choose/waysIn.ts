import { issuerOfDiscovery } from "../../agentcore/authorizer/discoveryUrl.ts";
import type { GatewayDetail, ListedTarget } from "../../agentcore/controlPlane/gatewayRecords.ts";
import { type FailureWords, list } from "../../failures/wording.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { translate } from "../translate.ts";
import type { Place } from "./chooserWorld.ts";
import type { ListItem } from "./list.ts";
import type { LookedAt } from "./lookAt.ts";
import { isOwnServer, targetPath, targetText } from "./targetText.ts";

/** How to connect a gateway. */
export interface Way {
  /** The client to sign in as; undefined where the gateway and its provider settle it. */
  readonly clientId?: string;
  /** The path of a target with an address of its own. */
  readonly target?: string;
}

/** The ways to connect a gateway, and below them what AWS says of it. */
export function waysIn(
  { detail, targets, hidden }: LookedAt,
  place: Place,
  failureWords: FailureWords,
): readonly ListItem<Way>[] {
  const { all, isCut } = targets;
  return [
    ...connecting(detail, place),
    ...notes(detail).map((text) => ({ label: `$(info) ${text}` })),
    ...hidden.map((failure) => ({
      label: `$(warning) ${failureWords(failure).title}`,
      detail: failureWords(failure).detail,
    })),
    { label: translate("Targets ({0})", all.length), isHeading: true },
    ...all.map((target) => targetItem(target, detail)),
    ...(isCut ? [{ label: `$(info) ${translate("There are more targets.")}` }] : []),
  ];
}

function connecting({ authorizerType, rules }: GatewayDetail, { profile }: Place): readonly ListItem<Way>[] {
  const signed = authorizerType === "AWS_IAM" || authorizerType === "AUTHENTICATE_ONLY";
  if (signed) {
    const label =
      profile === undefined
        ? translate("Connect with AWS Credentials")
        : translate("Connect with the AWS Profile {0}", foreignText(profile));
    return [
      {
        label: `$(key) ${label}`,
        detail: translate("Its requests are signed ({0}). No token is sent.", authorizerType),
        value: {},
      },
    ];
  }
  if (authorizerType === "NONE") {
    return [{ label: `$(plug) ${translate("Connect")}`, detail: translate("It asks nobody to sign in."), value: {} }];
  }
  const detail =
    rules && translate("Sign in at {0}", foreignText(issuerOfDiscovery(rules.discoveryUrl) ?? rules.discoveryUrl));
  const [first, ...others] = rules?.allowedClients ?? [];
  if (first === undefined) return [{ label: `$(sign-in) ${translate("Connect")}`, detail, value: {} }];
  return [
    ...[first, ...others].map((clientId) => ({
      label: `$(sign-in) ${translate("Connect as the Client {0}", foreignText(clientId, 100))}`,
      detail,
      value: { clientId },
    })),
    {
      label: `$(edit) ${translate("Connect as Another Client")}`,
      detail: translate("It is asked for, or registered. The gateway lets only those above in."),
      value: {},
    },
  ];
}

function notes({ status, statusReasons, rules }: GatewayDetail): readonly string[] {
  const state =
    statusReasons.length > 0
      ? translate("Its state is {0}: {1}", status, foreignText(statusReasons.join("; ")))
      : translate("Its state is {0}.", status);
  return [
    ...(status === "READY" && statusReasons.length === 0 ? [] : [state]),
    ...(rules?.isPrivate
      ? [translate("Its identity provider is in a network of your company. Sign in from where it can be reached.")]
      : []),
    ...((rules?.allowedAudience.length ?? 0) > 1
      ? [
          translate(
            "It takes tokens for any of these: {0}.",
            foreignText(list(rules?.allowedAudience ?? [], translate)),
          ),
        ]
      : []),
  ];
}

/** A target of a gateway whose targets have addresses of their own can be connected by itself. */
function targetItem(target: ListedTarget, { protocolType }: GatewayDetail): ListItem<Way> {
  const { name, status, description } = target;
  const isOwn = isOwnServer(target) && protocolType === undefined;
  const path = isOwn ? targetPath(target) : undefined;
  const said = status === "READY" ? [] : [foreignText(status, 40)];
  return {
    label: `$(${status === "READY" ? "symbol-method" : "warning"}) ${foreignText(name, 120)}`,
    description: [targetText(target), ...said].join(" · "),
    ...(isOwn
      ? {
          detail: translate("Has an address of its own: choose it to connect this target alone."),
          value: { target: path as string },
        }
      : description !== undefined && { detail: foreignText(description, 200) }),
  };
}
