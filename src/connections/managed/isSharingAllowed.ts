import type { SettingsValues } from "../settings/readGatewaySettings.ts";

/** Whether the administrator of this machine lets other programs use the sign-in to a gateway. */
export function isSharingAllowed(url: string, { policy }: Pick<SettingsValues, "policy">): boolean {
  try {
    policy?.of(url).mayShareSignIn();
    return true;
  } catch {
    return false;
  }
}
