import { expect } from "vitest";
import { expectLinks, expectSmsIn, expectSmsOut, SIM7600_LINKS } from "../gateway.ts";
import type { Guest } from "../guest.ts";
import { bootstrapPackages } from "../parts/node.ts";
import { REGISTRY_URL, registry } from "../parts/registry.ts";
import { repositoryCopy } from "../parts/repository.ts";
import { scenario } from "../scenario.ts";

/*
 * The promise of the README: a machine without Node, without smstools and without a modem, one command, and a host that
 * works the moment a modem is plugged in. The command again changes nothing.
 */
scenario("a fresh machine, bootstrap.sh, then a SIM7600: messages go both ways", "fresh", async (guest) => {
  expect((await guest.run("command -v node npm provision smsd")).stdout).toBe("");
  await serveRegistry(guest);
  const clone = await guest.bring(await repositoryCopy(), "repository");
  await guest.ok(`cp -r ${clone} /root/modemkeeper`);

  const said = await bootstrap(guest);
  expect(await guest.ok("systemctl is-active smstools")).toBe("active");
  // What apply has started is the new release, and is left alone.
  expect(said).toContain(`it watches with pid ${await mainPid(guest, "modemkeeper")}`);
  expect(await guest.ok("provision --version")).toMatch(/^\d+\.\d+\.\d+$/);
  await expectManualAndCompletion(guest);

  await guest.sim.plug({ model: "SIM7600", port: 0 });
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await expectSmsOut(guest, "the first message of this gateway");
  await expectSmsIn(guest, "welcome");

  const pids = await Promise.all(["smstools", "modemkeeper"].map((unit) => mainPid(guest, unit)));
  await bootstrap(guest);
  expect(await Promise.all(["smstools", "modemkeeper"].map((unit) => mainPid(guest, unit)))).toEqual(pids);
  expect(await guest.ok("ls /opt/modemkeeper/releases | wc -l")).toBe("1");
});

/** Where man and the shells look; each link must lead to a file of the release in use. */
async function expectManualAndCompletion(guest: Guest): Promise<void> {
  const links = [
    "man/man1/modemkeeper.1",
    "man/man1/provision.1",
    "man/man5/modemkeeper-inventory.5",
    ...["bash-completion/completions/modemkeeper", "zsh/site-functions/_provision"],
    "fish/vendor_completions.d/modemkeeper.fish",
  ];
  for (const link of links) expect(await guest.ok(`head -c 1 /usr/local/share/${link} | wc -c`), link).toBe("1");
}

async function mainPid(guest: Guest, unit: string): Promise<string> {
  return await guest.ok(`systemctl show -p MainPID --value ${unit}`);
}

/** Returns what it printed. */
async function bootstrap(guest: Guest): Promise<string> {
  return await guest.ok(`cd /root/modemkeeper && npm_config_registry=${REGISTRY_URL} ./bootstrap.sh 2>&1`, {
    seconds: 780,
  });
}

/** npm's registry, as the guest can reach it: on its own loopback. */
async function serveRegistry(guest: Guest): Promise<void> {
  const { node, npm } = await bootstrapPackages();
  const folder = await guest.bring(await registry([node, npm]), "registry");
  const { hostname, port } = new URL(REGISTRY_URL);
  await guest.ok(
    `systemd-run --quiet --unit=lab-registry python3 -m http.server --bind ${hostname} --directory ${folder} ${port}`,
  );
  await guest.waitFor(`curl --silent --fail --output /dev/null ${REGISTRY_URL}npm/`);
}
