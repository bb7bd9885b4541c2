import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder that the peers are installed in, and nothing else is. */
const PEERS_FOLDER = fileURLToPath(new URL('../../peers/', import.meta.url));

/** A package of that folder. */
export async function importPeer<Module>(name: string): Promise<Module> {
  const { resolve } = createRequire(`${PEERS_FOLDER}package.json`);
  return (await import(pathToFileURL(resolve(name)).href)) as Module;
}

/** The versions that a folder's package.json asks for, by package. */
export function wantedVersions(folder = PEERS_FOLDER): Record<string, string> {
  const { dependencies } = readJson(`${folder}/package.json`) as {
    dependencies: Record<string, string>;
  };
  return dependencies;
}

/**
 * Installs what the folder's lock file names, unless it is there. Resolves with why it couldn't.
 *
 * Without install scripts: the only one is of an optional dependency that looks for a compiled helper.
 */
export async function installPeers(folder = PEERS_FOLDER): Promise<string | undefined> {
  if (isInstalled(folder)) return undefined;
  const npm = process.env.npm_execpath;
  const args = ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
  const child =
    npm === undefined
      ? spawn('npm', args, { stdio: ['ignore', 'ignore', 'pipe'] })
      : spawn(process.execPath, [npm, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) return undefined;
  } catch (error) {
    return `npm could not be started: ${String(error)}`;
  }
  const errors = output.split('\n').filter((line) => /^npm err/i.test(line));
  return `npm could not install it: ${errors.slice(0, 3).join('; ') || output.trim()}`;
}

function isInstalled(folder: string): boolean {
  try {
    return Object.entries(wantedVersions(folder)).every(([name, version]) => {
      const installed = readJson(`${folder}/node_modules/${name}/package.json`);
      return (installed as { version: string }).version === version;
    });
  } catch {
    return false;
  }
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
