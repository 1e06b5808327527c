import { isFailure } from "../../failures/failure.ts";
import { type SignInOutcome, type SignInWorld, signInByBrowser } from "./browserSignIn.ts";
import { offersDeviceCode } from "./deviceCode.ts";
import { type DeviceWorld, signInByDevice } from "./deviceSignIn.ts";
import { signInByFlow } from "./signInByFlow.ts";
import type { SignInRequest } from "./signInRequest.ts";

export interface WithoutEditorWorld extends Pick<DeviceWorld, "showCode" | "wait"> {
  /** Whether a browser can be opened at all. */
  readonly hasBrowser: boolean;
  /** Opens the sign-in page; false when that failed. */
  readonly open: (url: string) => Promise<boolean>;
  /** Shows the address of the sign-in page. */
  readonly showAddress: (url: string, opened: boolean) => void;
}

/**
 * Signs in without an editor, by the flow that was asked for. Where no browser can be opened, a device code takes
 * the browser's place.
 *
 * Where no browser opens and the provider offers no device code, the address is shown and the sign-in waits for
 * whoever opens it.
 *
 * @throws GatewayFailure of the flow that was used
 */
export async function signInWithoutEditor(
  request: SignInRequest,
  world: SignInWorld,
  how: WithoutEditorWorld,
): Promise<SignInOutcome> {
  const device = { showCode: how.showCode, wait: how.wait };
  if (request.flow !== "browser") return signInByFlow(request, { ...world, device });
  const byDevice = () => signInByDevice({ ...request, flow: "deviceCode" }, { ...world, ...device });
  const offered = offersDeviceCode(request.server);
  const inBrowser = (mayFail: boolean) =>
    signInByBrowser(request, {
      ...world,
      async openBrowser(url) {
        const opened = how.hasBrowser && (await how.open(url));
        if (!opened && mayFail) return false;
        how.showAddress(url, opened);
        return true;
      },
    });
  if (!offered) return inBrowser(false);
  try {
    return how.hasBrowser ? await inBrowser(true) : await byDevice();
  } catch (failure) {
    if (isFailure(failure, "browser_not_opened")) return byDevice();
    // A client that is registered for the browser alone may not use a device code.
    if (!how.hasBrowser && isFailure(failure, "authorization_refused")) return inBrowser(false);
    throw failure;
  }
}
