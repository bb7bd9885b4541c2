import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

/** The file of a shop, and a connection to look into it. */
export class ShopFile {
  readonly #directory = mkdtempSync(join(tmpdir(), 'nest-shop-'));
  readonly path = join(this.#directory, 'shop.db');
  #raw: Database.Database | undefined;

  get raw(): Database.Database {
    this.#raw ??= new Database(this.path, { fileMustExist: true });
    return this.#raw;
  }

  rows<Row>(sql: string): Row[] {
    return this.raw.prepare(sql).all() as Row[];
  }

  remove(): void {
    this.#raw?.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A process of the shop. */
export class Shop {
  readonly #process: ChildProcess;
  readonly url: Promise<string>;
  readonly ended: Promise<{ code: number | null; signal: string | null; stderr: string }>;

  constructor(nest: string, file: ShopFile, env: Record<string, string> = {}) {
    const main = fileURLToPath(new URL(`../dist/${nest}/main.js`, import.meta.url));
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, PORT: '0', DATABASE: file.path, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    let stdout = '';
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    this.ended = new Promise((resolve) =>
      child.once('close', (code, signal) => resolve({ code, signal, stderr })),
    );
    this.url = new Promise((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        const url = /listening on (\S+)/.exec(stdout)?.[1];
        if (url !== undefined) resolve(url);
      });
      child.once('close', (code) => reject(new Error(`the shop ended with ${code}: ${stderr}`)));
    });
    this.url.catch(() => {});
  }

  async get<Body = unknown>(path: string): Promise<{ status: number; body: Body }> {
    const response = await fetch((await this.url) + path);
    return { status: response.status, body: (await response.json()) as Body };
  }

  async post<Body = unknown>(path: string, body: unknown): Promise<{ status: number; body: Body }> {
    const response = await fetch((await this.url) + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  /** The events of a page that stays open; the last one that it saw, if it was open before. */
  async *events(path: string, lastEventId?: string): AsyncGenerator<Record<string, string>> {
    const headers: Record<string, string> = lastEventId ? { 'last-event-id': lastEventId } : {};
    const response = await fetch((await this.url) + path, { headers });
    if (response.body === null) throw new Error('the answer has no body');
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const lines = block.split('\n').filter((line) => line !== '');
        if (lines.length === 0) continue;
        yield Object.fromEntries(
          lines.map((line) => {
            const [, key = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
            return [key, value];
          }),
        );
      }
    }
  }

  terminate(): void {
    this.#process.kill('SIGTERM');
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
