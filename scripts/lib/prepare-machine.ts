import { LAB_HOST_PACKAGES } from "../../test/lab/host-packages.ts";
import { installPackages, isAvailable, missingPackages, updateLists } from "./debian-packages.ts";

/** What tests outside the lab need beside a bare Debian. None of them runs a service. */
const TEST_PACKAGES: readonly string[] = [
  "bash-completion",
  "chromium",
  "dpkg-dev",
  "fish",
  "groff-base",
  "logrotate",
  "man-db",
  "mandoc",
  "openssl",
  "shellcheck",
  "socat",
  "strace",
  "systemd",
  "udev",
  "umockdev",
  "util-linux",
  "zsh",
];

/** Fetched by tests, never installed: their services would start. */
const FETCHED_BY_TESTS: readonly string[] = ["mosquitto", "prometheus", "prometheus-alertmanager", "smstools"];

/** Makes the machine fit for all tests as far as we may, telling `say` each step in one line. */
export async function prepareMachine(say: (line: string) => void): Promise<void> {
  const missing = await missingPackages([...new Set([...TEST_PACKAGES, ...LAB_HOST_PACKAGES])].sort());
  if (process.geteuid?.() !== 0) {
    if (missing.length > 0) say(`not root, so tests that need these are skipped: ${missing.join(" ")}`);
    return;
  }
  if (!(await listsAreThere([...missing, ...FETCHED_BY_TESTS]))) {
    say("reading the package lists (apt-get update)");
    const failure = await updateLists();
    if (failure) say(`apt-get update failed: ${failure}`);
  }
  if (missing.length === 0) return;
  say(`installing the Debian packages that the tests need: ${missing.join(" ")}`);
  const failure = await installWithFreshLists(missing);
  if (failure) say(`apt-get install failed, tests that need these are skipped: ${failure}`);
}

async function listsAreThere(names: readonly string[]): Promise<boolean> {
  return (await Promise.all(names.map(isAvailable))).every(Boolean);
}

/** Lists that are a few days old name files that are gone from the mirrors: read them anew, once. */
async function installWithFreshLists(names: readonly string[]): Promise<string | undefined> {
  if ((await installPackages(names)) === undefined) return undefined;
  return (await updateLists()) ?? installPackages(names);
}
