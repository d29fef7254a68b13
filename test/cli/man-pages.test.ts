import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { findProgram } from "../helpers/find-program.ts";

/*
 * The manual pages in the programs that people read them with.
 */

const FOLDER = fileURLToPath(new URL("../../man", import.meta.url));
const PAGES = readdirSync(FOLDER);

function run(program: string, args: readonly string[]) {
  const env = { ...process.env, MANWIDTH: "80", MANPATH: "", LC_ALL: "C.UTF-8" };
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env });
  return { status, stdout, stderr };
}

function lacks(...programs: readonly string[]): boolean {
  return programs.some((name) => "reason" in findProgram(name));
}

describe.skipIf(lacks("groff", "mandoc", "man"))("manual pages", () => {
  test.each(PAGES)("groff and man warn of nothing in %s", (name) => {
    const page = join(FOLDER, name);
    expect(run("groff", ["-ww", "-man", "-z", page])).toEqual({ status: 0, stdout: "", stderr: "" });
    const { status, stderr } = run("man", ["--local-file", "--warnings", page]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each(PAGES)("mandoc's linter misses only the date in %s", (name) => {
    const { stdout } = run("mandoc", ["-T", "lint", "-W", "style", join(FOLDER, name)]);
    // A page is as old as the program it was made from; a date of its own would be made up.
    expect(stdout.replace(/^mandoc: .*: WARNING: missing date, using "": TH\n$/, "")).toBe("");
  });

  test("what is typed can be copied out of a page, and what looks like a request is shown", () => {
    const text = run("man", ["--local-file", join(FOLDER, "modemkeeper-sms.1")]).stdout;
    expect(text).toContain("sudo modemkeeper sms send 22000 STOP --no-wait");
    expect(text).toMatch(/^ +--timeout duration$/m);
    const inventory = run("man", ["--local-file", join(FOLDER, "modemkeeper-inventory.5")]).stdout;
    expect(inventory).toContain("/dev/ttyUSB_<name>_<ROLE>");
  });
});
