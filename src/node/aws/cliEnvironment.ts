import { type Environment, variableOf } from "../../system/environment.ts";

/** What AWS's tools, and those that they start, need of an environment: where things are, how to get out, and AWS's own. */
const passed = [
  ...[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
  ],
  ...["USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "USERNAME"],
  ...["SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT"],
  ...["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"],
  ...["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"],
];

/**
 * The environment of AWS's tools: not ours, which holds whatever else its person has put there, secrets among it.
 *
 * @param env ours
 */
export function cliEnvironment(env: Environment, platform: NodeJS.Platform): Record<string, string> {
  const own = Object.entries(env).flatMap(([name, value]) =>
    /^AWS_/i.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  const others = passed.flatMap((name) => {
    const value = variableOf(env, name, platform);
    return value === undefined ? [] : [[name, value] as const];
  });
  // Pages of output would wait for somebody who turns them.
  return { ...Object.fromEntries([...others, ...own]), AWS_PAGER: "" };
}
