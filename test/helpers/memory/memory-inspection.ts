import type { Inspection, PackedFile, TimeService } from "../../../core/inspection-ports.ts";

/** What the tools of a machine in memory say. */
export class MemoryInspection implements Inspection {
  node = "20.19.0";
  architecture = "arm64";
  glibc: string | undefined = "2.36";
  /** Lines of the kernel; an error where they may not be read. */
  kernel: readonly string[] | Error = [];
  /** Text by unit. */
  readonly unitLogs = new Map<string, string>();
  readonly reports = new Map<string, string>();
  time: TimeService | undefined = { synchronized: true, enabled: true };
  /** Archives that were written, by path. */
  readonly archives = new Map<string, readonly PackedFile[]>();

  runtime() {
    return {
      node: this.node,
      architecture: this.architecture,
      ...(this.glibc === undefined ? {} : { glibc: this.glibc }),
    };
  }

  async kernelLog(lines: number): Promise<string> {
    if (this.kernel instanceof Error) throw this.kernel;
    return this.kernel.slice(-lines).join("\n");
  }

  async unitLog(unit: string): Promise<string> {
    return this.unitLogs.get(unit) ?? "";
  }

  async unitReport(unit: string): Promise<string> {
    return this.reports.get(unit) ?? "";
  }

  async timeService(): Promise<TimeService | undefined> {
    return this.time;
  }

  async pack(archive: string, folder: string, files: readonly PackedFile[]): Promise<void> {
    this.archives.set(
      archive,
      files.map(({ name, content }) => ({ name: `${folder}/${name}`, content })),
    );
  }
}
