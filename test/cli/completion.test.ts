import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtProgram, put } from "../helpers/cli.ts";
import {
  bashCandidates,
  fishCandidates,
  type Offered,
  putPrograms,
  type ShellSetting,
  zshLists,
} from "../helpers/completion-shells.ts";
import { findProgram } from "../helpers/find-program.ts";
import { smsdFile } from "../helpers/incoming/smsd-file.ts";

/*
 * What the real shells offer behind `modemkeeper` and `provision`, with the scripts of the build.
 */

const run = promisify(execFile);
const DEAD = "4f3ac0ffee00000000000000000000aa";
const RUNGS = ["at-reset", "usb-reset", "usb-authorize", "usb-power", "host-reboot"];

let folder = "";
let setting: ShellSetting = { share: "", bin: "", home: "" };
let inventory = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modemkeeper-completion-"));
  const dist = join(await builtProgram(), "dist");
  setting = { share: join(folder, "share"), bin: join(folder, "bin"), home: join(folder, "home") };
  await mkdir(setting.home);
  await putPrograms(setting.bin, {
    modemkeeper: join(dist, "agent/main.js"),
    provision: join(dist, "provision/main.js"),
  });
  for (const [shell, place] of [
    ["bash", "bash-completion/completions"],
    ["zsh", "zsh/site-functions"],
    ["fish", "fish/vendor_completions.d"],
  ] as const) {
    await mkdir(join(setting.share, place, ".."), { recursive: true });
    await symlink(join(dist, "completions", shell), join(setting.share, place));
  }
  inventory = await put(join(folder, "inventory.yaml"), inventoryText());
  await put(
    join(folder, `dead/20261122T114501Z-${DEAD}`),
    smsdFile({ from: "+491710000001", text: "hello" }).toString(),
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function inventoryText(): string {
  const modems = ["LEFT", "RIGHT"].map((name, index) => {
    return `  - { name: ${name}, model: SIM7600, match: { port: "platform-x-usb-0:1.${index}" } }\n`;
  });
  return `version: 1\nmodems:\n${modems.join("")}incoming: { dead_letter: ${folder}/dead }\n`;
}

/** Words at the cursor, and what must be offered there; `INVENTORY` and `FOLDER` are this test's. */
const PLACES: readonly (readonly [string, readonly string[]])[] = [
  ["modemkeeper sms", ["sms", "smsd"]],
  ["modemkeeper smsd ", ["stop", "start", "restart"]],
  ["modemkeeper -v smsd ", ["stop", "start", "restart"]],
  ["modemkeeper smsd stop --r", ["--reason"]],
  ["modemkeeper smsd stop --reason status --f", ["--for"]],
  ["modemkeeper -i INVENTORY modem at ", ["LEFT", "RIGHT"]],
  ["modemkeeper modem reset R --inventory INVENTORY --rung ", RUNGS],
  ["modemkeeper modem reset R --rung=usb-a", ["usb-authorize"]],
  ["modemkeeper sms retry 00 -i INVENTORY ", [DEAD.slice(0, 12)]],
  ["modemkeeper sms show -i INVENTORY 4f", [DEAD.slice(0, 12)]],
  ["modemkeeper -i FOLDER/inv", ["FOLDER/inventory.yaml"]],
  ["modemkeeper doctor permissions lin", ["links"]],
  ["modemkeeper completion ", ["bash", "zsh", "fish"]],
  ["modemkeeper lock -- mkfi", ["mkfifo"]],
  ["provision models show SIM76", ["SIM7600"]],
  ["provision destroy --spool ", ["keep", "remove"]],
  ["provision --root FOLDER/d", ["FOLDER/dead"]],
  ["provision apply FOLDER/inv", ["FOLDER/inventory.yaml"]],
];

/** Where nothing can be offered. */
const SILENT = [
  "modemkeeper smsd stop --for ",
  "modemkeeper modem at LEFT ",
  "modemkeeper sms send ",
  "modemkeeper -i FOLDER/none modem at ",
  "provision rollback --root FOLDER ",
];

/** Only one process of each shell is asked all this, for it takes longer to start than to answer. */
const OTHERS = [
  "modemkeeper sta",
  "modemkeeper -i INVENTORY modem at L",
  "modemkeeper sms send 22000 STOP --no-wait --",
  "modemkeeper lock --wait 5s -- ls --almost",
];

function typed(line: string): string {
  return line.replace("INVENTORY", inventory).replaceAll("FOLDER", folder);
}

function allLines(): readonly string[] {
  return [...PLACES.map(([line]) => line), ...SILENT, ...OTHERS].map(typed);
}

/** The tests that are the same for all shells. `candidates`: of what was shown. */
function offersWhatIsExpected(
  shown: () => Offered,
  candidates: (row: string) => readonly string[],
  expected: (candidate: string) => string = (candidate) => candidate,
): void {
  const ask = (line: string) => new Set((shown().get(typed(line)) ?? []).flatMap(candidates));
  test.each(PLACES)("%j", (line, offered) => {
    expect([...ask(line)].toSorted()).toEqual(offered.map((one) => expected(typed(one))).toSorted());
  });
  test.each(SILENT)("nothing for %j", (line) => {
    expect([...ask(line)]).toEqual([]);
  });
  test("behind another program's name its own completion answers", () => {
    expect([...ask("modemkeeper lock --wait 5s -- ls --almost")]).toEqual(["--almost-all"]);
  });
}

const STATUS = "how the gateway stands; exit 0 if all is well, 1 if not";

function reasonWithout(...programs: readonly string[]): boolean {
  return programs.some((name) => "reason" in findProgram(name));
}

describe.skipIf(reasonWithout("bash"))("bash", () => {
  let shown: Offered = new Map();
  beforeAll(async () => {
    shown = await bashCandidates(setting, allLines());
  });
  offersWhatIsExpected(
    () => shown,
    (row) => [row],
  );
});

describe.skipIf(reasonWithout("fish"))("fish", () => {
  let shown: Offered = new Map();
  beforeAll(async () => {
    shown = await fishCandidates(setting, allLines());
  });
  // fish adds a slash to a folder, and the option before a value that is in the same word.
  offersWhatIsExpected(
    () => shown,
    (row) => [
      row
        .replace(/\t.*/, "")
        .replace(/\/$/, "")
        .replace(/^--rung=/, ""),
    ],
  );

  test("candidates are described, those that the program is asked for, too", () => {
    expect(shown.get("modemkeeper sta")).toEqual([`status\t${STATUS}`]);
    expect(shown.get(typed("modemkeeper -i INVENTORY modem at L"))).toEqual([
      expect.stringMatching(/^LEFT\t.*SIM7600/),
    ]);
  });
});

describe.skipIf(reasonWithout("zsh"))("zsh", () => {
  let shown: Offered = new Map();
  beforeAll(async () => {
    shown = await zshLists(setting, allLines());
  });
  // Candidates with the same description share a line; of a path the last part is shown.
  offersWhatIsExpected(
    () => shown,
    (row) => row.replace(/\s+-- .*/, "").split(/\s+/),
    (candidate) => candidate.replace(`${folder}/`, "").replace(/^dead$/, "dead/"),
  );

  test("candidates are described; what excludes another is not offered beside it", () => {
    expect(shown.get("modemkeeper sta")).toEqual([`status  -- ${STATUS}`]);
    const options = shown.get("modemkeeper sms send 22000 STOP --no-wait --")?.map((row) => row.split(" ")[0]);
    expect(options).toContain("--timeout");
    expect(options).not.toContain("--wait");
  });
});

test("the shells' own syntax checks, and shellcheck, have nothing to say", async ({ skip }) => {
  skip(reasonWithout("bash", "zsh", "fish", "shellcheck"));
  for (const name of ["modemkeeper", "provision"]) {
    const [bash, zsh, fish] = [
      join(setting.share, "bash-completion/completions", name),
      join(setting.share, "zsh/site-functions", `_${name}`),
      join(setting.share, "fish/vendor_completions.d", `${name}.fish`),
    ];
    for (const [shell = "", ...args] of [
      ["bash", "-n", bash],
      ["zsh", "-n", zsh],
      ["fish", "-n", fish],
      ["shellcheck", "-s", "bash", bash],
    ]) {
      expect(await run(shell, args), `${shell} ${name}`).toEqual({ stdout: "", stderr: "" });
    }
  }
});
