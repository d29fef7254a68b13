import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Paths of a certificate and its key, PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** An authority of a test's own, which signs what the test needs. Needs `openssl`. */
export class TestAuthority implements Certificate {
  readonly certificate: string;
  readonly key: string;
  readonly #folder: string;

  private constructor(folder: string, { certificate, key }: Certificate) {
    this.#folder = folder;
    this.certificate = certificate;
    this.key = key;
  }

  /** In a folder that exists; `name` tells several apart. */
  static async make(folder: string, name: string): Promise<TestAuthority> {
    return new TestAuthority(folder, await selfSigned(folder, name, ["-addext", "basicConstraints=critical,CA:TRUE"]));
  }

  /** For this machine's loopback addresses, for servers and clients; `days` may lie in the past. */
  async sign(name: string, days = 2, host = "localhost"): Promise<Certificate> {
    const path = (suffix: string) => join(this.#folder, `${name}.${suffix}`);
    await writeFile(path("ext"), `subjectAltName=DNS:${host}${host === "localhost" ? ",IP:127.0.0.1" : ""}\n`);
    const subject = ["-subj", `/CN=${name}`];
    await openssl(["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", ...subject], {
      "-keyout": path("key"),
      "-out": path("csr"),
    });
    await openssl(["x509", "-req", "-days", String(days), "-CAcreateserial"], {
      "-in": path("csr"),
      "-CA": this.certificate,
      "-CAkey": this.key,
      "-extfile": path("ext"),
      "-out": path("crt"),
    });
    return { certificate: path("crt"), key: path("key") };
  }
}

/** A certificate that nobody vouches for. */
export async function selfSigned(folder: string, name: string, more: readonly string[] = []): Promise<Certificate> {
  const [certificate, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const shape = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", ...more];
  await openssl(["req", "-x509", ...shape, ...subject], { "-keyout": key, "-out": certificate });
  return { certificate, key };
}

async function openssl(args: readonly string[], files: Readonly<Record<string, string>>): Promise<void> {
  await run("openssl", [...args, ...Object.entries(files).flat()]);
}
