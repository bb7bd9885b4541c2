import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { type Browser, chromium } from 'playwright-core';

/** A Chromium that is installed: the system's. Undefined where there is none. */
export const executablePath: string | undefined = (env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => [join(folder, 'chromium'), join(folder, 'chromium-browser')])
  .find((path) => existsSync(path));

/** Why the page can't be tested here; undefined if it can. */
export const missing = executablePath ? undefined : 'no chromium in PATH: apt-get install chromium';

export function launch(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
