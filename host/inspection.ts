import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ModemkeeperError } from "../core/errors.ts";
import type { Inspection, PackedFile, Runtime, TimeService } from "../core/inspection-ports.ts";
import { writeAtomically } from "./atomic-write.ts";
import type { Exec } from "./exec.ts";
import { naming } from "./io-errors.ts";

/** An answer that takes longer than this is no answer to somebody who waits for a diagnosis. */
const TIMEOUT = 5_000;
const PACK_TIMEOUT = 60_000;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** This machine's own tools: journalctl, dmesg, systemctl, timedatectl, tar. */
export class RealInspection implements Inspection {
  readonly #exec: Exec;

  constructor(exec: Exec) {
    this.#exec = exec;
  }

  runtime(): Runtime {
    const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
    const glibc = report?.header?.glibcVersionRuntime;
    return { node: process.versions.node, architecture: process.arch, ...(glibc === undefined ? {} : { glibc }) };
  }

  /** The journal's, else those of the kernel's own buffer: who may not see the journal gets no lines, and no error either. */
  async kernelLog(lines: number): Promise<string> {
    const args = ["--dmesg", "--boot", "--lines", String(lines), "--quiet", "--no-pager", "--output=short-iso"];
    const journal = await this.#exec("journalctl", args, { timeout: TIMEOUT }).then(
      ({ stdout }) => stdout,
      () => "",
    );
    if (journal.trim() !== "" && !journal.startsWith("-- No entries")) return journal;
    return this.#ringBuffer(lines);
  }

  async unitLog(unit: string, lines: number): Promise<string> {
    const args = ["--unit", unit, "--lines", String(lines), "--quiet", "--no-pager", "--output=short-iso"];
    return this.#exec("journalctl", args, { timeout: TIMEOUT }).then(
      ({ stdout }) => stdout,
      () => "",
    );
  }

  async unitReport(unit: string): Promise<string> {
    // 3: it does not run. 4: there is no such unit.
    const status = ["status", "--no-pager", "--lines=0", "--full", "--", unit];
    const { stdout } = await this.#exec("systemctl", status, { timeout: TIMEOUT, accept: [1, 2, 3, 4] });
    const shown = await this.#exec("systemctl", ["show", "--no-pager", "--", unit], { timeout: TIMEOUT });
    return `${stdout}\n${shown.stdout}`;
  }

  async timeService(): Promise<TimeService | undefined> {
    const answer = await this.#exec("timedatectl", ["show"], { timeout: TIMEOUT }).catch(() => undefined);
    if (!answer) return undefined;
    const isYes = (name: string) => answer.stdout.split("\n").includes(`${name}=yes`);
    return { synchronized: isYes("NTPSynchronized"), enabled: isYes("NTP") };
  }

  async pack(archive: string, folder: string, files: readonly PackedFile[]): Promise<void> {
    const scratch = await mkdtemp(join(tmpdir(), "modemkeeper-"));
    try {
      for (const { name, content } of files) {
        const path = join(scratch, folder, name);
        await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
        await writeFile(path, content, { mode: PRIVATE_FILE });
      }
      const packed = join(scratch, "archive.tar.gz");
      const owner = ["--owner=root:0", "--group=root:0", "--sort=name"];
      await this.#exec("tar", ["-C", scratch, "-czf", packed, ...owner, "--", folder], { timeout: PACK_TIMEOUT });
      const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
      const bytes = await readFile(packed);
      await naming("write", archive, () => writeAtomically(archive, bytes, { mode: PRIVATE_FILE, uid, gid }));
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  async #ringBuffer(lines: number): Promise<string> {
    try {
      const { stdout } = await this.#exec("dmesg", ["--time-format=iso"], { timeout: TIMEOUT });
      return stdout.split("\n").slice(-lines).join("\n");
    } catch (cause) {
      throw new ModemkeeperError("precondition-missing", "the kernel's messages may not be read", {
        why: "neither the journal nor dmesg shows them to this user",
        fix: "run this as root (`sudo`)",
        cause,
      });
    }
  }
}
