import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Exec, ExecOptions, ExecResult } from "../../../host/exec.ts";

/** A folder for one test, gone with it. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "modemkeeper-host-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Who runs the tests: files of theirs need no root. */
export function me(): { owner: string; group: string } {
  const { uid, gid } = userInfo();
  return { owner: uid === 0 ? "root" : String(uid), group: gid === 0 ? "root" : String(gid) };
}

export const isRoot: boolean = process.geteuid?.() === 0;

export interface RecordedCall {
  readonly line: string;
  readonly options: ExecOptions | undefined;
}

/** An Exec that runs nothing: notes each call and answers from `answers`, the first whose key begins the command line. */
export function recordingExec(answers: Readonly<Record<string, Partial<ExecResult>>> = {}) {
  const calls: RecordedCall[] = [];
  const exec: Exec = async (command, args, options) => {
    const line = [command, ...args].join(" ");
    calls.push({ line, options });
    const key = Object.keys(answers).find((start) => line.startsWith(start));
    return { code: 0, stdout: "", stderr: "", ...(key === undefined ? {} : answers[key]) };
  };
  return { exec, calls, lines: () => calls.map((call) => call.line) };
}
