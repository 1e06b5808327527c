import { type AnyFailure, GatewayFailure } from "../../failures/failure.ts";
import { networkPlace, reachOf } from "../../lib/networkPlace.ts";

/** An issuer that is in a private network, or has an endpoint there, and was named by somebody who is not. */
export interface PrivateIssuer {
  /** Who named it: a gateway, or the issuer itself of its endpoint. */
  readonly namedBy: string;
  readonly issuer: string;
  /** The address that is private. */
  readonly url: string;
}

/** Whether a private issuer may be asked. */
export type MayAskPrivate = (asked: PrivateIssuer) => Promise<boolean>;

/** An address, and who named it as what. */
export interface NamedAddress {
  readonly namedBy: URL;
  readonly name: string;
  readonly url: URL;
  readonly issuer: string;
}

/**
 * Why an address may not be asked that a document names.
 *
 * @returns `named_place_refused`, `private_issuer_unconfirmed`
 */
export async function placeFault(
  { namedBy, name, url, issuer }: NamedAddress,
  mayAskPrivate: MayAskPrivate,
): Promise<AnyFailure | undefined> {
  switch (reachOf(namedBy, url)) {
    case "open":
      return undefined;
    case "refused": {
      const kind = networkPlace(url.hostname) === "loopback" ? "loopback" : "linkLocal";
      return new GatewayFailure("named_place_refused", {
        namedBy: namedBy.href,
        name,
        url: url.href,
        place: { kind },
      }) as AnyFailure;
    }
    case "asks": {
      const asked = { namedBy: namedBy.href, issuer, url: url.href };
      if (await mayAskPrivate(asked)) return undefined;
      return new GatewayFailure("private_issuer_unconfirmed", asked) as AnyFailure;
    }
  }
}
