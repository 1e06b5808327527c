import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import { signInAsWorkload } from "../workload/signInAsWorkload.ts";
import { type SignInOutcome, type SignInWorld, signInByBrowser } from "./browserSignIn.ts";
import { signInAsClient } from "./clientCredentials.ts";
import { offersDeviceCode } from "./deviceCode.ts";
import { type DeviceWorld, signInByDevice } from "./deviceSignIn.ts";
import type { SignInRequest } from "./signInRequest.ts";

export interface FlowWorld extends SignInWorld {
  /** How a person is shown a code; absent where nothing can show one. */
  readonly device?: Pick<DeviceWorld, "showCode" | "wait">;
}

/**
 * Obtains tokens by the flow that was asked for. A browser that cannot come back, since no redirect URI is free,
 * gives way to a code for another device where the provider offers one (RFC 8628) and lets the client use it.
 *
 * @throws GatewayFailure of the flow that was used
 */
export async function signInByFlow(request: SignInRequest, world: FlowWorld): Promise<SignInOutcome> {
  const { device } = world;
  const byDevice = device && (() => signInByDevice({ ...request, flow: "deviceCode" }, { ...world, ...device }));
  switch (request.flow) {
    case "enterprise":
      // It takes a sign-in at another server first, see `enterpriseSignIn`.
      throw new GatewayFailure("enterprise_provider_missing", { gateway: request.gateway });
    case "clientCredentials":
      return await signInAsClient(request, world);
    case "workloadIdentity":
      return await signInAsWorkload(request, world);
    case "deviceCode":
      return byDevice ? await byDevice() : await signInByBrowser(request, world);
    case "browser":
      try {
        return await signInByBrowser(request, world);
      } catch (failure) {
        const cannotComeBack = isFailure(failure, "redirect_ports_taken");
        if (!cannotComeBack || !byDevice || !offersDeviceCode(request.server)) throw failure;
        return await byDevice().catch((second) => {
          throw isFailure(second, "authorization_refused") || isFailure(second, "token_refused") ? failure : second;
        });
      }
  }
}
