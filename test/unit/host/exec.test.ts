import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { spawnExec } from "../../../host/spawn-exec.ts";
import { zxExec } from "../../../host/zx-exec.ts";

/* What holds for every way of running a command. */

describe.each([
  ["zx", zxExec],
  ["spawn", spawnExec],
])("commands by %s", (_, exec) => {
  test("arguments reach the command as they are, whatever a shell would make of them", async () => {
    const nasty = ["a b", "$(id)", "`id`", "'\"", "*", "", "-n", "line\nbreak", "\\", "~", "ü€"];
    const { stdout } = await exec("printf", ["%s\\0", ...nasty]);
    expect(stdout.split("\0").slice(0, -1)).toEqual(nasty);
  });

  test("a failure names the command, its exit code and what it said last", async () => {
    const failing = exec("sh", ["-c", "echo out; echo 'first\nlast' >&2; exit 3"]);
    await expect(failing).rejects.toMatchObject({
      code: "command-failed",
      message: expect.stringContaining("failed with exit code 3"),
      why: "it said: first\nlast",
    });
  });

  test("an exit code that is an answer is returned", async () => {
    expect(await exec("sh", ["-c", "exit 4"], { accept: [4] })).toEqual({ code: 4, stdout: "", stderr: "" });
  });

  test("a command that is not there is a missing precondition", async () => {
    await expect(exec("no-such-command-here", [])).rejects.toMatchObject({
      code: "precondition-missing",
      message: "the command `no-such-command-here` is not installed",
    });
  });

  test("out of time, the command is stopped together with everything it started", async () => {
    let grandchild = 0;
    const onLine = (line: string) => {
      grandchild = Number(line);
    };
    const slow = exec("sh", ["-c", "sleep 60 & echo $!; wait"], { timeout: 300, onLine });
    await expect(slow).rejects.toMatchObject({ code: "command-failed", message: /did not finish within 0.3 s/ });
    expect(grandchild).toBeGreaterThan(0);
    await expect.poll(() => isAlive(grandchild)).toBe(false);
  });

  test("an abort stops the command, also one that ignores TERM", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    const stubborn = exec("sh", ["-c", "trap '' TERM; while :; do sleep 1; done"], { signal: abort.signal });
    await expect(stubborn).rejects.toMatchObject({ code: "interrupted" });
  });

  test("lines come one by one, also those redrawn with a carriage return, also across multi-byte characters", async () => {
    const lines: string[] = [];
    await exec("printf", ["10%%\\r20%%\\nfertig: \\303\\274\\n"], { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(["10%", "20%", "fertig: ü"]);
  });

  test("the language is fixed, the environment can be added to", async () => {
    const { stdout } = await exec("sh", ["-c", 'echo "$LC_ALL $EXTRA"'], { env: { EXTRA: "x" } });
    expect(stdout).toBe("C x\n");
  });
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
