import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { ProgramCall } from "../../../core/delivery-ports.ts";
import { RealHandlers } from "../../../host/handlers.ts";
import { isRoot, scratchFolder } from "./scratch.ts";

const NEVER = new AbortController().signal;
const LONG = 60_000;

function call(argv: readonly string[], more: Partial<ProgramCall> = {}): ProgramCall {
  return { argv, input: "", environment: {}, timeout: LONG, ...more };
}

function shell(script: string, more: Partial<ProgramCall> = {}): ProgramCall {
  return call(["/bin/sh", "-c", script], more);
}

function run(what: ProgramCall, signal = NEVER) {
  return new RealHandlers().run(what, signal);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended and that nobody waits for counts as gone.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** What a script wrote once the whole line is there. */
async function written(path: string): Promise<string> {
  await vi.waitFor(() => expect(existsSync(path) && readFileSync(path, "utf8")).toMatch(/\n$/), LONG);
  return readFileSync(path, "utf8").trim();
}

describe("a program", () => {
  test("gets its input, an environment of ours alone, and the root folder", async () => {
    const folder = await scratchFolder();
    vi.stubEnv("SECRET_OF_OURS", "x");
    onTestFinished(() => void vi.unstubAllEnvs());
    const script = `cat > ${folder}/in; env | cut -d= -f1 | sort | tr '\\n' ' ' > ${folder}/env; pwd > ${folder}/pwd`;
    const result = await run(shell(script, { input: "Grüße\n", environment: { MODEMKEEPER_ID: "1" } }));
    expect(result).toEqual({ code: 0, late: false, said: "" });
    expect(readFileSync(join(folder, "in"), "utf8")).toBe("Grüße\n");
    expect(readFileSync(join(folder, "pwd"), "utf8")).toBe("/\n");
    const names = readFileSync(join(folder, "env"), "utf8").trim().split(" ");
    expect(names.filter((name) => !["_", "OLDPWD", "PWD", "SHLVL"].includes(name))).toEqual([
      "HOME",
      "LANG",
      "MODEMKEEPER_ID",
      "PATH",
    ]);
  });

  test("arguments reach it as they are: no shell looks at them", async () => {
    const folder = await scratchFolder();
    const program = join(folder, "program");
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/args\n`, { mode: 0o755 });
    const args = ["$(reboot)", "a b", "'; rm -rf /", "*", ""];
    await run(call([program, ...args]));
    expect(readFileSync(join(folder, "args"), "utf8")).toBe(`${args.join("\n")}\n`);
  });

  test("its exit code, or 128 and the signal that ended it", async () => {
    expect(await run(shell("exit 75"))).toMatchObject({ code: 75, late: false });
    expect(await run(shell("kill -SEGV $$"))).toMatchObject({ code: 139, late: false });
  });

  test("the first KiB of what it says on standard error, however much that is", async () => {
    const { code, said } = await run(shell("echo begin >&2; head -c 20000000 /dev/zero | tr '\\0' x >&2; exit 3"));
    expect(code).toBe(3);
    expect(said).toHaveLength(1_024);
    expect(said.startsWith("begin\nxxx")).toBe(true);
  });

  test("it need not read: a large input that nobody wants is fine", async () => {
    expect(await run(call(["/bin/true"], { input: "x".repeat(1_000_000) }))).toMatchObject({ code: 0 });
    expect(await run(shell("exec 0<&-; exit 4", { input: "x".repeat(1_000_000) }))).toMatchObject({ code: 4 });
  });

  test("one that reads slowly gets all of a large input", async () => {
    const folder = await scratchFolder();
    await run(shell(`dd bs=4096 2>/dev/null | wc -c > ${folder}/count`, { input: "x".repeat(1_000_000) }));
    expect(readFileSync(join(folder, "count"), "utf8").trim()).toBe("1000000");
  });
});

describe("a program and its children", () => {
  test("a child that lives on and keeps the streams open is not waited for, and not ended", async () => {
    const folder = await scratchFolder();
    const result = await run(shell(`sleep 300 & echo $! > ${folder}/pid; echo done >&2`));
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    onTestFinished(() => void process.kill(pid));
    expect(result).toEqual({ code: 0, late: false, said: "done\n" });
    expect(isAlive(pid)).toBe(true);
  });

  test("one that is late is ended with its children", async () => {
    const folder = await scratchFolder();
    const result = await run(shell(`sleep 300 & echo $! > ${folder}/pid; wait`, { timeout: 300 }));
    expect(result).toMatchObject({ late: true });
    expect(isAlive(Number(await written(join(folder, "pid"))))).toBe(false);
  });

  test("one that does not heed TERM, nor do its children, is killed with them", async () => {
    const folder = await scratchFolder();
    const script = `trap '' TERM; (trap '' TERM; sleep 300; sleep 300) & echo $! > ${folder}/pid; while :; do sleep 300; done`;
    const result = await run(shell(script, { timeout: 300 }));
    expect(result).toMatchObject({ late: true });
    expect(isAlive(Number(await written(join(folder, "pid"))))).toBe(false);
  });

  test("a child that does not heed TERM is killed, too, when its parent is gone already", async () => {
    const folder = await scratchFolder();
    const script = `(trap '' TERM; while :; do sleep 300; done) & echo $! > ${folder}/pid; exec sleep 300`;
    expect(await run(shell(script, { timeout: 300 }))).toMatchObject({ late: true });
    expect(isAlive(Number(await written(join(folder, "pid"))))).toBe(false);
  });

  test("one that handles TERM in good order is late all the same", async () => {
    expect(await run(shell("trap 'exit 0' TERM; sleep 300 & wait", { timeout: 300 }))).toMatchObject({
      code: 0,
      late: true,
    });
  });

  test("when the agent stops, so does the program", async () => {
    const folder = await scratchFolder();
    const caller = new AbortController();
    const running = run(shell(`echo $$ > ${folder}/pid; exec sleep 300`), caller.signal);
    const pid = Number(await written(join(folder, "pid")));
    caller.abort();
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
    expect(isAlive(pid)).toBe(false);
    await expect(run(shell("exit 0"), caller.signal)).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("what cannot be started", () => {
  test.each([
    ["/nonexistent/program", "no such file"],
    ["/etc/passwd", "not executable"],
  ])("%s", async (program, what) => {
    const error: unknown = await run(call([program])).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "precondition-missing" });
    expect(String(error)).toContain(`cannot run ${program}: `);
    expect(String(error)).toContain(what);
  });

  test("a program whose interpreter is missing", async () => {
    const program = join(await scratchFolder(), "program");
    writeFileSync(program, "#!/nonexistent/interpreter\n", { mode: 0o755 });
    await expect(run(call([program]))).rejects.toMatchObject({ code: "precondition-missing" });
  });

  test("an account that does not exist", async () => {
    await expect(run(shell("exit 0", { user: "nosuchuser" }))).rejects.toMatchObject({
      code: "precondition-missing",
      message: 'there is no user "nosuchuser"',
    });
  });
});

describe.runIf(isRoot)("another account", () => {
  test("the program has its ids, its groups, its home, and none of our rights", async () => {
    const folder = await scratchFolder();
    await chmod(folder, 0o755);
    mkdirSync(join(folder, "out"), { mode: 0o777 });
    await chmod(join(folder, "out"), 0o777);
    const script = `id -un > ${folder}/out/id; id -G >> ${folder}/out/id; echo $HOME >> ${folder}/out/id; cat >> ${folder}/out/id`;
    expect(await run(shell(script, { user: "nobody", input: "hello\n" }))).toMatchObject({ code: 0 });
    const [name, groups, home, input] = readFileSync(join(folder, "out/id"), "utf8").split("\n");
    expect([name, input]).toEqual(["nobody", "hello"]);
    expect(groups).not.toMatch(/(^| )0( |$)/);
    expect(home).toBe("/nonexistent");
    expect(await run(shell("cat /etc/shadow", { user: "nobody" }))).toMatchObject({ code: 1 });
  });

  test("what setpriv says when it cannot start the program is told", async () => {
    const program = join(await scratchFolder(), "program");
    writeFileSync(program, "#!/nonexistent/interpreter\n", { mode: 0o755 });
    await expect(run(call([program], { user: "nobody" }))).rejects.toMatchObject({
      code: "precondition-missing",
      message: expect.stringContaining("as nobody: setpriv: "),
    });
  });
});
